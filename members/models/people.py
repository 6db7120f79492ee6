import zoneinfo

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import PermissionsMixin
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cop_portal.text import clean_line, fold
from cop_portal.zones import validate_time_zone
from members.querysets import UserManager


def language_choices() -> list[tuple[str, str]]:
    """The languages this installation offers; a callable, so that no migration freezes them."""
    return settings.LANGUAGES


class User(AbstractBaseUser, PermissionsMixin):
    """A person: applicant, member or former member, signing in by email.

    `membership` says where the person stands; the `is_…` columns say what else they are.
    Who may do what follows from both, in `members/rules.py`.
    """

    class Membership(models.TextChoices):
        APPLICANT = "applicant", _("Pending approval")
        MEMBER = "member", _("Member")
        DECLINED = "declined", _("Request rejected")
        LEFT = "left", _("Former member")
        SUSPENDED = "suspended", _("Suspended")

    email = models.EmailField(_("email"), unique=True)
    full_name = models.CharField(_("full name"), max_length=150)
    full_name_latin = models.CharField(_("name in Latin letters"), max_length=150, blank=True)
    country = models.ForeignKey(
        "members.Country",
        verbose_name=_("country"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="people",
    )
    organisation = models.ForeignKey(
        "members.Organisation",
        verbose_name=_("organisation"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="people",
    )
    organisation_text = models.CharField(
        _("organisation, as written"),
        max_length=200,
        blank=True,
        help_text=_("What the person wrote when the organisation is not on the list."),
    )
    function = models.CharField(_("job title"), max_length=150, blank=True)
    function_latin = models.CharField(_("job title in Latin letters"), max_length=150, blank=True)
    bio = models.TextField(_("about me"), blank=True, max_length=2000)
    topics = models.ManyToManyField(
        "members.Topic", verbose_name=_("topics"), blank=True, related_name="people"
    )
    language = models.CharField(
        _("language"), max_length=5, choices=language_choices, default=settings.LANGUAGE_CODE
    )
    time_zone = models.CharField(
        _("time zone"),
        max_length=64,
        blank=True,
        validators=[validate_time_zone],
        help_text=_("Empty: the time zone of the country."),
    )
    motivation = models.TextField(_("reason for joining"), blank=True, max_length=1000)

    membership = models.CharField(
        _("membership"), max_length=10, choices=Membership, default=Membership.APPLICANT
    )
    applied_at = models.DateTimeField(_("asked to join"), default=timezone.now)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decided_by = models.ForeignKey(
        "self",
        verbose_name=_("decided by"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    decision_reason = models.TextField(_("reason given"), blank=True, max_length=1000)

    is_expert = models.BooleanField(_("expert"), default=False)
    is_sponsor = models.BooleanField(
        _("sponsor"), default=False, help_text=_("Sees the community’s activity, without names.")
    )
    is_coordinator = models.BooleanField(_("coordinator"), default=False)
    is_active = models.BooleanField(_("may sign in"), default=True)
    date_joined = models.DateTimeField(_("account created"), default=timezone.now)

    # Both names folded, for finding a person however the name is spelt; kept by the database row.
    name_key = models.CharField(max_length=310, editable=False)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ("full_name",)

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="members_user_email_any_case",
                violation_error_message=_("An account with this email exists already."),
            ),
        ]
        indexes = [
            models.Index(fields=["membership", "name_key", "id"], name="members_user_by_name"),
            models.Index(
                fields=["country", "membership", "name_key", "id"], name="members_user_by_country"
            ),
            GinIndex(fields=["name_key"], opclasses=["gin_trgm_ops"], name="members_user_name_trgm"),
        ]

    def __str__(self) -> str:
        return self.full_name or self.email

    def save(self, *args, **kwargs) -> None:
        self.clean_names()
        super().save(*args, **kwargs)

    def clean_names(self) -> None:
        """Take hidden characters out of the names and keep the search key in step."""
        self.full_name = clean_line(self.full_name)
        self.full_name_latin = clean_line(self.full_name_latin)
        self.name_key = fold(f"{self.full_name} {self.full_name_latin}")

    @property
    def is_staff(self) -> bool:
        """Whether the admin is open to this person."""
        return self.is_active and (self.is_coordinator or self.is_superuser)

    @property
    def is_member(self) -> bool:
        return self.membership == self.Membership.MEMBER

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        """The zone this person reads times in: their own, else their country's, else UTC."""
        name = self.time_zone or (self.country.time_zone if self.country_id else "UTC")
        return zoneinfo.ZoneInfo(name)
