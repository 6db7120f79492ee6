"""Days on which a session would meet closed offices."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from django.utils.translation import gettext as _

from cop_portal.admin_columns import listed
from cop_portal.dates import format_date, range_days
from cop_portal.localised import local_text
from events.models import Event, Session
from members.models import Country

# The only days on which no country of the region has its weekend.
MONDAY, THURSDAY = 1, 4
# A longer session spans a weekend by intent.
LONGEST = 14


def closed_days(event: Event) -> list[str]:
    """A sentence for each day of a session that is a weekend somewhere, with the countries.

    The countries are the event's own or, where it names none, all that take part. Days are
    those of the session's zone.
    """
    countries = event.countries.in_order() or Country.objects.participating().in_order()
    return [
        _sentence(session, day, [str(c) for c in countries if day.isoweekday() in c.weekend])
        for session in event.sessions.select_related("event")
        for day in _days(session)
        if _may_be_closed(day, countries)
    ]


def _may_be_closed(day: date, countries: list[Country]) -> bool:
    weekday = day.isoweekday()
    return not MONDAY <= weekday <= THURSDAY or any(weekday in c.weekend for c in countries)


def _days(session: Session) -> Iterator[date]:
    first, last = range_days(session.starts_at, session.ends_at, session.zone)
    for number in range(min((last - first).days, LONGEST) + 1):
        yield first + timedelta(days=number)


def _sentence(session: Session, day: date, names: list[str]) -> str:
    known = {
        "session": local_text(session, "title").text or str(session.event),
        "date": format_date(day, weekday=True),
        "countries": listed(names),
    }
    if names:
        return _("%(session)s falls on %(date)s: weekend in %(countries)s.") % known
    return (
        _(
            "%(session)s falls on %(date)s: only Monday to Thursday are working days in every "
            "country."
        )
        % known
    )
