"""Every write about people that has a consequence: deciding requests, appointing focal points."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.models import Country, FocalPointAppointment, User
from notifications.actions import tell, tell_all

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


class Refused(Exception):
    """What was asked cannot be done now; `sentence` says why, for the person who asked."""

    def __init__(self, sentence: str | _StrPromise) -> None:
        super().__init__(str(sentence))
        self.sentence = sentence


# Joining -------------------------------------------------------------------------------------


@transaction.atomic
def submit_application(user: User) -> None:
    """Put a confirmed request before those who decide it: the focal point and alternates of
    the country, coordinators where there is none. They and the applicant are told, once,
    however often an address is confirmed. Does nothing for anyone who is not an applicant."""
    if not user.is_applicant:
        return
    tell("members.received", user, key=str(user.pk), applicant=user.pk)
    tell_all(
        "members.waiting",
        [
            (decider, f"{user.pk}:{decider.pk}", {"applicant": user.pk})
            for decider in User.objects.deciding_for(user.country_id).order_by("pk")
        ],
    )


@transaction.atomic
def approve(user: User, *, by: User) -> User:
    """Make an applicant a member and tell them. Locks the person's row; raises `Refused` with
    the sentence of `User.decision()` unless the request is open, so that of two clicks at the
    same moment one decides and the other is told what was decided."""
    return _decide(user, User.Membership.MEMBER, by=by, reason="", kind="members.approved")


@transaction.atomic
def decline(user: User, *, by: User, reason: str) -> User:
    """Turn a request down and tell the applicant why. Locks and refuses as `approve` does."""
    return _decide(user, User.Membership.DECLINED, by=by, reason=reason, kind="members.declined")


def _decide(user: User, membership: User.Membership, *, by: User, reason: str, kind: str) -> User:
    person = User.objects.select_for_update().get(pk=user.pk)
    decision = person.decision()
    if decision != User.Decision.OPEN:
        raise Refused(decision.label)
    person.membership = membership
    person.decided_at = timezone.now()
    person.decided_by = by
    person.decision_reason = reason
    person.save(update_fields=["membership", "decided_at", "decided_by", "decision_reason"])
    stamp = person.decided_at.isoformat()
    tell(kind, person, key=f"{person.pk}:{stamp}", applicant=person.pk)
    return person


# Focal points --------------------------------------------------------------------------------


@transaction.atomic
def appoint(
    country: Country,
    user: User,
    *,
    role: FocalPointAppointment.Role,
    starts_on: date,
    by: User,
) -> FocalPointAppointment:
    """Appoint a member as lead or alternate of a country from a day on, and tell them.

    A new lead ends the outgoing lead's appointment on that day, who is told as well; a person
    who moves from one role to the other leaves the first. Locks the country's row. Refuses
    anyone who is not a member, a second appointment to the same role, and a day on which the
    database's constraint on leads leaves no room.
    """
    Country.objects.select_for_update(no_key=True).get(pk=country.pk)
    if not user.is_member or not user.is_active:
        raise Refused(_("Only a member can be appointed."))
    running = FocalPointAppointment.objects.current(starts_on).filter(country=country)
    if running.filter(user=user, role=role).exists():
        raise Refused(_("This person holds that appointment already."))
    outgoing = running.filter(user=user)
    if role == FocalPointAppointment.Role.LEAD:
        outgoing = outgoing | running.leads()
    for appointment in outgoing.filter(starts_on__lt=starts_on):
        _end(appointment, starts_on, quietly=appointment.user_id == user.pk)
    try:
        with transaction.atomic():
            new = FocalPointAppointment.objects.create(
                country=country, user=user, role=role, starts_on=starts_on
            )
    except IntegrityError as clash:
        raise Refused(
            _("The country has another focal point on that day or later: choose another day.")
        ) from clash
    tell("members.appointed", user, key=str(new.pk), appointment=new.pk)
    return new


@transaction.atomic
def end_appointment(
    appointment: FocalPointAppointment, *, on: date | None = None, by: User
) -> FocalPointAppointment:
    """End an appointment on a day, by default today or, if it began today, tomorrow; tell the
    person. Locks the row. Refuses an appointment that has an end and a day before its start."""
    row = FocalPointAppointment.objects.select_for_update().get(pk=appointment.pk)
    if row.ends_on:
        raise Refused(_("This appointment has been ended already."))
    earliest = row.starts_on + timedelta(days=1)
    on = on or max(timezone.now().date(), earliest)
    if on < earliest:
        raise Refused(_("The end must come after the start."))
    _end(row, on)
    return row


def _end(appointment: FocalPointAppointment, on: date, *, quietly: bool = False) -> None:
    appointment.ends_on = on
    appointment.save(update_fields=["ends_on"])
    if not quietly:
        tell(
            "members.appointment_ended",
            appointment.user,
            key=f"{appointment.pk}:{on.isoformat()}",
            appointment=appointment.pk,
        )
