from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.querysets import RosterRecordQuerySet


class RosterRecord(models.Model):
    """One thing that was done to a roster: who, what, when, for whom.

    Rows are written by `members.audit` alone. The database refuses every change of a row, and
    its removal before the time that the retention rules name. `detail` holds primitives, never
    more of a person than the action is about.
    """

    class Action(models.TextChoices):
        APPROVED = "approved", _("Request to join approved")
        DECLINED = "declined", _("Request to join rejected")
        INVITED = "invited", _("Invitation sent")
        INVITATION_WITHDRAWN = "invitation_withdrawn", _("Invitation withdrawn")
        INVITATION_ACCEPTED = "invitation_accepted", _("Invitation accepted")
        IMPORTED = "imported", _("Spreadsheet imported")
        EXPORTED = "exported", _("Roster exported")
        CODE_ISSUED = "code_issued", _("Activation code issued")
        CODE_USED = "code_used", _("Activation code used")
        CODE_REFUSED = "code_refused", _("Activation code refused")
        CORRECTED = "corrected", _("Directory fields corrected")
        MARKED_LEFT = "marked_left", _("Marked as left")
        REINSTATED = "reinstated", _("Membership reinstated")
        SUSPENDED = "suspended", _("Account suspended")
        CONFIRMED = "confirmed", _("Confirmed in post")
        TRANSFER_PROPOSED = "transfer_proposed", _("Transfer proposed")
        TRANSFER_ACCEPTED = "transfer_accepted", _("Transfer accepted")
        TRANSFER_DECLINED = "transfer_declined", _("Transfer declined")
        TRANSFER_WITHDRAWN = "transfer_withdrawn", _("Transfer withdrawn")
        ANNOUNCED = "announced", _("Announcement sent")
        APPOINTED = "appointed", _("Focal point appointed")
        APPOINTMENT_ENDED = "appointment_ended", _("Appointment ended")
        EXPERT_MARKED = "expert_marked", _("Marked as expert")
        EXPERT_UNMARKED = "expert_unmarked", _("No longer marked as expert")
        GUEST_CLAIMED = "guest_claimed", _("Guest claimed by an account")
        GUEST_RELEASED = "guest_released", _("Guest no longer linked to an account")
        MERGED = "merged", _("Accounts merged")
        LEFT = "left", _("Left the community")
        DATA_DOWNLOADED = "data_downloaded", _("Own data downloaded")
        ERASED = "erased", _("Personal data erased")
        REPORT_HANDLED = "report_handled", _("Report of a message handled")

    at = models.DateTimeField(_("when"), default=timezone.now)
    action = models.CharField(_("what"), max_length=24, choices=Action)
    actor = models.ForeignKey(
        "members.User",
        verbose_name=_("by whom"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("Empty: done by the portal itself."),
    )
    person = models.ForeignKey(
        "members.User",
        verbose_name=_("for whom"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="roster_records",
    )
    country = models.ForeignKey(
        "members.Country",
        verbose_name=_("country"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    detail = models.JSONField(_("details"), default=dict, blank=True)

    objects = models.Manager.from_queryset(RosterRecordQuerySet)()

    class Meta:
        verbose_name = _("entry of the audit trail")
        verbose_name_plural = _("audit trail")
        ordering = ("-at", "-pk")
        indexes = [
            models.Index(fields=["country", "-at"], name="members_record_by_country"),
            models.Index(fields=["action", "-at"], name="members_record_by_action"),
            models.Index(fields=["at"], name="members_record_by_time"),
        ]

    def __str__(self) -> str:
        return str(self.get_action_display())
