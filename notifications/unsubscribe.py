"""Signed addresses that switch one kind of message off without signing in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.core import signing
from django.urls import reverse

if TYPE_CHECKING:
    from notifications.models import Delivery

SALT = "notifications.unsubscribe"


def token_for(user_id: int, kind: str) -> str:
    return signing.dumps([user_id, kind], salt=SALT)


def read_token(token: str) -> tuple[int, str]:
    """Raise `signing.BadSignature` for anything this portal did not write."""
    user_id, kind = signing.loads(token, salt=SALT)
    return user_id, kind


def unsubscribe_url(row: Delivery) -> str:
    if row.recipient_id is None:
        return ""
    path = reverse("notifications:unsubscribe", args=[token_for(row.recipient_id, row.kind)])
    return f"{settings.SITE_URL}{path}"


def unsubscribe_headers(row: Delivery) -> dict[str, str]:
    """RFC 8058: a mail program may switch the kind off with one POST."""
    if not (url := unsubscribe_url(row)):
        return {}
    return {"List-Unsubscribe": f"<{url}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
