"""Activation codes: handed over in the office, typed by the person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.core.internal.ratelimit import get_ip
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from cop_portal.names import name_of
from cop_portal.permissions import person_of, require_perm
from cop_portal.text import isolated
from members.actions.codes import (
    TOO_MANY,
    Issued,
    TooManyTries,
    issue_for_invitation,
    issue_for_user,
    redeem,
)
from members.actions.refusal import Refused
from members.forms.codes import ActivationForm
from members.models import User
from members.signing_in import sign_in
from members.tokens import token_for
from members.views.invitations import back_to_list, invitation_of

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from members.models import Invitation

# Tries from one address of the network, right ones included; without the cache, the database's
# own limit on wrong ones is left.
TRIES = 20
WITHIN_SECONDS = 10 * 60


@require_POST
@never_cache
def issue_code_for_invitation(request: HttpRequest, pk: int) -> HttpResponse:
    invitation = invitation_of(request, pk)
    try:
        issued = issue_for_invitation(invitation, by=person_of(request))
    except Refused as refusal:
        messages.warning(request, f"{isolated(str(invitation))}: {refusal.sentence}")
        return back_to_list(request, invitation.country)
    return _show_once(request, issued, invitation)


@require_POST
@never_cache
def issue_code_for_user(request: HttpRequest, pk: int) -> HttpResponse:
    people = User.objects.managed_by(request.user).select_related("country")
    person = get_object_or_404(people.exclude(country=None), pk=pk)
    require_perm(request.user, "members.manage_roster", person)
    try:
        issued = issue_for_user(person, by=person_of(request))
    except Refused as refusal:
        messages.warning(request, f"{isolated(name_of(person))}: {refusal.sentence}")
        return back_to_list(request, person.country)
    return _show_once(request, issued, person)


@sensitive_variables("issued")
def _show_once(request: HttpRequest, issued: Issued, person: User | Invitation) -> HttpResponse:
    """The answer to the press of the button is the only page that ever shows the code."""
    half = len(issued.code) // 2
    with override(person.language):
        path = reverse("members:activate")
    context = {
        "person": person,
        "country": person.country,
        "groups": (issued.code[:half], issued.code[half:]),
        "activate_url": f"{settings.SITE_URL}{path}",
        "digits": " ".join(issued.code),
        "expires_at": issued.row.expires_at,
        "for_invitation": issued.row.invitation_id is not None,
    }
    return render(request, "members/code.html", context)


@login_not_required
@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def activate(request: HttpRequest) -> HttpResponse:
    """Where the person types the address and the code."""
    if request.user.is_authenticated:
        return redirect("home")
    form = ActivationForm(request.POST or None)
    if not form.is_bound:
        return render(request, "members/activate.html", {"form": form})
    origin, status = get_ip(request), 422
    if not _may_try(origin):
        form.add_error(None, TOO_MANY)
        status = 429
    elif form.is_valid():
        try:
            opened = redeem(form.cleaned_data["email"], form.cleaned_data["code"], origin=origin)
        except Refused as refusal:
            form.add_error(None, str(refusal.sentence))
            status = 429 if isinstance(refusal, TooManyTries) else 422
        else:
            if opened.invitation:
                return redirect("members:accept_invitation", token_for(opened.invitation))
            assert opened.user is not None  # a code opens one or the other
            return sign_in(request, opened.user, then=reverse("members:welcome"))
    return render(request, "members/activate.html", {"form": form}, status=status)


def _may_try(origin: str) -> bool:
    key = f"code-tries:{origin}"
    if cache.add(key, 1, WITHIN_SECONDS):
        return True
    try:
        return cache.incr(key) <= TRIES
    except ValueError:
        return True  # it ran out between the two
