"""The mail to an expert."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from members.emails.people import person_in
from notifications.kinds import Message, NotNeeded, mail_kind

if TYPE_CHECKING:
    from notifications.models import Delivery


@mail_kind("members.marked_expert", _("Marked as an expert"))
def marked_expert(delivery: Delivery) -> Message:
    """To the new expert, with the fields. Context: `person`."""
    person = person_in(delivery, "person")
    if not person.is_expert or not person.is_member:
        raise NotNeeded("no longer an expert")
    return Message("members/marked_expert", {"person": person, "fields": person.expertise.all()})
