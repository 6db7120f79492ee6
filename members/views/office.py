"""The office: requests to join and the roster of a country."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cop_portal.names import name_of
from cop_portal.paging import KeysetPage
from cop_portal.permissions import person_of, require_perm
from cop_portal.text import isolated
from members import actions
from members.forms import CountryForm, DeclineForm
from members.models import Country, User
from members.querysets import NAME_ORDER

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_safe
def office(request: HttpRequest) -> HttpResponse:
    """A focal point's own country; for coordinators all countries, or the one they choose."""
    require_perm(request.user, "members.open_office")
    own = Country.objects.run_by(request.user).with_focal_points()
    asked = request.GET.get("country", "")
    country: Country | None = None
    if asked:
        country = get_object_or_404(own, pk=asked)
    elif not person_of(request).is_staff:
        country = own.in_order()[0]
    context = {
        "country": country,
        "requests": _requests(request, country),
        "roster": _roster(request, country) if country else None,
        "mine": next((a for a in country.in_office if a.user_id == request.user.pk), None)
        if country
        else None,
        "others": [] if request.user.is_staff else own.in_order(),
        "form": CountryForm(request.GET) if request.user.is_staff else None,
    }
    return render(request, "members/office.html", context)


def _requests(request: HttpRequest, country: Country | None) -> KeysetPage[User]:
    """Who waits: people of countries without a focal point first, then the longest wait."""
    everyone = User.objects.managed_by(request.user).with_vacancy()
    waiting = everyone.applicants().for_rows()
    if country:
        waiting = waiting.filter(country=country)
    order = ("has_focal_point", "applied_at", "pk")
    return KeysetPage(waiting, request.GET, order=order, anchors=everyone)


def _roster(request: HttpRequest, country: Country) -> KeysetPage[User]:
    everyone = User.objects.managed_by(request.user).filter(country=country).by_name()
    members = everyone.members().for_rows()
    return KeysetPage(members, request.GET, order=NAME_ORDER, anchors=everyone, prefix="roster_")


@require_POST
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    applicant = _applicant(request, pk)
    try:
        actions.approve(applicant, by=person_of(request))
    except actions.Refused as refusal:
        messages.warning(request, f"{isolated(name_of(applicant))}: {refusal.sentence}")
    else:
        done = _("%(name)s is a member now and has been told by email.")
        messages.success(request, done % {"name": isolated(name_of(applicant))})
    return _back(request)


@require_http_methods(["GET", "HEAD", "POST"])
def decline(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for the reason, then turn the request down with it."""
    applicant = _applicant(request, pk)
    form = DeclineForm(request.POST or None)
    if form.is_valid():
        try:
            actions.decline(applicant, by=person_of(request), reason=form.cleaned_data["reason"])
        except actions.Refused as refusal:
            messages.warning(request, f"{isolated(name_of(applicant))}: {refusal.sentence}")
        else:
            done = _("The request of %(name)s has been rejected; the reason goes out by email.")
            messages.success(request, done % {"name": isolated(name_of(applicant))})
        return _back(request)
    context = {
        "form": form,
        "applicant": applicant,
        "decision": applicant.decision(),
        "next": _safe(request, request.POST.get("next") or request.GET.get("next", "")),
    }
    status = 422 if form.is_bound else 200
    return render(request, "members/decline.html", context, status=status)


def _applicant(request: HttpRequest, pk: int) -> User:
    people = User.objects.managed_by(request.user).for_rows()
    applicant = get_object_or_404(people, pk=pk)
    require_perm(request.user, "members.decide_application", applicant)
    return applicant


def _safe(request: HttpRequest, url: str) -> str:
    """`url` if it leads within the portal, else the office."""
    if url_has_allowed_host_and_scheme(url, {request.get_host()}, request.is_secure()):
        return url
    return reverse("members:office")


def _back(request: HttpRequest) -> HttpResponse:
    """To the page the button stood on, place in the list and filter included."""
    return redirect(_safe(request, request.POST.get("next", "")))
