"""How this app's rows of two accounts become one person's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from events.actions import promote_waiting
from events.models import CalendarFeed, Event, Registration, SessionRole
from members.merging import move_missing, reattaches

if TYPE_CHECKING:
    from members.models import User

# The better standing goes first.
STANDING = (
    Registration.Status.CONFIRMED,
    Registration.Status.WAITING,
    Registration.Status.WITHDRAWN,
)


@reattaches(Registration, "user")
def move_registrations(keep: User, duplicate: User) -> None:
    """One seat for one person: where both accounts registered the better standing stays, and a
    seat that is held twice goes to the next in line. Locks the events where this is so, one
    after the other."""
    theirs = Registration.objects.filter(user=duplicate)
    both = Registration.objects.filter(user=keep, event__in=theirs.values("event"))
    for event in Event.objects.filter(pk__in=both.values("event")).order_by("pk"):
        Event.objects.select_for_update(no_key=True).get(pk=event.pk)
        pair = list(event.registrations.filter(user__in=[keep, duplicate]))
        pair.sort(key=lambda row: (STANDING.index(row.status), row.queued_at, row.pk))
        better, worse = pair
        worse.delete()
        Registration.objects.filter(pk=better.pk).update(user=keep)
        if worse.is_confirmed:
            promote_waiting(event)
    theirs.update(user=keep)


@reattaches(CalendarFeed, "user")
def keep_one_feed(keep: User, duplicate: User) -> None:
    """One calendar address: that of the account kept, where there is one."""
    move_missing(CalendarFeed, "user", keep, duplicate, by=[])


@reattaches(SessionRole, "user")
def move_roles(keep: User, duplicate: User) -> None:
    move_missing(SessionRole, "user", keep, duplicate, by=["session_id", "role"])
