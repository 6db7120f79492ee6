"""Which events and registrations a reader may see, and the adjectives of their lists."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Count, Q
from django.utils import timezone

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from events.models import Event, Registration
    from members.models import User


class EventQuerySet(models.QuerySet["Event"]):
    def visible_to(self, user: User | AnonymousUser) -> EventQuerySet:
        """Announced events the reader may know of; drafts for coordinators only."""
        if user.is_authenticated and user.is_staff:
            return self
        announced = self.filter(status__in=["published", "cancelled"])
        if user.is_authenticated and user.is_active and (user.is_member or user.is_sponsor):
            return announced
        return announced.filter(visibility="public")

    def announced(self) -> EventQuerySet:
        return self.filter(status__in=["published", "cancelled"])

    def published(self) -> EventQuerySet:
        return self.filter(status="published")

    def upcoming(self) -> EventQuerySet:
        """Not over yet, the next one first."""
        return self.filter(ends_at__gt=timezone.now()).order_by("starts_at", "pk")

    def past(self) -> EventQuerySet:
        """Over, the latest first."""
        return self.filter(ends_at__lte=timezone.now()).order_by("-starts_at", "-pk")

    def with_counts(self) -> EventQuerySet:
        """Add `confirmed_count` and `waiting_count`."""
        return self.annotate(
            confirmed_count=Count("registrations", filter=Q(registrations__status="confirmed")),
            waiting_count=Count("registrations", filter=Q(registrations__status="waiting")),
        )


class RegistrationQuerySet(models.QuerySet["Registration"]):
    def confirmed(self) -> RegistrationQuerySet:
        return self.filter(status="confirmed")

    def waiting(self) -> RegistrationQuerySet:
        """Those without a seat, in order of arrival."""
        return self.filter(status="waiting").order_by("queued_at", "pk")

    def active(self) -> RegistrationQuerySet:
        return self.filter(status__in=["confirmed", "waiting"])
