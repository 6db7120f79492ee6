"""Guests: people named in sessions who have no account, until one claims the name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.db import transaction
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cop_portal.admin_base import PortalModelAdmin, staff_of
from cop_portal.admin_columns import bdi, change_url, link, ltr, moment_column, person_name
from members.actions import guests as actions
from members.actions.refusal import Refused
from members.admin.filters import country_filter
from members.models import Guest, User

if TYPE_CHECKING:
    from django.http import HttpRequest

CLAIMED = moment_column("claimed_at", gettext_lazy("claimed"))


class ClaimFilter(admin.SimpleListFilter):
    title = gettext_lazy("account")
    parameter_name = "account"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("none", gettext_lazy("No account")),
            ("linked", gettext_lazy("Linked to an account")),
            ("denied", gettext_lazy("Said to be someone else")),
        ]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        conditions: dict[str, dict[str, Any]] = {
            "none": {"claimed_by": None},
            "linked": {"claimed_by__isnull": False},
            "denied": {"denied_at__isnull": False},
        }
        return queryset.filter(**conditions.get(self.value() or "", {}))


@admin.register(Guest)
class GuestAdmin(PortalModelAdmin):
    """Whom a guest is linked to goes through the same actions as the guest's own claim."""

    list_display = ("name", "post", "workplace", "country", "address", "account")
    list_filter = (ClaimFilter, country_filter("country"))
    list_select_related = ("country", "claimed_by")
    ordering = ("full_name", "pk")
    search_fields = ("email",)
    search_help_text = gettext_lazy("Name in either script, organisation or email.")
    autocomplete_fields = ("claimed_by",)
    readonly_fields = (CLAIMED, "denied")
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("full_name", "full_name_latin"),
                    ("function", "function_latin"),
                    ("organisation_text", "country"),
                )
            },
        ),
        (
            gettext_lazy("Account"),
            {
                "fields": ("email", ("claimed_by", CLAIMED), "denied"),
                "description": gettext_lazy(
                    "Whoever signs in with this address is asked whether the name is theirs. "
                    "The address itself is shown to coordinators alone."
                ),
            },
        ),
    )

    def _translated(self) -> list[str]:
        """The columns that are folded for searching; a guest's names exist in one row each."""
        return ["full_name", "full_name_latin", "organisation_text"]

    @transaction.atomic
    def save_model(self, request: HttpRequest, obj: Guest, form: Any, change: bool) -> None:
        chosen: User | None = form.cleaned_data.get("claimed_by")
        before = Guest.objects.filter(pk=obj.pk).values_list("claimed_by", flat=True).first()
        obj.claimed_by_id = before
        if "email" in form.changed_data:
            obj.denied_at = None
        super().save_model(request, obj, form, change)
        if before == (chosen.pk if chosen else None):
            return
        if before:
            actions.release(obj, by=staff_of(request))
        if chosen:
            try:
                actions.claim(obj, chosen, by=staff_of(request))
            except Refused as refusal:
                self.message_user(request, str(refusal.sentence), messages.ERROR)

    @staticmethod
    def autocomplete_label(obj: Guest) -> str:
        """Two guests may share a name."""
        return " · ".join(
            f"\u2068{part}\u2069" for part in (str(obj), obj.organisation_text) if part
        )

    @admin.display(description=gettext_lazy("name"), ordering="full_name")
    def name(self, obj: Guest) -> SafeString | str:
        return person_name(obj)

    @admin.display(description=gettext_lazy("job title"))
    def post(self, obj: Guest) -> SafeString | str:
        return bdi(obj.shown_function)

    @admin.display(description=gettext_lazy("organisation"), ordering="organisation_text")
    def workplace(self, obj: Guest) -> SafeString | str:
        return bdi(obj.organisation_text)

    @admin.display(description=gettext_lazy("email"), ordering="email")
    def address(self, obj: Guest) -> SafeString | str:
        return ltr(obj.email)

    @admin.display(description=gettext_lazy("account"))
    def account(self, obj: Guest) -> SafeString | str:
        if obj.claimed_by:
            return link(change_url(obj.claimed_by), person_name(obj.claimed_by))
        if obj.denied_at:
            return format_html('<span class="waits">{}</span>', _("Said to be someone else"))
        return ""

    @admin.display(description=gettext_lazy("said to be someone else"))
    def denied(self, obj: Guest) -> SafeString | str:
        return moment_column("denied_at", "")(obj)
