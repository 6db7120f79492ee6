"""The demonstration's mail: kept in a local Maildir, read in the browser, sent to nobody."""

from __future__ import annotations

import mailbox
from collections.abc import Sequence
from email import message_from_bytes, policy
from email.message import EmailMessage as StandardMessage
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend

if TYPE_CHECKING:
    from django.core.mail import EmailMessage


def open_inbox() -> mailbox.Maildir:
    settings.INBOX_DIR.parent.mkdir(parents=True, exist_ok=True)
    return mailbox.Maildir(settings.INBOX_DIR, create=True)


class MaildirBackend(BaseEmailBackend):
    """An email backend that puts each message into the local inbox, as it would be sent."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        inbox = open_inbox()
        for message in email_messages:
            inbox.add(message.message().as_bytes())
        return len(email_messages)


def newest(count: int) -> list[tuple[str, StandardMessage]]:
    """The keys and messages of the latest mail, the latest first."""
    inbox = open_inbox()
    # A Maildir key begins with the time of delivery and, within a second, its microseconds.
    keys = sorted(inbox.keys(), key=_moment, reverse=True)[:count]
    return [(key, parse(inbox.get_bytes(key))) for key in keys]


def read(key: str) -> StandardMessage | None:
    inbox = open_inbox()
    try:
        return parse(inbox.get_bytes(key))
    except KeyError:
        return None


def parse(raw: bytes) -> StandardMessage:
    return message_from_bytes(raw, policy=policy.default)


def _moment(key: str) -> tuple[int, int]:
    seconds, rest, *_host = key.split(".")
    digits = rest.partition("M")[2].partition("P")[0]
    return int(seconds), int(digits or 0)
