from datetime import date

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cop_portal.storage import private_storage
from members.querysets import AppointmentQuerySet


class DateRange(Func):
    """`daterange(starts_on, ends_on, '[)')`: the end is the first day without the office."""

    function = "DATERANGE"
    output_field = DateRangeField()


class FocalPointAppointment(models.Model):
    """One person's time as a country's focal point; rows are ended, never deleted.

    One that ends on the day it was to begin was withdrawn before it took effect.
    """

    class Role(models.TextChoices):
        LEAD = "lead", _("Focal point")
        ALTERNATE = "alternate", _("Alternate")

    country = models.ForeignKey(
        "members.Country",
        verbose_name=_("country"),
        on_delete=models.PROTECT,
        related_name="appointments",
    )
    user = models.ForeignKey(
        "members.User",
        verbose_name=_("person"),
        on_delete=models.PROTECT,
        related_name="appointments",
    )
    role = models.CharField(_("role"), max_length=10, choices=Role, default=Role.LEAD)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(
        _("until"), null=True, blank=True, help_text=_("The first day without the office.")
    )
    letter = models.FileField(
        _("nomination letter"), upload_to="letters/", storage=private_storage, blank=True
    )
    appointed_by = models.ForeignKey(
        "members.User",
        verbose_name=_("appointed by"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    appointed_at = models.DateTimeField(_("appointed"), null=True, blank=True, editable=False)
    ended_by = models.ForeignKey(
        "members.User",
        verbose_name=_("ended by"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True, editable=False)

    objects = models.Manager.from_queryset(AppointmentQuerySet)()

    class Meta:
        verbose_name = _("focal point appointment")
        verbose_name_plural = _("focal point appointments")
        ordering = ("country", "role", "-starts_on")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="members_appointment_ends_not_before_start",
                violation_error_message=_("The end must not come before the start."),
            ),
            ExclusionConstraint(
                name="members_appointment_one_lead",
                expressions=[
                    ("country", RangeOperators.EQUAL),
                    (
                        DateRange("starts_on", "ends_on", RangeBoundary()),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(role="lead"),
                violation_error_message=_(
                    "This country has another focal point in that time: end that appointment first."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.country}: {self.user}"

    @property
    def was_withdrawn(self) -> bool:
        """Whether it was taken back before it took effect."""
        return self.ends_on == self.starts_on

    def has_begun(self, on: date | None = None) -> bool:
        return self.starts_on <= (on or timezone.now().date())

    def has_ended(self, on: date | None = None) -> bool:
        return self.ends_on is not None and self.ends_on <= (on or timezone.now().date())
