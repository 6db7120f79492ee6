"""Proving once more who one is, also without a password: by a code sent to the address in use.

allauth asks for the password or the second step before anything that concerns the safety of an
account. Whoever has neither would be let through unasked; here they, and whoever forgot the
password, get a code by mail. An account with a second step does not: its point is that the
mailbox alone is not enough.
"""

from __future__ import annotations

import time
import uuid
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from allauth.account import app_settings
from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import (
    get_authentication_records,
    record_authentication,
)
from allauth.core.exceptions import ReauthenticationRequired
from allauth.mfa.utils import is_mfa_enabled
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from cop_portal.text import latin_digits
from notifications.actions import tell

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser
    from django.http import HttpRequest

    from members.models import User

CODE_LIFE = timedelta(minutes=15)
TRIES = 3
STATE = "members_mailed_code"


def mailed_code_method(user: User | AnonymousUser) -> dict[str, str] | None:
    """How allauth's pages offer the code, to whom it is open."""
    if not user.is_authenticated or is_mfa_enabled(user):
        return None
    return {
        "id": "members:confirm_access",
        "description": _("Use a code sent by email"),
        "url": reverse("members:confirm_access"),
    }


def require_lately_confirmed(request: HttpRequest) -> None:
    """Raise allauth's `ReauthenticationRequired` unless the person proved who they are within
    the last minutes, by whatever means."""
    records = get_authentication_records(request, request.user)
    confirmed = [found["at"] for found in records if found.get("reauthenticated")]
    if not confirmed or time.time() - confirmed[-1] > app_settings.REAUTHENTICATION_TIMEOUT:
        raise ReauthenticationRequired


def send_code(request: HttpRequest, user: User) -> None:
    """Mail a new code; the one before it stops working. The session keeps a keyed hash."""
    code = get_adapter(request).generate_login_code()
    request.session[STATE] = {
        "user": user.pk,
        "digest": _digest(code),
        "at": time.time(),
        "tries": 0,
    }
    tell("members.confirm_access", user, key=uuid.uuid4().hex, code=code)


def is_code_pending(request: HttpRequest, user: User) -> bool:
    state: dict[str, Any] = request.session.get(STATE) or {}
    return state.get("user") == user.pk and time.time() - state["at"] < CODE_LIFE.total_seconds()


def confirm_by_code(request: HttpRequest, user: User, code: str) -> bool:
    """Whether `code` is the one that was sent. It works once, and not after `TRIES` others."""
    if not is_code_pending(request, user):
        return False
    state = dict(request.session[STATE])
    state["tries"] += 1
    right = constant_time_compare(_digest(code), state["digest"])
    if right or state["tries"] >= TRIES:
        del request.session[STATE]
    else:
        request.session[STATE] = state
    if right:
        record_authentication(request, user, "code", email=user.email, reauthenticated=True)
    return right


def _digest(code: str) -> str:
    digits = "".join(letter for letter in latin_digits(code) if letter.isdigit())
    return salted_hmac("members.confirm_access", digits, algorithm="sha256").hexdigest()
