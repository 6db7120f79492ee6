"""The seats that a person who leaves the community gives back."""

from __future__ import annotations

from events.actions import Refused, withdraw
from events.models import Registration
from members.leaving import when_leaving
from members.models import User


@when_leaving
def give_seats_back(user: User, by: User) -> None:
    """Withdraw every registration for an event that is not over: the waiting list moves up.
    An event that can no longer be withdrawn from keeps its registration."""
    active = Registration.objects.active().filter(user=user)
    for registration in active.select_related("event").order_by("event_id"):
        try:
            withdraw(registration, by=by)
        except Refused:
            continue
