"""The order in which an invented community is made, and when that is refused."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from datetime import time as clock
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction

from benchmarks import gatherings, people, seats
from benchmarks.copying import advance_sequences
from cop_portal import demonstration
from cop_portal.loading import read
from events.models import (
    Event,
    EventReminder,
    Figure,
    Highlight,
    Organiser,
    Registration,
    Session,
)
from members.models import FocalPointAppointment, Organisation, User

LEAST, MOST = 1_000, 1_000_000


class Refused(Exception):
    """Said to the person as it stands."""


def fill(size: int, seed: int, day: date | None = None) -> None:
    """Load everything or nothing, then let PostgreSQL gather its statistics.

    `day` (today, UTC) is the day the community is seen from: events lie before and after it.
    Raises `Refused` for a size out of range and for a database that may be somebody's.
    """
    if not LEAST <= size <= MOST:
        raise Refused(f"the community can have {LEAST:,} to {MOST:,} people.")
    today = datetime.combine(day or datetime.now(UTC).date(), clock(12), UTC)
    with transaction.atomic():
        refuse_unless_safe()
        load(people.Community(seed=seed, size=size, today=today))
    # Not for a transaction: it also writes the map of pages that are visible to everyone.
    timed("statistics", vacuum)


def refuse_unless_safe() -> None:
    """Never add invented people to a real installation, nor to what somebody made by hand."""
    database = connection.settings_dict["NAME"]
    if not (settings.DEMONSTRATION or database.startswith("bench_")):
        raise Refused(
            f"the database {database} may be a real one; name it bench_… or set DEMONSTRATION."
        )
    for model in (User, Organisation, Event):
        if model._default_manager.exists():
            name = model._meta.verbose_name_plural
            raise Refused(f"the database {database} is not empty: it holds {name}.")


def load(community: people.Community) -> None:
    call_command("load_reference_data", verbosity=0)
    for row in read("demonstration/organisations.json"):
        demonstration.load_organisation(row)
    timed("organisations", lambda: people.load_organisations(community))
    timed("people", lambda: people.load_people(community))
    timed("addresses", lambda: people.load_addresses(community))
    timed("interests", lambda: people.load_interests(community))
    timed("appointments", lambda: people.load_appointments(community))
    programme = gatherings.Programme(community)
    timed("events", lambda: gatherings.load_events(programme))
    queue = seats.Queue(community, programme)
    timed("registrations", queue.load_registrations)
    timed("deliveries", queue.load_deliveries)
    advance_sequences(
        Organisation, User, EmailAddress, FocalPointAppointment, Event, Session, Organiser,
        Highlight, Figure, EventReminder, Registration,
    )  # fmt: skip


def timed(label: str, step: Callable[[], Any]) -> None:
    """Run one step and say how many rows it made, if it says so, and in what time."""
    started = time.monotonic()
    count = step()
    rows = "" if count is None else f"{count:,}"
    print(f"{label:<14}{rows:>12}{time.monotonic() - started:9.1f} s", flush=True)


def vacuum() -> None:
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")
