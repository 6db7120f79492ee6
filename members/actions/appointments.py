"""Appointing focal points and ending their appointments."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.actions.refusal import Refused
from members.audit import record
from members.letters import keep
from members.models import Country, FocalPointAppointment, RosterRecord, User
from notifications.actions import tell, tell_all

if TYPE_CHECKING:
    from django.core.files import File
    from django.db.models import QuerySet

# For so long after the day the second mail of a handover is made up for when no task ran.
LATE = timedelta(days=3)


@transaction.atomic
def appoint(
    country: Country,
    user: User,
    *,
    role: FocalPointAppointment.Role,
    starts_on: date,
    by: User,
    letter: File | None = None,
) -> FocalPointAppointment:
    """Appoint a member as lead or alternate of a country from a day on, and tell them.

    A new lead ends the outgoing lead's appointment on that day, who is told as well; a person
    who moves from one role to the other leaves the first. The nomination letter, if there is
    one, is kept with the appointment. Locks the rows of the country, of the person, who may be
    leaving at this moment, and of what ends. Refuses anyone who is not a member of the
    country, a second appointment to the same role, and a day on which the database's constraint on
    leads leaves no room.
    """
    Country.objects.select_for_update(no_key=True).get(pk=country.pk)
    user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if not user.is_member or not user.is_active:
        raise Refused(_("Only a member can be appointed."))
    if user.country_id != country.pk:
        raise Refused(
            _("Only a member of this country can be appointed: the transfer there comes first.")
        )
    running = FocalPointAppointment.objects.current(starts_on).filter(country=country)
    if running.filter(user=user, role=role).exists():
        raise Refused(_("This person holds that appointment already."))
    outgoing = running.filter(user=user)
    if role == FocalPointAppointment.Role.LEAD:
        outgoing = outgoing | running.leads()
    outgoing = outgoing.filter(starts_on__lt=starts_on).order_by("pk")
    for appointment in outgoing.select_for_update(of=("self",)):
        _end(appointment, starts_on, by=by, quietly=appointment.user_id == user.pk)
    try:
        with transaction.atomic():
            new = FocalPointAppointment.objects.create(
                country=country,
                user=user,
                role=role,
                starts_on=starts_on,
                appointed_by=by,
                appointed_at=timezone.now(),
            )
    except IntegrityError as clash:
        raise Refused(
            _(
                "The country has another focal point on that day or later: choose another day, or "
                "withdraw that appointment first."
            )
        ) from clash
    _note(RosterRecord.Action.APPOINTED, new, by, on=starts_on, with_letter=bool(letter))
    tell("members.appointed", user, key=str(new.pk), appointment=new.pk)
    if letter:
        keep(new, letter)
    return new


@transaction.atomic
def end_appointment(
    appointment: FocalPointAppointment, *, on: date | None = None, by: User
) -> FocalPointAppointment:
    """End an appointment on a day, by default today, and tell the person.

    One that has not begun is withdrawn instead, by ending it on its first day: it then never
    takes effect. Locks the row. Refuses an appointment that has ended or will end by that day,
    and a day before its start.
    """
    row = FocalPointAppointment.objects.select_for_update(of=("self",)).get(pk=appointment.pk)
    on = on or max(timezone.now().date(), row.starts_on)
    if row.has_ended() or (row.ends_on and row.ends_on <= on):
        raise Refused(_("This appointment has been ended already."))
    if on < row.starts_on:
        raise Refused(_("The end must not come before the start."))
    _end(row, on, by=by)
    return row


def _end(appointment: FocalPointAppointment, on: date, *, by: User, quietly: bool = False) -> None:
    appointment.ends_on, appointment.ended_by = on, by
    appointment.ended_at = timezone.now()
    appointment.save(update_fields=["ends_on", "ended_by", "ended_at"])
    withdrawn = appointment.was_withdrawn
    _note(RosterRecord.Action.APPOINTMENT_ENDED, appointment, by, on=on, withdrawn=withdrawn)
    if not quietly:
        tell(
            "members.appointment_withdrawn" if withdrawn else "members.appointment_ended",
            appointment.user,
            key=f"{appointment.pk}:{on.isoformat()}",
            appointment=appointment.pk,
        )


def _note(
    action: RosterRecord.Action,
    appointment: FocalPointAppointment,
    by: User,
    *,
    on: date,
    **detail: Any,
) -> None:
    record(
        action,
        by=by,
        person=appointment.user,
        country_id=appointment.country_id,
        appointment=appointment.pk,
        role=str(appointment.role),
        on=on.isoformat(),
        **detail,
    )


# On the day itself ---------------------------------------------------------------------------


@transaction.atomic
def tell_of_handovers(today: date | None = None) -> int:
    """Tell, on the day itself, those whose appointment begins or ends today as it was announced
    earlier, with what is open on that day; return how many.

    Rights change by the date alone: no appointment waits for this. The ledger's keys name the
    appointment and the day, so each is told once however often this runs; a day on which it did
    not run is made up for. Who was appointed for the same day was told everything at once.
    """
    today = today or timezone.now().date()
    days = (today - LATE + timedelta(days=1), today)
    rows = FocalPointAppointment.objects.took_effect().select_related("user")
    begun = [
        row
        for row in rows.held(today).filter(starts_on__range=days)
        if _was_announced(row.appointed_at, row.starts_on)
    ]
    over = [
        row
        for row in rows.filter(~Exists(_still_held(today)), ends_on__range=days)
        if row.ends_on and _was_announced(row.ended_at, row.ends_on)
    ]
    tell_all("members.office_begins", [_mail(row, row.starts_on) for row in begun])
    tell_all("members.office_ends", [_mail(row, row.ends_on) for row in over])
    return len(begun) + len(over)


def _still_held(today: date) -> QuerySet[FocalPointAppointment]:
    """Another role of the same person in the same country, who then only changes roles."""
    current = FocalPointAppointment.objects.current(today)
    return current.filter(country=OuterRef("country"), user=OuterRef("user"))


def _mail(row: FocalPointAppointment, day: date | None) -> tuple[User, str, dict[str, Any]]:
    return row.user, f"{row.pk}:{day}", {"appointment": row.pk}


def _was_announced(at: datetime | None, day: date) -> bool:
    """Whether it was known before the day, in UTC as every date of an appointment."""
    return at is not None and at < datetime.combine(day, time.min, UTC)
