"""Where people and guests are named in sessions, for the pages of the apps below this one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.db.models import Q

from cop_portal.localised import local_text
from cop_portal.templatetags.cop import text
from events.models import Event, SessionRole
from members.contributions import Contribution, contributes
from members.models import Guest, User
from members.naming import Mention, names_guests

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from events.querysets import EventQuerySet

MOST = 10


def _roles(viewer: User) -> QuerySet[SessionRole]:
    """The roles in sessions of the events that the viewer may see."""
    events: EventQuerySet = Event.objects.visible_to(viewer)
    return SessionRole.objects.filter(session__event__in=events).select_related("session__event")


@names_guests
def sessions_of_guests(guests: list[Guest], user: User) -> Iterator[Mention]:
    """The sessions that name these guests."""
    for role in _roles(user).filter(guest__in=guests):
        assert role.guest_id is not None  # it was found by its guest
        event = role.session.event
        yield Mention(
            guest_id=role.guest_id,
            role=role.get_role_display(),
            title=text(event, "title"),
            url=event.get_absolute_url(),
            at=role.session.starts_at,
        )


@contributes
def parts_in_sessions(person: User, viewer: User) -> Iterator[Contribution]:
    """The announced sessions that name the person, under their account or as the guest they
    claimed. The event's page names them too, so this is for every viewer."""
    own = Q(user=person) | Q(guest__claimed_by=person)
    rows = _roles(viewer).filter(own, session__event__status=Event.Status.PUBLISHED)
    for role in rows.order_by("-session__starts_at", "-pk")[:MOST]:
        session, event = role.session, role.session.event
        title = local_text(event, "title")
        yield Contribution(
            title=title.text,
            url=event.get_absolute_url(),
            kind=role.get_role_display(),
            day=session.starts_at.astimezone(session.zone).date(),
            language=title.language,
        )
