"""Appointing focal points and ending their appointments."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.actions.refusal import Refused
from members.models import Country, FocalPointAppointment, User
from notifications.actions import tell


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
