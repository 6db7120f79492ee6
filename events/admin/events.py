"""Events: written in both languages, scheduled, published, called off."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from cop_portal.admin_columns import list_url
from cop_portal.admin_translations import (
    MissingTranslationFilter,
    languages_column,
    translated_column,
)
from events import actions
from events.admin.announcing import Announcing
from events.admin.forms import EventForm
from events.admin.inlines import (
    FigureInline,
    HighlightInline,
    OrganiserInline,
    ReminderInline,
    SessionInline,
)
from events.admin.weekends import closed_days
from events.models import Event, Figure, Highlight, Registration, Session
from members.admin.filters import country_filter

if TYPE_CHECKING:
    from django.http import HttpRequest


class WhenFilter(admin.SimpleListFilter):
    title = pgettext_lazy("of events", "time")
    parameter_name = "when"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("upcoming", pgettext_lazy("events", "Upcoming")),
            ("past", pgettext_lazy("events", "Past")),
            ("undated", pgettext_lazy("events", "Without sessions")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Event]) -> QuerySet[Event]:
        conditions = {
            "upcoming": Q(ends_at__gt=timezone.now()),
            "past": Q(ends_at__lte=timezone.now()),
            "undated": Q(starts_at__isnull=True),
        }
        return queryset.filter(conditions.get(self.value() or "", Q()))


@admin.register(Event)
class EventAdmin(Announcing):
    form = EventForm
    translated_parts = (("event", Session), ("event", Highlight), ("event", Figure))
    inlines = (SessionInline, OrganiserInline, HighlightInline, FigureInline, ReminderInline)
    list_display = (
        translated_column("title", gettext_lazy("title")),
        "state",
        "when",
        "kind",
        "seats",
        languages_column,
    )
    list_filter = (
        "status",
        WhenFilter,
        MissingTranslationFilter,
        "kind",
        "visibility",
        country_filter("countries"),
        "topics",
    )
    search_fields = ("code",)
    folded_search_fields = ("title", "summary")
    search_help_text = gettext_lazy("Words of the title or the summary.")
    date_hierarchy = "starts_at"
    ordering = ("-starts_at", "-pk")
    autocomplete_fields = ("follows",)
    readonly_fields = ("state", "seats")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Event]:
        found: Any = super().get_queryset(request)
        return found.with_counts()

    def get_fieldsets(self, request: HttpRequest, obj: Event | None = None) -> Any:
        status = ("state", "seats") if obj else ()
        fieldsets: list[Any] = [
            (None, {"fields": (status, "title", "summary", "description", "version")}),
            (
                gettext_lazy("Kind and audience"),
                {
                    "fields": (
                        ("kind", "visibility"),
                        "working_language",
                        "topics",
                        "countries",
                        "follows",
                        "is_featured",
                    )
                },
            ),
            (
                gettext_lazy("Registration"),
                {"fields": ("time_zone", ("capacity", "registration_deadline"))},
            ),
            (gettext_lazy("For exchange"), {"fields": ("code",), "classes": ("collapse",)}),
        ]
        if not status:
            fieldsets[0][1]["fields"] = fieldsets[0][1]["fields"][1:]
        if obj and obj.is_cancelled:
            cancelled = (gettext_lazy("Cancellation"), {"fields": ("cancellation_note",)})
            fieldsets.insert(1, cancelled)
        return self._patch_fieldsets(fieldsets)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Sessions, which cannot be deleted on their own page, go with their event."""
        rows, counts, needed, protected = super().get_deleted_objects(objs, request)
        return rows, counts, needed - {Session._meta.verbose_name}, protected

    def has_delete_permission(self, request: HttpRequest, obj: Event | None = None) -> bool:
        """What people know of is cancelled, whoever asks."""
        return super().has_delete_permission(request, obj) and (obj is None or obj.is_draft)

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and db_field.name.startswith("description"):
            field.widget.attrs["rows"] = 8
        return field

    # Saving --------------------------------------------------------------------------------------

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Bring the event's span in step with what was saved, tell people of it, fill new seats."""
        super().save_related(request, form, formsets, change)
        event = actions.reschedule(form.instance)
        if change and "capacity" in form.changed_data:
            self._promote(request, event)
        for sentence in closed_days(event):
            self.message_user(request, sentence, messages.WARNING)

    def _promote(self, request: HttpRequest, event: Event) -> None:
        promoted = len(actions.promote_waiting(event))
        if promoted:
            sentence = ngettext(
                "%(count)d person was given a seat and told.",
                "%(count)d people were given a seat and told.",
                promoted,
            )
            self.message_user(request, sentence % {"count": promoted}, messages.SUCCESS)
        confirmed = event.registrations.confirmed().count()
        if event.capacity is not None and confirmed > event.capacity:
            self.message_user(
                request,
                _("More people have a seat than the capacity says: nobody loses theirs."),
                messages.WARNING,
            )

    # The page of one event -----------------------------------------------------------------------

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        event: Event | None = kwargs.get("obj")
        context["can_publish"] = event is None or event.is_draft
        if event:
            context["previews"] = _previews(event)
            context["registrations_url"] = list_url(Registration, f"event={event.pk}")
            context["can_cancel"] = event.is_published and not event.is_over()
        return super().render_change_form(request, context, *args, **kwargs)


def _previews(event: Event) -> list[tuple[str, Any, str]]:
    """The page as everyone will see it, in each language: code, name and address."""
    found = []
    for code, name in settings.LANGUAGES:
        with translation.override(code):
            found.append((code, name, event.get_absolute_url()))
    return found
