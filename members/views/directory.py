"""The directory and one person's page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from cop_portal.paging import KeysetPage
from cop_portal.permissions import require_perm
from members.forms import DirectoryForm
from members.models import User
from members.querysets import NAME_ORDER

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_safe
def directory(request: HttpRequest) -> HttpResponse:
    require_perm(request.user, "members.view_directory")
    form = DirectoryForm(request.GET)
    visible = User.objects.visible_to(request.user).by_name()
    people = form.narrow(visible).for_rows()
    page = KeysetPage(people, request.GET, order=NAME_ORDER, anchors=visible)
    return render(request, "members/directory.html", {"form": form, "page": page})


@require_safe
def profile(request: HttpRequest, pk: int) -> HttpResponse:
    people = User.objects.visible_to(request.user).for_rows()
    person = get_object_or_404(people, pk=pk)
    context = {"person": person, "now": timezone.now()}
    return render(request, "members/profile.html", context)
