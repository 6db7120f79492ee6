"""Forms of the workbench: correcting a row, another post, leaving."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cop_portal.forms import DateField
from members.forms.fields import LineField, language_choices
from members.models import User


class PastDateField(DateField):
    """A day that is not in the future, today (UTC) by default."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("initial", lambda: timezone.now().date())
        kwargs.setdefault("help_text", _("For example 2026-01-31"))
        super().__init__(**kwargs)

    def clean(self, value: Any) -> Any:
        day = super().clean(value)
        if day and day > timezone.now().date():
            raise forms.ValidationError(_("This day lies in the future."))
        return day


class PostForm(forms.Form):
    """Another post of a person, and since when."""

    function = LineField(label=_("Job title"), max_length=150)
    function_latin = LineField(
        label=_("Job title in Latin letters"),
        required=False,
        max_length=150,
        help_text=_("Shown on English pages"),
    )
    organisation = LineField(label=_("Organisation"), max_length=200)
    on = PastDateField(label=_("First day in the new post"))


class CorrectForm(forms.Form):
    """What the directory says of a person, as the roster's keeper corrects it."""

    full_name = LineField(label=_("Full name"), max_length=150)
    full_name_latin = LineField(
        label=_("Name in Latin letters"),
        required=False,
        max_length=150,
        help_text=_("Shown on English pages"),
    )
    function = LineField(label=_("Job title"), max_length=150)
    function_latin = LineField(
        label=_("Job title in Latin letters"),
        required=False,
        max_length=150,
        help_text=_("Shown on English pages"),
    )
    organisation = LineField(label=_("Organisation"), max_length=200)
    language = forms.ChoiceField(
        label=_("Language for messages"), choices=language_choices, widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        kwargs["initial"] = {
            **{name: getattr(person, name) for name in self.base_fields if hasattr(person, name)},
            "organisation": person.organisation_name,
        }
        super().__init__(*args, **kwargs)


class LeaveForm(forms.Form):
    """On which day people left their posts."""

    on = PastDateField(label=_("Left on"))


class ExportForm(forms.Form):
    """Which rows to export, and as what."""

    part = forms.ChoiceField(label=pgettext_lazy("of an export", "Names"), widget=forms.RadioSelect)
    file_format = forms.ChoiceField(
        label=_("File format"),
        widget=forms.RadioSelect,
        choices=[
            ("xlsx", _("Excel workbook (XLSX)")),
            ("csv", _("Text table (CSV, UTF-8)")),
        ],
        initial="xlsx",
    )

    def __init__(self, *args: Any, parts: list[tuple[str, str]], **kwargs: Any) -> None:
        kwargs["initial"] = {"part": parts[0][0]}
        super().__init__(*args, **kwargs)
        field = self.fields["part"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = parts
