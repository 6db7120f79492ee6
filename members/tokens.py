"""The signed part of an invitation's address: whoever holds it may accept."""

from __future__ import annotations

from django.core import signing

from members.models import Invitation

SALT = "members.invitation"


def token_for(invitation: Invitation) -> str:
    return signing.dumps(invitation.pk, salt=SALT)


def read_token(token: str) -> int | None:
    """The invitation's key, or None for anything this portal did not write."""
    try:
        key: int = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        return None
    return key
