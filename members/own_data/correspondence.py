"""Messages between members, and mails of the portal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from django.db.models import F
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from members.models import (
    Block,
    ContactMessage,
    User,
)
from members.own_data.labels import ADDRESS, SUBJECT, TEXT, WHAT, WHEN
from members.personal_data import Coded, columns_of, personal_data
from notifications.kinds import kind_label
from notifications.models import Delivery, MutedKind

if TYPE_CHECKING:
    from members.personal_data import Row


_MESSAGE = {"sent_at": WHEN, "subject": SUBJECT, "body": TEXT}


@personal_data(
    "messages_sent",
    _("Messages to members"),
    {"to": _("To"), **_MESSAGE},
    covers=("members.ContactMessage.sender",),
)
def messages_sent(user: User) -> Iterable[Row]:
    """Without what the recipients did about them: nobody learns of a report or a block."""
    sent = ContactMessage.objects.filter(sender=user).annotate(to=F("recipient__full_name"))
    return columns_of(sent, ("to", *_MESSAGE))


@personal_data(
    "messages_received",
    _("Messages from members"),
    {"by": pgettext_lazy("sender of a message", "From"), **_MESSAGE, "report_reason": _("Report")},
    covers=("members.ContactMessage.recipient",),
)
def messages_received(user: User) -> Iterable[Row]:
    received = ContactMessage.objects.received_by(user).annotate(by=F("sender__full_name"))
    return columns_of(received, ("by", *_MESSAGE, "report_reason"))


@personal_data(
    "blocks",
    _("People blocked"),
    {"person": _("Person"), "since": _("Since")},
    covers=("members.Block.blocker",),
)
def blocks(user: User) -> Iterable[Row]:
    own = Block.objects.filter(blocker=user).annotate(person=F("blocked__full_name"))
    return columns_of(own, ("person", "since"))


@personal_data(
    "mails",
    _("Mails to me"),
    {"kind": WHAT, "subject": SUBJECT, "address": ADDRESS, "created_at": WHEN, "state": _("State")},
    covers=("notifications.Delivery.recipient",),
)
def mails(user: User) -> Iterator[Row]:
    for row in Delivery.objects.filter(recipient=user).order_by("pk"):
        yield {
            "kind": Coded.of(row.kind, row.kind_label),
            "subject": row.subject,
            "address": row.address,
            "created_at": row.created_at,
            "state": Coded.of(row.state, row.get_state_display()),
        }


@personal_data(
    "muted_kinds",
    _("Mails switched off"),
    {"kind": WHAT, "created_at": _("Since")},
    covers=("notifications.MutedKind.user",),
)
def muted_kinds(user: User) -> Iterator[Row]:
    for muted in MutedKind.objects.filter(user=user):
        kind = Coded.of(muted.kind, kind_label(muted.kind))
        yield {"kind": kind, "created_at": muted.created_at}
