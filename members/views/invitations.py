"""Inviting people one by one, the list of invitations, and accepting one."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cop_portal.paging import KeysetPage
from cop_portal.permissions import person_of, require_perm
from cop_portal.redirects import within
from cop_portal.text import isolated
from members.actions.accepting import accept
from members.actions.invitations import (
    NotInvited,
    invite,
    send_again,
    withdraw_invitation,
)
from members.actions.refusal import Refused
from members.forms.invitations import AcceptForm, InviteForm
from members.importing.verdicts import Judgement, Verdict
from members.models import Country, Invitation, User
from members.models.invitations import account_of
from members.office import office_context, office_country
from members.signing_in import sign_in
from members.tokens import read_token

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from members.querysets import InvitationQuerySet

LISTS = ("open", "expired", "accepted", "withdrawn")
UNUSED = "unused"


# The office ----------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def invite_one(request: HttpRequest) -> HttpResponse:
    country = office_country(request)
    require_perm(request.user, "members.manage_roster", country)
    form = InviteForm(request.POST or None)
    step: Step | None = None
    if form.is_valid():
        try:
            invite(country, form.cleaned_data, by=person_of(request))
        except NotInvited as refusal:
            form.add_error("email", str(refusal.sentence))
            step = _next_step(refusal.judgement, country)
        else:
            done = _("The invitation to %(name)s is on its way.")
            messages.success(request, done % {"name": isolated(form.cleaned_data["full_name"])})
            return redirect(_list_url(country))
    context = {"form": form, "country": country, "step": step}
    return render(request, "members/invite.html", context, status=422 if form.is_bound else 200)


class Step(NamedTuple):
    """What can be done about an address that is not new."""

    url: str
    label: str


def _next_step(judgement: Judgement, country: Country) -> Step | None:
    account = judgement.account
    if judgement.verdict == Verdict.INVITED:
        return Step(_list_url(country), _("To the invitations"))
    if judgement.verdict == Verdict.WAITING and judgement.remark == "unconfirmed":
        return Step(_list_url(country, state=UNUSED), _("To the accounts never used"))
    if judgement.verdict == Verdict.WAITING:
        return Step(f"{reverse('members:office')}?country={country.pk}", _("To the request"))
    if judgement.verdict == Verdict.MEMBER and account and account.is_member:
        return Step(reverse("members:profile", args=[account.pk]), _("To the profile"))
    return None


@require_safe
def invitations(request: HttpRequest) -> HttpResponse:
    """Invitations by what became of them; beside them, accounts that were never used."""
    country = office_country(request)
    require_perm(request.user, "members.manage_roster", country)
    asked = request.GET.get("state", "")
    shown = asked if asked in (*LISTS, UNUSED) else "open"
    text = " ".join(request.GET.get("q", "").split())[:100]
    context = office_context(request, country, "invitations")
    context.update(shown=shown, text=text)
    if shown == UNUSED:
        managed = User.objects.filter(country=country)
        unused = managed.never_used().for_rows()
        found = unused.search(text) if text else unused
        context["accounts"] = KeysetPage(
            found, request.GET, order=("name_key", "pk"), anchors=managed
        )
    else:
        listed = _listed(country, shown)
        found_rows = listed.search(text) if text else listed
        context["invitations"] = KeysetPage(
            found_rows,
            request.GET,
            order=("invited_at", "pk"),
            descending=True,
            anchors=Invitation.objects.filter(country=country),
        )
    return render(request, "members/invitations.html", context)


def _listed(country: Country, shown: str) -> InvitationQuerySet:
    rows = Invitation.objects.filter(country=country).select_related("invited_by", "accepted_by")
    if shown == "open":
        return rows.live()
    return rows.expired() if shown == "expired" else rows.filter(state=shown)


@require_POST
def send_invitation_again(request: HttpRequest, pk: int) -> HttpResponse:
    invitation = invitation_of(request, pk)
    try:
        sent = send_again(invitation, by=person_of(request))
    except Refused as refusal:
        messages.warning(request, f"{isolated(str(invitation))}: {refusal.sentence}")
    else:
        done = ngettext(
            "The invitation to %(name)s is on its way again: it was sent %(count)d time.",
            "The invitation to %(name)s is on its way again: it was sent %(count)d times.",
            sent.sent_count,
        )
        name = isolated(str(invitation))
        messages.success(request, done % {"name": name, "count": sent.sent_count})
    return back_to_list(request, invitation.country)


@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    invitation = invitation_of(request, pk)
    try:
        withdraw_invitation(invitation, by=person_of(request))
    except Refused as refusal:
        messages.warning(request, f"{isolated(str(invitation))}: {refusal.sentence}")
    else:
        done = _("The invitation to %(name)s has been withdrawn; its link opens nothing any more.")
        messages.success(request, done % {"name": isolated(str(invitation))})
    return back_to_list(request, invitation.country)


def invitation_of(request: HttpRequest, pk: int) -> Invitation:
    rows = Invitation.objects.managed_by(request.user).select_related("country")
    invitation = get_object_or_404(rows, pk=pk)
    require_perm(request.user, "members.manage_roster", invitation)
    return invitation


def back_to_list(request: HttpRequest, country: Country) -> HttpResponse:
    """To the list the button stood in, place and filter included."""
    return redirect(within(request, request.POST.get("next", ""), _list_url(country)))


def _list_url(country: Country, **asked: str) -> str:
    return f"{reverse('members:invitations')}?{urlencode({'country': country.pk, **asked})}"


# The person invited --------------------------------------------------------------------------


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def accept_invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Show an invitation and, on a press of the button, accept it. Opening the address changes
    nothing: mail programs follow links before people do."""
    invitation = _invitation_behind(token)
    standing = invitation.standing()
    if standing != Invitation.Standing.OPEN:
        return _closed(request, invitation, standing)
    if request.user.is_authenticated and request.user.email.lower() != invitation.email.lower():
        return render(request, "members/invitation_other.html", {"invitation": invitation})
    account = account_of(invitation.email)
    form = None if account else AcceptForm(request.POST or None, invitation=invitation)
    if request.method == "POST" and (form is None or form.is_valid()):
        person = form.cleaned_data if form else {}
        try:
            member = accept(invitation, person, password=person.get("password1", ""))
        except Refused:
            invitation.refresh_from_db()
            return _closed(request, invitation, invitation.standing())
        if request.user.is_authenticated:
            return redirect("members:welcome")
        return sign_in(request, member, then=reverse("members:welcome"))
    status = 422 if form and form.is_bound else 200
    context = {"form": form, "invitation": invitation, "account": account}
    return render(request, "members/invitation.html", context, status=status)


def _invitation_behind(token: str) -> Invitation:
    rows = Invitation.objects.select_related("country", "invited_by", "accepted_by")
    if not (key := read_token(token)):
        raise Http404
    return get_object_or_404(rows, pk=key)


def _closed(
    request: HttpRequest, invitation: Invitation, standing: Invitation.Standing
) -> HttpResponse:
    """Why an invitation cannot be accepted now; whoever did so a moment ago is led on."""
    if request.user.is_authenticated and request.user == invitation.accepted_by:
        return redirect("members:welcome")
    context = {"invitation": invitation, "standing": standing}
    return render(request, "members/invitation_closed.html", context)


@require_safe
def welcome(request: HttpRequest) -> HttpResponse:
    """The first page of a new member, and of whoever came in by a code: what to do next."""
    person = person_of(request)
    has_way_in = person.has_usable_password() or Authenticator.objects.filter(user=person).exists()
    return render(request, "members/welcome.html", {"has_way_in": has_way_in})
