from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cop_portal.localised import language_choices
from notifications.kinds import kind_label
from notifications.querysets import DeliveryQuerySet


class Delivery(models.Model):
    """One message to one person: written with what caused it, sent afterwards by a worker.

    `key` is unique, so a cause that is recorded twice is told once. `context` holds primitives
    (ids, codes); the text is composed at sending, in `language`, after asking again whether it
    still applies. A worker owns a row while `state` is "sending" and `claim` is its own, until
    `due_at`, which during that state is the end of the lease.
    """

    class State(models.TextChoices):
        QUEUED = "queued", _("Waiting to be sent")
        SENDING = "sending", _("Being sent")
        SENT = "sent", _("Sent")
        SKIPPED = "skipped", _("No longer needed")
        FAILED = "failed", _("Could not be delivered")

    kind = models.CharField(_("kind"), max_length=60)
    key = models.CharField(_("key"), max_length=200, unique=True)
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("recipient"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="deliveries",
    )
    address = models.EmailField(_("address"))
    language = models.CharField(_("language"), max_length=5, choices=language_choices)
    context = models.JSONField(_("context"), default=dict, blank=True)
    priority = models.PositiveSmallIntegerField(_("priority"), default=5)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.QUEUED)
    due_at = models.DateTimeField(_("due"), default=timezone.now)
    claim = models.UUIDField(null=True, blank=True, editable=False)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    note = models.CharField(_("note"), max_length=300, blank=True)
    subject = models.CharField(_("subject"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)

    objects = models.Manager.from_queryset(DeliveryQuerySet)()

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        ordering = ("-created_at", "-pk")
        indexes = [
            models.Index(
                fields=["priority", "due_at", "id"],
                condition=Q(state__in=["queued", "sending"]),
                name="notifications_delivery_due",
            ),
            models.Index(fields=["recipient", "-created_at"], name="notifications_delivery_to"),
            models.Index(fields=["kind", "-created_at"], name="notifications_delivery_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.kind_label}: {self.address}"

    @property
    def kind_label(self) -> str:
        return kind_label(self.kind)


class MutedKind(models.Model):
    """A kind of message that a person asked not to receive by mail."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="muted_kinds"
    )
    kind = models.CharField(_("kind"), max_length=60)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("muted kind")
        verbose_name_plural = _("muted kinds")
        constraints = [
            models.UniqueConstraint(fields=["user", "kind"], name="notifications_muted_once"),
        ]

    def __str__(self) -> str:
        return self.kind
