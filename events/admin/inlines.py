"""The parts of an event, edited on its page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db.models import QuerySet
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from cop_portal.admin_base import BilingualInline, PortalInline
from events.admin.forms import (
    OrganiserForm,
    ReminderForm,
    ReminderFormSet,
    SessionForm,
    SessionFormSet,
)
from events.admin.sessions import people_column, with_people
from events.models import EventReminder, Figure, Highlight, Organiser, Session

if TYPE_CHECKING:
    from django.http import HttpRequest


class SessionInline(BilingualInline, admin.StackedInline):
    model = Session
    form = SessionForm
    formset = SessionFormSet
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "title",
                    ("starts_at", "ends_at"),
                    ("kind", "time_zone"),
                    "place",
                    "city",
                    "join_url",
                    ("dial_in", "dial_in_code"),
                    "description",
                    "people",
                )
            },
        ),
    )

    readonly_fields = ("people",)

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        return 0 if obj else 1

    def get_queryset(self, request: HttpRequest) -> QuerySet[Session]:
        return with_people(super().get_queryset(request))

    @admin.display(description=gettext_lazy("people"))
    def people(self, obj: Session) -> SafeString | str:
        return people_column(obj)


class OrganiserInline(PortalInline, admin.StackedInline):
    model = Organiser
    form = OrganiserForm
    fields = (("organisation", "role", "position"),)
    autocomplete_fields = ("organisation",)
    add_beside = ("organisation",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Organiser]:
        return super().get_queryset(request).select_related("organisation")


class HighlightInline(BilingualInline, admin.StackedInline):
    model = Highlight
    fieldsets = ((None, {"fields": ("text", "position")}),)


class FigureInline(BilingualInline, admin.StackedInline):
    model = Figure
    fieldsets = ((None, {"fields": ("value", "label", "position")}),)


class ReminderInline(PortalInline, admin.StackedInline):
    model = EventReminder
    form = ReminderForm
    formset = ReminderFormSet
    fields = (("days_before", "at"),)

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        return 0 if obj else len(EventReminder.DEFAULT_DAYS)
