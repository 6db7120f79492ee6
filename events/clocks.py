"""One span of time on two clocks: the reader's and the place's."""

from __future__ import annotations

import zoneinfo
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone

from cop_portal.dates import range_days
from cop_portal.zones import city_of

# Longer than any one sitting.
ONE_DAY = timedelta(hours=16)


@dataclass(frozen=True)
class Clock:
    """A span as one city's clocks show it."""

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
    def is_long(self) -> bool:
        return not self.fits_one_day


@dataclass(frozen=True)
class Clocks:
    """The clock to show first and in bold, and the other where it has another name."""

    first: Clock
    second: Clock | None

    @property
    def dates_differ(self) -> bool:
        """Whether it begins on another date on the second clock."""
        return self.second is not None and self.first.first_day != self.second.first_day


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
