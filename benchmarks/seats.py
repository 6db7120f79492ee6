"""Who registered for which event, in order of arrival, and what the ledger says they were told."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from benchmarks.copying import copy_rows
from benchmarks.gatherings import Programme
from benchmarks.people import READER, Community, email_of
from events.models import Event, Registration
from notifications.models import Delivery

REGISTRATION_COLUMNS = (
    "id", "event_id", "user_id", "status", "queued_at", "confirmed_at", "withdrawn_at", "changes",
)  # fmt: skip
DELIVERY_COLUMNS = (
    "kind", "key", "recipient_id", "address", "language", "context", "priority", "state",
    "attempts", "subject", "due_at", "created_at", "sent_at", "note",
)  # fmt: skip
SUBJECTS = {
    "events.confirmed": {"ar": "تم التسجيل", "en": "You are registered"},
    "events.promoted": {"ar": "أصبح المقعد متاحًا", "en": "A seat is yours"},
    "events.waiting": {"ar": "في قائمة الانتظار", "en": "On the waiting list"},
    "events.withdrawn": {"ar": "تم الانسحاب", "en": "Withdrawn"},
    "members.approved": {"ar": "تمت الموافقة على طلب الانضمام", "en": "Your request was approved"},
}
WITHDRAWN_SHARE = 0.06
FAILED_SHARE = 0.002
# The reader of the pages goes to the flagship and to some others.
READER_GOES_TO_ONE_IN = 7


@dataclass
class Queue:
    """Everyone's registrations; the ledger is made from them."""

    community: Community
    programme: Programme
    told: list[tuple[Any, ...]] = field(default_factory=list)

    def load_registrations(self) -> int:
        return copy_rows(Registration, REGISTRATION_COLUMNS, self.registrations())

    def load_deliveries(self) -> int:
        return copy_rows(Delivery, DELIVERY_COLUMNS, self.deliveries())

    def registrations(self) -> Iterator[tuple[Any, ...]]:
        """The rows of every announced event; the flagship draws one member in fifty."""
        rng = self.community.random("registrations")
        flagship = self.programme.flagship
        others = [person for person in self.community.members if person != READER]
        number = 0
        for event in self.programme.events:
            if event.status == Event.Status.DRAFT:
                continue
            is_flagship = event is flagship
            wanted = len(others) // 50 if is_flagship else int(rng.lognormvariate(4.2, 0.9))
            arrivals = rng.sample(others, max(1, min(wanted, len(others) // 3)))
            if is_flagship or event.pk % READER_GOES_TO_ONE_IN == 0:
                arrivals.insert(0, READER)
            for row in queue(rng, event, arrivals, self.community.today):
                number += 1
                self.told.append((number, *row))
                yield (number, event.pk, *row)

    def deliveries(self) -> Iterator[tuple[Any, ...]]:
        """One message for each approval and for the latest change of each registration."""
        rng = self.community.random("deliveries")
        for person in self.community.members:
            told_at = self.community.today - timedelta(days=rng.randint(1, 2000))
            yield self.delivery(rng, "members.approved", person, f"{person}", told_at, "{}")
        for number, person, status, arrived, confirmed_at, withdrawn_at, changes in self.told:
            kind = "promoted" if status == "confirmed" and changes > 1 else status
            told_at = withdrawn_at or confirmed_at or arrived
            context = f'{{"registration": {number}, "change": {changes}}}'
            yield self.delivery(
                rng, f"events.{kind}", person, f"{number}:{changes}", told_at, context
            )

    def delivery(
        self, rng: random.Random, kind: str, person: int, key: str, at: datetime, context: str
    ) -> tuple[Any, ...]:
        language = self.community.language(person)
        failed = rng.random() < FAILED_SHARE
        return (
            kind,
            f"{kind}:{key}",
            person,
            email_of(person),
            language,
            context,
            5,
            "failed" if failed else "sent",
            8 if failed else 1,
            SUBJECTS[kind][language],
            at,
            at,
            None if failed else at,
            "550 no such mailbox" if failed else "",
        )


def queue(
    rng: random.Random, event: Event, arrivals: list[int], today: datetime
) -> Iterator[tuple[Any, ...]]:
    """One event's rows after the person: as if all had come through the portal's own door.

    Seats go by arrival; a seat that is given up goes to the first who waits. People withdraw
    in the last tenth of the time and arrive before it, so nobody is seen overtaking.
    """
    opened = event.published_at
    closed = min(event.registration_deadline, today)
    step = (closed - opened) * 0.9 / (len(arrivals) + 1)
    last = opened + (closed - opened) * 0.9
    gone = {
        person: last + (closed - last) * rng.random()
        for person in arrivals
        if person != READER and rng.random() < WITHDRAWN_SHARE
    }
    seats = len(arrivals) if event.capacity is None else event.capacity
    freed = sorted(gone[person] for person in arrivals[:seats] if person in gone)
    for position, person in enumerate(arrivals):
        arrived = opened + step * (position + 1)
        if person in gone:
            was_seated = arrived if position < seats else None
            yield person, "withdrawn", arrived, was_seated, gone[person], 2
        elif position < seats:
            yield person, "confirmed", arrived, arrived, None, 1
        elif freed:
            yield person, "confirmed", arrived, freed.pop(0), None, 2
        else:
            yield person, "waiting", arrived, None, None, 1
