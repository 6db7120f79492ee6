"""What the account pages need on every request."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from allauth.usersessions.middleware import UserSessionsMiddleware
from django.core.cache import cache

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse
    from django.template.response import TemplateResponse

    GetResponse = Callable[[HttpRequest], HttpResponse]

SEEN_EVERY = 5 * 60


class SessionActivity(UserSessionsMiddleware):
    """Note when and from where a session was last used, at most every five minutes.

    allauth notes it on every request, at four statements each; the list of sessions needs no
    such precision. Without the cache every request is noted.
    """

    def __call__(self, request: HttpRequest) -> HttpResponse:
        session = request.session.session_key
        if session and not cache.add(f"session-seen:{session}", 1, SEEN_EVERY):
            response: HttpResponse = self.get_response(request)
            return response
        noted: HttpResponse = super().__call__(request)
        return noted


class RefusedForms:
    """Answer 422 when one of allauth's pages shows a form again because of its errors."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_template_response(
        self, request: HttpRequest, response: TemplateResponse
    ) -> TemplateResponse:
        context: Any = response.context_data or {}
        form = context.get("form")
        answered_ok = request.method == "POST" and response.status_code == HTTPStatus.OK
        if answered_ok and getattr(form, "errors", None):
            response.status_code = HTTPStatus.UNPROCESSABLE_ENTITY
        return response
