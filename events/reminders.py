"""Reminding people of events, once for each reminder, however often it is asked.

Safe to run as often and in as many places as one likes: whether a reminder went into the ledger
is decided by the ledger's unique key, which names the event, the reminder, the registration and
the start. An event that moves has another start, and is reminded of again.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import CharField, Exists, OuterRef, Prefetch, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from events.models import Event, EventReminder
from notifications.actions import tell_all
from notifications.models import Delivery

if TYPE_CHECKING:
    from events.querysets import RegistrationQuerySet

KIND = "events.reminder"
# On the day itself people hear of it at least this long before the start.
LATEST_NOTICE = timedelta(hours=2)


def moment_of(reminder: EventReminder, event: Event) -> datetime:
    """When a reminder is due: so many days before the day of the start, at its time of day,
    both in the event's zone; for the day itself at the latest `LATEST_NOTICE` before the start.

    A time of day that clocks skip that day is read with the offset before the change.
    """
    assert event.starts_at is not None  # asked of published events only
    day = event.starts_at.astimezone(event.zone).date() - timedelta(days=reminder.days_before)
    moment = datetime.combine(day, reminder.at, tzinfo=event.zone).astimezone(UTC)
    if reminder.days_before == 0:
        moment = min(moment, event.starts_at - LATEST_NOTICE)
    return moment


def due_reminder(
    event: Event, reminders: Iterable[EventReminder], now: datetime
) -> tuple[EventReminder, datetime] | None:
    """The reminder whose turn it is, with its moment: the last one whose moment has come.

    One that was missed, because nothing ran in its time, is not made up for once the next is
    due, so nobody gets two at once. None before the first and from the start on.
    """
    if event.starts_at is None or now >= event.starts_at:
        return None
    moments = sorted(
        ((moment_of(r, event), -r.days_before, r) for r in reminders), key=lambda m: m[:2]
    )
    passed = [(reminder, moment) for moment, _order, reminder in moments if moment <= now]
    return passed[-1] if passed else None


def queue_due_reminders(now: datetime | None = None) -> int:
    """Put every reminder that is due into the ledger; return how many rows were tried.

    Only people whose seat was confirmed before the reminder's moment are reminded: whoever came
    later has just been told.
    """
    now = now or timezone.now()
    return sum(_queue(event, now) for event in _events_to_remind_of(now))


def _events_to_remind_of(now: datetime) -> list[Event]:
    longest = (
        EventReminder.objects.filter(event__status=Event.Status.PUBLISHED, event__starts_at__gt=now)
        .order_by("-days_before")
        .values_list("days_before", flat=True)
        .first()
    )
    if longest is None:
        return []
    # A day of margin on each side covers every zone and time of day.
    horizon = now + timedelta(days=longest + 2)
    return list(
        Event.objects.published()
        .filter(starts_at__gt=now, starts_at__lte=horizon, reminders__isnull=False)
        .distinct()
        .only("time_zone", "starts_at", "status")
        .prefetch_related(Prefetch("reminders"))
    )


def _queue(event: Event, now: datetime) -> int:
    due = due_reminder(event, event.reminders.all(), now)
    if due is None:
        return 0
    reminder, moment = due
    assert event.starts_at is not None  # else nothing were due
    start = event.starts_at.astimezone(UTC)
    prefix = f"{event.pk}:{reminder.days_before}:"
    suffix = f":{start:%Y%m%dT%H%M%S}"
    pending = _without_row(event.registrations.confirmed(), prefix, suffix).filter(
        confirmed_at__lt=moment
    )
    return tell_all(
        KIND,
        [
            (
                registration.user,
                f"{prefix}{registration.pk}{suffix}",
                {"registration": registration.pk, "starts_at": start.isoformat()},
            )
            for registration in pending.select_related("user")
        ],
    )


def _without_row(
    registrations: RegistrationQuerySet, prefix: str, suffix: str
) -> RegistrationQuerySet:
    """Those for whom the ledger has no such row yet, so that a run with nothing new is cheap."""
    key = Concat(
        Value(f"{KIND}:{prefix}"),
        Cast(OuterRef("pk"), CharField()),
        Value(suffix),
        output_field=CharField(),
    )
    return registrations.filter(~Exists(Delivery.objects.filter(key=key)))
