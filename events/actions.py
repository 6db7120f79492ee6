"""Every change to events and registrations that has a consequence.

Each locks the event's row first, asks the model whether the change is possible now, and puts
what people must be told into the ledger in the same transaction. Permissions are the caller's.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Max, Min
from django.utils import timezone
from django.utils.translation import gettext as _

from events.models import CalendarFeed, Event, EventReminder, Registration
from events.models.registrations import new_token
from events.schedule import for_everyone, snapshot
from notifications.actions import tell, tell_all

if TYPE_CHECKING:
    from members.models import User

logger = logging.getLogger(__name__)


class Refused(Exception):
    """A change that is not possible now; its text is the sentence for the person who asked."""


def _lock(event: Event) -> Event:
    """The event as it is now, its row locked until the end of the transaction."""
    return Event.objects.select_for_update(no_key=True).get(pk=event.pk)


# Registration --------------------------------------------------------------------------------


@transaction.atomic
def register(event: Event, *, by: User) -> Registration:
    """Give `by` a seat, or the last place of the waiting list when there is none left.

    Registering twice changes nothing and returns the same row. Raises `Refused` with the label
    of the event's state when registration is not possible. Locks the event, so the order of the
    list is the order of arrival at the lock.
    """
    event = _lock(event)
    registration = event.registrations.filter(user=by).select_related("user").first()
    if registration and registration.is_active:
        return registration
    now = timezone.now()
    state = event.registration_state(now)
    if not state.accepts:
        raise Refused(state.label)
    registration = registration or Registration(event=event, user=by)
    registration.queued_at = _next_arrival(event, now)
    registration.withdrawn_at = None
    if state.has_seat:
        registration.status, registration.confirmed_at = Registration.Status.CONFIRMED, now
    else:
        registration.status, registration.confirmed_at = Registration.Status.WAITING, None
    _save_and_tell(registration, "events.confirmed" if state.has_seat else "events.waiting")
    return registration


def _next_arrival(event: Event, now: datetime) -> datetime:
    """A moment after every earlier arrival, also when a server's clock was set back."""
    latest = event.registrations.aggregate(latest=Max("queued_at"))["latest"]
    return max(now, latest + timedelta(microseconds=1)) if latest else now


def _save_and_tell(registration: Registration, kind: str) -> None:
    registration.changes += 1
    registration.save()
    tell(kind, registration.user, key=registration.change_key, **_context(registration))


def _context(registration: Registration) -> dict[str, int]:
    return {"registration": registration.pk, "change": registration.changes}


@transaction.atomic
def withdraw(registration: Registration, *, by: User) -> Registration:
    """Give up a seat or a place in the queue; a freed seat goes to the next in line.

    Withdrawing twice changes nothing. Raises `Refused` once the event is over or cancelled.
    Locks the event. The person is told, and so is whoever is promoted.
    """
    event = _lock(registration.event)
    registration = Registration.objects.select_related("user").get(pk=registration.pk)
    if not registration.is_active:
        return registration
    state = event.registration_state()
    if not state.allows_withdrawal:
        raise Refused(state.label)
    registration.status = Registration.Status.WITHDRAWN
    registration.withdrawn_at = timezone.now()
    _save_and_tell(registration, "events.withdrawn")
    if by.pk != registration.user_id:
        logger.info("User %s withdrew registration %s", by.pk, registration.pk)
    _promote(event)
    return registration


@transaction.atomic
def promote_waiting(event: Event) -> list[Registration]:
    """Give every free seat to the next in line and tell them; return who was promoted.

    For use when the capacity was raised; withdrawals do it by themselves. Locks the event.
    """
    return _promote(_lock(event))


def _promote(event: Event) -> list[Registration]:
    now = timezone.now()
    if not event.is_published or event.has_started(now):
        return []
    waiting = event.registrations.waiting().select_related("user")
    if event.capacity is not None:
        free = max(0, event.capacity - event.registrations.confirmed().count())
        waiting = waiting[:free]
    promoted = list(waiting)
    for registration in promoted:
        registration.status = Registration.Status.CONFIRMED
        registration.confirmed_at = now
        registration.changes += 1
    Registration.objects.bulk_update(
        promoted, ["status", "confirmed_at", "changes"], batch_size=1000
    )
    tell_all("events.promoted", [(r.user, r.change_key, _context(r)) for r in promoted])
    return promoted


