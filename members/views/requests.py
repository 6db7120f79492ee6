"""Deciding on requests to join, one by one and many at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from cop_portal.names import name_of
from cop_portal.permissions import person_of, require_perm
from cop_portal.text import isolated
from members import actions
from members.actions.many import for_each
from members.forms import DeclineForm
from members.models import User
from members.office import (
    AT_ONCE,
    asked_country,
    back,
    named_people,
    office_context,
    office_country,
    safe,
    settle,
    tell_refusals,
)
from members.selection import Selection, numbers

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from members.models import Country


def selection_name(country: Country | None) -> str:
    return f"requests:{country.pk}" if country else "requests"


def _country(request: HttpRequest) -> Country | None:
    """The office the list of requests stood in; none in the coordinators' list of all."""
    require_perm(request.user, "members.open_office")
    if person_of(request).is_staff and not asked_country(request):
        return None
    return office_country(request)


def _keep_ticks(request: HttpRequest, country: Country | None) -> Selection:
    """Take over which of the requests on the page are ticked."""
    selection = Selection(request.session, selection_name(country))
    waiting = User.objects.managed_by(request.user).applicants()
    if country:
        waiting = waiting.filter(country=country)
    shown = numbers(request.POST.getlist("shown"))
    known = set(waiting.filter(pk__in=shown).values_list("pk", flat=True))
    ticked = known.intersection(numbers(request.POST.getlist("ticked")))
    selection.keep(shown=shown, ticked=ticked)
    return selection


@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Keep the ticks of one page and go on to another, or to the reason of a rejection."""
    country = _country(request)
    selection = _keep_ticks(request, country)
    if request.POST.get("clear"):
        selection.clear()
    query = f"?country={country.pk}" if country else ""
    if request.POST.get("do") == "decline":
        if selection:
            return redirect(reverse("members:decline_many") + query)
        messages.info(request, _("Nothing is selected: tick the names first."))
    to = request.POST.get("to", "")
    return HttpResponseRedirect(reverse("members:office") + (to if to[:1] == "?" else query))


@require_POST
def approve_many(request: HttpRequest) -> HttpResponse:
    """Approve those ticked on this page and on others."""
    selection = _keep_ticks(request, _country(request))
    people = _selected(request, selection)
    if not people:
        messages.info(request, _("Nothing is selected: tick the names first."))
        return back(request)
    outcome = for_each(people, lambda user: actions.approve(user, by=person_of(request)))
    settle(request, selection, people)
    if count := len(outcome.done):
        done = ngettext(
            "%(count)d request has been approved; the new member has been told by email.",
            "%(count)d requests have been approved; the new members have been told by email.",
            count,
        )
        messages.success(request, done % {"count": count})
    tell_refusals(request, outcome)
    return back(request)


def _selected(request: HttpRequest, selection: Selection) -> list[User]:
    people = User.objects.managed_by(request.user).filter(pk__in=selection.ids)
    return list(people.order_by("applied_at", "pk")[:AT_ONCE])


@require_http_methods(["GET", "HEAD", "POST"])
def decline_many(request: HttpRequest) -> HttpResponse:
    """Ask once for the reason, then turn down everyone on the page with it."""
    country = _country(request)
    selection = Selection(request.session, selection_name(country))
    form = DeclineForm(request.POST or None)
    if form.is_bound:
        people = named_people(request, User.objects.managed_by(request.user))
    else:
        people = _selected(request, selection)
    if not people:
        raise Http404
    if form.is_valid():
        reason, by = form.cleaned_data["reason"], person_of(request)
        outcome = for_each(people, lambda user: actions.decline(user, by=by, reason=reason))
        settle(request, selection, people)
        if count := len(outcome.done):
            done = ngettext(
                "%(count)d request has been rejected; the reason goes out by email.",
                "%(count)d requests have been rejected; the reason goes out by email.",
                count,
            )
            messages.success(request, done % {"count": count})
        tell_refusals(request, outcome)
        return back(request)
    context = {
        **office_context(request, country, "waits"),
        "form": form,
        "people": people,
        "selected_count": len(selection),
        "next": reverse("members:office") + (f"?country={country.pk}" if country else ""),
    }
    status = 422 if form.is_bound else 200
    return render(request, "members/decline_many.html", context, status=status)


@require_POST
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    applicant = _applicant(request, pk)
    if "shown" in request.POST:
        _keep_ticks(request, _country(request))
    try:
        actions.approve(applicant, by=person_of(request))
    except actions.Refused as refusal:
        messages.warning(request, f"{isolated(name_of(applicant))}: {refusal.sentence}")
    else:
        done = _("%(name)s is a member now and has been told by email.")
        messages.success(request, done % {"name": isolated(name_of(applicant))})
    return back(request)


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
        return back(request)
    context = {
        "form": form,
        "applicant": applicant,
        "decision": applicant.decision(),
        "next": safe(request, request.POST.get("next") or request.GET.get("next", "")),
    }
    status = 422 if form.is_bound else 200
    return render(request, "members/decline.html", context, status=status)


def _applicant(request: HttpRequest, pk: int) -> User:
    people = User.objects.managed_by(request.user).for_rows()
    applicant = get_object_or_404(people, pk=pk)
    require_perm(request.user, "members.decide_application", applicant)
    return applicant
