"""Announcements to rosters, to be read: who wrote what to which country, and when it went out."""

from __future__ import annotations

from django.contrib import admin
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from cop_portal.admin_base import LookedUp
from cop_portal.admin_columns import moment_column, person_name
from members.admin.filters import country_filter
from members.announcing import deliveries_of, versions_of
from members.models import Announcement

WRITTEN = moment_column("created_at", gettext_lazy("written"))
SENT = moment_column("sent_at", gettext_lazy("sent"))
STATES = {
    "sent": gettext_lazy("Sent"),
    "waiting": gettext_lazy("Waiting to be sent"),
    "failed": gettext_lazy("Could not be delivered"),
    "skipped": gettext_lazy("No longer needed"),
}


@admin.register(Announcement)
class AnnouncementAdmin(LookedUp):
    """Announcements are written and sent in the office of a country, never here."""

    list_display = ("subject", "country", "written_by", "state", WRITTEN, SENT, "recipients")
    list_filter = ("state", country_filter("country"))
    list_select_related = ("country", "author")
    ordering = ("-created_at", "-pk")
    key_search_fields = ("author__name_key",)
    search_help_text = gettext_lazy("Name of the author.")
    date_hierarchy = "created_at"
    readonly_fields = (
        "country",
        "written_by",
        "state",
        WRITTEN,
        SENT,
        "recipients",
        "deliveries",
        "texts",
    )
    fields = (
        ("country", "written_by"),
        ("state", WRITTEN, SENT),
        ("recipients", "deliveries"),
        "texts",
    )

    @admin.display(description=gettext_lazy("subject"))
    def subject(self, obj: Announcement) -> SafeString:
        title = obj.title
        return format_html(
            '<bdi lang="{}" dir="{}">{}</bdi>', title.language, title.direction, title.text
        )

    @admin.display(description=gettext_lazy("author"), ordering="author__name_key")
    def written_by(self, obj: Announcement) -> SafeString:
        return person_name(obj.author)

    @admin.display(description=gettext_lazy("Delivery"))
    def deliveries(self, obj: Announcement) -> str:
        counts = deliveries_of([obj])[obj.pk]
        return " · ".join(f"{STATES[name]}: {count}" for name, count in counts.items() if count)

    @admin.display(description=gettext_lazy("texts"))
    def texts(self, obj: Announcement) -> SafeString:
        return format_html_join(
            "",
            '<div lang="{}" dir="{}"><p><strong>{}</strong></p>{}</div>',
            (
                (
                    version.language,
                    version.direction,
                    version.subject,
                    format_html_join("", "<p>{}</p>", ((part,) for part in version.paragraphs)),
                )
                for version in versions_of(obj)
            ),
        )
