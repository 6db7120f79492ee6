"""The installation's colours as a style sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.views.decorators.http import require_safe

from cop_portal import theme
from cop_portal.models import Site

if TYPE_CHECKING:
    from django.http import HttpRequest

FOREVER = "public, max-age=31536000, immutable"


@login_not_required
@require_safe
def style_sheet(request: HttpRequest) -> HttpResponse:
    """The sheet of today's colours. Only an address that names this very version may be kept."""
    colours = theme.colours_of(Site.objects.first() or Site())
    response = HttpResponse(theme.style_sheet(*colours), content_type="text/css; charset=utf-8")
    is_this_version = request.GET.get("v") == theme.version(*colours)
    response.headers["Cache-Control"] = FOREVER if is_this_version else "no-cache"
    return response
