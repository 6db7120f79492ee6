"""Events: written in both languages, scheduled, published, called off."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import path
from django.utils import timezone, translation
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from cop_portal.admin_base import (
    BilingualAdmin,
    change_url,
    link,
    list_url,
    ltr,
    selection,
    staff_of,
)
from cop_portal.admin_translations import (
    MissingTranslationFilter,
    languages_column,
    translated_column,
)
from cop_portal.zones import city_of
from events import actions
from events.admin.forms import CancelForm, EventForm
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

Status = Event.Status
_TONES = {Status.DRAFT: "waits", Status.PUBLISHED: "holds", Status.CANCELLED: "fails"}


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
class EventAdmin(BilingualAdmin):
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
    folded_search_fields = ("title_ar", "title_en", "summary_ar", "summary_en")
    search_help_text = gettext_lazy("Words of the title or the summary.")
    date_hierarchy = "starts_at"
    ordering = ("-starts_at", "-pk")
    autocomplete_fields = ("follows",)
    readonly_fields = ("state", "seats")
    actions = ("publish_selected", "cancel_selected")

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

    def get_urls(self) -> list[Any]:
        page = path(
            "<path:object_id>/cancel/",
            self.page(self.cancel, perm="events.manage"),
            name="events_event_cancel",
        )
        return [page, *super().get_urls()]

    def has_delete_permission(self, request: HttpRequest, obj: Event | None = None) -> bool:
        """What people know of is cancelled, whoever asks."""
        return super().has_delete_permission(request, obj) and (obj is None or obj.is_draft)

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and db_field.name.startswith("description"):
            field.widget.attrs["rows"] = 8
        return field

    def has_manage_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("events.manage")

    # Columns -------------------------------------------------------------------------------------

    @admin.display(description=gettext_lazy("status"), ordering="status")
    def state(self, obj: Event) -> SafeString:
        return format_html(
            '<span class="{}">{}</span>', _TONES[Status(obj.status)], obj.get_status_display()
        )

    @admin.display(description=gettext_lazy("starts"), ordering="starts_at")
    def when(self, obj: Event) -> SafeString | str:
        """On the event's own clock, which the city names."""
        if not obj.starts_at:
            return ""
        start = obj.starts_at.astimezone(obj.zone).strftime("%Y-%m-%d %H:%M")
        return format_html("{} {}", ltr(start), city_of(obj.zone))

    @admin.display(description=gettext_lazy("registrations"))
    def seats(self, obj: Any) -> SafeString | str:
        if not obj.pk:
            return ""
        if obj.capacity:
            taken = _("%(confirmed)s of %(capacity)s") % {
                "confirmed": obj.confirmed_count,
                "capacity": obj.capacity,
            }
        else:
            taken = str(obj.confirmed_count)
        shown = link(list_url(Registration, f"event={obj.pk}"), taken)
        if not obj.waiting_count:
            return shown
        waiting = ngettext("%(count)d waiting", "%(count)d waiting", obj.waiting_count)
        return format_html("{} ({})", shown, waiting % {"count": obj.waiting_count})

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

    def response_add(
        self, request: HttpRequest, obj: Event, post_url_continue: str | None = None
    ) -> HttpResponse:
        if self._is_to_publish(request):
            return self._saved_and_published(request, obj)
        return super().response_add(request, obj, post_url_continue)

    def response_change(self, request: HttpRequest, obj: Event) -> HttpResponse:
        if self._is_to_publish(request):
            return self._saved_and_published(request, obj)
        return super().response_change(request, obj)

    def _is_to_publish(self, request: HttpRequest) -> bool:
        return "_publish" in request.POST and self.has_manage_permission(request)

    def _saved_and_published(self, request: HttpRequest, event: Event) -> HttpResponse:
        """The button saves first, then publishes what was saved, and stays on the page."""
        self.message_user(request, _("%(event)s is saved.") % {"event": event}, messages.SUCCESS)
        self._publish(request, [event])
        return HttpResponseRedirect(change_url(event))

    # Publishing and cancelling -------------------------------------------------------------------

    @admin.action(description=gettext_lazy("Publish"), permissions=["manage"])
    def publish_selected(self, request: HttpRequest, queryset: QuerySet[Event]) -> None:
        self._publish(request, list(queryset))

    def _publish(self, request: HttpRequest, events: list[Event]) -> None:
        for event in events:
            was_published = event.is_published
            try:
                published = actions.publish(event, by=staff_of(request))
            except actions.Refused as refusal:
                known = {"event": event, "reasons": refusal}
                sentence = _("%(event)s was not published. %(reasons)s") % known
                self.message_user(request, sentence, messages.ERROR)
                continue
            if not was_published:
                self.log_change(request, published, [{"changed": {"fields": ["status"]}}])
                view = link(published.get_absolute_url(), _("View the page"))
                sentence = format_html(_("{} is published. {}"), event, view)
                self.message_user(request, sentence, messages.SUCCESS)

    @admin.action(description=gettext_lazy("Cancel the events"), permissions=["manage"])
    def cancel_selected(
        self, request: HttpRequest, queryset: QuerySet[Event]
    ) -> HttpResponse | None:
        events = list(queryset)
        form = CancelForm(request.POST if "confirmed" in request.POST else None)
        if form.is_valid():
            self._cancel(request, events, form.note)
            return None
        return self._ask_to_cancel(request, events, form, hidden=selection(request))

    def cancel(self, request: HttpRequest, event: Event) -> HttpResponse:
        form = CancelForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            self._cancel(request, [event], form.note)
            return HttpResponseRedirect(change_url(event))
        return self._ask_to_cancel(request, [event], form, obj=event)

    def _ask_to_cancel(
        self, request: HttpRequest, events: list[Event], form: CancelForm, **where: Any
    ) -> HttpResponse:
        return self.ask(
            request,
            title=_("Cancel an event"),
            question=_(
                "Everyone with a seat or on the waiting list is told by email, with the reason "
                "given here. This cannot be undone."
            ),
            submit=_("Cancel the event"),
            form=form,
            objects=[self._summary(event) for event in events],
            **where,
        )

    def _summary(self, event: Event) -> SafeString:
        return format_html("<bdi>{}</bdi>: {} {}", event, self.when(event), self.seats(event))

    def _cancel(self, request: HttpRequest, events: list[Event], note: dict[str, str]) -> None:
        for event in events:
            was_cancelled = event.is_cancelled
            try:
                actions.cancel(event, by=staff_of(request), note=note)
            except actions.Refused as refusal:
                known = {"event": event, "reasons": refusal}
                sentence = _("%(event)s was not cancelled. %(reasons)s") % known
                self.message_user(request, sentence, messages.ERROR)
                continue
            if not was_cancelled:
                self.log_change(request, event, [{"changed": {"fields": ["status"]}}])
                sentence = _("%(event)s is cancelled, and the people concerned are being told.")
                self.message_user(request, sentence % {"event": event}, messages.SUCCESS)

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
