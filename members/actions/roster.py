"""Keeping a roster: correcting, confirming in post, leaving and coming back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Exists, Min, OuterRef
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.actions.posts import change_post
from members.actions.refusal import Refused
from members.audit import record, record_all
from members.leaving import end_everything
from members.models import FocalPointAppointment, RosterRecord, User
from members.roster import due, falls_due_on, half_year
from members.sessions import end_sessions
from notifications.actions import tell, tell_all
from notifications.models import Delivery

Changes = dict[str, list[str]]
CORRECTED = ("full_name", "full_name_latin", "function", "function_latin", "language")
# A country's focal point hears of rows that are due at once, and again after this long.
AGAIN_AFTER = timedelta(days=14)
# So long after the first row fell due the coordinators hear of it.
ESCALATE_AFTER = timedelta(days=30)
# An office that confirmed somebody in this time is at work: it is not reminded meanwhile.
AT_WORK = timedelta(days=7)


def locked(person: User) -> User:
    """The person as they are now, the row locked; rows that refer to it can still be added."""
    people = User.objects.select_related("country", "organisation")
    return people.select_for_update(of=("self",), no_key=True).get(pk=person.pk)


def holds_office(person: User) -> bool:
    """Whether an appointment of the person runs or begins later."""
    return FocalPointAppointment.objects.lasting().filter(user=person).exists()


# Correcting ----------------------------------------------------------------------------------


@transaction.atomic
def correct(person: User, *, by: User, organisation: str, **fields: str) -> Changes:
    """Correct what the directory says of a person: the columns in `CORRECTED` and the name of
    the organisation. Return what changed, as [old, new] by field.

    The audit trail keeps both, and the person is told both. Locks the row. Does nothing when
    nothing differs. Refuses anyone who is not a member.
    """
    person = locked(person)
    require_member(person)
    before = _shown(person)
    for name in CORRECTED:
        setattr(person, name, fields[name])
    person.clean_names()
    person.save(update_fields=CORRECTED)
    _set_post(person, by, organisation, is_correction=True)
    return _note_changes(person, before, by)


@transaction.atomic
def give_post(
    person: User, *, by: User, organisation: str, function: str, function_latin: str, on: date
) -> Changes:
    """Give a member another post from a day on, today at the latest; the present one becomes a
    former one, and they count as confirmed in post. Locks, tells, notes and refuses as `correct`
    does."""
    person = locked(person)
    require_member(person)
    if on > timezone.now().date():
        raise Refused(_("The first day in the new post cannot lie in the future."))
    before = _shown(person)
    person.function, person.function_latin = function, function_latin
    _set_post(person, by, organisation, on=on)
    changes = _note_changes(person, before, by)
    if changes:
        person.confirmed_on = timezone.now().date()
        person.save(update_fields=["confirmed_on"])
    return changes


def _set_post(
    person: User,
    by: User,
    organisation: str,
    *,
    on: date | None = None,
    is_correction: bool = False,
) -> None:
    change_post(
        person,
        by=by,
        organisation_text=organisation,
        function=person.function,
        function_latin=person.function_latin,
        on=on,
        is_correction=is_correction,
    )


def _shown(person: User) -> dict[str, str]:
    columns = {name: str(getattr(person, name)) for name in CORRECTED}
    return {**columns, "organisation": person.organisation_name}


def _note_changes(person: User, before: dict[str, str], by: User) -> Changes:
    after = _shown(person)
    changes = {name: [before[name], after[name]] for name in before if before[name] != after[name]}
    if changes:
        record(RosterRecord.Action.CORRECTED, by=by, person=person, changes=changes)
        stamp = timezone.now().isoformat()
        tell("members.corrected", person, key=f"{person.pk}:{stamp}", changes=changes)
    return changes


# Still in post? ------------------------------------------------------------------------------


@transaction.atomic
def confirm(people: Iterable[User], *, by: User) -> int:
    """Note that these people still hold their posts today; return for how many it was new.

    Whoever is not a member, and whoever was confirmed today already, is left as they are. Locks
    the rows.
    """
    today = timezone.now().date()
    rows = User.objects.members().filter(pk__in=[person.pk for person in people])
    rows = rows.exclude(confirmed_on=today).order_by("pk")
    found = list(rows.select_for_update(of=("self",), no_key=True))
    User.objects.filter(pk__in=[person.pk for person in found]).update(confirmed_on=today)
    record_all(RosterRecord.Action.CONFIRMED, found, by=by)
    return len(found)


@transaction.atomic
def remind_to_confirm(now: datetime | None = None) -> int:
    """Tell focal points of rows to confirm: when the first falls due and again after fourteen
    days; after thirty tell the coordinators. Return how many countries were told of.

    A round is counted in half-years from the month in which the oldest open row fell due; the
    ledger's key names country, round and stage. So each is told once whenever and however often
    this runs, and what was missed while nothing ran is made up for by the latest stage alone.
    """
    now = now or timezone.now()
    rounds = [_round_of(country, now.date()) for country in _countries_with_due_rows(now)]
    for late in rounds:
        _tell_office(late)
    _tell_coordinators([late for late in rounds if late.days >= ESCALATE_AFTER.days])
    return len(rounds)


@dataclass(frozen=True)
class Round:
    """A country's rows that wait to be confirmed: since when, and which half-year it is."""

    country_id: str
    days: int
    name: str


