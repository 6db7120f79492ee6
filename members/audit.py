"""Writing the audit trail of the rosters. It can be searched by coordinators and changed by nobody:
the database refuses, see `members/migrations`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from members.models import RosterRecord, User


def record(
    action: RosterRecord.Action,
    *,
    by: User | None,
    person: User | None = None,
    country_id: str | None = None,
    **detail: Any,
) -> None:
    """Note one action, in the caller's transaction. `by` is None for what the portal does of its
    own accord; the country is by default that of the person; `detail` are primitives."""
    country_id = country_id or (person.country_id if person else None)
    RosterRecord.objects.create(
        action=action, actor=by, person=person, country_id=country_id, detail=detail
    )


def record_all(
    action: RosterRecord.Action, people: Iterable[User], *, by: User | None, **detail: Any
) -> None:
    """Note the same action for many people, in one INSERT for each thousand."""
    RosterRecord.objects.bulk_create(
        [
            RosterRecord(
                action=action, actor=by, person=person, country_id=person.country_id, detail=detail
            )
            for person in people
        ],
        batch_size=1000,
    )


def record_details(
    action: RosterRecord.Action,
    details: Iterable[dict[str, Any]],
    *,
    by: User | None,
    country_id: str,
) -> None:
    """Note the same action for many who have no account, each with details of its own, in one
    INSERT for each thousand."""
    RosterRecord.objects.bulk_create(
        [
            RosterRecord(action=action, actor=by, country_id=country_id, detail=detail)
            for detail in details
        ],
        batch_size=1000,
    )
