"""Mails about messages between members."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from cop_portal.names import name_of
from cop_portal.text import isolated
from members.actions.contact import has_blocked
from members.models import ContactMessage
from notifications.kinds import Message, NotNeeded, mail_kind

if TYPE_CHECKING:
    from notifications.models import Delivery


@mail_kind("members.contact", _("Message from a member"), priority=3)
def contact(delivery: Delivery) -> Message:
    """To the recipient, without the sender's address. Context: `message`.

    The subject names the sender and nothing of what they wrote: it stays in the ledger.
    """
    message = _message(delivery)
    sender, recipient = message.sender, message.recipient
    if message.is_held_back or not recipient.is_member:
        raise NotNeeded("no longer to be delivered")
    if not sender.is_active or not (sender.is_member or sender.is_staff):
        raise NotNeeded("the sender is no longer a member")
    if not sender.is_staff and has_blocked(recipient, sender):
        raise NotNeeded("no longer to be delivered")
    context = {
        "contact": message,
        "sender": sender,
        "name": isolated(name_of(sender)),
        "subject_line": isolated(message.subject),
        "lines": [isolated(line) if line else "" for line in message.body.splitlines()],
    }
    return Message("members/contact", context, takes_replies=False)


@mail_kind("members.message_reported", _("Message between members reported"), priority=4)
def message_reported(delivery: Delivery) -> Message:
    """To the coordinators; the message itself is read on the desk. Context: `message`."""
    message = _message(delivery)
    if message.report_state != ContactMessage.ReportState.OPEN:
        raise NotNeeded("handled already")
    if delivery.recipient is None or not delivery.recipient.has_perm("members.handle_report"):
        raise NotNeeded("no longer for this person to handle")
    context = {
        "contact": message,
        "sender": isolated(name_of(message.sender)),
        "recipient_name": isolated(name_of(message.recipient)),
        "reason": isolated(message.report_reason),
    }
    return Message("members/message_reported", context)


def _message(delivery: Delivery) -> ContactMessage:
    rows = ContactMessage.objects.select_related("sender__country", "recipient__country")
    message = rows.filter(pk=delivery.context["message"]).first()
    if message is None:
        raise NotNeeded("the message is gone")
    return message
