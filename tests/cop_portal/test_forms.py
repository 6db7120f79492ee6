"""How forms are drawn, what they say when refused, and which digits they take."""

import re
from datetime import date, time
from decimal import Decimal

import pytest
from django import forms
from django.template import Context, Template
from django.utils import translation

from cop_portal import forms as portal
from tests.cop_portal.reading import flat


class Request(forms.Form):
    name = forms.CharField(label="Full name", help_text="As on the badge")
    email = forms.EmailField(label="Email", required=False)
    phone = forms.CharField(
        label="Phone", required=False, widget=forms.TextInput(attrs={"type": "tel"})
    )
    code = forms.CharField(label="Code", required=False)
    password = forms.CharField(label="Password", required=False, widget=forms.PasswordInput)
    country = forms.ChoiceField(label="Country", choices=[("JO", "Jordan")], required=False)
    language = forms.ChoiceField(
        label="Language", choices=[("ar", "العربية"), ("en", "English")], widget=forms.RadioSelect
    )
    topics = forms.MultipleChoiceField(
        label="Topics",
        choices=[("a", "Registries"), ("b", "Targeting")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    about = forms.CharField(
        label="About", widget=forms.Textarea(attrs={"class": "tall"}), required=False
    )
    agree = forms.BooleanField(label="I agree")
    token = forms.CharField(widget=forms.HiddenInput, required=False)

    def clean(self):
        if self.cleaned_data.get("name") == "nobody":
            raise forms.ValidationError("Nobody may not join.")


def drawn(form, name):
    return flat(form[name].as_field_group())


def summary(form):
    html = Template('{% include "ui/error_summary.html" %}').render(Context({"form": form}))
    return flat(html)


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


# Drawing -------------------------------------------------------------------------------------


def test_a_field_has_label_hint_error_and_control_in_this_order():
    html = drawn(Request({"name": ""}), "name")

    places = [html.index(part) for part in ("<label", 'class="hint"', 'class="error"', "<input")]
    assert places == sorted(places)
    assert '<label for="id_name">Full name<span class="req">(required)</span></label>' in html
    assert '<div class="hint" id="id_name_helptext">As on the badge</div>' in html
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'aria-invalid="true"' in html
    assert 'class="field field--error"' in html


def test_an_error_has_an_icon_and_a_sentence():
    html = drawn(Request({"name": ""}), "name")

    assert '<div id="id_name_error"><p class="error"><svg class="icon"' in html
    assert "<span>This field is required.</span></p></div>" in html


def test_the_browser_leaves_the_word_to_the_page():
    html = str(Request())

    assert not re.search(r"<(input|select|textarea)[^>]* required[ >]", html)
    assert html.count('aria-required="true"') == 2  # the name and the consent


def test_a_field_that_may_stay_empty_is_not_called_required():
    assert "required" not in drawn(Request(), "email")


@pytest.mark.parametrize(
    ("name", "direction"),
    [
        ("name", "auto"),
        ("about", "auto"),
        ("email", "ltr"),
        ("phone", "ltr"),
        ("code", "ltr"),
        ("password", "ltr"),
    ],
)
def test_what_is_typed_runs_as_it_should(name, direction):
    assert f'dir="{direction}"' in drawn(Request(), name)


@pytest.mark.parametrize("name", ["country", "language", "agree"])
def test_what_is_chosen_runs_with_the_page(name):
    assert "dir=" not in drawn(Request(), name)


@pytest.mark.parametrize(
    ("name", "classes"), [("name", "input"), ("country", "input"), ("about", "tall input")]
)
def test_a_control_has_the_sheets_class_and_keeps_its_own(name, classes):
    assert f'class="{classes}"' in drawn(Request(), name)


@pytest.mark.parametrize(("name", "kind"), [("language", "radio"), ("topics", "checkbox")])
def test_choices_are_cards_in_a_group(name, kind):
    html = drawn(Request({"name": ""}), name)

    assert html.startswith("<fieldset")
    assert html.count('<label class="choice"') == 2
    assert html.count(f'type="{kind}"') == 2
    assert f'<label class="choice" for="id_{name}_0">' in html


def test_a_refused_group_is_described_by_its_error():
    html = drawn(Request({"name": "x"}), "language")

    assert '<fieldset class="field field--error" aria-describedby="id_language_error"' in html


def test_one_check_box_is_a_card_with_its_label():
    html = drawn(Request(), "agree")

    assert '<label class="choice" for="id_agree"><input type="checkbox"' in html
    assert '<span>I agree<span class="req">(required)</span></span></label>' in html


def test_a_hidden_field_is_only_its_input():
    assert drawn(Request(), "token").startswith('<input type="hidden"')


def test_a_whole_form_prints_its_general_errors_and_every_field():
    form = Request({"name": "nobody", "language": "ar", "agree": "on"})
    html = str(form)

    assert 'id="form-errors"' in html
    assert "Nobody may not join." in html
    assert html.count('class="field') == 10
    assert html.count('type="hidden"') == 1


def test_what_was_typed_is_escaped_and_kept():
    html = drawn(Request({"name": '"><script>'}), "name")

    assert "<script" not in html
    assert 'value="&quot;&gt;&lt;script&gt;"' in html


# The summary ---------------------------------------------------------------------------------


def test_the_summary_links_every_error_to_its_control():
    html = summary(Request({"name": "", "email": "x"}))

    assert "4 things need correcting" in html
    assert '<a href="#id_name">Full name: This field is required.</a>' in html
    assert '<a href="#id_email">Email: Enter a valid email address.</a>' in html
    assert '<a href="#id_language_0">Language: This field is required.</a>' in html
    assert '<a href="#id_agree">I agree: This field is required.</a>' in html
    assert 'role="alert"' in html


def test_the_summary_links_general_errors_to_where_they_stand():
    html = summary(Request({"name": "nobody", "language": "ar", "agree": "on"}))

    assert "One thing needs correcting" in html
    assert '<a href="#form-errors">Nobody may not join.</a>' in html


@pytest.mark.parametrize("form", [Request(), Request({"name": "x", "language": "ar", "agree": 1})])
def test_a_form_without_errors_has_no_summary(form):
    assert summary(form) == ""


@pytest.mark.parametrize(
    ("count", "sentence"),
    [
        (1, "موضع واحد بحاجة إلى تصحيح"),
        (2, "موضعان بحاجة إلى تصحيح"),
        (3, "3 مواضع بحاجة إلى تصحيح"),
    ],
)
def test_the_summary_counts_in_arabic(count, sentence):
    good = {"name": "x", "language": "ar", "agree": "on"}
    form = Request(dict(list(good.items())[count:]))

    with translation.override("ar"):
        assert sentence in summary(form)


# Digits --------------------------------------------------------------------------------------


class Figures(forms.Form):
    seats = portal.IntegerField(required=False, max_value=500)
    share = portal.DecimalField(required=False)
    day = portal.DateField(required=False)
    hour = portal.TimeField(required=False)


@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize(
    ("field", "typed", "kept"),
    [
        ("seats", "20", 20),
        ("seats", "٢٠", 20),
        ("seats", "۲۰", 20),
        ("seats", " ٢٠ ", 20),
        ("share", "١٢٫٥", Decimal("12.5")),
        ("share", "١٬٢٠٠", Decimal(1200)),
        ("share", "12.5", Decimal("12.5")),
        ("day", "2026-01-31", date(2026, 1, 31)),
        ("day", "٢٠٢٦-٠١-٣١", date(2026, 1, 31)),
        ("day", "۳۱/۱/۲۰۲۶", date(2026, 1, 31)),
        ("day", "03/04/2026", date(2026, 4, 3)),
        ("hour", "١٤:٣٠", time(14, 30)),
    ],
)
def test_numbers_and_dates_take_the_digits_of_any_script(language, field, typed, kept):
    with translation.override(language):
        form = Figures({field: typed})

        assert form.is_valid(), form.errors
        assert form.cleaned_data[field] == kept


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("seats", "twenty"),
        ("seats", "٥٠١"),
        ("day", "٣١-٣١-٢٠٢٦"),
        ("hour", "٢٥:٠٠"),
        ("share", "١٢٫٥٫٣"),
        ("seats", "9" * 5000),
        ("seats", "\x00"),
    ],
)
def test_what_is_no_number_or_date_is_refused(field, typed):
    assert list(Figures({field: typed}).errors) == [field]


def test_figures_are_typed_in_a_plain_field_with_a_numeric_keyboard():
    html = drawn(Figures(), "seats")

    assert 'type="text"' in html
    assert 'inputmode="numeric"' in html
    assert 'dir="ltr"' in html
