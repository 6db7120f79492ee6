"""What happens to every request before a view sees it."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterator
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import BadRequest, SuspiciousOperation
from django.http import UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.translation import get_language_from_path

from cop_portal import errors
from cop_portal.reader import reading_as

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse
    from django.http.response import HttpResponseBase

    GetResponse = Callable[[HttpRequest], HttpResponse]

URLENCODED = "application/x-www-form-urlencoded"
FORMS = frozenset({URLENCODED, "multipart/form-data"})
# What Django leaves in a path whose escapes are not UTF-8.
BROKEN = re.compile("%[89A-F][0-9A-F]")


class RequestGuard:
    """Answer 400 to what no reader's browser sends and neither views nor PostgreSQL can take.

    That is: text that is not UTF-8 in the path, the query or a form, NUL anywhere, a form body
    in another charset (Django 5.2 would answer 500), and a body that breaks off or is malformed.
    A form that is too large gets a page of its own, and so does opening the address of a form.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            is_sound = _is_sound(request)
        except (BadRequest, MultiPartParserError, SuspiciousOperation) as refusal:
            return errors.bad_request(request, refusal)
        except UnreadablePostError:
            is_sound = False
        if not is_sound:
            return errors.bad_request(request)
        response = self.get_response(request)
        if response.status_code == HTTPStatus.METHOD_NOT_ALLOWED and get_language_from_path(
            request.path_info
        ):
            return errors.not_allowed(request, response)
        return response


def _is_sound(request: HttpRequest) -> bool:
    if not all(_is_text(part) for part in _raw_parts(request)) or BROKEN.search(request.path_info):
        return False
    if charset := (request.content_params or {}).get("charset"):
        if not _is_utf8(charset):
            return False
        request.encoding = "utf-8"  # Django knows one spelling of it
    if request.method == "GET" or request.content_type not in FORMS:
        return True
    if request.content_type == URLENCODED and not _is_text(unquote_to_bytes(request.body)):
        return False
    return not any(
        "\0" in text for name, values in request.POST.lists() for text in (name, *values)
    )


def _raw_parts(request: HttpRequest) -> Iterator[bytes]:
    """Path, query and cookies, their escapes undone."""
    yield request.path_info.encode(errors="replace")
    yield unquote_to_bytes(request.META.get("QUERY_STRING", "").encode("latin-1", "replace"))
    yield from (value.encode(errors="replace") for value in request.COOKIES.values())


def _is_text(raw: bytes) -> bool:
    try:
        return "\0" not in raw.decode()
    except UnicodeDecodeError:
        return False


def _is_utf8(charset: str) -> bool:
    try:
        return codecs.lookup(charset).name == "utf-8"
    except (LookupError, ValueError):
        return False


class ReaderMiddleware:
    """Show times in the zone and months in the names of the person who reads.

    The language stays the address's. Visitors read both traditions of months, and UTC. What was
    shown to a person is kept by no proxy and by no browser: the machine may be a shared one, and
    the next to use it must not find it by going back.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            with reading_as(request.user):
                response = self.get_response(request)
            if not response.has_header("Cache-Control"):
                patch_cache_control(response, private=True, no_store=True)
        else:
            response = self.get_response(request)
        # The page leaves the fonts out for a reader who saves data.
        patch_vary_headers(response, ["Save-Data"])
        return response


class SignInMiddleware(LoginRequiredMiddleware):
    """Ask a visitor to sign in, without losing a form that was sent after the session ended."""

    # A page where the redirect would be: its caller only hands it on.
    def handle_no_permission(  # type: ignore[override]
        self, request: HttpRequest, view_func: Any
    ) -> HttpResponseBase:
        if request.method != "POST":
            return super().handle_no_permission(request, view_func)
        if len(request.POST) > 1:
            return errors.session_ended(request)
        return redirect_to_login(_page_of_form(request))


def _page_of_form(request: HttpRequest) -> str:
    """The page on which a button was pressed; the button's own address opens no page."""
    said = errors.split_address(request.headers.get("Referer", ""))
    return said.path if said.netloc == request.get_host() else "/"
