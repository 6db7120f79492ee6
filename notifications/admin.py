"""The delivery ledger, to be read: what was sent to whom, and what could not be."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cop_portal.admin_base import LookedUp
from cop_portal.admin_columns import bdi, list_url, ltr, moment_column, person_name
from cop_portal.admin_site import Waiting, on_the_desk
from notifications.actions import resend
from notifications.kinds import KINDS
from notifications.models import Delivery

if TYPE_CHECKING:
    from django.http import HttpRequest

State = Delivery.State
CREATED = moment_column("created_at", gettext_lazy("created"))
DUE = moment_column("due_at", gettext_lazy("due"))
SENT = moment_column("sent_at", gettext_lazy("sent"))
_TONES = {State.FAILED: "fails", State.SENT: "holds"}


class KindFilter(admin.SimpleListFilter):
    title = gettext_lazy("kind")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return sorted(((kind.name, str(kind.label)) for kind in KINDS.values()), key=lambda k: k[1])

    def queryset(self, request: HttpRequest, queryset: QuerySet[Delivery]) -> Any:
        return queryset.filter(kind=self.value()) if self.value() else queryset


@admin.register(Delivery)
class DeliveryAdmin(LookedUp):
    """Rows are written by actions and sent by workers. What a message carried is not shown:
    it may be a code that opens an account."""

    list_display = (
        "label",
        "to",
        "status",
        "attempts",
        DUE,
        SENT,
        "reason",
    )
    list_filter = ("state", KindFilter, "language")
    list_select_related = ("recipient",)
    search_fields = ("address",)
    key_search_fields = ("recipient__name_key",)
    search_help_text = gettext_lazy("Name or email of the recipient.")
    date_hierarchy = "created_at"
    actions = ("send_again",)
    readonly_fields = (
        "label",
        "to",
        "language",
        "shown_subject",
        "status",
        "attempts",
        "reason",
        CREATED,
        DUE,
        SENT,
    )
    fields = (
        ("label", "language"),
        "to",
        "shown_subject",
        ("status", "attempts", "reason"),
        (CREATED, DUE, SENT),
    )

    def has_resend_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("notifications.resend_delivery")

    @admin.action(description=gettext_lazy("Send again"), permissions=["resend"])
    def send_again(self, request: HttpRequest, queryset: Any) -> None:
        chosen = queryset.count()
        queued = resend(queryset)
        if queued:
            sentence = ngettext(
                "%(count)d message waits to be sent again.",
                "%(count)d messages wait to be sent again.",
                queued,
            )
            self.message_user(request, sentence % {"count": queued}, messages.SUCCESS)
        if chosen > queued:
            sentence = ngettext(
                "%(count)d message was left alone: only what could not be delivered is sent "
                "again, and never a code.",
                "%(count)d messages were left alone: only what could not be delivered is sent "
                "again, and never a code.",
                chosen - queued,
            )
            self.message_user(request, sentence % {"count": chosen - queued}, messages.WARNING)

    @admin.display(description=gettext_lazy("kind"), ordering="kind")
    def label(self, obj: Delivery) -> str:
        return obj.kind_label

    @admin.display(description=gettext_lazy("recipient"))
    def to(self, obj: Delivery) -> SafeString | str:
        if obj.recipient is None:
            return ltr(obj.address)
        return format_html("{} {}", person_name(obj.recipient), ltr(obj.address))

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def status(self, obj: Delivery) -> SafeString:
        tone = _TONES.get(State(obj.state), "")
        return format_html('<span class="{}">{}</span>', tone, obj.get_state_display())

    @admin.display(description=gettext_lazy("note"))
    def reason(self, obj: Delivery) -> SafeString | str:
        return format_html('<bdi dir="auto">{}</bdi>', obj.note) if obj.note else ""

    @admin.display(description=gettext_lazy("subject"))
    def shown_subject(self, obj: Delivery) -> SafeString | str:
        kind = KINDS.get(obj.kind)
        return _("Not shown: it may hold a code.") if kind and kind.secret else bdi(obj.subject)


@on_the_desk
def failed_mails(request: HttpRequest) -> Iterator[Waiting]:
    yield Waiting(
        _("Messages that could not be delivered"),
        Delivery.objects.filter(state=State.FAILED).count(),
        list_url(Delivery, f"state__exact={State.FAILED}"),
    )
