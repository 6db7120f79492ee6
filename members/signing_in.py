"""Signing a person in who proved who they are without allauth's own pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from members.models import User


def sign_in(request: HttpRequest, user: User, *, then: str) -> HttpResponse:
    """Sign in through allauth's stages, so that a second step is still asked for and the session
    is listed among the person's devices; lead on to `then`."""
    record_authentication(request, user, method="code", email=user.email)
    login = Login(user=user, email=user.email, redirect_url=then)
    response: HttpResponse = perform_login(request, login)
    return response
