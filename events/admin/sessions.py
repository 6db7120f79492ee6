"""Who speaks, chairs, facilitates in a session: a page of its own, reached from the event's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cop_portal.admin_base import PortalInline, PortalModelAdmin
from cop_portal.admin_columns import bdi, change_url, link, ltr
from cop_portal.localised import local_text
from cop_portal.zones import city_of
from events.models import Session, SessionRole

if TYPE_CHECKING:
    from django.http import HttpRequest


class SessionRoleForm(forms.ModelForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Tell the boxes what is chosen already, so that each row needs no query."""
        super().__init__(*args, **kwargs)
        for name in ("user", "guest"):
            chosen = getattr(self.instance, name) if self.instance.pk else None
            if chosen and name in self.fields:
                select: Any = self.fields[name].widget
                select = getattr(select, "widget", select)
                select.known = {str(chosen.pk): str(chosen)}


class SessionRoleInline(PortalInline, admin.StackedInline):
    model = SessionRole
    form = SessionRoleForm
    fields = (("role", "position"), ("user", "guest"))
    autocomplete_fields = ("user", "guest")
    add_beside = ("guest",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[SessionRole]:
        found = super().get_queryset(request)
        return found.select_related("user", "guest__claimed_by")

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        return 1


@admin.register(Session)
class SessionAdmin(PortalModelAdmin):
    """The people of one session. Its times and texts are written on the event's page."""

    list_display = ("name", "of_event", "when", "named")
    list_select_related = ("event",)
    ordering = ("-starts_at", "-pk")
    readonly_fields = ("name", "of_event", "when")
    fields = (("name", "when"), "of_event")
    inlines = (SessionRoleInline,)

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Sessions are found by their event, so the desk's first page does not list them."""
        return False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Session]:
        return with_people(super().get_queryset(request)).select_related("event")

    @admin.display(description=gettext_lazy("session"))
    def name(self, obj: Session) -> SafeString | str:
        return bdi(session_name(obj))

    @admin.display(description=gettext_lazy("event"))
    def of_event(self, obj: Session) -> SafeString | str:
        return link(change_url(obj.event), bdi(obj.event))

    @admin.display(description=gettext_lazy("starts"), ordering="starts_at")
    def when(self, obj: Session) -> SafeString | str:
        start = obj.starts_at.astimezone(obj.zone).strftime("%Y-%m-%d %H:%M")
        return format_html("{} {}", ltr(start), city_of(obj.zone))

    @admin.display(description=gettext_lazy("people"))
    def named(self, obj: Session) -> SafeString | str:
        return names_of(obj)


def with_people(sessions: QuerySet[Session]) -> QuerySet[Session]:
    """With what `names_of` prints, in three queries however many sessions there are."""
    return sessions.prefetch_related("roles__user", "roles__guest__claimed_by")


def session_name(session: Session) -> str:
    return local_text(session, "title").text or session.kind_label


def names_of(session: Session) -> SafeString | str:
    """Everyone named in a session, with their roles."""
    return bdi(
        " · ".join(
            f"\u2068{role}\u2069 ({role.get_role_display()})" for role in session.roles.all()
        )
    )


def people_column(session: Session) -> SafeString | str:
    """On an event's page: who is named in a session, and the way to change that."""
    if not session.pk:
        return _("People are added once the session is saved.")
    return format_html(
        "{} {}", names_of(session), link(change_url(session), _("Speakers and facilitation"))
    )
