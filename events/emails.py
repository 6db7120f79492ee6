"""The mails of this app: one composing function for each.

Each asks again, at sending, whether what it says still holds: the registration has not changed
since, the event is announced and has not begun.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from events.ics import event_file
from events.models import Event, Registration
from members.models import User
from notifications.kinds import Attachment, Message, NotNeeded, mail_kind

if TYPE_CHECKING:
    from events.querysets import RegistrationQuerySet
    from notifications.models import Delivery


@mail_kind("events.confirmed", _("Registration for an event"), priority=3)
def confirmed(delivery: Delivery) -> Message:
    registration = _as_told(delivery, Registration.Status.CONFIRMED)
    _to_come(registration.event)
    return _message("confirmed", registration, attachments=(_file(registration),))


@mail_kind("events.waiting", _("Waiting list of an event"), priority=3)
def waiting(delivery: Delivery) -> Message:
    registration = _as_told(delivery, Registration.Status.WAITING)
    _to_come(registration.event)
    return _message("waiting", registration, position=registration.position())


@mail_kind("events.promoted", _("A seat at an event has become free"), priority=3)
def promoted(delivery: Delivery) -> Message:
    registration = _as_told(delivery, Registration.Status.CONFIRMED)
    _to_come(registration.event)
    return _message("promoted", registration, attachments=(_file(registration),))


@mail_kind("events.withdrawn", _("Withdrawal from an event"), priority=3)
def withdrawn(delivery: Delivery) -> Message:
    return _message("withdrawn", _as_told(delivery, Registration.Status.WITHDRAWN))


@mail_kind("events.cancelled", _("An event was cancelled"), priority=2)
def cancelled(delivery: Delivery) -> Message:
    registration = _still_active(delivery)
    if not registration.event.is_cancelled:
        raise NotNeeded("the event is not cancelled")
    if not registration.is_confirmed:
        return _message("cancelled", registration)
    file = _file(registration, method="CANCEL", attendee=delivery.address)
    return _message("cancelled", registration, attachments=(file,))


@mail_kind("events.changed", _("Change of an event’s time or place"), priority=2)
def changed(delivery: Delivery) -> Message:
    """To people with a seat, with the calendar file, and to those who wait for one."""
    registration = _still_active(delivery)
    _open_account(registration)
    _to_come(registration.event)
    if registration.event.revision != delivery.context["revision"]:
        raise NotNeeded("a later change is told instead")
    if registration.is_waiting:
        if not delivery.context.get("is_public"):
            raise NotNeeded("only how to join has changed")
        return _message("changed", registration, position=registration.position())
    file = _file(registration, dropped=delivery.context.get("dropped", ()))
    return _message("changed", registration, attachments=(file,))


@mail_kind("events.reminder", _("Reminders of events"), optional=True)
def reminder(delivery: Delivery) -> Message:
    registration = _still_active(delivery)
    _with_seat(registration)
    _to_come(registration.event)
    if registration.event.starts_at != parse_datetime(delivery.context["starts_at"]):
        raise NotNeeded("the event was moved")
    return _message("reminder", registration, days=_days_left(registration.event))


# Whether it still holds ----------------------------------------------------------------------


def _found(delivery: Delivery) -> RegistrationQuerySet:
    registrations = Registration.objects.select_related("event", "user")
    return registrations.filter(pk=delivery.context["registration"]).prefetch_related(
        "event__sessions"
    )


def _still_active(delivery: Delivery) -> Registration:
    registration = _found(delivery).active().first()
    if registration is None:
        raise NotNeeded("the registration was withdrawn")
    return registration


def _as_told(delivery: Delivery, status: str) -> Registration:
    found = _found(delivery).filter(changes=delivery.context["change"], status=status)
    registration = found.first()
    if registration is None:
        raise NotNeeded("the registration has changed since")
    return registration


def _with_seat(registration: Registration) -> None:
    if not registration.is_confirmed:
        raise NotNeeded("there is no seat any more")
    _open_account(registration)


def _open_account(registration: Registration) -> None:
    if registration.user.entry != User.Entry.OPEN:
        raise NotNeeded("the account is closed")


def _to_come(event: Event) -> None:
    if not event.is_published:
        raise NotNeeded("the event is not published")
    if event.has_started():
        raise NotNeeded("the event has started")


# What all of them say ------------------------------------------------------------------------


def _message(
    name: str,
    registration: Registration,
    *,
    attachments: tuple[Attachment, ...] = (),
    **context: Any,
) -> Message:
    event = registration.event
    return Message(
        template=f"events/{name}",
        context={
            "event": event,
            "registration": registration,
            "shows_access": registration.is_confirmed and event.is_published,
            "can_withdraw": registration.is_active and event.is_published,
            "event_url": settings.SITE_URL + event.get_absolute_url(),
            "withdraw_url": settings.SITE_URL + reverse("events:withdraw", args=[event.pk]),
            **context,
        },
        attachments=attachments,
    )


def _file(registration: Registration, *, method: str = "PUBLISH", **options: Any) -> Attachment:
    return Attachment(
        filename=f"event-{registration.event_id}.ics",
        content=event_file(
            registration.event, status=registration.status, method=method, **options
        ),
        mimetype=f"text/calendar; method={method}",
    )


def _days_left(event: Event) -> int:
    """Days from today to the first day, both on the clock that is shown first."""
    shown = event.clocks
    assert shown is not None  # a published event has dates
    return (shown.first.first_day - timezone.localdate(timezone=shown.first.zone)).days
