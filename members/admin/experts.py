"""Marking experts from a person's page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.utils.translation import gettext as _

from cop_portal.admin_base import PortalModelAdmin, staff_of
from cop_portal.admin_columns import change_url, person_name
from members import actions
from members.forms import ExpertForm
from members.models import User

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


class MarkingExperts(PortalModelAdmin):
    """The part of the people's admin that gives and takes the badge of an expert."""

    def expert(self, request: HttpRequest, person: User) -> HttpResponse:
        """Mark a member, or change what is said of an expert."""
        form = ExpertForm(request.POST or None, person=person)
        if request.method == "POST" and form.is_valid():
            given = form.cleaned_data
            try:
                actions.mark_expert(
                    person,
                    by=staff_of(request),
                    expertise=given["expertise"],
                    availability=User.Availability(given["availability"]),
                    note=given["note"],
                )
            except actions.Refused as refusal:
                self.message_user(request, str(refusal.sentence), messages.ERROR)
            else:
                self.log_change(request, person, [{"changed": {"fields": ["expert"]}}])
                self.message_user(request, _("The expert has been saved."), messages.SUCCESS)
            return HttpResponseRedirect(change_url(person))
        return self.ask(
            request,
            title=_("Fields of expertise") if person.is_expert else _("Mark as an expert"),
            question=_(
                "The directory shows the badge, the fields and the availability. A new expert is "
                "told by email."
            ),
            submit=_("Save"),
            form=form,
            objects=[person_name(person)],
            obj=person,
            is_destructive=False,
        )

    def unmark_expert(self, request: HttpRequest, person: User) -> HttpResponse:
        if request.method == "POST":
            try:
                actions.unmark_expert(person, by=staff_of(request))
            except actions.Refused as refusal:
                self.message_user(request, str(refusal.sentence), messages.ERROR)
            else:
                self.log_change(request, person, [{"changed": {"fields": ["expert"]}}])
                done = _("This person is no longer marked as an expert.")
                self.message_user(request, done, messages.SUCCESS)
            return HttpResponseRedirect(change_url(person))
        return self.ask(
            request,
            title=_("Remove the expert’s badge"),
            question=_("The badge and the fields of expertise are taken away. Nobody is told."),
            submit=_("Remove the badge"),
            objects=[person_name(person)],
            obj=person,
        )
