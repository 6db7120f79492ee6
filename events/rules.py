"""Who may do what with events. What a person may see is `EventQuerySet.visible_to`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import rules
from django.utils.translation import gettext_lazy as _

from cop_portal.permissions import explain_denial

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from events.models import Event, Registration
    from members.models import User


@rules.predicate
def is_coordinating(user: User | AnonymousUser) -> bool:
    """Coordinators and administrators."""
    return user.is_authenticated and user.is_staff


@rules.predicate
def takes_part(user: User | AnonymousUser) -> bool:
    """Members, experts and focal points; sponsors look on."""
    return user.is_authenticated and user.is_active and user.is_member and not user.is_sponsor


@rules.predicate
def is_own(user: User | AnonymousUser, registration: Registration | None) -> bool:
    return registration is not None and registration.user_id == user.pk


@rules.predicate
def has_seat(user: User | AnonymousUser, event: Event | None) -> bool:
    if event is None or not user.is_authenticated or not user.is_active:
        return False
    return event.registrations.confirmed().filter(user=user).exists()


@rules.predicate
def is_draft(user: User | AnonymousUser, event: Event | None) -> bool:
    """What people know of is cancelled, not deleted."""
    return event is None or event.is_draft


rules.add_perm("events.register", takes_part | is_coordinating)
rules.add_perm("events.withdraw", is_own | is_coordinating)
rules.add_perm("events.view_access", has_seat | is_coordinating)
rules.add_perm("events.manage", is_coordinating)

# The admin's names: the app, then each model.
rules.add_perm("events", is_coordinating)
for model in (
    "event", "session", "sessionrole", "organiser", "highlight", "figure", "eventreminder",
    "registration",
):  # fmt: skip
    for verb in ("view", "add", "change"):
        rules.add_perm(f"events.{verb}_{model}", is_coordinating)
    allowed = is_coordinating & is_draft if model == "event" else is_coordinating
    rules.add_perm(f"events.delete_{model}", allowed)

explain_denial(
    "events.register",
    _(
        "Registration is for members of the community. A request to join is answered by the "
        "country’s focal point first."
    ),
)
explain_denial("events.withdraw", _("Only the person registered can withdraw a registration."))
explain_denial("events.view_access", _("How to join is shown to people with a seat."))
explain_denial("events.manage", _("Events are managed by coordinators."))
explain_denial(
    "events.delete_event", _("An announced event is cancelled, not deleted: people know of it.")
)
