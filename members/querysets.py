"""Who and what may be seen, and the adjectives that lists are built from."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.contrib.auth.base_user import BaseUserManager
from django.db import models
from django.db.models import Q
from django.utils import timezone

from cop_portal.text import fold

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from members.models import FocalPointAppointment, User


class CountryQuerySet(models.QuerySet):
    def participating(self) -> CountryQuerySet:
        return self.filter(is_participating=True)


class AppointmentQuerySet(models.QuerySet["FocalPointAppointment"]):
    def current(self, on: date | None = None) -> AppointmentQuerySet:
        """Appointments in force on a day (today, UTC): from `starts_on`, before `ends_on`."""
        on = on or timezone.now().date()
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=on), starts_on__lte=on)

    def leads(self) -> AppointmentQuerySet:
        return self.filter(role="lead")


class UserQuerySet(models.QuerySet["User"]):
    def members(self) -> UserQuerySet:
        """People who belong to the community today."""
        return self.filter(membership="member", is_active=True)

    def applicants(self) -> UserQuerySet:
        """People who wait for a decision, their address confirmed."""
        return self.filter(membership="applicant", is_active=True, emailaddress__verified=True)

    def coordinators(self) -> UserQuerySet:
        return self.filter(is_coordinator=True, is_active=True)

    def focal_points_of(self, country_id: str | None) -> UserQuerySet:
        """The current lead and alternates of a country."""
        from members.models import FocalPointAppointment

        current = FocalPointAppointment.objects.current().filter(country=country_id)
        return self.filter(is_active=True, pk__in=current.values("user"))

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
        from members.models import FocalPointAppointment

        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.is_staff:
            return self
        own = FocalPointAppointment.objects.current().filter(user=user)
        return self.filter(country__in=own.values("country"))

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
