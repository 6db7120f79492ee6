"""Reading again, when a mail is sent, the people it speaks of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from members.models import User
from notifications.kinds import NotNeeded

if TYPE_CHECKING:
    from notifications.models import Delivery


def recipient_of(delivery: Delivery) -> User:
    """To whom it goes; `NotNeeded` when they are gone."""
    if delivery.recipient is None:
        raise NotNeeded("the account is gone")
    return delivery.recipient


def person_in(delivery: Delivery, name: str = "applicant") -> User:
    """The person whose number the delivery keeps as `name`; `NotNeeded` when they are gone."""
    people = User.objects.select_related("country", "organisation")
    person = people.filter(pk=delivery.context[name]).first()
    if person is None:
        raise NotNeeded("the account is gone")
    return person
