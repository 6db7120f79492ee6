"""Mails about the office of focal point: appointing, ending, and the handover between the two.

Each reads the appointment again when it is sent, and says who came before or follows and what is
open as it is then. What was announced for a later day is followed by a second mail on the day.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from cop_portal.names import name_of
from cop_portal.text import isolated
from members.handover import open_matters, predecessor_of, successor_of
from members.models import FocalPointAppointment, User
from notifications.kinds import Message, NotNeeded, mail_kind

if TYPE_CHECKING:
    from notifications.models import Delivery


@mail_kind("members.appointed", _("Appointment as focal point"))
def appointed(delivery: Delivery) -> Message:
    """To the person appointed: from when on, who came before and, if the office is theirs
    already, what waits. Context: `appointment`."""
    appointment = _appointment(delivery)
    if appointment.has_ended() or appointment.was_withdrawn:
        raise NotNeeded("the appointment has ended")
    return Message("members/appointed", _incoming(appointment))


@mail_kind("members.office_begins", _("First day as focal point"))
def office_begins(delivery: Delivery) -> Message:
    """To the person whose announced appointment begins today. Context: `appointment`."""
    appointment = _appointment(delivery)
    if appointment.has_ended() or not appointment.has_begun():
        raise NotNeeded("the appointment does not hold today")
    return Message("members/office_begins", _incoming(appointment))


@mail_kind("members.appointment_ended", _("End of the appointment as focal point"))
def appointment_ended(delivery: Delivery) -> Message:
    """To the person whose appointment ends: when, who follows and, if it is over already, what
    was open. Context: `appointment`."""
    appointment = _appointment(delivery)
    if not appointment.ends_on:
        raise NotNeeded("the end was taken back")
    return Message("members/appointment_ended", _outgoing(appointment))


@mail_kind("members.office_ends", _("Last day as focal point"))
def office_ends(delivery: Delivery) -> Message:
    """To the person whose appointment, as announced, is over today. Context: `appointment`."""
    appointment = _appointment(delivery)
    if not appointment.has_ended():
        raise NotNeeded("the appointment goes on")
    return Message("members/office_ends", _outgoing(appointment))


@mail_kind("members.appointment_withdrawn", _("Appointment as focal point withdrawn"))
def appointment_withdrawn(delivery: Delivery) -> Message:
    """To the person whose appointment was taken back before it began. Context: `appointment`."""
    appointment = _appointment(delivery)
    if not appointment.was_withdrawn:
        raise NotNeeded("the appointment was not withdrawn")
    return Message("members/appointment_withdrawn", {"appointment": appointment})


def _incoming(appointment: FocalPointAppointment) -> dict[str, Any]:
    before = predecessor_of(appointment) if appointment.role == "lead" else None
    has_begun = appointment.has_begun()
    return {
        "appointment": appointment,
        "has_begun": has_begun,
        "matters": open_matters(appointment.country_id) if has_begun else [],
        "before": before,
        "before_name": isolated(name_of(before.user)) if before else "",
    }


def _outgoing(appointment: FocalPointAppointment) -> dict[str, Any]:
    follows = successor_of(appointment) if appointment.role == "lead" else None
    has_ended = appointment.has_ended()
    return {
        "appointment": appointment,
        "has_ended": has_ended,
        "matters": open_matters(appointment.country_id) if has_ended else [],
        "follows": follows,
        "follows_name": isolated(name_of(follows.user)) if follows else "",
    }


def _appointment(delivery: Delivery) -> FocalPointAppointment:
    """The appointment the delivery is about; nothing is said to a person whose account is no
    longer open."""
    rows = FocalPointAppointment.objects.select_related("country", "user")
    appointment = rows.filter(pk=delivery.context["appointment"]).first()
    if appointment is None:
        raise NotNeeded("the appointment is gone")
    if appointment.user.entry != User.Entry.OPEN:
        raise NotNeeded("the account is closed")
    return appointment
