from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from cop_portal.localised import LocalText
from cop_portal.text import script_of
from members.querysets import ContactMessageQuerySet

SUBJECT_LENGTH = 150


class ContactMessage(models.Model):
    """A message from one person to another, relayed by mail without either address."""

    class ReportState(models.TextChoices):
        NONE = "", _("Not reported")
        OPEN = "open", _("Reported")
        HANDLED = "handled", _("Report handled")

    sender = models.ForeignKey(
        "members.User",
        verbose_name=_("from"),
        on_delete=models.PROTECT,
        related_name="messages_sent",
    )
    recipient = models.ForeignKey(
        "members.User",
        verbose_name=_("to"),
        on_delete=models.PROTECT,
        related_name="messages_received",
    )
    subject = models.CharField(_("subject"), max_length=SUBJECT_LENGTH)
    body = models.TextField(_("message"), max_length=4000)
    sent_at = models.DateTimeField(_("sent"), default=timezone.now)
    # The recipient had blocked the sender, who must not learn it: kept, never shown to either side
    # as held back, and not delivered when the block is lifted.
    is_held_back = models.BooleanField(default=False, editable=False)
    report_state = models.CharField(
        _("report"), max_length=8, choices=ReportState, blank=True, default=ReportState.NONE
    )
    report_reason = models.TextField(_("reason of the report"), blank=True, max_length=1000)
    reported_at = models.DateTimeField(_("reported"), null=True, blank=True)
    handled_by = models.ForeignKey(
        "members.User",
        verbose_name=_("handled by"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    handled_at = models.DateTimeField(_("handled"), null=True, blank=True)

    objects = models.Manager.from_queryset(ContactMessageQuerySet)()

    class Meta:
        verbose_name = _("message between members")
        verbose_name_plural = _("messages between members")
        ordering = ("-sent_at", "-pk")
        indexes = [
            models.Index(fields=["sender", "sent_at"], name="members_message_by_sender"),
            models.Index(fields=["recipient", "sent_at"], name="members_message_by_recipient"),
            models.Index(
                fields=["reported_at"],
                name="members_message_reported",
                condition=~Q(report_state=""),
            ),
        ]

    def __str__(self) -> str:
        return self.subject

    @property
    def text(self) -> LocalText:
        """What was written, with the language it seems to be in."""
        return LocalText(self.body, script_of(self.body, default=self.sender.language))


def answer_to(subject: str) -> str:
    """The subject of an answer, which keeps one mark however often it goes back and forth."""
    mark = pgettext("before the subject of an answer", "Re:")
    if subject.startswith(("Re:", mark)):
        return subject
    return f"{mark} {subject}"[:SUBJECT_LENGTH]


class Block(models.Model):
    """A person who wants no more messages from another; the other is not told."""

    blocker = models.ForeignKey(
        "members.User",
        verbose_name=_("by whom"),
        on_delete=models.CASCADE,
        related_name="blocks",
    )
    blocked = models.ForeignKey(
        "members.User",
        verbose_name=_("person"),
        on_delete=models.CASCADE,
        related_name="+",
    )
    since = models.DateTimeField(_("since"), default=timezone.now)

    class Meta:
        verbose_name = _("block")
        verbose_name_plural = _("blocks")
        ordering = ("-since", "-pk")
        constraints = [
            models.UniqueConstraint(fields=["blocker", "blocked"], name="members_block_once"),
            models.CheckConstraint(
                condition=~Q(blocker=F("blocked")), name="members_block_someone_else"
            ),
        ]

    def __str__(self) -> str:
        return str(self.blocked)
