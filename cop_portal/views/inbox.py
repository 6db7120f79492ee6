"""Reading the demonstration's mail."""

from __future__ import annotations

from email.message import EmailMessage
from typing import TYPE_CHECKING

from csp.decorators import csp_replace
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from cop_portal import inbox

if TYPE_CHECKING:
    from django.http import HttpRequest

SHOWN = 100


@login_not_required
@require_safe
def message_list(request: HttpRequest) -> HttpResponse:
    _demonstration_only()
    address = request.GET.get("to", "").strip().lower()
    found = [
        (key, message)
        for key, message in inbox.newest(SHOWN)
        if not address or address in str(message["To"]).lower()
    ]
    return render(request, "inbox/list.html", {"found": found, "address": address})


@login_not_required
@require_safe
def message(request: HttpRequest, key: str) -> HttpResponse:
    found = _message(key)
    text = found.get_body(("plain",))
    return render(
        request,
        "inbox/message.html",
        {
            "key": key,
            "message": found,
            "text": text.get_content() if text else "",
            "has_html": found.get_body(("html",)) is not None,
            "attachments": [part.get_filename() for part in found.iter_attachments()],
        },
    )


@login_not_required
@xframe_options_sameorigin
@csp_replace(  # type: ignore[arg-type] # typed for views of one argument
    {
        "default-src": ["'none'"],
        "style-src": ["'unsafe-inline'"],
        "frame-ancestors": ["'self'"],
        "sandbox": ["allow-popups", "allow-top-navigation-by-user-activation"],
    }
)
@require_safe
def message_html(request: HttpRequest, key: str) -> HttpResponse:
    """The HTML part alone, in a page where nothing can run, for the frame around it."""
    body = _message(key).get_body(("html",))
    if body is None:
        raise Http404
    html = body.get_content().replace("<head>", '<head><base target="_top">', 1)
    return HttpResponse(html)


@login_not_required
@require_safe
def attachment(request: HttpRequest, key: str, position: int) -> HttpResponse:
    parts = list(_message(key).iter_attachments())
    if position >= len(parts):
        raise Http404
    part = parts[position]
    response = HttpResponse(part.get_payload(decode=True), content_type="application/octet-stream")
    response.headers["Content-Disposition"] = f'attachment; filename="{part.get_filename()}"'
    return response


def _message(key: str) -> EmailMessage:
    _demonstration_only()
    found = inbox.read(key)
    if found is None:
        raise Http404
    return found


def _demonstration_only() -> None:
    if not settings.DEMONSTRATION:
        raise Http404
