from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from cop_portal.zones import validate_time_zone
from members.querysets import CountryQuerySet

if TYPE_CHECKING:
    from members.models.appointments import FocalPointAppointment


class Country(models.Model):
    """A country as this community names it; coordinators edit every column."""

    class MonthNames(models.TextChoices):
        BOTH = "both", _("Both traditions")
        GREGORIAN = "gregorian", _("Egypt, Gulf, Sudan, Yemen, Libya")
        LEVANT = "levant", _("Jordan, Lebanon, Syria, Iraq, Palestine")
        MAGHREB = "maghreb", _("Algeria, Tunisia")
        MOROCCO = "morocco", _("Morocco")
        MAURITANIA = "mauritania", _("Mauritania")

    iso = models.CharField(
        _("ISO code"),
        max_length=2,
        primary_key=True,
        validators=[RegexValidator(r"^[A-Z]{2}$", _("Two capital letters, for example JO."))],
    )
    name = models.CharField(_("name"), max_length=80)
    formal_name = models.CharField(_("formal name"), max_length=120, blank=True)
    is_participating = models.BooleanField(
        _("takes part"), default=True, help_text=_("People can join for this country.")
    )
    time_zone = models.CharField(_("time zone"), max_length=64, validators=[validate_time_zone])
    weekend = ArrayField(
        models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(7)]),
        verbose_name=_("weekend"),
        default=list,
        help_text=_("ISO weekdays: Monday is 1, Sunday is 7."),
    )
    month_names = models.CharField(
        _("Arabic month names"), max_length=12, choices=MonthNames, default=MonthNames.BOTH
    )

    objects = models.Manager.from_queryset(CountryQuerySet)()

    # Today's appointments with their people, set by `with_focal_points`.
    in_office: list[FocalPointAppointment]

    class Meta:
        verbose_name = _("country")
        verbose_name_plural = _("countries")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name or self.iso

    @property
    def has_lead(self) -> bool:
        """Whether a lead is among `in_office`; needs `with_focal_points`."""
        return any(appointment.role == "lead" for appointment in self.in_office)
