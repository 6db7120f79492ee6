"""Authorising a person, with a denial that says why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser
    from django.http import HttpRequest
    from django.utils.functional import _StrPromise

    from members.models import User

_DENIALS: dict[str, str | _StrPromise] = {}


def person_of(request: HttpRequest) -> User:
    """Who asks, in a view behind `LoginRequiredMiddleware`: always a person."""
    return cast("User", request.user)


def explain_denial(perm: str, sentence: str | _StrPromise) -> None:
    """Register the sentence a person reads when `perm` is refused."""
    _DENIALS[perm] = sentence


def denial(perm: str) -> str:
    return str(_DENIALS.get(perm) or _("This account may not do that."))


def require_perm(user: User | AnonymousUser, perm: str, obj: Any = None) -> None:
    """Raise `PermissionDenied`, carrying the sentence to show, unless `user` has `perm`."""
    if not user.has_perm(perm, obj):
        raise PermissionDenied(denial(perm))
