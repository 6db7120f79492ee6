"""Reported messages: read and closed by coordinators, never written by them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpResponseRedirect
from django.urls import path
from django.utils.html import format_html, linebreaks
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cop_portal.admin_base import LookedUp, staff_of
from cop_portal.admin_columns import change_url, link, list_url, moment_column, person_name
from cop_portal.admin_site import Waiting, on_the_desk
from cop_portal.localised import LocalText
from cop_portal.text import script_of
from members import actions
from members.models import ContactMessage, User

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

SENT = moment_column("sent_at", gettext_lazy("sent"))
REPORTED = moment_column("reported_at", gettext_lazy("reported"))
HANDLED = moment_column("handled_at", gettext_lazy("handled"))


@admin.register(ContactMessage)
class ReportAdmin(LookedUp):
    """A message nobody has reported is between two people, and not here."""

    list_display = ("about", "sent_by", "received_by", "report_state", REPORTED)
    list_filter = ("report_state",)
    list_select_related = ("sender", "recipient", "handled_by")
    ordering = ("-report_state", "-reported_at", "-pk")
    search_fields = ("sender__email", "recipient__email")
    key_search_fields = ("sender__name_key", "recipient__name_key")
    search_help_text = gettext_lazy("Name in either script, or email.")
    fields = (
        ("sent_by", "received_by", SENT),
        ("about", "words"),
        ("reason", REPORTED),
        ("report_state", "closed_by", HANDLED),
    )
    readonly_fields = (
        "sent_by",
        "received_by",
        SENT,
        "about",
        "words",
        "reason",
        REPORTED,
        "report_state",
        "closed_by",
        HANDLED,
    )
    change_form_template = "admin/members/report.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[ContactMessage]:
        return super().get_queryset(request).exclude(report_state="")

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        title = _("Reported messages between members")
        return super().changelist_view(request, {"title": title, **(extra_context or {})})

    def get_urls(self) -> list[Any]:
        handle = self.page(self.handle, perm="members.handle_report")
        own = [path("<path:object_id>/handle/", handle, name="members_contactmessage_handle")]
        return [*own, *super().get_urls()]

    def handle(self, request: HttpRequest, report: ContactMessage) -> HttpResponse:
        if request.method == "POST":
            try:
                actions.handle_report(report, by=staff_of(request))
            except actions.Refused as refusal:
                self.message_user(request, str(refusal.sentence), messages.ERROR)
            else:
                self.message_user(request, _("The report has been closed."), messages.SUCCESS)
            return HttpResponseRedirect(list_url(ContactMessage))
        return self.ask(
            request,
            title=_("Close the report"),
            question=_(
                "This notes that the report has been handled. Suspending an account is done on "
                "the person’s page."
            ),
            submit=_("Close the report"),
            objects=[format_html("<bdi>{}</bdi>", report.subject)],
            obj=report,
            is_destructive=False,
        )

    # Columns -------------------------------------------------------------------------------------

    @admin.display(description=gettext_lazy("subject"))
    def about(self, obj: ContactMessage) -> SafeString:
        return format_html("<bdi>{}</bdi>", obj.subject)

    @admin.display(description=gettext_lazy("from"))
    def sent_by(self, obj: ContactMessage) -> SafeString:
        return _person(obj.sender)

    @admin.display(description=gettext_lazy("to"))
    def received_by(self, obj: ContactMessage) -> SafeString:
        return _person(obj.recipient)

    @admin.display(description=gettext_lazy("message"))
    def words(self, obj: ContactMessage) -> SafeString | str:
        return _as_written(obj.body)

    @admin.display(description=gettext_lazy("reason of the report"))
    def reason(self, obj: ContactMessage) -> SafeString | str:
        return _as_written(obj.report_reason)

    @admin.display(description=gettext_lazy("handled by"))
    def closed_by(self, obj: ContactMessage) -> SafeString | str:
        return _person(obj.handled_by) if obj.handled_by else ""


def _as_written(text: str) -> SafeString:
    """What a person wrote, line by line, in the direction of its script."""
    found = LocalText(text, script_of(text, default="ar"))
    lines = linebreaks(text, autoescape=True)
    return format_html(
        '<div lang="{}" dir="{}">{}</div>', found.language, found.direction, mark_safe(lines)
    )


def _person(person: User) -> SafeString:
    return link(change_url(person), person_name(person))


@on_the_desk
def reported_messages(request: HttpRequest) -> Iterator[Waiting]:
    open_reports = ContactMessage.objects.filter(report_state=ContactMessage.ReportState.OPEN)
    yield Waiting(
        _("Reported messages between members"),
        open_reports.count(),
        list_url(ContactMessage, "report_state__exact=open"),
    )
