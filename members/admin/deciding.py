"""Requests to join, decided from the list or from a person's page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.http import HttpResponseRedirect
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cop_portal.admin_base import PortalModelAdmin, selection, staff_of
from cop_portal.admin_columns import change_url
from cop_portal.localised import LocalText
from cop_portal.text import script_of
from members import actions
from members.forms import DeclineForm
from members.models import User

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


class Deciding(PortalModelAdmin):
    """The part of the people's admin that approves and rejects."""

    actions = ("approve_selected", "decline_selected")

    def has_decide_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("members.decide_application")

    def approve(self, request: HttpRequest, person: User) -> HttpResponse:
        if request.method == "POST":
            return self._decided(request, [person], actions.approve)
        return self.ask(request, **_approving(), objects=_requests([person]), obj=person)

    def decline(self, request: HttpRequest, person: User) -> HttpResponse:
        form = DeclineForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            reason = form.cleaned_data["reason"]
            return self._decided(request, [person], actions.decline, reason=reason)
        return self.ask(request, **_declining(), form=form, objects=_requests([person]), obj=person)

    @admin.action(description=gettext_lazy("Approve the requests"), permissions=["decide"])
    def approve_selected(self, request: HttpRequest, queryset: Any) -> HttpResponse:
        people = list(queryset)
        if "confirmed" in request.POST:
            return self._decided(request, people, actions.approve)
        return self.ask(
            request, **_approving(), objects=_requests(people), hidden=selection(request)
        )

    @admin.action(description=gettext_lazy("Reject the requests"), permissions=["decide"])
    def decline_selected(self, request: HttpRequest, queryset: Any) -> HttpResponse:
        people = list(queryset)
        form = DeclineForm(request.POST if "confirmed" in request.POST else None)
        if form.is_valid():
            reason = form.cleaned_data["reason"]
            return self._decided(request, people, actions.decline, reason=reason)
        return self.ask(
            request,
            **_declining(),
            form=form,
            objects=_requests(people),
            hidden=selection(request),
        )

    def _decided(
        self, request: HttpRequest, people: list[User], decide: Any, **how: str
    ) -> HttpResponse:
        """Decide each request; say how many were, and of every other why it was not."""
        done = 0
        for person in people:
            try:
                decide(person, by=staff_of(request), **how)
            except actions.Refused as refusal:
                self.message_user(request, f"{person}: {refusal.sentence}", messages.ERROR)
            else:
                done += 1
                changed = {"changed": {"fields": ["membership"]}}
                self.log_change(request, person, [changed])
        if done:
            sentence = ngettext("%(count)d request decided.", "%(count)d requests decided.", done)
            self.message_user(request, sentence % {"count": done}, messages.SUCCESS)
        one = people[0] if len(people) == 1 else None
        return HttpResponseRedirect(change_url(one) if one else request.get_full_path())


def _approving() -> dict[str, Any]:
    return {
        "title": _("Approve a request to join"),
        "question": _("Each of these people becomes a member and is told by email."),
        "submit": _("Approve"),
        "is_destructive": False,
    }


def _declining() -> dict[str, Any]:
    return {
        "title": _("Reject a request to join"),
        "question": _("Each of these people is told by email, with the reason given here."),
        "submit": _("Reject"),
    }


def own_words(text: str) -> SafeString | str:
    """What a person wrote, in the direction of its script."""
    if not text:
        return ""
    found = LocalText(text, script_of(text, default="ar"))
    return format_html('<p lang="{}" dir="{}">{}</p>', found.language, found.direction, text)


def _requests(people: list[User]) -> list[SafeString]:
    """What the person who decides must see of each request."""
    return [
        format_html(
            '<bdi>{}</bdi> <bdi dir="ltr">{}</bdi>{}',
            person,
            person.email,
            own_words(person.motivation),
        )
        for person in people
    ]
