"""Mails about the office of focal point."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.models import FocalPointAppointment, User
from notifications.kinds import Message, NotNeeded, mail_kind

if TYPE_CHECKING:
    from notifications.models import Delivery


@mail_kind("members.appointed", _("Appointment as focal point"))
def appointed(delivery: Delivery) -> Message:
    """To the person appointed. Context: `appointment`."""
    appointment = _appointment(delivery)
    if appointment.ends_on and appointment.ends_on <= timezone.now().date():
        raise NotNeeded("the appointment has ended")
    waiting_now = User.objects.applicants().filter(country=appointment.country_id).count()
    context = {"appointment": appointment, "waiting": waiting_now}
    return Message("members/appointed", context)


@mail_kind("members.appointment_ended", _("End of the appointment as focal point"))
def appointment_ended(delivery: Delivery) -> Message:
    """To the person whose appointment ends. Context: `appointment`."""
    appointment = _appointment(delivery)
    if not appointment.ends_on:
        raise NotNeeded("the end was taken back")
    return Message("members/appointment_ended", {"appointment": appointment})


def _appointment(delivery: Delivery) -> FocalPointAppointment:
    rows = FocalPointAppointment.objects.select_related("country", "user")
    appointment = rows.filter(pk=delivery.context["appointment"]).first()
    if appointment is None:
        raise NotNeeded("the appointment is gone")
    return appointment
