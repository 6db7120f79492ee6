"""Dates and times as the reader writes them: month names, zones, ranges without a dash."""

from __future__ import annotations

import zoneinfo
from datetime import date, datetime, time, timedelta

from django.utils import timezone
from django.utils.dates import MONTHS, WEEKDAYS, WEEKDAYS_ABBR
from django.utils.translation import get_language, pgettext

from cop_portal.reader import month_names

Zone = zoneinfo.ZoneInfo | str | None

# Each tradition of Arabic month names, January to December (CLDR's, country by country).
_GREGORIAN = (
    "يناير", "فبراير", "مارس", "أبريل", "مايو", "يونيو",
    "يوليو", "أغسطس", "سبتمبر", "أكتوبر", "نوفمبر", "ديسمبر",
)  # fmt: skip
_LEVANT = (
    "كانون الثاني", "شباط", "آذار", "نيسان", "أيار", "حزيران",
    "تموز", "آب", "أيلول", "تشرين الأول", "تشرين الثاني", "كانون الأول",
)  # fmt: skip
_MAGHREB = (
    "جانفي", "فيفري", "مارس", "أفريل", "ماي", "جوان",
    "جويلية", "أوت", "سبتمبر", "أكتوبر", "نوفمبر", "ديسمبر",
)  # fmt: skip
_MOROCCO = (
    "يناير", "فبراير", "مارس", "أبريل", "ماي", "يونيو",
    "يوليوز", "غشت", "شتنبر", "أكتوبر", "نونبر", "دجنبر",
)  # fmt: skip
_MAURITANIA = (
    "يناير", "فبراير", "مارس", "إبريل", "مايو", "يونيو",
    "يوليو", "أغشت", "شتمبر", "أكتوبر", "نوفمبر", "دجمبر",
)  # fmt: skip
ARABIC_MONTHS = {
    "gregorian": _GREGORIAN,
    "levant": _LEVANT,
    "maghreb": _MAGHREB,
    "morocco": _MOROCCO,
    "mauritania": _MAURITANIA,
    # As the United Nations write for everyone: the Levant's name first.
    "both": tuple(f"{first}/{second}" for first, second in zip(_LEVANT, _GREGORIAN, strict=True)),
}
_ARABIC_WEEKDAYS = ("الاثنين", "الثلاثاء", "الأربعاء", "الخميس", "الجمعة", "السبت", "الأحد")
_ARABIC_WEEKDAY_LETTERS = ("ن", "ث", "ر", "خ", "ج", "س", "ح")


def month_name(month: int) -> str:
    """The name of a month (1 to 12) in the page's language and the reader's tradition."""
    if get_language() == "ar":
        return ARABIC_MONTHS.get(month_names.get(), ARABIC_MONTHS["both"])[month - 1]
    return str(MONTHS[month])


def weekday_name(weekday: int) -> str:
    """The name of a weekday, Monday being 0."""
    if get_language() == "ar":
        return _ARABIC_WEEKDAYS[weekday]
    return str(WEEKDAYS[weekday])


def weekday_short(weekday: int) -> str:
    """A calendar's heading for a weekday, Monday being 0; write the full name beside it."""
    if get_language() == "ar":
        return _ARABIC_WEEKDAY_LETTERS[weekday]
    return str(WEEKDAYS_ABBR[weekday])


def local(value: datetime, zone: Zone = None) -> datetime:
    """`value` on the clocks of `zone`, or of the reader when there is none."""
    if timezone.is_naive(value):
        return value
    return timezone.localtime(value, zoneinfo.ZoneInfo(zone) if isinstance(zone, str) else zone)


def local_date(value: date | datetime, zone: Zone = None) -> date:
    return local(value, zone).date() if isinstance(value, datetime) else value


def format_date(
    value: date | datetime, *, weekday: bool = False, year: bool = True, zone: Zone = None
) -> str:
    """ "26 آذار/مارس 2015", "Thursday 26 March 2015"."""
    day = local_date(value, zone)
    parts = [weekday_name(day.weekday())] if weekday else []
    parts += [str(day.day), month_name(day.month)]
    if year:
        parts.append(str(day.year))
    return " ".join(parts)


def format_month(value: date | datetime, *, zone: Zone = None) -> str:
    """A month with its year: "آذار/مارس 2015"."""
    day = local_date(value, zone)
    return f"{month_name(day.month)} {day.year}"


def format_time(value: datetime | time, *, zone: Zone = None) -> str:
    """Hours and minutes of a day of 24 hours."""
    moment = local(value, zone) if isinstance(value, datetime) else value
    return f"{moment:%H:%M}"


def range_pattern(*, spaced: bool = False) -> str:
    """How two ends are joined: with an en dash in English, in words in Arabic, where readers of
    a dash disagree on which end comes first. `spaced` when the ends are several words each."""
    if spaced:
        return pgettext("range of dates with month names", "%(start)s – %(end)s")
    return pgettext("range of days or times", "%(start)s–%(end)s")


def as_range(start: str, end: str) -> str:
    return range_pattern(spaced=" " in start) % {"start": start, "end": end}


def format_time_range(
    start: datetime | time, end: datetime | time | None, *, zone: Zone = None
) -> str:
    """ "من 11:00 إلى 13:00", "11:00–13:00"; the start alone when there is no end."""
    first = format_time(start, zone=zone)
    if end is None:
        return first
    return as_range(first, format_time(end, zone=zone))


def range_days(
    start: date | datetime, end: date | datetime | None, zone: Zone = None
) -> tuple[date, date]:
    """The first and the last day; an end at midnight belongs to the day before."""
    first = local_date(start, zone)
    if end is None:
        return first, first
    last = local_date(end, zone)
    if isinstance(end, datetime) and last > first and local(end, zone).time() == time.min:
        last -= timedelta(days=1)
    return first, max(first, last)


def range_parts(first: date, last: date) -> tuple[str, str]:
    """The two ends of a range of days, each without what the other says already."""
    if (first.year, first.month) == (last.year, last.month):
        return str(first.day), format_date(last)
    return format_date(first, year=first.year != last.year), format_date(last)


def format_date_range(
    start: date | datetime, end: date | datetime | None, *, zone: Zone = None
) -> str:
    """ "من 26 إلى 27 آذار/مارس 2015", "26–27 March 2015"; one date when it is one day."""
    first, last = range_days(start, end, zone)
    if first == last:
        return format_date(first)
    return as_range(*range_parts(first, last))
