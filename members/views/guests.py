"""Claiming the names under which one stands in sessions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cop_portal.names import name_of
from cop_portal.permissions import person_of
from cop_portal.text import isolated
from members.actions import guests as actions
from members.actions.refusal import Refused
from members.models import Guest
from members.naming import mentions_of

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from members.querysets import GuestQuerySet


@require_safe
def claims(request: HttpRequest) -> HttpResponse:
    """The guests who bear one of the person's addresses, and those claimed before."""
    person = person_of(request)
    open_now = list(Guest.objects.claimable_by(person).select_related("country"))
    claimed = list(Guest.objects.filter(claimed_by=person).select_related("country"))
    mentions = mentions_of([*open_now, *claimed], person)
    context = {
        "waiting": [(guest, mentions[guest.pk]) for guest in open_now],
        "claimed": [(guest, mentions[guest.pk]) for guest in claimed],
    }
    return render(request, "members/claims.html", context)


@require_POST
def claim(request: HttpRequest, pk: int) -> HttpResponse:
    person = person_of(request)
    guest = get_object_or_404(_shown_to(request), pk=pk)
    try:
        actions.claim(guest, person, by=person)
    except Refused as refusal:
        messages.warning(request, str(refusal.sentence))
    else:
        done = _("Sessions that named %(name)s name this account from now on.")
        messages.success(request, done % {"name": isolated(name_of(guest))})
    return redirect("members:claims")


@require_POST
def deny(request: HttpRequest, pk: int) -> HttpResponse:
    """“Not me”: the name is not offered again."""
    guest = get_object_or_404(_shown_to(request), pk=pk)
    try:
        actions.deny(guest, person_of(request))
    except Refused as refusal:
        messages.warning(request, str(refusal.sentence))
    else:
        done = _("Noted: %(name)s is someone else. The secretariat can see it.")
        messages.success(request, done % {"name": isolated(name_of(guest))})
    return redirect("members:claims")


def _shown_to(request: HttpRequest) -> GuestQuerySet:
    """What the page lists, so that the second click on a button finds its row as well."""
    return Guest.objects.offered_to(person_of(request))
