"""Where people and guests are named in sessions, for the pages of the apps below this one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from cop_portal.templatetags.cop import text
from events.models import Event, SessionRole
from members.models import Guest, User
from members.naming import Mention, names_guests

if TYPE_CHECKING:
    from events.querysets import EventQuerySet


@names_guests
def sessions_of_guests(guests: list[Guest], user: User) -> Iterator[Mention]:
    """The sessions that name these guests, of the events the person may see."""
    events: EventQuerySet = Event.objects.visible_to(user)
    roles = SessionRole.objects.filter(guest__in=guests, session__event__in=events)
    for role in roles.select_related("session__event"):
        assert role.guest_id is not None  # it was found by its guest
        yield Mention(
            guest_id=role.guest_id,
            role=role.get_role_display(),
            title=text(role.session.event, "title"),
            url=role.session.event.get_absolute_url(),
            at=role.session.starts_at,
        )
