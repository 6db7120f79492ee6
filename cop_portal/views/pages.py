"""Standing pages: about, privacy, accessibility, terms and whatever coordinators add."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_not_required
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from cop_portal.localised import languages_of
from cop_portal.models import Page
from members.models import Partner

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

ABOUT = "about"


@login_not_required
@require_safe
def page(request: HttpRequest, slug: str) -> HttpResponse:
    shown = get_object_or_404(Page, slug=slug)
    return render(
        request,
        "page.html",
        {
            "page": shown,
            "partners": _partners() if slug == ABOUT else [],
            "content_languages": languages_of(shown, "body"),
        },
    )


def _partners() -> list[Partner]:
    """The partners role by role, each group in its own order."""
    roles = Partner.Role.values
    return sorted(
        Partner.objects.select_related("organisation"),
        key=lambda partner: (roles.index(partner.role), partner.position),
    )
