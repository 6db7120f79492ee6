"""Registrations: who has a seat, who waits; registering, withdrawing and exporting."""

from __future__ import annotations

from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import path
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from cop_portal.admin_base import PortalModelAdmin, selection, staff_of
from cop_portal.admin_columns import bdi, change_url, list_url, ltr, moment_column, person_name
from cop_portal.permissions import require_perm
from events import actions
from events.admin import exports
from events.admin.forms import RegisterForm
from events.models import Event, Registration
from members.admin.filters import country_filter

if TYPE_CHECKING:
    from django.http import HttpRequest

Status = Registration.Status
_TONES = {Status.CONFIRMED: "holds", Status.WAITING: "waits"}
ARRIVED = moment_column("queued_at", pgettext_lazy("of a registration", "arrived"))
CONFIRMED = moment_column("confirmed_at", gettext_lazy("seat confirmed"))
WITHDRAWN = moment_column("withdrawn_at", gettext_lazy("withdrawn"))
FORMATS = {
    "csv": (exports.as_csv, exports.CSV_TYPE),
    "xlsx": (exports.as_xlsx, exports.XLSX_TYPE),
}


class EventFilter(admin.SimpleListFilter):
    """The event in question and the next ones; all others are reached from their own page."""

    title = gettext_lazy("event")
    parameter_name = "event"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        events = [*Event.objects.published().upcoming()[:10]]
        chosen = event_of(request)
        if chosen and chosen not in events:
            events.insert(0, chosen)
        return [(str(event.pk), str(event)) for event in events]

    def has_output(self) -> bool:
        return True

    def queryset(self, request: HttpRequest, queryset: QuerySet[Registration]) -> Any:
        if not self.value():
            return queryset
        chosen = event_of(request)
        return queryset.filter(event=chosen) if chosen else queryset.none()


def event_of(request: HttpRequest) -> Event | None:
    """The event that the list in `request` is about, if it is about one; one query a request."""
    if not hasattr(request, "_event_of"):
        number = request.GET.get("event", "")
        is_number = number.isascii() and number.isdecimal() and len(number) < 18
        found = Event.objects.with_counts().filter(pk=int(number)).first() if is_number else None
        request._event_of = found  # type: ignore[attr-defined]
    return request._event_of  # type: ignore[attr-defined]


