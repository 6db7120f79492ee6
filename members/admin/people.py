"""People: who they are, where they stand, what else they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.db.models import CASCADE, PROTECT, Exists, OuterRef, QuerySet
from django.urls import path
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cop_portal.admin_base import staff_of
from cop_portal.admin_columns import (
    bdi,
    change_url,
    isolated,
    link,
    listed,
    ltr,
    moment_column,
    person_name,
    yes_or_no,
)
from cop_portal.admin_fields import ZoneSelect
from cop_portal.admin_site import PACKAGES
from cop_portal.dates import as_range
from members.admin.deciding import Deciding, own_words
from members.admin.experts import MarkingExperts
from members.admin.filters import DecidableFilter, RoleFilter, country_filter, country_zones
from members.admin.suspending import Suspending
from members.audit import record
from members.models import FocalPointAppointment, RosterRecord, User

if TYPE_CHECKING:
    from django.forms import Field
    from django.http import HttpRequest

ASKED = moment_column("applied_at", gettext_lazy("asked to join"))
LAST_SEEN = moment_column("last_login", gettext_lazy("last signed in"))
ENTRY = ("full_name", "full_name_latin", "function", "function_latin", "language")
STAFF_ROLES = ("is_sponsor", "is_coordinator", "is_superuser")


@admin.register(User)
class PersonAdmin(Suspending, Deciding, MarkingExperts):
    list_display = (
        "name",
        "address",
        "country",
        "workplace",
        "membership",
        "roles",
        ASKED,
    )
    list_filter = ("membership", DecidableFilter, RoleFilter, country_filter("country"), "language")
    list_select_related = ("country", "organisation")
    ordering = ("name_key", "pk")
    search_fields = ("email",)
    key_search_fields = ("name_key",)
    search_help_text = gettext_lazy("Name in either script, or email.")
    date_hierarchy = "applied_at"
    autocomplete_fields = ("organisation",)
    add_beside = ("organisation",)
    readonly_fields = (
        "address",
        "organisation_text",
        "membership",
        ASKED,
        "reason_to_join",
        "decision",
        "reason_given",
        "appointments",
        "roles",
        "expert_in",
        "sign_in",
        "two_step",
        LAST_SEEN,
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        held = FocalPointAppointment.objects.held().filter(user=OuterRef("pk"))
        return super().get_queryset(request).annotate(has_appointment=Exists(held))

    def has_add_permission(self, request: HttpRequest) -> bool:
        """People ask to join by themselves, so that their address is confirmed."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """An account that was merged or erased is read only: nothing of it comes back."""
        is_over = obj is not None and (obj.merged_into_id or obj.erased_at)
        return not is_over and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """A person with a history stays; what goes is a request nobody has acted upon."""
        return super().has_delete_permission(request, obj) and obj is not None and not _history(obj)

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Any:
        """Staff roles and closing an account are the administrators', and nobody's own."""
        is_own = obj is not None and obj.pk == request.user.pk
        decides = request.user.is_superuser and not is_own
        names = ("full_name", "full_name_latin")
        workplace = ("organisation", "organisation_text")
        function = ("function", "function_latin")
        decision = ("membership", ASKED, "decision")
        reasons = ("reason_to_join", "reason_given")
        entry = ("is_active" if decides else "sign_in", "two_step", LAST_SEEN)
        return (
            (_("Person"), {"fields": (names, ("address", "country"), "bio")}),
            (_("Work"), {"fields": (workplace, function, "topics")}),
            (_("Membership"), {"fields": (decision, reasons, "appointments")}),
            (_("Roles"), {"fields": ("expert_in", STAFF_ROLES if decides else "roles")}),
            (_("Account"), {"fields": (("language", "time_zone"), entry)}),
        )

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Field | None:
        if db_field.name == "time_zone":
            kwargs["widget"] = ZoneSelect(empty=_("As the country"), first=country_zones())
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """Note in the audit trail what was corrected, as the office of a country does."""
        before = _entry_of(User.objects.select_related("organisation").get(pk=obj.pk))
        super().save_model(request, obj, form, change)
        after = _entry_of(obj)
        changes = {
            name: [before[name], after[name]] for name in after if before[name] != after[name]
        }
        if changes:
            record(RosterRecord.Action.CORRECTED, by=staff_of(request), person=obj, changes=changes)

    def get_urls(self) -> list[Any]:
        pages = [
            path(
                f"<path:object_id>/{view.__name__}/",
                self.page(view, perm="members.decide_application"),
                name=f"members_user_{view.__name__}",
            )
            for view in (self.approve, self.decline)
        ]
        pages += [
            path(
                f"<path:object_id>/{view.__name__}/",
                self.page(view, perm="members.suspend"),
                name=f"members_user_{view.__name__}",
            )
            for view in (self.suspend, self.lift)
        ]
        pages += [
            path(
                f"<path:object_id>/{view.__name__}/",
                self.page(view, perm="members.mark_expert"),
                name=f"members_user_{view.__name__}",
            )
            for view in (self.expert, self.unmark_expert)
        ]
        return [*pages, *super().get_urls()]

    @staticmethod
    def autocomplete_label(obj: User) -> str:
        """Two people may share a name; nobody shares an address."""
        return f"\u2068{obj}\u2069 · \u2068{obj.email}\u2069"

    # Columns -------------------------------------------------------------------------------------

    @admin.display(description=gettext_lazy("name"), ordering="name_key")
    def name(self, obj: User) -> SafeString | str:
        return person_name(obj)

    @admin.display(description=gettext_lazy("email"), ordering="email")
    def address(self, obj: User) -> SafeString | str:
        return ltr(obj.email)

    @admin.display(description=gettext_lazy("organisation"))
    def workplace(self, obj: User) -> SafeString | str:
        return bdi(obj.organisation or obj.organisation_text)

    @admin.display(description=gettext_lazy("roles"))
    def roles(self, obj: Any) -> str:
        held = [
            (obj.has_appointment, _("Focal point")),
            (obj.is_expert, _("Expert")),
            (obj.is_sponsor, _("Sponsor")),
            (obj.is_coordinator, _("Coordinator")),
            (obj.is_superuser, _("Administrator")),
        ]
        return listed(label for is_held, label in held if is_held)

    # The page of one person ----------------------------------------------------------------------

    @admin.display(description=gettext_lazy("decided"))
    def decision(self, obj: User) -> SafeString | str:
        if not obj.decided_at:
            return str(obj.decision().label) if obj.is_applicant else ""
        shown = moment_column("decided_at", "")(obj)
        if not obj.decided_by:
            return shown
        return format_html(
            "{} ({})", shown, link(change_url(obj.decided_by), person_name(obj.decided_by))
        )

    @admin.display(description=gettext_lazy("focal point appointments"))
    def appointments(self, obj: User) -> SafeString | str:
        appointments = obj.appointments.select_related("country").order_by("-starts_on")
        return format_html_join(
            "",
            '<div><a href="{}">{}</a>: {} ({})</div>',
            (
                (change_url(held), held.country, held.get_role_display(), time_in_office(held))
                for held in appointments
            ),
        )

    @admin.display(description=gettext_lazy("expert"))
    def expert_in(self, obj: User) -> str:
        if not obj.is_expert:
            return _("No")
        fields = listed(obj.expertise.all())
        return f"{fields} · {obj.get_availability_display()}" if fields else _("Yes")

    @admin.display(description=gettext_lazy("reason for joining"))
    def reason_to_join(self, obj: User) -> SafeString | str:
        return own_words(obj.motivation)

    @admin.display(description=gettext_lazy("reason given"))
    def reason_given(self, obj: User) -> SafeString | str:
        return own_words(obj.decision_reason)

    @admin.display(description=gettext_lazy("may sign in"))
    def sign_in(self, obj: User) -> str:
        return str(obj.entry.label)

    @admin.display(description=gettext_lazy("two-step verification"))
    def two_step(self, obj: User) -> str:
        devices = Authenticator.objects.filter(user=obj)
        return yes_or_no(devices.exclude(type=Authenticator.Type.RECOVERY_CODES).exists())


def _entry_of(person: User) -> dict[str, str]:
    """What the directory says of a person and the desk can change."""
    columns = {name: str(getattr(person, name) or "") for name in ENTRY}
    return {**columns, "organisation": person.organisation_name, "country": person.country_id or ""}


def time_in_office(appointment: FocalPointAppointment) -> str:
    start = isolated(appointment.starts_on.isoformat())
    if appointment.ends_on:
        return as_range(start, isolated(appointment.ends_on.isoformat()))
    return _("since %(date)s") % {"date": start}


def _history(person: User) -> bool:
    """Whether the community's record would lose something with this person: whoever was more
    than an applicant, and whoever has rows of their own anywhere in the portal."""
    if (
        person.is_staff
        or person.is_sponsor
        or not (person.is_applicant or person.membership == User.Membership.DECLINED)
    ):
        return True
    own = (
        relation
        for relation in User._meta.related_objects
        if relation.on_delete in (CASCADE, PROTECT)
        and relation.related_model._meta.app_label not in PACKAGES
    )
    return any(
        relation.related_model._base_manager.filter(**{relation.field.name: person}).exists()
        for relation in own
    )
