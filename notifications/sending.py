"""From the ledger to the mail server: claim, ask again, send, record.

Any number of workers may run this at once. A row is claimed under a lease and confirmed as
one's own again right before its message leaves, so two workers never send the same row. A
worker that dies leaves its rows "sending"; once the lease is over the next one takes them. Only
the message that was on the wire at that moment can reach its reader twice, and then under the
same Message-ID.
"""

from __future__ import annotations

import logging
import smtplib
import uuid
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.mail import get_connection
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from cop_portal import mail
from cop_portal.reader import reading_as
from notifications.kinds import KINDS, Kind, NotNeeded
from notifications.models import Delivery, MutedKind
from notifications.unsubscribe import unsubscribe_headers, unsubscribe_url

if TYPE_CHECKING:
    from django.core.mail.backends.base import BaseEmailBackend

logger = logging.getLogger(__name__)

BATCH = 50
LEASE = timedelta(seconds=settings.MAIL_LEASE_SECONDS)
BACKOFF = [timedelta(minutes=m) for m in (1, 5, 15, 60, 240, 720)]
MAX_ATTEMPTS = 8


class RelayAway(Exception):
    """The mail server cannot be reached or broke off; says so for the whole batch."""


def send_batch(connection: BaseEmailBackend) -> int:
    """Send up to `BATCH` due rows over one open connection; return how many were dealt with.

    When the relay cannot be reached nothing is claimed; when it goes away, the rows not yet
    tried go back to the queue as they were. Both raise `RelayAway`.
    """
    try:
        connection.open()
    except (smtplib.SMTPException, OSError) as trouble:
        raise RelayAway from trouble
    claim = uuid.uuid4()
    rows = claim_rows(claim, BATCH)
    for position, row in enumerate(rows):
        try:
            deliver(row, connection)
        except RelayAway:
            release(rows[position + 1 :], claim)
            raise
    return len(rows)


def claim_rows(claim: uuid.UUID, count: int) -> list[Delivery]:
    """Take up to `count` due rows, skipping those another worker is taking."""
    now = timezone.now()
    with transaction.atomic():
        ids = list(
            Delivery.objects.due(now)
            .select_for_update(skip_locked=True)
            .values_list("pk", flat=True)[:count]
        )
        Delivery.objects.filter(pk__in=ids).update(
            state=Delivery.State.SENDING,
            claim=claim,
            due_at=now + LEASE,
            attempts=F("attempts") + 1,
        )
    return list(
        Delivery.objects.filter(pk__in=ids)
        .select_related("recipient__country")
        .order_by("priority", "pk")
    )


def release(rows: list[Delivery], claim: uuid.UUID) -> None:
    """Give untried rows back, their attempt not counted."""
    Delivery.objects.filter(pk__in=[row.pk for row in rows], claim=claim).update(
        state=Delivery.State.QUEUED, claim=None, due_at=timezone.now(), attempts=F("attempts") - 1
    )


def deliver(row: Delivery, connection: BaseEmailBackend) -> None:
    """Send one claimed row and record what became of it."""
    if not keep_claim(row):
        return
    try:
        subject = compose_and_send(row, connection)
    except NotNeeded as reason:
        finish(row, Delivery.State.SKIPPED, note=str(reason))
    except (smtplib.SMTPException, OSError) as trouble:
        if is_lasting(trouble):
            finish(row, Delivery.State.FAILED, note=str(trouble))
        else:
            retry_later(row, note=f"{type(trouble).__name__}: {trouble}")
        if is_the_relay(trouble):
            raise RelayAway from trouble
    except Exception as trouble:
        logger.exception("Delivery %s could not be sent", row.pk)
        retry_later(row, note=f"{type(trouble).__name__}: {trouble}")
    else:
        finish(row, Delivery.State.SENT, subject=subject)


def smtp_codes(trouble: Exception) -> set[int]:
    """The answers of the mail server in an exception; none when it gave no answer."""
    if isinstance(trouble, smtplib.SMTPRecipientsRefused):
        return {code for code, _text in trouble.recipients.values()}
    if isinstance(trouble, smtplib.SMTPResponseException):
        return {trouble.smtp_code}
    return set()


