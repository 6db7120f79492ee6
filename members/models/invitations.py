from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cop_portal.localised import language_choices
from cop_portal.text import clean_line
from members.querysets import InvitationQuerySet

if TYPE_CHECKING:
    from members.models.people import User

# How long an invitation can be accepted, and a code be used.
INVITATION_LIFE = timedelta(days=30)
CODE_LIFE = timedelta(hours=24)
# How often an invitation is sent in all, and how long it rests in between.
SEND_TIMES = 5
SEND_PAUSE = timedelta(days=1)


def invitation_end() -> datetime:
    return timezone.now() + INVITATION_LIFE


def code_end() -> datetime:
    return timezone.now() + CODE_LIFE


def account_of(address: str) -> User | None:
    """The account that goes by an address, its own or an alias; of merged ones, the one kept."""
    from members.models.people import User

    return User.objects.known_as([address]).get(address.lower())


class Invitation(models.Model):
    """A person asked by a focal point to join; accepting it makes them a member at once."""

    class State(models.TextChoices):
        OPEN = "open", _("Invited")
        ACCEPTED = "accepted", pgettext_lazy("invitation", "Accepted")
        WITHDRAWN = "withdrawn", pgettext_lazy("invitation", "Withdrawn")

    class Standing(models.TextChoices):
        """Whether it can be accepted now, in words for the person invited."""

        OPEN = "open", _("This invitation is open.")
        ACCEPTED = "accepted", _("This invitation has been accepted already: sign in instead.")
        WITHDRAWN = "withdrawn", _("This invitation was withdrawn.")
        EXPIRED = "expired", _("This invitation has expired.")
        HAS_ACCOUNT = "has_account", _("This address has an account already: sign in instead.")

    email = models.EmailField(_("email"))
    full_name = models.CharField(_("full name"), max_length=150)
    full_name_latin = models.CharField(_("name in Latin letters"), max_length=150, blank=True)
    function = models.CharField(_("job title"), max_length=150, blank=True)
    organisation_text = models.CharField(_("organisation"), max_length=200, blank=True)
    country = models.ForeignKey(
        "members.Country",
        verbose_name=_("country"),
        on_delete=models.PROTECT,
        related_name="invitations",
    )
    language = models.CharField(_("language"), max_length=5, choices=language_choices)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    invited_by = models.ForeignKey(
        "members.User",
        verbose_name=_("invited by"),
        on_delete=models.PROTECT,
        related_name="invitations",
    )
    invited_at = models.DateTimeField(_("invited"), default=timezone.now)
    expires_at = models.DateTimeField(_("expires"), default=invitation_end)
    sent_count = models.PositiveSmallIntegerField(_("times sent"), default=1)
    last_sent_at = models.DateTimeField(_("last sent"), default=timezone.now)
    accepted_by = models.ForeignKey(
        "members.User",
        verbose_name=_("accepted by"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="accepted_invitations",
    )
    accepted_at = models.DateTimeField(_("accepted"), null=True, blank=True)

    objects = models.Manager.from_queryset(InvitationQuerySet)()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ("-invited_at", "-pk")
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                condition=Q(state="open"),
                name="members_invitation_one_open",
                violation_error_message=_("An invitation to this address is open already."),
            ),
        ]
        indexes = [models.Index(fields=["country", "state"], name="members_invitation_country")]

    def __str__(self) -> str:
        return self.full_name or self.email

    @property
    def has_expired(self) -> bool:
        return self.state == self.State.OPEN and self.expires_at <= timezone.now()

    def standing(self) -> Invitation.Standing:
        """Can it be accepted now? At most one query, for accounts that go by the address.

        An account that asked to join the same country does not stand in the way: accepting
        approves it.
        """
        if self.state == self.State.ACCEPTED:
            return self.Standing.ACCEPTED
        if self.state == self.State.WITHDRAWN:
            return self.Standing.WITHDRAWN
        account = account_of(self.email)
        if account and not self.would_approve(account):
            return self.Standing.HAS_ACCOUNT
        return self.Standing.EXPIRED if self.has_expired else self.Standing.OPEN

    def would_approve(self, account: User) -> bool:
        return account.is_active and account.is_applicant and account.country_id == self.country_id

    def clean_names(self) -> None:
        """Write the address in small letters and take hidden characters out of the names."""
        self.email = self.email.lower()
        self.full_name = clean_line(self.full_name)
        self.full_name_latin = clean_line(self.full_name_latin)


class ActivationCode(models.Model):
    """A code that a focal point hands over by voice or on paper: single use, short life.

    It belongs to an invitation or to an account that was never used. Only a keyed hash of the
    code is kept; the code itself is shown once, to whoever issued it.
    """

    user = models.ForeignKey(
        "members.User",
        verbose_name=_("person"),
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="activation_codes",
    )
    invitation = models.ForeignKey(
        Invitation,
        verbose_name=_("invitation"),
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="codes",
    )
    digest = models.CharField(max_length=64, editable=False)
    issued_by = models.ForeignKey(
        "members.User", verbose_name=_("issued by"), on_delete=models.PROTECT, related_name="+"
    )
    issued_at = models.DateTimeField(_("issued"), default=timezone.now)
    expires_at = models.DateTimeField(_("expires"), default=code_end)
    wrong_tries = models.PositiveSmallIntegerField(_("wrong tries"), default=0)
    used_at = models.DateTimeField(_("used"), null=True, blank=True)

    class Meta:
        verbose_name = _("activation code")
        verbose_name_plural = _("activation codes")
        ordering = ("-issued_at", "-pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(user__isnull=True) ^ Q(invitation__isnull=True),
                name="members_code_for_one",
            ),
        ]

    def __str__(self) -> str:
        return str(self.user or self.invitation)


class CodeAttempt(models.Model):
    """A try at a code that failed, kept a day: what the limits count when the cache is away.

    Both columns are keyed hashes: of the network the try came from, and of the address typed.
    """

    at = models.DateTimeField(default=timezone.now)
    origin = models.CharField(max_length=64)
    address = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("failed try at a code")
        verbose_name_plural = _("failed tries at codes")
        indexes = [
            models.Index(fields=["origin", "at"], name="members_attempt_by_origin"),
            models.Index(fields=["address", "at"], name="members_attempt_by_address"),
        ]

    def __str__(self) -> str:
        return str(self.at)