@admin.register(Registration)
class RegistrationAdmin(PortalModelAdmin):
    """Rows are written by actions alone: registering and withdrawing here are those."""

    list_display = (
        "person",
        "address",
        "country",
        "workplace",
        "event",
        "state",
        ARRIVED,
    )
    list_filter = (EventFilter, "status", country_filter("user__country"))
    list_select_related = ("event", "user__country", "user__organisation")
    ordering = ("-queued_at", "-pk")
    search_fields = ("user__email",)
    key_search_fields = ("user__name_key",)
    search_help_text = gettext_lazy("Name in either script, or email.")
    date_hierarchy = "queued_at"
    actions = ("withdraw_selected",)
    change_list_template = "admin/events/registrations.html"
    change_form_template = "admin/events/registration.html"
    readonly_fields = (
        "event",
        "person",
        "address",
        "country",
        "workplace",
        "state",
        ARRIVED,
        CONFIRMED,
        WITHDRAWN,
    )
    fields = (
        "event",
        ("person", "address"),
        ("country", "workplace"),
        "state",
        (ARRIVED, CONFIRMED, WITHDRAWN),
    )

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_withdraw_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("events.manage")

    def get_ordering(self, request: HttpRequest) -> Any:
        """Of one event in the order of its queue."""
        return ("queued_at", "pk") if event_of(request) else self.ordering

    def get_list_display(self, request: HttpRequest) -> Any:
        if event_of(request):
            return [column for column in self.list_display if column != "event"]
        return self.list_display

    def get_urls(self) -> list[Any]:
        downloads = [
            path(
                f"export.{name}",
                self.admin_site.admin_view(partial(self.export, file_format=name)),
                name=f"events_registration_{name}",
            )
            for name in FORMATS
        ]
        withdrawing = path(
            "<path:object_id>/withdraw/",
            self.page(self.withdraw, perm="events.withdraw"),
            name="events_registration_withdraw",
        )
        return [*downloads, withdrawing, *super().get_urls()]

    # Columns -------------------------------------------------------------------------------------

    @admin.display(description=gettext_lazy("person"), ordering="user__name_key")
    def person(self, obj: Registration) -> SafeString | str:
        return person_name(obj.user)

    @admin.display(description=gettext_lazy("email"), ordering="user__email")
    def address(self, obj: Registration) -> SafeString | str:
        return ltr(obj.user.email)

    @admin.display(description=gettext_lazy("country"))
    def country(self, obj: Registration) -> str:
        return str(obj.user.country or "")

    @admin.display(description=gettext_lazy("organisation"))
    def workplace(self, obj: Registration) -> SafeString | str:
        return bdi(obj.user.organisation or obj.user.organisation_text)

    @admin.display(description=gettext_lazy("status"), ordering="status")
    def state(self, obj: Registration) -> SafeString:
        tone = _TONES.get(Status(obj.status), "")
        return format_html('<span class="{}">{}</span>', tone, obj.get_status_display())

    # The list ------------------------------------------------------------------------------------

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        event = event_of(request)
        context = {
            **(extra_context or {}),
            "event": event,
            "event_url": change_url(event) if event else "",
            "seats": event.registration_state() if event else None,
        }
        return super().changelist_view(request, context)

    def export(self, request: HttpRequest, *, file_format: str) -> HttpResponse:
        """The rows of the list as it is filtered, in the page's language and order."""
        require_perm(request.user, "events.view_registration")
        found = self.get_changelist_instance(request).get_queryset(request)
        event = event_of(request)
        with_event = event is None
        write, content_type = FORMATS[file_format]
        registrations = found.select_related(*self.list_select_related).iterator(chunk_size=1000)
        table = chain(
            [exports.header(with_event=with_event)],
            exports.rows(registrations, with_event=with_event),
        )
        name = f"registrations-{event.pk}" if event else "registrations"
        disposition = f'attachment; filename="{name}.{file_format}"'
        headers = {"Content-Disposition": disposition, "Cache-Control": "private, no-store"}
        return HttpResponse(write(table), content_type=content_type, headers=headers)

    # Registering and withdrawing -----------------------------------------------------------------

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Register a person; what the action refuses stands in the form, as a sentence."""
        require_perm(request.user, "events.manage")
        initial = {"event": event_of(request)}
        form = RegisterForm(request.POST or None, initial=initial, site=self.admin_site)
        if request.method == "POST" and form.is_valid():
            try:
                made = actions.register(form.cleaned_data["event"], by=form.cleaned_data["person"])
            except actions.Refused as refusal:
                form.add_error("event", str(refusal))
            else:
                self.log_addition(request, made, [{"added": {}}])
                known = {"person": made.user, "status": made.get_status_display()}
                sentence = _("%(person)s: %(status)s. A mail says so.") % known
                self.message_user(request, sentence, messages.SUCCESS)
                return HttpResponseRedirect(list_url(Registration, f"event={made.event_id}"))
        return self.ask(
            request,
            title=_("Register a person"),
            question=_("The person is told by email, with the calendar file."),
            submit=pgettext_lazy("button", "Register"),
            form=form,
            is_destructive=False,
        )

    def withdraw(self, request: HttpRequest, registration: Registration) -> HttpResponse:
        if request.method == "POST":
            self._withdraw(request, [registration])
            return HttpResponseRedirect(change_url(registration))
        return self._ask_to_withdraw(request, [registration], obj=registration)

    @admin.action(description=gettext_lazy("Withdraw the registrations"), permissions=["withdraw"])
    def withdraw_selected(self, request: HttpRequest, queryset: Any) -> HttpResponse | None:
        registrations = list(queryset.select_related(*self.list_select_related))
        if "confirmed" in request.POST:
            self._withdraw(request, registrations)
            return None
        return self._ask_to_withdraw(request, registrations, hidden=selection(request))

    def _ask_to_withdraw(
        self, request: HttpRequest, registrations: list[Registration], **where: Any
    ) -> HttpResponse:
        return self.ask(
            request,
            title=_("Withdraw a registration"),
            question=_("A freed seat goes to the next in line; everyone concerned is told."),
            submit=_("Withdraw the registration"),
            objects=[
                format_html(
                    "<bdi>{}</bdi>: <bdi>{}</bdi>, {}", r.user, r.event, r.get_status_display()
                )
                for r in registrations
            ],
            **where,
        )

    def _withdraw(self, request: HttpRequest, registrations: list[Registration]) -> None:
        done = 0
        for registration in registrations:
            try:
                actions.withdraw(registration, by=staff_of(request))
            except actions.Refused as refusal:
                self.message_user(request, f"{registration.user}: {refusal}", messages.ERROR)
            else:
                done += 1
                self.log_change(request, registration, [{"changed": {"fields": ["status"]}}])
        if done:
            sentence = ngettext(
                "%(count)d registration withdrawn.", "%(count)d registrations withdrawn.", done
            )
            self.message_user(request, sentence % {"count": done}, messages.SUCCESS)