# The event -----------------------------------------------------------------------------------


@transaction.atomic
def publish(event: Event, *, by: User) -> Event:
    """Announce the event; it gets the usual reminders when none were set.

    Publishing twice changes nothing. Raises `Refused` when the event was cancelled or still
    lacks what `missing_for_publication` names. Locks the event.
    """
    event = _lock(event)
    if event.is_published:
        return event
    if event.is_cancelled:
        raise Refused(_("A cancelled event cannot be published again."))
    if missing := event.missing_for_publication():
        raise Refused(" ".join(missing))
    event.status = Event.Status.PUBLISHED
    event.published_at = timezone.now()
    _span(event)
    event.announced = snapshot(event.sessions.all())
    event.save()
    if not event.reminders.exists():
        EventReminder.objects.bulk_create(
            EventReminder(event=event, days_before=days) for days in EventReminder.DEFAULT_DAYS
        )
    logger.info("User %s published event %s", by.pk, event.pk)
    return event


@transaction.atomic
def cancel(event: Event, *, by: User, note: Mapping[str, str] | None = None) -> Event:
    """Call the event off and tell everyone who has a seat or waits for one.

    `note` gives the reason by language code and may be empty. Reminders stop, for they go out
    for published events only. Cancelling twice changes nothing. Raises `Refused` for a draft
    and for an event that is over. Locks the event.
    """
    event = _lock(event)
    if event.is_cancelled:
        return event
    if not event.is_published:
        raise Refused(_("A draft is deleted, not cancelled: nobody knows of it yet."))
    if event.is_over():
        raise Refused(event.registration_state().label)
    event.status = Event.Status.CANCELLED
    event.cancelled_at = timezone.now()
    event.revision += 1
    for language, text in (note or {}).items():
        setattr(event, f"cancellation_note_{language}", text.strip())
    event.save()
    _tell_of_revision("events.cancelled", event, waiting_too=True)
    logger.info("User %s cancelled event %s", by.pk, event.pk)
    return event


@transaction.atomic
def reschedule(event: Event) -> Event:
    """Bring the event's span in step with its sessions, and tell of a change.

    To be called after sessions were saved. When times or places of a published event that is
    not over differ from what was announced, the revision rises, and everyone with a seat and
    everyone who waits for one is told once for it; those who wait are not told of how to join.
    Raises `Refused` when a published event would be left without a session. Locks the event.
    """
    event = _lock(event)
    before = (event.starts_at, event.ends_at)
    _span(event)
    if event.starts_at is None and not event.is_draft:
        raise Refused(_("An announced event keeps at least one session."))
    if not event.is_draft:
        _announce(event, before)
    event.save()
    return event


def _span(event: Event) -> None:
    """Take the event's start and end from its sessions."""
    span = event.sessions.aggregate(first=Min("starts_at"), last=Max("ends_at"))
    event.starts_at, event.ends_at = span["first"], span["last"]


def _announce(event: Event, before: tuple[datetime | None, datetime | None]) -> None:
    current = snapshot(event.sessions.all())
    told = event.announced
    event.announced = current
    # Of an event announced before snapshots were kept only the span is known.
    changed = told != current if told else before != (event.starts_at, event.ends_at)
    if not changed or not event.is_published or event.is_over():
        return
    event.revision += 1
    kept = {session["id"] for session in current}
    dropped = [session for session in told if session["id"] not in kept]
    is_public = not told or for_everyone(told) != for_everyone(current)
    _tell_of_revision(
        "events.changed", event, waiting_too=is_public, dropped=dropped, is_public=is_public
    )


def _tell_of_revision(
    kind: str, event: Event, *, waiting_too: bool = False, **context: object
) -> None:
    """Tell everyone with a seat, and those who wait if asked, of the event's new revision."""
    registrations = event.registrations.select_related("user")
    registrations = registrations.active() if waiting_too else registrations.confirmed()
    tell_all(
        kind,
        [
            (
                registration.user,
                f"{registration.pk}:{event.revision}",
                {"registration": registration.pk, "revision": event.revision, **context},
            )
            for registration in registrations
        ],
    )


# The private calendar ------------------------------------------------------------------------


def reset_feed(user: User) -> CalendarFeed:
    """Give `user` a calendar address, new if there was one: the old one stops working."""
    feed, _created = CalendarFeed.objects.update_or_create(
        user=user, defaults={"token": new_token()}
    )
    return feed
