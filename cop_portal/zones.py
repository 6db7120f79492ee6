"""Time zones: which exist, and the city that names them in the reader's language."""

import zoneinfo
from functools import lru_cache

from babel.dates import get_timezone_location
from django.core.exceptions import ValidationError
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

# Zones of this community whose city the locale data leaves out or spells ambiguously.
_CITIES = {
    "Asia/Amman": pgettext_lazy("city of a time zone", "Amman"),
    "Africa/Casablanca": pgettext_lazy("city of a time zone", "Rabat"),
    "Asia/Hebron": pgettext_lazy("city of a time zone", "Hebron"),
    "Africa/Djibouti": pgettext_lazy("city of a time zone", "Djibouti"),
    "UTC": pgettext_lazy("city of a time zone", "Greenwich"),
}


@lru_cache(maxsize=1)
def zone_names() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones())


def validate_time_zone(name: str) -> None:
    if name not in zone_names():
        raise ValidationError(_("Enter a time zone name such as Asia/Amman."))


def city_of(zone: zoneinfo.ZoneInfo | str) -> str:
    """The city by which readers know a zone, in the active language."""
    name = str(zone)
    if name in _CITIES:
        return str(_CITIES[name])
    return _city(name, get_language() or "ar")


@lru_cache(maxsize=512)
def _city(name: str, language: str) -> str:
    return str(get_timezone_location(name, locale=language, return_city=True))


def zone_choices() -> list[tuple[str, str]]:
    """Zones to choose from, for a form."""
    return [(name, name.replace("_", " ")) for name in sorted(zone_names()) if "/" in name] + [
        ("UTC", "UTC")
    ]
