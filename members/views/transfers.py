"""Moving people to another country: proposing, accepting, declining, withdrawing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from cop_portal.localised import local_text
from cop_portal.names import name_of
from cop_portal.permissions import person_of, require_perm
from cop_portal.text import isolated
from members import actions, roster
from members.actions import transfers
from members.actions.many import for_each
from members.forms.transfers import DeclineTransferForm, TransferForm
from members.models import Transfer, User
from members.office import (
    back,
    in_office,
    named_people,
    office_context,
    office_country,
    safe,
    settle,
    tell_refusals,
)
from members.views.roster import concerned, nothing_selected, selection_of

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from members.models import Country


@require_http_methods(["GET", "HEAD", "POST"])
def propose(request: HttpRequest) -> HttpResponse:
    """Ask for the country, then propose the transfer of everyone on the page."""
    country, people = _concerned(request)
    if country and not people:
        return nothing_selected(request, country)
    form = TransferForm(request.POST or None, leaving={person.country_id for person in people})
    following = in_office(country, "roster") if country else reverse("members:office")
    if form.is_valid():
        to, by = form.cleaned_data["to"], person_of(request)
        note = form.cleaned_data["note"]
        outcome = for_each(
            people, lambda person: transfers.propose_transfer(person, to=to, by=by, note=note)
        )
        if country:
            settle(request, selection_of(request, country), people)
        if count := len(outcome.done):
            done = ngettext(
                "The transfer of %(count)d person has been proposed to %(country)s.",
                "The transfer of %(count)d people has been proposed to %(country)s.",
                count,
            )
            place = isolated(local_text(to, "name").text)
            messages.success(request, done % {"count": count, "country": place})
        tell_refusals(request, outcome)
        return redirect(following)
    context = {
        **office_context(request, country, "roster"),
        "form": form,
        "people": people,
        "selected_count": len(selection_of(request, country)) if country else 0,
        "next": following,
    }
    status = 422 if form.is_bound else 200
    return render(request, "members/transfer.html", context, status=status)


def _concerned(request: HttpRequest) -> tuple[Country | None, list[User]]:
    """Whose office it is and who is to move. A person without a country is nobody's but the
    coordinators', who name them one by one."""
    source = request.POST if request.method == "POST" else request.GET
    if person_of(request).is_staff and "country" not in request.GET and "person" in source:
        strays = roster.on_roster(User.objects.managed_by(request.user).filter(country=None))
        if people := named_people(request, strays):
            return None, people
    country = office_country(request)
    return country, concerned(request, country)


@require_POST
def accept(request: HttpRequest, pk: int) -> HttpResponse:
    transfer = _to_decide(request, pk)
    try:
        transfers.accept_transfer(transfer, by=person_of(request))
    except actions.Refused as refusal:
        messages.warning(request, f"{isolated(name_of(transfer.person))}: {refusal.sentence}")
    else:
        done = _("%(name)s belongs to this country now and has been told by email.")
        messages.success(request, done % {"name": isolated(name_of(transfer.person))})
    return back(request)


@require_http_methods(["GET", "HEAD", "POST"])
def decline(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for the reason, then turn the proposal down with it."""
    transfer = _to_decide(request, pk)
    form = DeclineTransferForm(request.POST or None)
    if form.is_valid():
        reason, by = form.cleaned_data["reason"], person_of(request)
        try:
            transfers.decline_transfer(transfer, by=by, reason=reason)
        except actions.Refused as refusal:
            messages.warning(request, f"{isolated(name_of(transfer.person))}: {refusal.sentence}")
        else:
            done = _("The transfer of %(name)s has been declined; the reason goes out by email.")
            messages.success(request, done % {"name": isolated(name_of(transfer.person))})
        return back(request)
    country = transfer.to_country
    following = request.POST.get("next") or request.GET.get("next") or in_office(country, "office")
    context = {"form": form, "transfer": transfer, "next": safe(request, following)}
    status = 422 if form.is_bound else 200
    return render(request, "members/transfer_decline.html", context, status=status)


def _to_decide(request: HttpRequest, pk: int) -> Transfer:
    """The proposal, for the receiving office. The office that made it sees it and is refused."""
    rows = Transfer.objects.visible_to(request.user)
    transfer = get_object_or_404(
        rows.select_related("person__organisation", "from_country", "to_country", "proposed_by"),
        pk=pk,
    )
    require_perm(request.user, "members.accept_transfer", transfer.to_country)
    return transfer


@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a proposal back: for the office that made it, of whose country the person still is."""
    rows = Transfer.objects.visible_to(request.user).select_related("person")
    transfer = get_object_or_404(rows, pk=pk)
    require_perm(request.user, "members.manage_roster", transfer.from_country)
    try:
        transfers.withdraw_transfer(transfer, by=person_of(request))
    except actions.Refused as refusal:
        messages.warning(request, f"{isolated(name_of(transfer.person))}: {refusal.sentence}")
    else:
        done = _("The proposal to transfer %(name)s has been withdrawn.")
        messages.success(request, done % {"name": isolated(name_of(transfer.person))})
    return back(request)
