"""What the account pages need on every request."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from allauth.usersessions.middleware import UserSessionsMiddleware
from django.core.cache import cache
from django.db.models import Q
from django.utils import timezone

from members.models import User

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse
    from django.template.response import TemplateResponse

    GetResponse = Callable[[HttpRequest], HttpResponse]

SEEN_EVERY = 5 * 60


class SessionActivity(UserSessionsMiddleware):
    """Note when and from where a session was last used, at most every five minutes, and on which
    day a person was last seen, once a day.

    allauth notes a session on every request, at four statements each; the list of sessions needs
    no such precision. Without the cache every request is noted. The day stands on the person, who
    is read on every page anyway: no cache is asked for it, and one UPDATE writes it.
    """

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self._noting_session(request)
        note_day(request)
        return response

    def _noting_session(self, request: HttpRequest) -> HttpResponse:
        session = request.session.session_key
        if session and not cache.add(f"session-seen:{session}", 1, SEEN_EVERY):
            response: HttpResponse = self.get_response(request)
            return response
        noted: HttpResponse = super().__call__(request)
        return noted


def note_day(request: HttpRequest) -> None:
    """Keep today (UTC) as the day on which the person asking was last seen."""
    if not request.session.session_key or not isinstance(request.user, User):
        return
    today = timezone.now().date()
    if request.user.last_seen_on != today:
        earlier = Q(last_seen_on=None) | Q(last_seen_on__lt=today)
        User.objects.filter(earlier, pk=request.user.pk).update(last_seen_on=today)


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
