"""Where a form or an address says to go on to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.http import url_has_allowed_host_and_scheme

if TYPE_CHECKING:
    from django.http import HttpRequest


def within(request: HttpRequest, url: str, otherwise: str = "") -> str:
    """`url` if it leads to a page of this portal, else `otherwise`: a link from elsewhere must
    not send anybody away under the portal's name."""
    if url_has_allowed_host_and_scheme(url, {request.get_host()}, request.is_secure()):
        return url
    return otherwise
