"""Where a form or an address says to go on to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.http import url_has_allowed_host_and_scheme

if TYPE_CHECKING:
    from django.http import HttpRequest


def within(request: HttpRequest, url: str, otherwise: str = "") -> str:
    """`url` if it leads to a page of this portal, else `otherwise`: a link from elsewhere must
    not send anybody away under the portal's name. It begins with a slash: Django's `redirect`
    takes a single word for the name of a view, and fails where there is none."""
    is_path = url.startswith("/")
    if is_path and url_has_allowed_host_and_scheme(url, {request.get_host()}, request.is_secure()):
        return url
    return otherwise
