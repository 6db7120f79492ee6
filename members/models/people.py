from __future__ import annotations

import zoneinfo
from collections.abc import Iterable
from typing import Any, TypeAlias

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import PermissionsMixin
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cop_portal.localised import LocalText, language_choices, own_name
from cop_portal.storage import private_storage
from cop_portal.text import clean_line, fold, script_of
from cop_portal.zones import validate_time_zone
from members.models import states
from members.models.held import Held
from members.models.keys import FoldedKey, with_keys
from members.querysets import ARABIC_NAME, LATIN_NAME, UserManager

# What people of the region's administrations speak, beside each other, as ISO 639 codes.
SPOKEN_LANGUAGES = [
    ("ar", _("Arabic")),
    ("en", _("English")),
    ("fr", _("French")),
    ("zgh", _("Amazigh")),
    ("ku", _("Kurdish")),
    ("tr", _("Turkish")),
    ("es", _("Spanish")),
    ("de", _("German")),
    ("it", _("Italian")),
    ("fa", _("Persian")),
]
NAME_KEY_LENGTH = 310
NAME_FIELDS = frozenset({"full_name", "full_name_latin"})
EXPERTS = models.Q(is_expert=True)


class User(Held, AbstractBaseUser, PermissionsMixin):
    """A person: applicant, member or former member, signing in by email.

    `membership` says where the person stands; the `is_…` columns say what else they are.
    Who may do what follows from both, in `members/rules.py`.
    """

    Membership: TypeAlias = states.Membership
    Availability: TypeAlias = states.Availability
    Decision: TypeAlias = states.Decision
    Entry: TypeAlias = states.Entry

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
    photo = models.ImageField(
        _("photograph"), upload_to="photos/", storage=private_storage, blank=True
    )
    topics_to_learn = models.ManyToManyField(
        "members.Topic",
        verbose_name=_("topics to learn about"),
        blank=True,
        related_name="learners",
    )
    spoken_languages = ArrayField(
        models.CharField(max_length=3, choices=SPOKEN_LANGUAGES),
        verbose_name=_("languages spoken"),
        default=list,
        blank=True,
    )
    # Who sees a field, by its name in `members.visibility`; what is not named is for the community.
    visibility = models.JSONField(_("visibility"), default=dict, blank=True)
    takes_messages = models.BooleanField(_("takes messages from members"), default=True)
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

    # An applicant's deciders were reminded; the request reached the coordinators.
    reminded_at = models.DateTimeField(null=True, blank=True, editable=False)
    escalated_at = models.DateTimeField(null=True, blank=True, editable=False)
    left_on = models.DateField(_("left on"), null=True, blank=True)
    confirmed_on = models.DateField(_("confirmed in post on"), null=True, blank=True)
    last_seen_on = models.DateField(_("last seen on"), null=True, blank=True)
    merged_into = models.ForeignKey(
        "self",
        verbose_name=_("merged into"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="merged_accounts",
    )
    erased_at = models.DateTimeField(_("personal data erased"), null=True, blank=True)

    is_expert = models.BooleanField(_("expert"), default=False)
    expertise = models.ManyToManyField(
        "members.Topic",
        verbose_name=_("fields of expertise"),
        blank=True,
        related_name="experts",
    )
    availability = models.CharField(
        _("availability"), max_length=8, choices=Availability, default=Availability.OPEN
    )
    availability_note = models.CharField(_("note on availability"), max_length=200, blank=True)
    is_sponsor = models.BooleanField(
        _("sponsor"), default=False, help_text=_("Sees the community’s activity, without names.")
    )
    is_coordinator = models.BooleanField(_("coordinator"), default=False)
    is_active = models.BooleanField(_("may sign in"), default=True)
    date_joined = models.DateTimeField(_("account created"), default=timezone.now)

    # Both names folded, for finding a person however the name is spelt; kept by the database row.
    name_key = models.CharField(max_length=NAME_KEY_LENGTH, editable=False)
    # What the directory looks for by words; the names of the list stand on the organisation.
    function_key = FoldedKey("function", "function_latin", max_length=NAME_KEY_LENGTH)
    organisation_key = FoldedKey("organisation_text", max_length=NAME_KEY_LENGTH)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["full_name"]

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
            models.Index(fields=["name_key", "id"], name="members_user_by_name"),
            models.Index("membership", ARABIC_NAME, "id", name="members_user_by_arabic_name"),
            models.Index("membership", LATIN_NAME, "id", name="members_user_by_latin_name"),
            # The directory in the order of either script, of one country or of the few experts:
            # a page is then read in order, not picked out of everybody and sorted.
            models.Index(
                "country", "membership", ARABIC_NAME, "id", name="members_country_arabic_name"
            ),
            models.Index(
                "country", "membership", LATIN_NAME, "id", name="members_country_latin_name"
            ),
            models.Index(ARABIC_NAME, "id", name="members_expert_arabic_name", condition=EXPERTS),
            models.Index(LATIN_NAME, "id", name="members_expert_latin_name", condition=EXPERTS),
            GinIndex(
                fields=["name_key"], opclasses=["gin_trgm_ops"], name="members_user_name_trgm"
            ),
            GinIndex(
                fields=["function_key"],
                opclasses=["gin_trgm_ops"],
                name="members_user_function_trgm",
            ),
            GinIndex(
                fields=["organisation_key"],
                opclasses=["gin_trgm_ops"],
                name="members_user_body_trgm",
            ),
            GinIndex(fields=["spoken_languages"], name="members_user_languages"),
        ]

    def __str__(self) -> str:
        if self.erased_at:
            return f"{gettext('Former member')} #{self.pk}"
        return self.full_name or self.email

    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        self.clean_names()
        if update_fields is not None:
            update_fields = with_keys(type(self), update_fields)
            if not NAME_FIELDS.isdisjoint(update_fields):
                update_fields.add("name_key")
        super().save(*args, update_fields=update_fields, **kwargs)

    def clean_names(self) -> None:
        """Write the address in small letters, take hidden characters out of the names and keep
        the search key in step."""
        self.email = self.email.lower()
        self.full_name = clean_line(self.full_name)
        self.full_name_latin = clean_line(self.full_name_latin)
        # A single sign can fold into eighteen letters, more than the column holds.
        self.name_key = fold(f"{self.full_name} {self.full_name_latin}")[:NAME_KEY_LENGTH].strip()

    @property
    def is_staff(self) -> bool:
        """Whether the admin is open to this person."""
        return self.is_active and (self.is_coordinator or self.is_superuser)

    @property
    def is_member(self) -> bool:
        return self.membership == self.Membership.MEMBER

    @property
    def is_applicant(self) -> bool:
        return self.membership == self.Membership.APPLICANT

    @property
    def entry(self) -> Entry:
        """May this person sign in now? Staff and sponsors may whatever their membership says."""
        if not self.is_active:
            return self.Entry.INACTIVE
        if self.is_staff or self.is_sponsor:
            return self.Entry.OPEN
        closed = {
            self.Membership.DECLINED: self.Entry.DECLINED,
            self.Membership.SUSPENDED: self.Entry.SUSPENDED,
            self.Membership.LEFT: self.Entry.LEFT,
        }
        return closed.get(self.Membership(self.membership), self.Entry.OPEN)

    def decision(self) -> Decision:
        """Can the request to join be decided now? One query, for the confirmed address."""
        if self.membership == self.Membership.MEMBER:
            return self.Decision.APPROVED
        if self.membership == self.Membership.DECLINED:
            return self.Decision.DECLINED
        if not self.is_applicant or not self.is_active:
            return self.Decision.CLOSED
        from allauth.account.models import EmailAddress

        if not EmailAddress.objects.filter(user=self, verified=True).exists():
            return self.Decision.UNCONFIRMED
        return self.Decision.OPEN

    def focal_point(self) -> User | None:
        """The current focal point of this person's country, for whom their request waits."""
        if not self.country_id:
            return None
        return User.objects.leads_of(self.country_id).first()

    @property
    def language_name(self) -> str:
        """The language of this person's messages, named in itself."""
        return own_name(self.language)

    @property
    def spoken_names(self) -> list[str]:
        """The languages spoken, named in the page's language and in the order of the list."""
        spoken = set(self.spoken_languages)
        return [str(name) for code, name in SPOKEN_LANGUAGES if code in spoken]

    @property
    def photo_version(self) -> str:
        """Changes with the photograph, so that browsers may keep each for long."""
        return str(self.photo.name).rpartition("/")[2].partition(".")[0][:12] if self.photo else ""

    @property
    def bio_text(self) -> LocalText:
        """What the person wrote about themselves, with the language it was written in."""
        return LocalText(self.bio, script_of(self.bio, default=self.language))

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        """The zone this person reads times in: their own, else their country's, else UTC."""
        name = self.time_zone or (self.country.time_zone if self.country else "UTC")
        return zoneinfo.ZoneInfo(name)
