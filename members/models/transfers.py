from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.querysets import TransferQuerySet


class Transfer(models.Model):
    """The proposal to move a member to another country, which its focal point accepts."""

    class State(models.TextChoices):
        """What became of it, in words for the person who would decide it."""

        OPEN = "open", _("This transfer waits for the receiving country.")
        ACCEPTED = "accepted", _("This transfer has been accepted already.")
        DECLINED = "declined", _("This transfer has been declined already.")
        WITHDRAWN = "withdrawn", _("This transfer has been withdrawn.")

    person = models.ForeignKey(
        "members.User",
        verbose_name=_("person"),
        on_delete=models.PROTECT,
        related_name="transfers",
    )
    from_country = models.ForeignKey(
        "members.Country",
        verbose_name=_("from"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="transfers_out",
    )
    to_country = models.ForeignKey(
        "members.Country",
        verbose_name=_("to"),
        on_delete=models.PROTECT,
        related_name="transfers_in",
    )
    note = models.TextField(_("note"), blank=True, max_length=1000)
    proposed_by = models.ForeignKey(
        "members.User",
        verbose_name=_("proposed by"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    proposed_at = models.DateTimeField(_("proposed"), default=timezone.now)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    decided_by = models.ForeignKey(
        "members.User",
        verbose_name=_("decided by"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    reason = models.TextField(_("reason given"), blank=True, max_length=1000)

    objects = models.Manager.from_queryset(TransferQuerySet)()

    class Meta:
        verbose_name = _("transfer")
        verbose_name_plural = _("transfers")
        ordering = ("-proposed_at", "-pk")
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(state="open"),
                name="members_transfer_one_open",
                violation_error_message=_("A transfer of this person waits already."),
            ),
            models.CheckConstraint(
                condition=Q(from_country__isnull=True) | ~Q(from_country=models.F("to_country")),
                name="members_transfer_elsewhere",
                violation_error_message=_("The person belongs to this country already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.from_country_id} – {self.to_country_id}"