def is_lasting(trouble: Exception) -> bool:
    """Whether the address itself was refused for good (5xx); anything else may pass."""
    codes = smtp_codes(trouble)
    return isinstance(trouble, smtplib.SMTPRecipientsRefused) and min(codes) >= 500


def is_the_relay(trouble: Exception) -> bool:
    """Whether the connection is lost: no answer came, or the server closes (421)."""
    codes = smtp_codes(trouble)
    return not codes or 421 in codes


def compose_and_send(row: Delivery, connection: BaseEmailBackend) -> str:
    kind = KINDS.get(row.kind)
    if kind is None:
        raise NotNeeded("unknown kind")
    refuse_unwanted(row, kind)
    with reading_as(row.recipient, language=row.language):
        message = kind.compose(row)
        extra = {"unsubscribe_url": unsubscribe_url(row)} if kind.optional else {}
        return mail.send(
            message.template,
            {**message.context, **extra},
            to=row.address,
            recipient=row.recipient,
            message_id=message_id(row),
            headers=unsubscribe_headers(row) if kind.optional else None,
            attachments=[(a.filename, a.content, a.mimetype) for a in message.attachments],
            takes_replies=message.takes_replies,
            connection=connection,
        )


def refuse_unwanted(row: Delivery, kind: Kind) -> None:
    """Raise `NotNeeded` when the recipient is gone or asked not to get this kind."""
    if row.recipient is None:
        return
    if not row.recipient.is_active:
        raise NotNeeded("the account is closed")
    if kind.optional and MutedKind.objects.filter(user=row.recipient, kind=kind.name).exists():
        raise NotNeeded("switched off by the recipient")


def message_id(row: Delivery) -> str:
    """The same for every attempt at one row, so that a mail program knows a repeat."""
    return f"<{row.created_at:%Y%m%d%H%M%S}.{row.pk}@{settings.SITE_DOMAIN}>"


def keep_claim(row: Delivery) -> bool:
    """Whether the row is still ours; renews the lease."""
    mine = Delivery.objects.filter(
        pk=row.pk, claim=row.claim, state=Delivery.State.SENDING, due_at__gt=timezone.now()
    )
    return mine.update(due_at=timezone.now() + LEASE) == 1


def finish(row: Delivery, state: Delivery.State, *, note: str = "", subject: str = "") -> None:
    kind = KINDS.get(row.kind)
    now = timezone.now()
    changes: dict[str, Any] = {
        "state": state,
        "claim": None,
        "note": note[:300],
        "subject": subject[:300],
        "sent_at": now if state == Delivery.State.SENT else None,
    }
    if kind is None or kind.secret:
        changes["context"] = {}
    Delivery.objects.filter(pk=row.pk, claim=row.claim).update(**changes)


def retry_later(row: Delivery, *, note: str) -> None:
    """Queue the row again after a growing pause; give up after `MAX_ATTEMPTS`."""
    if row.attempts >= MAX_ATTEMPTS:
        finish(row, Delivery.State.FAILED, note=note)
        return
    pause = BACKOFF[min(row.attempts, len(BACKOFF)) - 1]
    Delivery.objects.filter(pk=row.pk, claim=row.claim).update(
        state=Delivery.State.QUEUED, claim=None, due_at=timezone.now() + pause, note=note[:300]
    )


def send_due(*, batches: int = 100) -> int:
    """Send what is due over one connection, batch after batch; return how many rows were
    dealt with. Stops quietly when the relay is away: the rows keep and are tried again."""
    done = 0
    connection = get_connection()
    try:
        for _batch in range(batches):
            dealt_with = send_batch(connection)
            done += dealt_with
            if dealt_with < BATCH:
                break
    except RelayAway as trouble:
        logger.warning("The mail server is away: %s", trouble.__cause__)
    finally:
        connection.close()
    return done
