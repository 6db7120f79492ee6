"""The template language: icons, names, text in the language it has, numbers, pages."""

import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.core.paginator import Paginator
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation

from cop_portal import names
from cop_portal.models import Page
from cop_portal.templatetags.cop import MIRRORED

TEMPLATES = Path(settings.BASE_DIR) / "templates"
SPRITE = Path(settings.BASE_DIR) / "cop_portal/static/icons.svg"


def drawn(source, **context):
    return Template(source).render(Context(context))


# Icons ---------------------------------------------------------------------------------------


def test_an_icon_is_decoration():
    assert drawn('{% icon "calendar" %}') == (
        '<svg class="icon" aria-hidden="true" focusable="false">'
        '<use href="/static/icons.svg#calendar"/></svg>'
    )


def test_an_icon_of_direction_is_mirrored_and_takes_classes():
    assert 'class="icon icon--mirror icon--lg"' in drawn('{% icon "arrow" class="icon--lg" %}')


def test_an_icon_named_by_a_hostile_value_stays_an_attribute():
    assert drawn("{% icon name %}", name='"><script>').count("<script") == 0


def test_every_icon_that_a_template_names_is_in_the_sprite():
    known = set(re.findall(r'<symbol id="([a-z-]+)"', SPRITE.read_text("utf-8")))
    named = set()
    for path in TEMPLATES.rglob("*.html"):
        text = path.read_text("utf-8")
        named |= set(re.findall(r'{% icon "([a-z-]+)"', text))
        named |= set(re.findall(r'ui/empty.html" with [^%]*icon="([a-z-]+)"', text))

    assert named - known == set()
    assert MIRRORED - known == set()


def test_every_static_file_that_a_template_names_exists():
    for path in TEMPLATES.rglob("*.html"):
        for name in re.findall(r"{% static ['\"]([^'\"]+)['\"]", path.read_text("utf-8")):
            if not name.startswith(("admin/", "mfa/", "account/")):
                assert (SPRITE.parent / name).is_file(), f"{path.name}: {name}"


# Names ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("{{ value|bdi }}", "<bdi>Ahmed &amp; Co</bdi>"),
        ("{{ value|ltr }}", '<bdi class="ltr" dir="ltr">Ahmed &amp; Co</bdi>'),
    ],
)
def test_strings_of_unknown_direction_are_isolated_and_escaped(source, shown):
    assert drawn(source, value="Ahmed & Co") == shown


def test_only_an_address_may_break_between_its_letters():
    assert (
        drawn("{{ value|ltr }}", value="a.long.name@ministry.example")
        == '<bdi class="ltr address" dir="ltr">a.long.name@ministry.example</bdi>'
    )
    assert (
        drawn("{{ value|ltr }}", value="2026-11-22")
        == '<bdi class="ltr" dir="ltr">2026-11-22</bdi>'
    )


class Person(SimpleNamespace):
    def __str__(self):
        return self.full_name


@pytest.mark.parametrize(
    ("language", "arabic", "latin", "shown"),
    [
        ("ar", "أمينة الزعبي", "Amina Al-Zoubi", "أمينة الزعبي"),
        ("en", "أمينة الزعبي", "Amina Al-Zoubi", "Amina Al-Zoubi"),
        ("en", "أمينة الزعبي", "", "أمينة الزعبي"),
        ("ar", "Claire Martin", "", "Claire Martin"),
    ],
)
def test_a_person_is_written_in_the_script_of_the_page(language, arabic, latin, shown):
    user = Person(full_name=arabic, full_name_latin=latin)

    with translation.override(language):
        assert drawn("{% person user %}", user=user) == f"<bdi>{shown}</bdi>"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("أمينة الزعبي", "أ\u00a0ز"),
        ("د. يوسف المنصوري", "ي\u00a0م"),
        ("Amina Al-Zoubi", "A\u00a0A"),
        ("claire martin", "C\u00a0M"),
        ("هدى", "ه"),
        ("د.", "د"),
        ("Dr Mounira Saad", "M\u00a0S"),
        ("", ""),
    ],
)
def test_initials_are_the_first_and_last_words_and_form_no_word(name, shown):
    assert names.initials(name) == shown


# Text in the language it has -----------------------------------------------------------------


def a_page(**texts):
    return Page(**texts)


BOTH = a_page(title_ar="عن المجتمع", title_en="About", body_ar="نص", body_en="Text")
ENGLISH = a_page(title_en="Pilot <1>", body_en="A *text*")
ARABIC = a_page(title_ar="تجربة", body_ar="نص")


