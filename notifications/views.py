"""What was sent to me, and how I make it less."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth import get_user_model
from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cop_portal.permissions import person_of
from notifications import actions
from notifications.kinds import KINDS
from notifications.models import Delivery, MutedKind
from notifications.unsubscribe import read_token

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_safe
def sent_to_me(request: HttpRequest) -> HttpResponse:
    rows = Delivery.objects.filter(recipient=person_of(request))
    muted = set(MutedKind.objects.filter(user=person_of(request)).values_list("kind", flat=True))
    return render(
        request,
        "notifications/list.html",
        {
            "page": Paginator(rows, 20).get_page(request.GET.get("page")),
            "choices": [(kind, kind.name not in muted) for kind in _optional_kinds()],
        },
    )


@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Keep which optional kinds the reader wants: those ticked."""
    wanted = set(request.POST.getlist("kind"))
    for kind in _optional_kinds():
        if kind.name in wanted:
            actions.unmute(person_of(request), kind.name)
        else:
            actions.mute(person_of(request), kind.name)
    messages.success(request, _("Your choice is saved."))
    return redirect("notifications:list")


@csrf_exempt
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """A page with a button; only POST changes anything, from the page or a mail program."""
    try:
        user_id, name = read_token(token)
    except signing.BadSignature as forged:
        raise Http404 from forged
    user, kind = get_object_or_404(get_user_model(), pk=user_id), KINDS.get(name)
    if kind is None or not kind.optional:
        raise Http404
    if request.method == "POST":
        actions.mute(user, kind.name)
    return render(
        request,
        "notifications/unsubscribe.html",
        {"kind": kind, "done": request.method == "POST"},
    )


def _optional_kinds() -> list:
    return [kind for kind in KINDS.values() if kind.optional]
