"""Error pages, in the language of the address, that say what happened and what to do."""

from __future__ import annotations

import logging
import secrets
import sys
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import SplitResult, quote, urlsplit

from django.core.exceptions import (
    RequestDataTooBig,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.db import OperationalError
from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import is_valid_path
from django.utils import translation
from django.utils.translation import get_language_from_path, get_language_from_request

if TYPE_CHECKING:
    from django.http import HttpRequest

logger = logging.getLogger(__name__)

# When not even a template can be drawn.
LAST_RESORT = (
    '<!doctype html><html lang="ar" dir="rtl"><meta charset="utf-8"><title>خطأ · Error</title>'
    '<h1>حدث خطأ غير متوقَّع</h1><p lang="en" dir="ltr">Something went wrong.</p>'
)
TOO_LARGE = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    if isinstance(exception, TOO_LARGE):
        return _page(request, "413", HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    return _page(request, "400", HTTPStatus.BAD_REQUEST)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The page of a refusal; it prints the sentence that `require_perm` raised."""
    return _page(request, "403", HTTPStatus.FORBIDDEN, sentence=str(exception or ""))


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, "404", HTTPStatus.NOT_FOUND)


def not_allowed(request: HttpRequest, refusal: HttpResponse) -> HttpResponse:
    """The page for opening the address of a form: a reload or a link leads there by mistake."""
    with translation.override(get_language_from_path(request.path_info)):
        above = _page_above(request.path_info)
    response = _page(request, "405", HTTPStatus.METHOD_NOT_ALLOWED, above=above)
    response.headers["Allow"] = refusal.headers["Allow"]
    return response


def _page_above(address: str) -> str:
    """The nearest address above this one that leads to a page."""
    parts = address.strip("/").split("/")
    for length in range(len(parts) - 1, 0, -1):
        above = f"/{'/'.join(parts[:length])}/"
        if is_valid_path(above):
            return above
    return "/"


def server_error(request: HttpRequest) -> HttpResponse:
    """The page for when anything may be broken: no database, no session, both languages.

    It carries a reference, logged beside the traceback, that a reader can quote. Without the
    database the answer is 503: it will be back.
    """
    reference = secrets.token_hex(4).upper()
    # Quoted again: a line break in it would begin a line of the log that nobody wrote.
    logger.error("Reference %s: %s %s", reference, request.method, quote(request.path))
    is_away = isinstance(sys.exc_info()[1], OperationalError)
    status = HTTPStatus.SERVICE_UNAVAILABLE if is_away else HTTPStatus.INTERNAL_SERVER_ERROR
    try:
        body: str = render_to_string("errors/500.html", {"reference": reference})
    except Exception:  # noqa: BLE001  whatever is broken, the reader gets an answer
        body = f"{LAST_RESORT}<p>{reference}</p>"
    response = HttpResponse(body, status=status)
    if is_away:
        response.headers["Retry-After"] = "60"
    return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The page of a form whose token no longer holds: signed in meanwhile, or an old tab.

    Everything typed is offered for sending again, but only when the form was the portal's own:
    what another site tried to send must not be one click from being sent.
    """
    return _page(request, "csrf", HTTPStatus.FORBIDDEN, **_typed(request))


def session_ended(request: HttpRequest) -> HttpResponse:
    """The page of a form sent after the session ended: sign in elsewhere, then send it again."""
    return _page(request, "session_ended", HTTPStatus.FORBIDDEN, **_typed(request))


def _page(request: HttpRequest, name: str, status: HTTPStatus, **context: Any) -> HttpResponse:
    language = get_language_from_path(request.path_info) or get_language_from_request(request)
    with translation.override(language):
        return render(request, f"errors/{name}.html", context, status=status)


# What was typed ------------------------------------------------------------------------------


def _typed(request: HttpRequest) -> dict[str, Any]:
    """The fields of a form of the portal, without its token, passwords and files."""
    if request.method != "POST" or not _is_from_here(request):
        return {"fields": [], "texts": []}
    typed = [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if name != "csrfmiddlewaretoken"
    ]
    fields = [(name, value) for name, value in typed if not _is_secret(name)]
    return {
        "fields": fields,
        "texts": [value for _name, value in fields if " " in value.strip()],
        "has_files": bool(request.FILES),
        "has_secrets": any(value for name, value in typed if _is_secret(name)),
    }


def _is_secret(name: str) -> bool:
    return "password" in name.lower()


def _is_from_here(request: HttpRequest) -> bool:
    """Whether the browser says that the form stood on a page of the portal."""
    said = request.headers.get("Origin") or request.headers.get("Referer") or ""
    return bool(said) and split_address(said).netloc == request.get_host()


def split_address(address: str) -> SplitResult:
    """The parts of an address that someone sent; none of one that is malformed."""
    try:
        return urlsplit(address)
    except ValueError:
        return urlsplit("")
