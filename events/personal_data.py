"""What this app knows of a person: given to the person, and erased with the person."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from events.models import CalendarFeed, Registration, SessionRole
from members.erasing import forget_in_history
from members.leaving import erases
from members.personal_data import Coded, columns_of, personal_data

if TYPE_CHECKING:
    from members.models import User
    from members.personal_data import Row

_REGISTRATION = {
    "event": _("Event"),
    "status": _("Status"),
    "queued_at": _("Arrived"),
    "confirmed_at": _("Seat confirmed"),
    "withdrawn_at": _("Withdrawn"),
}


@personal_data(
    "registrations", _("Registrations"), _REGISTRATION, covers=("events.Registration.user",)
)
def registrations(user: User) -> Iterator[Row]:
    own = Registration.objects.filter(user=user).order_by("event__starts_at", "pk")
    yield from columns_of(own, _REGISTRATION)


@personal_data(
    "session_roles",
    _("Roles in sessions"),
    {"session": _("Session"), "event": _("Event"), "role": _("Role"), "starts_at": _("Starts")},
    covers=("events.SessionRole.user",),
)
def session_roles(user: User) -> Iterator[Row]:
    own = SessionRole.objects.filter(user=user).select_related("session__event")
    for held in own.order_by("session__starts_at", "pk"):
        session = held.session
        yield {
            "session": Coded.of(session.pk, session),
            "event": Coded.of(session.event_id, session.event),
            "role": Coded.of(held.role, held.get_role_display()),
            "starts_at": session.starts_at,
        }


@personal_data(
    "calendar",
    _("Private calendar address"),
    {"created_at": _("Since")},
    covers=("events.CalendarFeed.user",),
)
def calendar(user: User) -> Iterable[Row]:
    """When there is one; the address itself is a key, shown on its own page alone."""
    return columns_of(CalendarFeed.objects.filter(user=user), ("created_at",))


@erases
def erase_calendar(user: User) -> None:
    CalendarFeed.objects.filter(user=user).delete()


@erases
def erase_history(user: User) -> None:
    """Registrations stay and are counted; the desk's history of them names nobody."""
    own = Registration.objects.filter(user=user).values_list("pk", flat=True)
    forget_in_history(Registration, list(own))
