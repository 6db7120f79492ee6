"""Invitations and imports, for coordinators to look up; what is done with them is done in the
offices."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db.models import Count
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from cop_portal.admin_base import LookedUp
from cop_portal.admin_columns import (
    bdi,
    change_url,
    link,
    list_url,
    ltr,
    moment_column,
    person_name,
)
from cop_portal.admin_site import Waiting, on_the_desk
from members.admin.filters import country_filter
from members.models import Invitation, RosterImport, RosterImportRow
from members.models.imports import STALLED_AFTER

if TYPE_CHECKING:
    from django.http import HttpRequest


LAST_SENT = moment_column("last_sent_at", gettext_lazy("last sent"))
EXPIRY = moment_column("expires_at", gettext_lazy("expires"))
ACCEPTED = moment_column("accepted_at", gettext_lazy("accepted"))
UPLOADED = moment_column("uploaded_at", gettext_lazy("uploaded"))
APPLIED = moment_column("applied_at", gettext_lazy("applied"))
MOVED = moment_column("moved_at", gettext_lazy("last moved on"))


class ExpiryFilter(admin.SimpleListFilter):
    title = gettext_lazy("state")
    parameter_name = "standing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("open", gettext_lazy("Invited")),
            ("expired", gettext_lazy("Expired")),
            ("accepted", pgettext_lazy("invitation", "Accepted")),
            ("withdrawn", pgettext_lazy("invitation", "Withdrawn")),
        ]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        asked = self.value()
        if asked == "open":
            return queryset.live()
        if asked == "expired":
            return queryset.expired()
        return queryset.filter(state=asked) if asked else queryset


class StalledFilter(admin.SimpleListFilter):
    title = gettext_lazy("progress")
    parameter_name = "standing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("stalled", gettext_lazy("Stands still"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.unmoved_for(STALLED_AFTER) if self.value() else queryset


@on_the_desk
def stalled_imports(request: HttpRequest) -> Iterator[Waiting]:
    yield Waiting(
        _("Imports that stand still"),
        RosterImport.objects.unmoved_for(STALLED_AFTER).count(),
        list_url(RosterImport, "standing=stalled"),
    )


@admin.register(Invitation)
class InvitationAdmin(LookedUp):
    list_display = ("name", "address", "country", "standing", "sender", "sent_count", LAST_SENT)
    list_filter = (ExpiryFilter, country_filter("country"))
    list_select_related = ("country", "invited_by")
    # By its number, too: so the audit trail names an invitation.
    search_fields = ("=id", "email", "full_name", "full_name_latin")
    date_hierarchy = "invited_at"
    ordering = ("-invited_at", "-pk")
    fields = readonly_fields = (
        "name",
        "address",
        "latin_name",
        "function",
        "organisation_text",
        "country",
        "language",
        "standing",
        "sender",
        "sent_count",
        LAST_SENT,
        EXPIRY,
        ACCEPTED,
        "member",
    )

    @admin.display(description=gettext_lazy("full name"), ordering="full_name")
    def name(self, obj: Invitation) -> SafeString | str:
        return bdi(obj.full_name)

    @admin.display(description=gettext_lazy("name in Latin letters"))
    def latin_name(self, obj: Invitation) -> SafeString | str:
        return bdi(obj.full_name_latin)

    @admin.display(description=gettext_lazy("email"), ordering="email")
    def address(self, obj: Invitation) -> SafeString | str:
        return ltr(obj.email)

    @admin.display(description=gettext_lazy("state"))
    def standing(self, obj: Invitation) -> str:
        return _("Expired") if obj.has_expired else str(obj.get_state_display())

    @admin.display(description=gettext_lazy("invited by"))
    def sender(self, obj: Invitation) -> SafeString:
        return link(change_url(obj.invited_by), person_name(obj.invited_by))

    @admin.display(description=gettext_lazy("accepted by"))
    def member(self, obj: Invitation) -> SafeString | str:
        person = obj.accepted_by
        return link(change_url(person), person_name(person)) if person else ""


@admin.register(RosterImport)
class RosterImportAdmin(LookedUp):
    list_display = ("file", "country", "state", "sender", UPLOADED, "total", MOVED)
    list_filter = ("state", StalledFilter, country_filter("country"))
    list_select_related = ("country", "uploaded_by", "applied_by")
    search_fields = ("file_name",)
    date_hierarchy = "uploaded_at"
    ordering = ("-uploaded_at", "-pk")
    fields = readonly_fields = (
        "file",
        "country",
        "state",
        "sender",
        UPLOADED,
        "total",
        "results",
        "applier",
        APPLIED,
        MOVED,
    )

    @admin.display(description=gettext_lazy("file"), ordering="file_name")
    def file(self, obj: RosterImport) -> SafeString | str:
        return bdi(obj.file_name)

    @admin.display(description=gettext_lazy("uploaded by"))
    def sender(self, obj: RosterImport) -> SafeString:
        return link(change_url(obj.uploaded_by), person_name(obj.uploaded_by))

    @admin.display(description=gettext_lazy("applied by"))
    def applier(self, obj: RosterImport) -> SafeString | str:
        person = obj.applied_by
        return link(change_url(person), person_name(person)) if person else ""

    @admin.display(description=gettext_lazy("results of the check"))
    def results(self, obj: RosterImport) -> SafeString | str:
        counts = dict(obj.rows.order_by().values_list("verdict").annotate(count=Count("pk")))
        return format_html_join(
            "",
            "<div>{}: {}</div>",
            (
                (verdict.label, counts[verdict.value])
                for verdict in RosterImportRow.Verdict
                if counts.get(verdict.value)
            ),
        )
