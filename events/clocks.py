"""One span of time on two clocks: the reader's and the place's."""

from __future__ import annotations

import zoneinfo
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from cop_portal.dates import range_days
from cop_portal.zones import city_of


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
    def is_one_day(self) -> bool:
        return self.first_day == self.last_day


@dataclass(frozen=True)
class Clocks:
    """The clock to show first and in bold, and the other where it has another name."""

    first: Clock
    second: Clock | None

    @property
    def same_days(self) -> bool:
        """Whether the dates of the first clock hold for both."""
        return self.second is None or (self.first.first_day, self.first.last_day) == (
            self.second.first_day,
            self.second.last_day,
        )


def clocks(start: datetime, end: datetime, zone: zoneinfo.ZoneInfo) -> Clocks:
    """Both times of something held in `zone`: the active zone is the reader's and comes first.

    Where the reader's zone is not known (it is then UTC) the place's own comes first and
    Greenwich second.
    """
    reader = zoneinfo.ZoneInfo(timezone.get_current_timezone_name())
    zones = [zone, reader] if reader.key == "UTC" else [reader, zone]
    first, second = (Clock.read(each, start, end) for each in zones)
    return Clocks(first, second if zones[0].key != zones[1].key else None)
