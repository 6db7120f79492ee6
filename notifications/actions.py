"""Writing to the ledger, and the reader's choice of what to receive."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from cop_portal.queue import hand_over
from notifications.kinds import KINDS
from notifications.models import Delivery, MutedKind

if TYPE_CHECKING:
    from members.models import User
    from notifications.querysets import DeliveryQuerySet


def tell(kind: str, user: User, *, key: str, **context: Any) -> None:
    """Put one message to `user` in the ledger, in the caller's transaction.

    `key` says what it is about and, with the kind, makes it unique: telling the same again
    does nothing. `context` are primitives. The mail leaves after the commit.
    """
    tell_all(kind, [(user, key, context)])


def tell_all(kind: str, messages: Iterable[tuple[User, str, dict[str, Any]]]) -> int:
    """Put many messages of one kind in the ledger; return how many rows were tried.

    Contract as `tell`. One INSERT for each thousand rows; rows whose key exists are left alone.
    """
    return _write(
        kind,
        [
            Delivery(
                recipient=user, address=user.email, language=user.language, key=key, context=context
            )
            for user, key, context in messages
        ],
    )


def tell_address(kind: str, address: str, *, language: str, key: str, **context: Any) -> None:
    """As `tell`, to an address without an account."""
    tell_addresses(kind, [(address, language, key, context)])


def tell_addresses(kind: str, messages: Iterable[tuple[str, str, str, dict[str, Any]]]) -> int:
    """As `tell_all`, to addresses without an account: (address, language, key, context) each."""
    return _write(
        kind,
        [
            Delivery(address=address, language=language, key=key, context=context)
            for address, language, key, context in messages
        ],
    )


def _write(kind: str, rows: list[Delivery]) -> int:
    priority = KINDS[kind].priority
    for row in rows:
        row.kind, row.priority, row.key = kind, priority, f"{kind}:{row.key}"
    Delivery.objects.bulk_create(rows, ignore_conflicts=True, batch_size=1000)
    if rows:
        transaction.on_commit(announce)
    return len(rows)


def announce() -> None:
    """Wake a worker. If the queue cannot be reached the rows wait for the regular sweep."""
    from notifications.tasks import send_due_deliveries

    hand_over(send_due_deliveries, what="mail")


def mute(user: User, kind: str) -> None:
    MutedKind.objects.get_or_create(user=user, kind=kind)


def unmute(user: User, kind: str) -> None:
    MutedKind.objects.filter(user=user, kind=kind).delete()


def resend(deliveries: DeliveryQuerySet) -> int:
    """Queue failed rows again, from the first attempt; return how many there were.

    Rows whose content is gone because it held a code cannot be sent again and are left alone.
    """
    secret = [kind.name for kind in KINDS.values() if kind.secret]
    failed = deliveries.filter(state=Delivery.State.FAILED).exclude(kind__in=secret)
    count = failed.update(state=Delivery.State.QUEUED, attempts=0, due_at=timezone.now(), note="")
    if count:
        transaction.on_commit(announce)
    return count
