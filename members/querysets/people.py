"""People, the guests who are not yet people here, and what people write to each other."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.contrib.auth.base_user import BaseUserManager
from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Value, When
from django.db.models.functions import Coalesce, Concat, Lower, NullIf
from django.utils.translation import get_language_bidi

from cop_portal.text import fold
from members.querysets.countries import countries_run_by

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from members.models import (  # noqa: F401  the rows of the query sets
        ContactMessage,
        Guest,
        User,
    )


# The sort keys of lists of people, one for Arabic pages and one for the others. Folded Latin text
# would sort before the first Arabic letter: on Arabic pages it goes behind the last.
ARABIC_NAME = Case(
    When(name_key__lt="\u0600", then=Concat(Value("\uf8ff"), "name_key")), default=F("name_key")
)
LATIN_NAME = Lower(Coalesce(NullIf("full_name_latin", Value("")), "full_name"))


# How lists of people go, after `by_name()`.
NAME_ORDER = ("shown_key", "pk")


class UserQuerySet(models.QuerySet["User"]):
    def members(self) -> UserQuerySet:
        """People who belong to the community today."""
        return self.filter(membership="member", is_active=True)

    def applicants(self) -> UserQuerySet:
        """People who wait for a decision, their address confirmed."""
        from allauth.account.models import EmailAddress

        confirmed = EmailAddress.objects.filter(user=OuterRef("pk"), verified=True)
        return self.filter(Exists(confirmed), membership="applicant", is_active=True)

    def coordinators(self) -> UserQuerySet:
        return self.filter(is_coordinator=True, is_active=True)

    def focal_points_of(self, country_id: str | None) -> UserQuerySet:
        """The current lead and alternates of a country."""
        from members.models import FocalPointAppointment

        held = FocalPointAppointment.objects.held().filter(country=country_id)
        return self.filter(pk__in=held.values("user"))

    def leads_of(self, country_id: str | None) -> UserQuerySet:
        """The current lead of a country: one person or none."""
        from members.models import FocalPointAppointment

        held = FocalPointAppointment.objects.held().leads().filter(country=country_id)
        return self.filter(pk__in=held.values("user"))

    def deciding_for(self, country_id: str | None) -> UserQuerySet:
        """Who is told of a request to join: the country's focal points, else coordinators."""
        found = self.focal_points_of(country_id) if country_id else self.none()
        return found if found.exists() else self.coordinators()

    def visible_to(self, user: User | AnonymousUser) -> UserQuerySet:
        """The directory: members see members, staff and sponsors too; nobody else sees anyone."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.is_staff or user.is_sponsor or user.is_member:
            return self.members()
        return self.none()

    def managed_by(self, user: User | AnonymousUser) -> UserQuerySet:
        """The people whose membership `user` may decide: all for coordinators, else the
        country (or countries) the user is focal point of today."""
        if user.is_authenticated and user.is_staff:
            return self
        return self.filter(country__in=countries_run_by(user))

    def by_name(self) -> UserQuerySet:
        """With `shown_key`, the name as the page's script writes it; on Arabic pages people
        whose name is written in Latin letters only come last."""
        return self.annotate(shown_key=ARABIC_NAME if get_language_bidi() else LATIN_NAME)

    def known_as(self, addresses: Iterable[str]) -> dict[str, User]:
        """Accounts by address in small letters: their own address, or a confirmed alias; an
        account merged into another stands for that one. Two queries."""
        from allauth.account.models import EmailAddress

        lowered = {address.lower() for address in addresses}
        aliases = (
            EmailAddress.objects.annotate(lowered=Lower("email"))
            .filter(lowered__in=lowered, verified=True)
            .values_list("lowered", "user_id")
        )
        owner_of = dict(aliases)
        found = self.annotate(lowered=Lower("email")).filter(
            Q(lowered__in=lowered) | Q(pk__in=owner_of.values())
        )
        by_key, known = {}, {}
        for user in found.select_related("merged_into"):
            by_key[user.pk] = user
            known[user.email.lower()] = user
        known.update({address: by_key[pk] for address, pk in owner_of.items() if pk in by_key})
        return {
            address: user.merged_into or user
            for address, user in known.items()
            if address in lowered
        }

    def never_used(self) -> UserQuerySet:
        """Accounts that no mail has reached, as far as can be seen: members who never signed in,
        and applicants whose address is not confirmed. Staff, sponsors and people with a second
        step at sign-in are not among them: no code is handed over for those."""
        from allauth.account.models import EmailAddress
        from allauth.mfa.models import Authenticator

        confirmed = EmailAddress.objects.filter(user=OuterRef("pk"), verified=True)
        keys = Authenticator.objects.filter(user=OuterRef("pk"))
        ordinary = self.filter(
            is_active=True,
            last_login=None,
            last_seen_on=None,
            is_coordinator=False,
            is_superuser=False,
            is_sponsor=False,
        ).exclude(Exists(keys))
        return ordinary.filter(
            Q(membership="member") | Q(~Exists(confirmed), membership="applicant")
        )

    def for_rows(self) -> UserQuerySet:
        """With what a list shows of each person, in a number of queries that does not grow."""
        return self.select_related("country", "organisation").prefetch_related("topics")

    def with_vacancy(self) -> UserQuerySet:
        """`has_focal_point`: whether someone holds the office of the person's country today."""
        from members.models import FocalPointAppointment

        held = FocalPointAppointment.objects.held().filter(country=OuterRef("country"))
        return self.annotate(has_focal_point=Exists(held))

    def search(self, text: str) -> UserQuerySet:
        """People whose name, in either script, contains every word of `text`."""
        found = self
        for word in fold(text).split()[:6]:
            found = found.filter(name_key__contains=word)
        return found


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        user: User = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        fields.setdefault("membership", "member")
        return self.create_user(email, password, is_superuser=True, **fields)

    def get_by_natural_key(self, email: str | None) -> User:
        return self.get(email__iexact=email)


class GuestQuerySet(models.QuerySet["Guest"]):
    def offered_to(self, user: User) -> GuestQuerySet:
        """What the page of claims lists: those claimed, and those that can be."""
        offered = self.claimable_by(user).values("pk")
        return self.filter(Q(claimed_by=user) | Q(pk__in=offered))

    def claimable_by(self, user: User) -> GuestQuerySet:
        """Guests who bear one of the person's confirmed addresses, whom no account has claimed
        and of whom the person has not said that they are someone else."""
        from allauth.account.models import EmailAddress

        own = EmailAddress.objects.filter(user=user, verified=True)
        addresses = own.annotate(small=Lower("email")).values("small")
        return self.filter(claimed_by=None, denied_at=None, email__in=addresses).exclude(email="")


class ContactMessageQuerySet(models.QuerySet["ContactMessage"]):
    """Nobody sees a message but the two people and, once it is reported, the coordinators."""

    def received_by(self, user: User | AnonymousUser) -> ContactMessageQuerySet:
        """What reached a person; not what came from someone they had blocked."""
        return self.filter(recipient=user.pk, is_held_back=False)

    def sent_by(self, user: User | AnonymousUser) -> ContactMessageQuerySet:
        return self.filter(sender=user.pk)

    def visible_to(self, user: User | AnonymousUser) -> ContactMessageQuerySet:
        return self.received_by(user) | self.sent_by(user)

    def reported(self) -> ContactMessageQuerySet:
        """Those that coordinators read."""
        return self.exclude(report_state="")
