"""One's own data: taking it along, leaving, and what is kept for how long."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.account.decorators import reauthentication_required
from allauth.account.internal.flows.reauthentication import resume_request
from allauth.core.ratelimit import consume_or_429
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME, logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from cop_portal.permissions import person_of, require_perm
from cop_portal.redirects import within
from cop_portal.retention import rules
from members.actions import Refused, privacy
from members.forms.privacy import ConfirmAccessForm, LeaveForm
from members.models import User
from members.personal_data import SECTIONS, archive_of
from members.reauthentication import (
    confirm_by_code,
    is_code_pending,
    mailed_code_method,
    send_code,
)

if TYPE_CHECKING:
    from django.http import HttpRequest


@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required(allow_get=True)
def my_data(request: HttpRequest) -> HttpResponse:
    """What the archive holds; the button downloads it."""
    require_perm(request.user, "members.own_data", request.user)
    if request.method == "POST":
        try:
            privacy.note_download(person_of(request))
        except Refused as refusal:
            messages.warning(request, str(refusal.sentence))
            return redirect("members:my_data")
        return _archive(person_of(request))
    sections = [section.label for section in SECTIONS.values()]
    return render(request, "members/my_data.html", {"sections": sections})


def _archive(person: User) -> HttpResponse:
    name = f"my-data-{timezone.localdate().isoformat()}.zip"
    response = HttpResponse(archive_of(person), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required(allow_get=True)
def leave(request: HttpRequest) -> HttpResponse:
    """Ask what becomes of one's posts, then end the membership and erase the account."""
    require_perm(request.user, "members.own_data", request.user)
    person = person_of(request)
    form = LeaveForm(request.POST or None)
    if form.is_valid():
        removed = form.cleaned_data["content"] == LeaveForm.REMOVED
        try:
            privacy.leave(person, remove_content=removed)
        except Refused as refusal:
            messages.warning(request, str(refusal.sentence))
            return redirect("members:leave")
        logout(request)
        done = _("The membership has ended and the personal data has been erased.")
        messages.success(request, done)
        return redirect("home")
    context = {"form": form, "departure": privacy.departure(person)}
    status = 422 if form.is_bound else 200
    return render(request, "members/leave.html", context, status=status)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm_access(request: HttpRequest) -> HttpResponse:
    """Prove once more who one is by a code sent to the address in use; then go on with what was
    asked. Whoever has a second step proves it with that."""
    person = person_of(request)
    if mailed_code_method(person) is None:
        return redirect(_onward("mfa_reauthenticate", request))
    if request.method == "POST":
        limited = consume_or_429(request, action="reauthenticate", user=person)
        if limited:
            return limited
        if request.POST.get("action") == "send":
            send_code(request, person)
            return redirect(_onward("members:confirm_access", request))
    form = ConfirmAccessForm(request.POST or None)
    if form.is_valid():
        if confirm_by_code(request, person, form.cleaned_data["code"]):
            return resume_request(request) or redirect("members:edit_profile")
        form.add_error(
            "code", _("This code is wrong or no longer valid. After three tries ask for a new one.")
        )
    context = {
        "form": form,
        "is_pending": is_code_pending(request, person),
        "next": _next(request),
        "methods": _other_methods(request, person),
    }
    status = 422 if form.is_bound else 200
    return render(request, "members/confirm_access.html", context, status=status)


def _next(request: HttpRequest) -> str:
    url = request.POST.get(REDIRECT_FIELD_NAME) or request.GET.get(REDIRECT_FIELD_NAME, "")
    return within(request, url)


def _onward(name: str, request: HttpRequest) -> str:
    url = _next(request)
    return f"{reverse(name)}?{urlencode({REDIRECT_FIELD_NAME: url})}" if url else reverse(name)


def _other_methods(request: HttpRequest, person: User) -> list[tuple[str, str]]:
    """The password, for who has one."""
    if not person.password or not person.has_usable_password():
        return []
    return [(_onward("account_reauthenticate", request), _("Use the password"))]


@login_not_required
@require_safe
def retention(request: HttpRequest) -> HttpResponse:
    """What is kept for how long: the rules that run, in their own words."""
    return render(request, "members/retention.html", {"rules": rules()})
