"""Suspending an account from a person's page, and lifting that again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.utils.html import format_html
from django.utils.translation import gettext as _

from cop_portal.admin_base import PortalModelAdmin, staff_of
from cop_portal.admin_columns import change_url
from members.actions import Refused, suspension
from members.forms.privacy import SuspendForm
from members.models import User

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


class Suspending(PortalModelAdmin):
    """The part of the people's admin that closes accounts for a time."""

    def suspend(self, request: HttpRequest, person: User) -> HttpResponse:
        form = SuspendForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                suspension.suspend(person, by=staff_of(request), reason=form.cleaned_data["reason"])
            except Refused as refusal:
                self.message_user(request, str(refusal.sentence), messages.ERROR)
            else:
                self._note(request, person)
                self.message_user(request, _("The account is suspended."), messages.SUCCESS)
            return HttpResponseRedirect(change_url(person))
        return self.ask(
            request,
            title=_("Suspend an account"),
            question=_(
                "This person can no longer sign in until the suspension is lifted, seats at "
                "coming events are given back, and the reason goes out by email."
            ),
            submit=_("Suspend"),
            form=form,
            objects=[_line(person)],
            obj=person,
        )

    def lift(self, request: HttpRequest, person: User) -> HttpResponse:
        if request.method == "POST":
            try:
                suspension.lift_suspension(person, by=staff_of(request))
            except Refused as refusal:
                self.message_user(request, str(refusal.sentence), messages.ERROR)
            else:
                self._note(request, person)
                self.message_user(request, _("The suspension is lifted."), messages.SUCCESS)
            return HttpResponseRedirect(change_url(person))
        return self.ask(
            request,
            title=_("Lift a suspension"),
            question=_("This person can sign in again and is told by email."),
            submit=_("Lift the suspension"),
            objects=[_line(person)],
            obj=person,
            is_destructive=False,
        )

    def _note(self, request: HttpRequest, person: User) -> None:
        self.log_change(request, person, [{"changed": {"fields": ["membership"]}}])


def _line(person: User) -> str:
    return format_html('<bdi>{}</bdi> <bdi dir="ltr">{}</bdi>', person, person.email)