@pytest.mark.parametrize(
    ("language", "page", "shown"),
    [
        ("ar", BOTH, "عن المجتمع"),
        ("en", BOTH, "About"),
        ("ar", ENGLISH, '<span lang="en" dir="ltr">Pilot &lt;1&gt;</span>'),
        ("en", ENGLISH, "Pilot &lt;1&gt;"),
        ("en", ARABIC, '<span lang="ar" dir="rtl">تجربة</span>'),
        ("en", Page(), ""),
    ],
)
def test_text_is_marked_when_it_is_in_another_language(language, page, shown):
    with translation.override(language):
        assert drawn('{% text page "title" %}', page=page) == shown


def test_plain_text_is_isolated_when_it_is_in_another_language():
    with translation.override("ar"):
        assert drawn('{% text_plain page "title" %}', page=BOTH) == "عن المجتمع"
        assert drawn('{% text_plain page "title" %}', page=ENGLISH) == (
            "\u2068Pilot &lt;1&gt;\u2069"
        )
        assert drawn(
            '{% autoescape off %}{% text_plain page "title" %}{% endautoescape %}', page=ENGLISH
        ) == ("\u2068Pilot <1>\u2069")


def test_prose_says_which_language_it_is_in():
    with translation.override("ar"):
        assert drawn('{% prose page "body" %}', page=ENGLISH) == (
            '<div class="prose" lang="en" dir="ltr"><p>A <em>text</em></p>\n</div>'
        )
        assert drawn('{% prose page "body" %}', page=Page()) == ""


def test_the_badge_and_the_notice_of_another_language():
    with translation.override("en"):
        badge = drawn('{% lang_badge page "title" %}', page=ARABIC)
        notice = drawn('{% language_notice page "body" %}', page=ARABIC)

    sentence = "This content is available in Arabic only"
    assert badge == (
        f'<span class="lang-badge" title="{sentence}"><span aria-hidden="true">ع</span>'
        f'<span class="sr">{sentence}</span></span>'
    )
    assert notice.startswith('<p class="notice"><svg')
    assert notice.endswith(f"<span>{sentence}</span></p>")


def test_the_badge_and_the_notice_in_arabic():
    with translation.override("ar"):
        badge = drawn('{% lang_badge page "title" %}', page=ENGLISH)
        notice = drawn('{% language_notice page "body" %}', page=ENGLISH)

    assert '<span aria-hidden="true">EN</span>' in badge
    assert "هذا المحتوى متاح باللغة الإنجليزية فقط" in notice


@pytest.mark.parametrize("language", ["ar", "en"])
def test_text_in_the_pages_own_language_has_no_badge_or_notice(language):
    with translation.override(language):
        for page in (BOTH, Page()):
            shown = drawn('{% lang_badge p "title" %}{% language_notice p "body" %}', p=page)
            assert shown == ""


# Numbers and pages ---------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize(
    ("value", "shown"), [(0, "0"), (999, "999"), (1200, "1,200"), (1234567.5, "1,234,567.5")]
)
def test_numbers_are_grouped_latin_digits_in_both_languages(language, value, shown):
    with translation.override(language):
        assert drawn("{{ value|number }}", value=value) == shown


def test_the_city_of_a_zone():
    with translation.override("en"):
        assert drawn('{% zone_city "UTC" %}, {% zone_city "Africa/Tunis" %}') == "Greenwich, Tunis"


def pager(number, address="/ar/events/?topic=3"):
    page = Paginator(range(400), 20).get_page(number)
    return render_to_string("ui/pager.html", {"page": page}, RequestFactory().get(address))


def test_the_pager_shows_the_ends_and_the_neighbours_and_keeps_the_filters():
    html = pager(9)

    assert re.findall(r">(\d+|…)<", html) == ["1", "…", "8", "9", "10", "…", "20"]
    assert 'href="?topic=3&amp;page=8"' in html
    assert html.count('aria-current="page"') == 1
    assert 'rel="prev"' in html
    assert 'rel="next"' in html


def test_the_pager_stops_at_the_ends():
    assert 'rel="prev"' not in pager(1)
    assert 'rel="next"' not in pager(20)


def test_one_page_needs_no_pager():
    page = Paginator(range(5), 20).get_page(1)

    html = render_to_string("ui/pager.html", {"page": page}, RequestFactory().get("/"))

    assert html.strip() == ""


def test_an_empty_list_says_what_to_do():
    html = render_to_string(
        "ui/empty.html",
        {"icon": "calendar", "message": "Nothing yet.", "url": "/en/", "label": "All events"},
    )

    assert "<p>Nothing yet.</p>" in html
    assert '<a class="btn" href="/en/">All events</a>' in html
