"""Form fields of the admin: times on the wall of a named zone, digits of either script, zones."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, time
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import ValidationError
from django.utils.dates import WEEKDAYS
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from cop_portal.text import clean_line, fold, latin_digits
from cop_portal.zones import city_of, zone_choices

WALL_FORMAT = "%Y-%m-%d %H:%M"
_WALL_FORMATS = (WALL_FORMAT, "%d/%m/%Y %H:%M", "%d-%m-%Y %H:%M")
_YEARS = range(1990, 2101)
# Isolated, or a line from right to left would turn its parts around.
EXAMPLE = "\u20682026-12-09 11:00\u2069"


def moment_in(zone: ZoneInfo, wall: datetime) -> datetime:
    """Return the moment at which clocks in `zone` show `wall`; of two such moments the first.

    Refuses a time that clocks there skip, on the night they are put forward.
    """
    moment = wall.replace(tzinfo=zone).astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) != wall:
        raise ValidationError(
            _("Clocks in %(city)s skip this time: choose another."), params={"city": city_of(zone)}
        )
    return moment


class WallClockField(forms.CharField):
    """A moment, typed and shown as a date and a time of day in `zone`, never in the server's.

    The form sets `zone`. Changing the zone and leaving the text alone therefore changes the
    moment: what was agreed is the time on the wall.
    """

    default_error_messages = {
        "format": gettext_lazy("Enter a date and a time, for example %(example)s."),
    }

    def __init__(self, **kwargs: Any) -> None:
        self.zone = ZoneInfo("UTC")
        attrs = {"dir": "ltr", "size": 18, "autocomplete": "off", "class": "wall-clock"}
        super().__init__(max_length=40, widget=forms.TextInput(attrs=attrs), **kwargs)

    def read_in(self, zone: ZoneInfo, *, hint: str) -> None:
        """Take and show times in `zone` from here on, and say so below the field."""
        self.zone = zone
        self.help_text = hint % {"city": city_of(zone), "example": EXAMPLE}

    def fault(self) -> ValidationError:
        message = self.error_messages["format"]
        return ValidationError(message, code="format", params={"example": EXAMPLE})

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, datetime):
            return value.astimezone(self.zone).strftime(WALL_FORMAT)
        return value

    def to_python(self, value: Any) -> Any:
        text = latin_digits(clean_line(super().to_python(value) or ""))
        text = " ".join(text.replace("،", " ").replace(",", " ").replace("T", " ").split())
        return self.moment(text) if text else None

    def moment(self, text: str) -> Any:
        for pattern in _WALL_FORMATS:
            try:
                wall = datetime.strptime(text, pattern)  # noqa: DTZ007  it is in `self.zone`
            except ValueError:
                continue
            if wall.year in _YEARS:
                return moment_in(self.zone, wall)
        raise self.fault()

    def run_validators(self, value: Any) -> None:
        """Nothing more: the text's length was checked by parsing it."""

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(self.to_python(data) != initial)
        except ValidationError:
            return True


class WallClockEndField(WallClockField):
    """As `WallClockField`; a bare time such as 13:00 means the day on which `starts` begins.

    A bare time is returned as such, for the form to complete with `on_day_of`.
    """

    def moment(self, text: str) -> Any:
        if len(text) <= 5 and ":" in text:
            try:
                return time.fromisoformat(text.rjust(5, "0"))
            except ValueError:
                raise self.fault() from None
        return super().moment(text)

    def on_day_of(self, start: datetime, at: time) -> datetime:
        return moment_in(self.zone, datetime.combine(start.astimezone(self.zone).date(), at))


class ZoneSelect(forms.Select):
    """A choice of time zone: those named in `first` by their city, then all others.

    A `short` one has the first only, for a page with thirty sessions holds thirty of them.
    """

    template_name = "admin/widgets/zones.html"

    def __init__(
        self, *, empty: Any = None, first: Iterable[str] = (), short: bool = False
    ) -> None:
        self.empty, self.short = empty, short
        self.first = frozenset(first)
        super().__init__()

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        groups = _zone_groups(self.first, get_language() or "")[: 1 if self.short else None]
        context["widget"].update(empty=self.empty, selected=value or "", groups=groups)
        return context

    def optgroups(self, name: Any, value: Any, attrs: Any = None) -> list[Any]:
        return []


@lru_cache(maxsize=32)
def _zone_groups(first: frozenset[str], language: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """The community's zones by their city, then all others by city and name."""
    near = sorted(((name, city_of(name)) for name in first), key=lambda zone: fold(zone[1]))
    far = [
        (name, f"{city_of(name)} \u2068{name}\u2069")
        for name, _label in zone_choices()
        if name not in first
    ]
    far.sort(key=lambda zone: fold(zone[1]))
    groups = [(_("Countries of the community"), near), (_("All time zones"), far)]
    return [group for group in groups if group[1]]


def weekday_choices() -> list[tuple[int, Any]]:
    """ISO weekdays with their names, Sunday first as calendars here begin."""
    return [(day, WEEKDAYS[day - 1]) for day in (7, 1, 2, 3, 4, 5, 6)]


class WeekdaysField(forms.TypedMultipleChoiceField):
    """A set of ISO weekdays as check boxes, stored in order."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.CheckboxSelectMultiple)
        super().__init__(choices=weekday_choices, coerce=int, empty_value=[], **kwargs)

    def clean(self, value: Any) -> list[int]:
        return sorted(super().clean(value))

    def has_changed(self, initial: Any, data: Any) -> bool:
        return sorted(map(str, initial or [])) != sorted(map(str, data or []))


class KnownAutocompleteSelect(AutocompleteSelect):
    """An autocomplete that is told what is selected, so that thirty rows need no thirty queries.

    `known` maps keys (as text) to labels; what it lacks is looked up as usual.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.known: dict[str, str] = {}
        super().__init__(*args, **kwargs)

    def build_attrs(self, base_attrs: Any, extra_attrs: Any = None) -> dict[str, Any]:
        """Say what is searched for while nothing is chosen: it is also the box's spoken name."""
        attrs: dict[str, Any] = super().build_attrs(base_attrs, extra_attrs)
        what = {"what": self.field.verbose_name}
        return {**attrs, "data-placeholder": _("Find: %(what)s") % what}

    def optgroups(self, name: str, value: Iterable[Any], attrs: Any = None) -> list[Any]:
        keys = [str(key) for key in value if key not in (None, "")]
        if not all(key in self.known for key in keys):
            return super().optgroups(name, value, attrs)  # type: ignore[arg-type]
        default: tuple[None, list[Any], int] = (None, [], 0)
        if not self.is_required and not self.allow_multiple_selected:
            default[1].append(self.create_option(name, "", "", False, 0))
        for key in keys:
            index = len(default[1])
            default[1].append(self.create_option(name, key, self.known[key], True, index))
        return [default]
