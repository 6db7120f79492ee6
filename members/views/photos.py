"""Handing out photographs to those who may see them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from cop_portal.permissions import person_of
from cop_portal.storage import private_storage
from members import photos, visibility
from members.models import User

if TYPE_CHECKING:
    from django.http import HttpRequest

# The address names the version, so a new photograph has another one.
KEPT_FOR = 24 * 60 * 60


@require_safe
def photo(request: HttpRequest, pk: int, size: int) -> HttpResponse:
    """One's own, and those of people in the directory who show theirs to the reader."""
    viewer = person_of(request)
    visible = User.objects.visible_to(viewer) | User.objects.filter(pk=viewer.pk)
    person = visible.filter(pk=pk).exclude(photo="").first()
    if size not in photos.SIZES or person is None or not visibility.sees(viewer, person, "photo"):
        raise Http404
    try:
        with private_storage().open(photos.name_of(str(person.photo.name), size)) as file:
            response = HttpResponse(file.read(), content_type="image/jpeg")
    except FileNotFoundError as gone:
        raise Http404 from gone
    response.headers["Content-Disposition"] = "inline"
    response.headers["Cache-Control"] = f"private, max-age={KEPT_FOR}"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
