"""Ending the sessions of an account, wherever it is signed in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session

if TYPE_CHECKING:
    from members.models import User


def end_sessions(user: User) -> int:
    """Sign the account out everywhere; return how many sessions there were."""
    own = UserSession.objects.filter(user=user)
    Session.objects.filter(session_key__in=own.values("session_key")).delete()
    ended, _models = own.delete()
    return ended
