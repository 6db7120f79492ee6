from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cop_portal.names import name_of
from events.models.parts import Session
from members.models import Guest, User

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from members.models import Country


class SessionRole(models.Model):
    """Someone's part in a session: a person with an account, or a guest without one.

    Once an account has claimed the guest, pages name the account; see `account`.
    """

    class Role(models.TextChoices):
        SPEAKER = "speaker", pgettext_lazy("role in a session", "Speaker")
        FACILITATOR = "facilitator", pgettext_lazy("role in a session", "Facilitator")
        MODERATOR = "moderator", pgettext_lazy("role in a session", "Moderator")
        EXPERT = "expert", pgettext_lazy("role in a session", "Expert")
        INTERPRETER = "interpreter", pgettext_lazy("role in a session", "Interpreter")

    session = models.ForeignKey(
        Session, verbose_name=_("session"), on_delete=models.CASCADE, related_name="roles"
    )
    user = models.ForeignKey(
        User,
        verbose_name=_("person"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="session_roles",
    )
    guest = models.ForeignKey(
        Guest,
        verbose_name=_("guest"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="session_roles",
        help_text=_("For someone without an account."),
    )
    role = models.CharField(_("role"), max_length=12, choices=Role, default=Role.SPEAKER)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("role in a session")
        verbose_name_plural = _("roles in a session")
        ordering = ("position", "pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(user__isnull=True) ^ Q(guest__isnull=True),
                name="events_session_role_of_one",
                violation_error_message=_("Choose a person or a guest, one of the two."),
            ),
            models.UniqueConstraint(
                fields=["session", "user", "role"],
                name="events_session_role_once",
                violation_error_message=_("This person has that role in the session already."),
            ),
            models.UniqueConstraint(
                fields=["session", "guest", "role"],
                name="events_session_role_of_guest_once",
                violation_error_message=_("This person has that role in the session already."),
            ),
        ]

    def __str__(self) -> str:
        return name_of(self.named)

    @property
    def account(self) -> User | None:
        """Whose profile belongs to it: the person's, or that of the account which claimed the
        guest."""
        return self.user or (self.guest.claimed_by if self.guest else None)

    @property
    def named(self) -> User | Guest:
        """Whom pages name."""
        named = self.account or self.guest
        assert named is not None  # the database holds one of the two
        return named

    @property
    def has_profile(self) -> bool:
        """Whether the directory has a page of this person."""
        return self.account is not None and self.account.is_member and self.account.is_active

    @property
    def post(self) -> list[str]:
        """What a guest does and where, as the coordinators wrote it. That of a person with an
        account stands in the profile, for those whom its owner chose."""
        if self.guest is None:
            return []
        return [text for text in (self.guest.shown_function, self.guest.organisation_text) if text]

    @property
    def country(self) -> Country | None:
        return self.named.country


# What stands before the names of those who have a role.
LINES: dict[str, _StrPromise] = {
    SessionRole.Role.MODERATOR: pgettext_lazy("before names", "Chaired by:"),
    SessionRole.Role.SPEAKER: pgettext_lazy("before names", "Presented by:"),
    SessionRole.Role.FACILITATOR: pgettext_lazy("before names", "Facilitated by:"),
    SessionRole.Role.EXPERT: pgettext_lazy("before names", "Expert support:"),
    SessionRole.Role.INTERPRETER: pgettext_lazy("before names", "Interpreted by:"),
}


def lines_of(session: Session) -> list[tuple[_StrPromise, list[SessionRole]]]:
    """The people of a session, role by role, each with what stands before their names."""
    roles = _each_once(session.roles.all())
    lines = [(label, [r for r in roles if r.role == role]) for role, label in LINES.items()]
    return [line for line in lines if line[1]]


def _each_once(roles: Iterable[SessionRole]) -> list[SessionRole]:
    """Without the guest whose account has the same role already."""
    seen: set[tuple[object, str]] = set()
    found = []
    for role in roles:
        who = (role.named, role.role)
        if who not in seen:
            seen.add(who)
            found.append(role)
    return found
