"""One span of time on two clocks, the reader's and the place's, and how pages say it."""

from __future__ import annotations

import zoneinfo
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from cop_portal.dates import range_days
from cop_portal.templatetags.cop import date_tag, time_range, time_tag
from cop_portal.zones import city_of

# Longer than any one sitting.
ONE_DAY = timedelta(hours=16)


@dataclass(frozen=True)
class Clock:
    """A span as one city's clocks show it. What it says is HTML with <time> elements."""

    zone: zoneinfo.ZoneInfo
    start: datetime
    end: datetime
    first_day: date
    last_day: date

    @classmethod
    def read(cls, zone: zoneinfo.ZoneInfo, start: datetime, end: datetime) -> Clock:
        days = range_days(start, end, zone)
        return cls(zone, start.astimezone(zone), end.astimezone(zone), *days)

    @property
    def city(self) -> str:
        return city_of(self.zone)

    @property
    def fits_one_day(self) -> bool:
        """Whether one date and two times say it, midnight in between or not."""
        return self.first_day == self.last_day or self.end - self.start < ONE_DAY

    @property
    def times(self) -> SafeString:
        """The two times alone: "11:00–13:00"."""
        return time_range(self.start, self.end, zone=self.zone)

    def words(self, *, dated: bool = False, only_begin: bool = False) -> SafeString:
        """ "11:00–13:00 in Amman", with its day if asked, or when it begins only."""
        if only_begin:
            sentence = _("from {day}, {time} in {city}") if dated else _("from {time} in {city}")
        else:
            sentence = _("{day}, {times} in {city}") if dated else _("{times} in {city}")
        return format_html(
            sentence,
            day=date_tag(self.start, zone=self.zone, year=False) if dated else "",
            time=time_tag(self.start, zone=self.zone) if only_begin else "",
            times="" if only_begin else self.times,
            city=self.city,
        )

    @property
    def moment(self) -> SafeString:
        """The start alone: "1 December, 16:00 in Amman"."""
        return self._moment(weekday=False)

    @property
    def weekday_moment(self) -> SafeString:
        """The start alone: "Tuesday 1 December, 16:00 in Amman"."""
        return self._moment(weekday=True)

    def _moment(self, *, weekday: bool) -> SafeString:
        return format_html(
            _("{day}, {time} in {city}"),
            day=date_tag(self.start, zone=self.zone, weekday=weekday, year=False),
            time=time_tag(self.start, zone=self.zone),
            city=self.city,
        )


@dataclass(frozen=True)
class Clocks:
    """The clock to show first and in bold, and the other where it has another name."""

    first: Clock
    second: Clock | None

    @property
    def dates_differ(self) -> bool:
        """Whether it begins on another date on the second clock."""
        return self.second is not None and self.first.first_day != self.second.first_day

    @property
    def first_words(self) -> SafeString:
        """The times of one sitting, or when something longer begins; the date stands elsewhere."""
        return self.first.words(only_begin=not self.first.fits_one_day)

    @property
    def second_words(self) -> SafeString | str:
        """The same on the other clock, with its date where that is another one."""
        if self.second is None:
            return ""
        return self.second.words(dated=self.dates_differ, only_begin=not self.first.fits_one_day)


def clocks(start: datetime, end: datetime, zone: zoneinfo.ZoneInfo) -> Clocks:
    """Both times of something held in `zone`: the active zone is the reader's and comes first.

    Where the reader's zone is not known (it is then UTC) the place's own comes first and
    Greenwich second.
    """
    reader = zoneinfo.ZoneInfo(timezone.get_current_timezone_name())
    zones = [zone, reader] if reader.key == "UTC" else [reader, zone]
    first, second = (Clock.read(each, start, end) for each in zones)
    return Clocks(first, second if zones[0].key != zones[1].key else None)


def reader_city() -> str:
    """The city whose time comes first on this reader's pages; empty where it is each place's."""
    name = timezone.get_current_timezone_name()
    return "" if name == "UTC" else city_of(name)
