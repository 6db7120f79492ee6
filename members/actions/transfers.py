"""Moving a member to another country: one office proposes, the other accepts."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.actions.refusal import Refused
from members.actions.roster import holds_office, locked, require_member
from members.audit import record
from members.leaving import when_leaving
from members.models import Country, RosterRecord, Transfer, User
from notifications.actions import tell, tell_all

# Every action here locks the person first and the proposal second.


@transaction.atomic
def propose_transfer(person: User, *, to: Country, by: User, note: str = "") -> Transfer:
    """Propose that a member moves to another country, and tell those who decide there.

    Locks the person's row. Refuses anyone who is not a member, who holds or will hold an
    appointment, whose transfer waits already, and a country that is theirs or takes no part.
    """
    person = locked(person)
    _require_movable(person)
    if not to.is_participating:
        raise Refused(_("People cannot join for this country."))
    if person.country_id == to.pk:
        raise Refused(_("The person belongs to this country already."))
    if Transfer.objects.waiting().filter(person=person).exists():
        raise Refused(_("A transfer of this person waits already."))
    transfer = Transfer.objects.create(
        person=person, from_country_id=person.country_id, to_country=to, proposed_by=by, note=note
    )
    record(RosterRecord.Action.TRANSFER_PROPOSED, by=by, person=person, to=to.pk)
    tell_all(
        "members.transfer_proposed",
        [
            (decider, f"{transfer.pk}:{decider.pk}", {"transfer": transfer.pk})
            for decider in User.objects.deciding_for(to.pk).order_by("pk")
        ],
    )
    return transfer


@transaction.atomic
def accept_transfer(transfer: Transfer, *, by: User) -> Transfer:
    """Move the person, who counts as confirmed in post from today; tell them and the office that
    proposed it. What they wrote and took part in stays theirs, and so does their post.

    Locks person and proposal. Refuses a proposal that is no longer open, and a person who has
    left, who holds an appointment or whose country has changed since.
    """
    person, row = _open(transfer)
    _require_movable(person)
    if person.country_id != row.from_country_id:
        raise Refused(_("The person has moved to another country since."))
    person.country_id = row.to_country_id
    person.confirmed_on = timezone.now().date()
    person.save(update_fields=["country", "confirmed_on"])
    _decide(row, Transfer.State.ACCEPTED, by=by)
    ends = {"origin": row.from_country_id, "to": row.to_country_id}
    # Both offices read of it in their own part of the audit trail.
    for country_id in filter(None, ends.values()):
        record(
            RosterRecord.Action.TRANSFER_ACCEPTED,
            by=by,
            person=person,
            country_id=country_id,
            **ends,
        )
    tell("members.transferred", person, key=str(row.pk), transfer=row.pk)
    _tell_proposing_office(row)
    return row


@transaction.atomic
def decline_transfer(transfer: Transfer, *, by: User, reason: str) -> Transfer:
    """Turn a proposal down and tell the office that made it why. Locks and refuses as
    `accept_transfer` does, but for the person's standing."""
    person, row = _open(transfer)
    row.reason = reason
    _decide(row, Transfer.State.DECLINED, by=by)
    _record_for(person, row, RosterRecord.Action.TRANSFER_DECLINED, by)
    _tell_proposing_office(row)
    return row


@transaction.atomic
def withdraw_transfer(transfer: Transfer, *, by: User) -> Transfer:
    """Take a proposal back; it vanishes from the office that would have decided. Locks and
    refuses as `decline_transfer` does."""
    person, row = _open(transfer)
    _decide(row, Transfer.State.WITHDRAWN, by=by)
    _record_for(person, row, RosterRecord.Action.TRANSFER_WITHDRAWN, by)
    return row


@when_leaving
def withdraw_on_leaving(person: User, by: User) -> None:
    """Take back the proposal about a person who leaves; both offices lose it from their lists."""
    waiting = Transfer.objects.waiting().filter(person=person)
    for transfer in waiting.select_related("person").select_for_update(of=("self",)):
        _decide(transfer, Transfer.State.WITHDRAWN, by=by)
        _record_for(person, transfer, RosterRecord.Action.TRANSFER_WITHDRAWN, by)


def _open(transfer: Transfer) -> tuple[User, Transfer]:
    person = locked(transfer.person)
    row = Transfer.objects.select_for_update(of=("self",)).get(pk=transfer.pk)
    if row.state != Transfer.State.OPEN:
        raise Refused(Transfer.State(row.state).label)
    return person, row


def _decide(row: Transfer, state: Transfer.State, *, by: User) -> None:
    row.state, row.decided_by, row.decided_at = state, by, timezone.now()
    row.save(update_fields=["state", "decided_by", "decided_at", "reason"])


def _record_for(person: User, row: Transfer, action: RosterRecord.Action, by: User) -> None:
    """A proposal that came to nothing stays in the trail of the country it came from."""
    country_id = row.from_country_id or row.to_country_id
    record(action, by=by, person=person, country_id=country_id, to=row.to_country_id)


def _require_movable(person: User) -> None:
    require_member(person)
    if holds_office(person):
        raise Refused(_("An appointment as focal point is still in force: it has to end first."))


def _tell_proposing_office(row: Transfer) -> None:
    """The focal points of the country left, and whoever proposed it, unless they decided."""
    told = set(User.objects.focal_points_of(row.from_country_id)) if row.from_country_id else set()
    told.add(row.proposed_by)
    tell_all(
        "members.transfer_decided",
        [
            (person, f"{row.pk}:{person.pk}", {"transfer": row.pk})
            for person in sorted(told, key=lambda person: person.pk)
            if person.pk != row.decided_by_id
        ],
    )
