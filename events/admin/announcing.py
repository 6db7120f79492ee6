"""Publishing events and calling them off, from the list or from an event's page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpResponseRedirect
from django.urls import path
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cop_portal.admin_base import BilingualAdmin, selection, staff_of
from cop_portal.admin_columns import change_url, link, list_url, ltr
from cop_portal.zones import city_of
from events import actions
from events.admin.forms import CancelForm
from events.models import Event, Registration

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

Status = Event.Status
_TONES = {Status.DRAFT: "waits", Status.PUBLISHED: "holds", Status.CANCELLED: "fails"}


class Announcing(BilingualAdmin):
    """The part of the events' admin that people hear of. The status is never edited: the
    buttons and list actions call the same actions as everything else."""

    actions = ("publish_selected", "cancel_selected")

    def has_manage_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("events.manage")

    def get_urls(self) -> list[Any]:
        page = path(
            "<path:object_id>/cancel/",
            self.page(self.cancel, perm="events.manage"),
            name="events_event_cancel",
        )
        return [page, *super().get_urls()]

    # What an event is called by -------------------------------------------------------------------

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
                sentence = format_html(_("{event} is published. {link}"), event=event, link=view)
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
        form = CancelForm(request.POST if request.method == "POST" else None)
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
