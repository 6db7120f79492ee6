from __future__ import annotations

from datetime import timedelta

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.querysets import RosterImportQuerySet

# One that no worker moved on for this long is taken up again; for this long, it stands still.
TAKEN_UP_AFTER = timedelta(minutes=1)
STALLED_AFTER = timedelta(minutes=15)


class RosterImport(models.Model):
    """A spreadsheet of people to invite: checked row by row, then applied in one step.

    The file itself is not kept: its cells are copied into the rows when it arrives.
    """

    class State(models.TextChoices):
        CHECKING = "checking", _("Being checked")
        CHECKED = "checked", _("Checked")
        APPLYING = "applying", _("Invitations being sent")
        APPLIED = "applied", _("Applied")
        DISCARDED = "discarded", _("Discarded")

    country = models.ForeignKey(
        "members.Country",
        verbose_name=_("country"),
        on_delete=models.PROTECT,
        related_name="imports",
    )
    uploaded_by = models.ForeignKey(
        "members.User", verbose_name=_("uploaded by"), on_delete=models.PROTECT, related_name="+"
    )
    uploaded_at = models.DateTimeField(_("uploaded"), default=timezone.now)
    file_name = models.CharField(_("file"), max_length=200)
    language = models.CharField(
        _("language"), max_length=5, help_text=_("For rows that name none.")
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.CHECKING)
    total = models.PositiveIntegerField(_("rows"), default=0)
    ignored_columns = models.JSONField(_("columns left out"), default=list, blank=True)
    applied_by = models.ForeignKey(
        "members.User",
        verbose_name=_("applied by"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    applied_at = models.DateTimeField(_("applied"), null=True, blank=True)
    # When a worker last moved it on: one that stands still is taken up again.
    moved_at = models.DateTimeField(default=timezone.now)

    objects = models.Manager.from_queryset(RosterImportQuerySet)()

    class Meta:
        verbose_name = _("roster import")
        verbose_name_plural = _("roster imports")
        ordering = ("-uploaded_at", "-pk")

    def __str__(self) -> str:
        return self.file_name


class RosterImportRow(models.Model):
    """One line of a spreadsheet, as it was read, and what would become of it."""

    class Verdict(models.TextChoices):
        UNCHECKED = "", _("Not checked yet")
        NEW = "new", _("New: will be invited")
        MEMBER = "member", _("Already a member")
        WAITING = "waiting", _("Waits for approval")
        INVITED = "invited", _("Already invited")
        OTHER_COUNTRY = "other_country", _("Belongs to another country")
        CLOSED = "closed", _("Account closed")
        REPEATED = "repeated", _("Repeated in this file")
        INVALID = "invalid", _("Invalid")

    roster_import = models.ForeignKey(RosterImport, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField(_("row"))
    cells = models.JSONField(default=dict)
    verdict = models.CharField(_("verdict"), max_length=14, choices=Verdict, blank=True)
    # Codes of what is wrong, in the order of the columns; their sentences stand in the code.
    problems = models.JSONField(default=list, blank=True)
    applied_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("row of an import")
        verbose_name_plural = _("rows of an import")
        ordering = ("number",)
        constraints = [
            models.UniqueConstraint(
                fields=["roster_import", "number"], name="members_import_row_once"
            ),
        ]
        indexes = [
            models.Index(
                fields=["roster_import", "verdict", "number"], name="members_import_by_verdict"
            ),
        ]

    def __str__(self) -> str:
        return str(self.number)
