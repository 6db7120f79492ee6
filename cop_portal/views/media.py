"""Uploaded pictures, where no proxy in front serves them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.views.decorators.http import require_safe
from django.views.static import serve

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.http.response import HttpResponseBase


@login_not_required
@require_safe
def logo(request: HttpRequest, path: str) -> HttpResponseBase:
    """A logo of the portal or a partner; nothing else that was uploaded is public."""
    response = serve(request, path, document_root=str(settings.MEDIA_ROOT))
    response.headers["Cache-Control"] = "public, max-age=86400"
    return response
