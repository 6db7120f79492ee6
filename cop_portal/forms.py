"""What every form of the portal shares: how fields are drawn and which digits they take."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms import BoundField, widgets
from django.forms.renderers import TemplatesSetting
from django.utils.safestring import SafeString

from cop_portal.text import latin_digits


class PortalRenderer(TemplatesSetting):
    """Forms are drawn from the project's templates, so that all fields look and fail alike."""

    form_template_name = "ui/form.html"
    field_template_name = "ui/field.html"


# Drawing -------------------------------------------------------------------------------------

_LTR_TYPES = frozenset({"email", "url", "tel", "password", "number", "date", "time"})
_LTR_PURPOSES = frozenset({"one-time-code", "off-code", "username", "email", "tel", "url"})


def is_checkbox(field: BoundField) -> bool:
    """Whether the label stands beside the control, inside one card."""
    return isinstance(field.field.widget, widgets.CheckboxInput)


def is_choices(field: BoundField) -> bool:
    """Whether the field is a group of radios or check boxes."""
    return isinstance(field.field.widget, widgets.RadioSelect | widgets.CheckboxSelectMultiple)


def first_control(field: BoundField) -> str:
    """The id of what a link to the field should focus: of a group, its first choice."""
    return f"{field.auto_id}_0" if is_choices(field) else field.id_for_label or field.auto_id


def direction_of(field: BoundField) -> str:
    """`dir` of what is typed: addresses and codes run left to right, text as its letters do."""
    widget = field.field.widget
    if own := widget.attrs.get("dir"):
        return str(own)
    if isinstance(widget, widgets.Textarea):
        return "auto"
    if not isinstance(widget, widgets.Input) or is_checkbox(field):
        return ""
    is_code = widget.attrs.get("inputmode") in {"numeric", "decimal", "tel"} or (
        widget.attrs.get("autocomplete") in _LTR_PURPOSES
    )
    if is_code or widget.input_type in _LTR_TYPES or field.name == "code":
        return "ltr"
    return "auto" if widget.input_type in {"text", "search"} else ""


def control(field: BoundField) -> SafeString:
    """Draw the control of a field with the style sheet's class and the direction it needs.

    That it is required is told to assistive technology, not to the browser: its own bubble would
    speak the browser's language and keep the page's from being seen.
    """
    widget = field.field.widget
    attrs: dict[str, Any] = {}
    field.form.use_required_attribute = False
    if field.field.required and not isinstance(widget, widgets.FileInput):
        attrs["aria-required"] = "true"
    if not is_checkbox(field) and not is_choices(field):
        classes = [*widget.attrs.get("class", "").split(), "input"]
        attrs["class"] = " ".join(dict.fromkeys(classes))
    if direction := direction_of(field):
        attrs["dir"] = direction
    return field.as_widget(attrs=attrs)


# Digits --------------------------------------------------------------------------------------


class AnyDigits:
    """A mixin for fields whose numbers and dates may be typed in Arabic-Indic, Persian or Latin
    digits; what the field keeps and shows again is Latin."""

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str):
            value = latin_digits(value).strip()
        return super().to_python(value)  # type: ignore[misc]


def _digits_widget(mode: str, *, short: bool = True) -> forms.TextInput:
    # Not type="number" or "date": they refuse other digits and follow the browser's language.
    classes = "input input--short" if short else "input"
    return forms.TextInput(attrs={"inputmode": mode, "class": classes, "dir": "ltr"})


class IntegerField(AnyDigits, forms.IntegerField):
    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", _digits_widget("numeric"))
        super().__init__(**kwargs)


class DecimalField(AnyDigits, forms.DecimalField):
    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", _digits_widget("decimal"))
        super().__init__(**kwargs)


class DateField(AnyDigits, forms.DateField):
    """A date as 2026-01-31, 31/1/2026 or 31-1-2026."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", _digits_widget("numeric"))
        super().__init__(**kwargs)


class TimeField(AnyDigits, forms.TimeField):
    """A time as 14:30."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", _digits_widget("numeric"))
        super().__init__(**kwargs)
