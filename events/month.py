"""A month of events, week by week, Sunday first for everyone."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from django.utils import timezone

from cop_portal.dates import weekday_name, weekday_short

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from events.models import Event
    from events.querysets import EventQuerySet
    from members.models import User

_WEEKS = calendar.Calendar(firstweekday=calendar.SUNDAY)
# ISO weekdays; the weekend of most countries of the community.
_USUAL_WEEKEND = (5, 6)
_YEARS = range(1970, 2200)


@dataclass
class Day:
    date: date
    is_of_month: bool
    is_rest: bool
    is_today: bool
    events: list[Event] = field(default_factory=list)


@dataclass(frozen=True)
class Month:
    first: date
    weekend: tuple[int, ...]

    @classmethod
    def read(cls, text: str, user: User | AnonymousUser) -> Month:
        """The month that `text` names as 2026-12, else the present one."""
        weekend: tuple[int, ...] = _USUAL_WEEKEND
        if user.is_authenticated and user.country:
            weekend = tuple(user.country.weekend)
        match = re.fullmatch(r"([0-9]{4})-(0[1-9]|1[0-2])", text)
        if match and int(match[1]) in _YEARS:
            return cls(date(int(match[1]), int(match[2]), 1), weekend)
        return cls(timezone.localdate().replace(day=1), weekend)

    @property
    def previous(self) -> date:
        return (self.first - timedelta(days=1)).replace(day=1)

    @property
    def next(self) -> date:
        return (self.first + timedelta(days=31)).replace(day=1)

    @cached_property
    def dates(self) -> list[list[date]]:
        return _WEEKS.monthdatescalendar(self.first.year, self.first.month)

    @property
    def headings(self) -> list[tuple[str, str]]:
        """Short and full names of the weekdays."""
        return [(weekday_short(d.weekday()), weekday_name(d.weekday())) for d in self.dates[0]]

    def events_of(self, events: EventQuerySet) -> list[Event]:
        """Those with a session in this month, in order."""
        # A day of margin on both sides covers every zone.
        start = datetime.combine(self.first, datetime.min.time(), UTC) - timedelta(days=1)
        end = datetime.combine(self.next, datetime.min.time(), UTC) + timedelta(days=1)
        return [
            event
            for event in events.overlapping(start, end)
            if any(self.first <= day < self.next for day in _days(event))
        ]

    def weeks_with(self, events: list[Event]) -> list[list[Day]]:
        """The weeks, each event on the days its sessions take on the first clock shown."""
        by_day: dict[date, list[Event]] = {}
        for event in events:
            for day in _days(event):
                by_day.setdefault(day, []).append(event)
        return [[self._day(day, by_day) for day in week] for week in self.dates]

    def _day(self, day: date, by_day: dict[date, list[Event]]) -> Day:
        is_of_month = day.month == self.first.month
        return Day(
            date=day,
            is_of_month=is_of_month,
            is_rest=day.isoweekday() in self.weekend,
            is_today=day == timezone.localdate(),
            events=by_day.get(day, []) if is_of_month else [],
        )


def _days(event: Event) -> set[date]:
    days: set[date] = set()
    for session in event.sessions.all():
        clock = session.clocks.first
        length = (clock.last_day - clock.first_day).days
        days.update(clock.first_day + timedelta(days=n) for n in range(length + 1))
    return days
