"""The former posts on one's own profile."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from cop_portal.permissions import person_of
from members.forms import FormerPostForm
from members.models import FormerPost

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_http_methods(["GET", "HEAD", "POST"])
def add_post(request: HttpRequest) -> HttpResponse:
    return _edit(request, FormerPost(user=person_of(request)))


@require_http_methods(["GET", "HEAD", "POST"])
def edit_post(request: HttpRequest, pk: int) -> HttpResponse:
    return _edit(request, _own(request, pk))


def _edit(request: HttpRequest, post: FormerPost) -> HttpResponse:
    is_new = post.pk is None
    form = FormerPostForm(request.POST or None, instance=post)
    if form.is_valid():
        form.save()
        messages.success(request, _("The former post has been saved."))
        return redirect("members:edit_profile")
    context = {"form": form, "is_new": is_new}
    return render(request, "members/edit_post.html", context, status=422 if form.is_bound else 200)


@require_POST
def remove_post(request: HttpRequest, pk: int) -> HttpResponse:
    _own(request, pk).delete()
    messages.success(request, _("The former post has been removed."))
    return redirect("members:edit_profile")


def _own(request: HttpRequest, pk: int) -> FormerPost:
    rows = FormerPost.objects.filter(user=person_of(request)).select_related("organisation", "user")
    return get_object_or_404(rows, pk=pk)
