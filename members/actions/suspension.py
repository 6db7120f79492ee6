"""Suspending an account, and lifting that again."""

from __future__ import annotations

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.actions.refusal import Refused
from members.audit import record
from members.leaving import end_everything
from members.models import FocalPointAppointment, RosterRecord, User
from members.sessions import end_sessions
from notifications.actions import tell


class Suspension(models.TextChoices):
    """What can be done about an account now, in words for the coordinator."""

    POSSIBLE = "possible", _("This account can be suspended.")
    SUSPENDED = "suspended", _("This account is suspended.")
    IN_OFFICE = (
        "in_office",
        _("This person is focal point today: end the appointment first."),
    )
    STAFF = (
        "staff",
        _("Accounts of coordinators, sponsors and administrators are closed by administrators."),
    )
    NO_MEMBER = "no_member", _("Only members can be suspended.")


def suspension(user: User) -> Suspension:
    """Can this account be suspended now? At most one query."""
    if user.membership == User.Membership.SUSPENDED:
        return Suspension.SUSPENDED
    if user.is_coordinator or user.is_superuser or user.is_sponsor:
        return Suspension.STAFF
    if not user.is_member or not user.is_active:
        return Suspension.NO_MEMBER
    if FocalPointAppointment.objects.current().filter(user=user).exists():
        return Suspension.IN_OFFICE
    return Suspension.POSSIBLE


@transaction.atomic
def suspend(user: User, *, by: User, reason: str) -> User:
    """Keep a member out until the suspension is lifted, and tell them why. Seats and other
    claims are given back and sessions end. Locks the person's row; refuses with the sentence of
    `suspension`."""
    person = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if (now := suspension(person)) != Suspension.POSSIBLE:
        raise Refused(now.label)
    end_everything(person, by=by)
    end_sessions(person)
    person.membership = User.Membership.SUSPENDED
    person.save(update_fields=["membership"])
    record(RosterRecord.Action.SUSPENDED, by=by, person=person, reason=reason)
    key = f"{person.pk}:{timezone.now().isoformat()}"
    tell("members.suspended", person, key=key, person=person.pk, reason=reason)
    return person


@transaction.atomic
def lift_suspension(user: User, *, by: User) -> User:
    """Let a suspended member in again and tell them. Locks the person's row; refuses when there
    is no suspension."""
    person = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if person.membership != User.Membership.SUSPENDED:
        raise Refused(_("This account is not suspended."))
    person.membership = User.Membership.MEMBER
    person.save(update_fields=["membership"])
    record(RosterRecord.Action.REINSTATED, by=by, person=person)
    key = f"{person.pk}:{timezone.now().isoformat()}"
    tell("members.suspension_lifted", person, key=key, person=person.pk)
    return person