def _countries_with_due_rows(now: datetime) -> list[tuple[str, date]]:
    """Countries with rows to confirm and the oldest of their confirmations, without those whose
    office is at it."""
    at_work = RosterRecord.objects.filter(
        action=RosterRecord.Action.CONFIRMED, at__gt=now - AT_WORK, country=OuterRef("country")
    )
    waiting = due(User.objects.all(), now.date()).exclude(country=None).order_by()
    grouped = waiting.values("country").annotate(oldest=Min("stands_since"))
    rows = grouped.filter(~Exists(at_work)).order_by("country")
    return list(rows.values_list("country", "oldest"))


def _round_of(found: tuple[str, date], today: date) -> Round:
    country_id, oldest = found
    began, count = falls_due_on(oldest), 0
    while (later := half_year(falls_due_on(oldest), count + 1)) <= today:
        began, count = later, count + 1
    name = f"{country_id}:{falls_due_on(oldest):%Y-%m}+{count}"
    return Round(country_id, (today - began).days, name)


def _tell_office(late: Round) -> None:
    stage = "again" if late.days >= AGAIN_AFTER.days else "due"
    focal_points = User.objects.focal_points_of(late.country_id).order_by("pk")
    tell_all(
        "members.confirmation_due",
        [
            (person, f"{late.name}:{stage}:{person.pk}", {"country": late.country_id})
            for person in focal_points
        ],
    )


def _tell_coordinators(rounds: list[Round]) -> None:
    """One mail to each coordinator with the countries they have not been told of in this round.
    The first of them names the mail: none is mentioned twice, so no other has the same first."""
    kind = "members.confirmation_late"
    coordinators = list(User.objects.coordinators().order_by("pk"))
    known: dict[int, set[str]] = {person.pk: set() for person in coordinators}
    earlier = Delivery.objects.filter(kind=kind, recipient__in=coordinators)
    for person_id, context in earlier.values_list("recipient_id", "context"):
        known[person_id or 0].update(context["rounds"])
    mails = []
    for person in coordinators:
        names = [late.name for late in rounds if late.name not in known[person.pk]]
        if names:
            mails.append((person, f"{names[0]}:{person.pk}", {"rounds": names}))
    tell_all(kind, mails)


# Leaving and coming back ---------------------------------------------------------------------


@transaction.atomic
def mark_left(person: User, *, by: User, on: date) -> User:
    """Note that a person left their post on a day, today at the latest; tell them.

    They may no longer sign in, and what `members.leaving` names is taken back: a transfer that
    waits, seats at events to come. Locks the row. Refuses anyone who is not
    a member, who holds or will hold an appointment, and the accounts of the secretariat.
    """
    person = locked(person)
    require_member(person)
    if person.is_staff or person.is_sponsor:
        raise Refused(_("This account belongs to the secretariat, which closes it itself."))
    if holds_office(person):
        raise Refused(_("An appointment as focal point is still in force: it has to end first."))
    if on > timezone.now().date():
        raise Refused(_("The day of leaving cannot lie in the future."))
    person.membership, person.left_on = User.Membership.LEFT, on
    person.save(update_fields=["membership", "left_on"])
    end_everything(person, by=by)
    end_sessions(person)
    record(RosterRecord.Action.MARKED_LEFT, by=by, person=person, on=on.isoformat())
    tell("members.marked_left", person, key=f"{person.pk}:{timezone.now().isoformat()}")
    return person


@transaction.atomic
def reinstate(person: User, *, by: User) -> User:
    """Make a person who was marked as left a member again, confirmed in post today; tell them.

    Locks the row. Refuses anyone who was not marked as left, and whoever left of their own
    accord: they come back by asking or by an invitation.
    """
    person = locked(person)
    if person.membership != User.Membership.LEFT or not person.is_active:
        raise Refused(_("Only a former member can be reinstated."))
    leaving = (RosterRecord.Action.LEFT, RosterRecord.Action.MARKED_LEFT)
    last = RosterRecord.objects.filter(person=person, action__in=leaving).first()
    if person.merged_into_id or person.erased_at or (last and last.action == leaving[0]):
        raise Refused(_("This person left of their own accord: only they can ask to come back."))
    person.membership, person.left_on = User.Membership.MEMBER, None
    person.confirmed_on = timezone.now().date()
    person.save(update_fields=["membership", "left_on", "confirmed_on"])
    record(RosterRecord.Action.REINSTATED, by=by, person=person)
    tell("members.reinstated", person, key=f"{person.pk}:{timezone.now().isoformat()}")
    return person


def require_member(person: User) -> None:
    if not person.is_member or not person.is_active:
        raise Refused(_("This person is not a member at present."))
