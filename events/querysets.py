"""Which events and registrations a reader may see, and the adjectives of their lists."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from cop_portal.text import fold, without_article

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from events.models import Event, Registration  # noqa: F401  named in the base classes
    from members.models import User


def audience_of(user: User | AnonymousUser) -> str:
    """Which of three readerships a reader belongs to: "staff", "members" or "everyone"."""
    if not user.is_authenticated or not user.is_active:
        return "everyone"
    if user.is_staff:
        return "staff"
    return "members" if user.is_member or user.is_sponsor else "everyone"


class EventQuerySet(models.QuerySet["Event"]):
    def visible_to(self, user: User | AnonymousUser) -> EventQuerySet:
        """Announced events the reader may know of; drafts for coordinators only."""
        audience = audience_of(user)
        if audience == "staff":
            return self
        if audience == "members":
            return self.announced()
        return self.announced().filter(visibility="public")

    def announced(self) -> EventQuerySet:
        return self.filter(status__in=["published", "cancelled"])

    def published(self) -> EventQuerySet:
        return self.filter(status="published")

    def featured(self) -> EventQuerySet:
        """Those whose results the home page shows."""
        return self.filter(is_featured=True)

    def upcoming(self) -> EventQuerySet:
        """Not over yet, the next one first."""
        return self.filter(ends_at__gt=timezone.now()).order_by("starts_at", "pk")

    def past(self) -> EventQuerySet:
        """Over, the latest first."""
        return self.filter(ends_at__lte=timezone.now()).order_by("-starts_at", "-pk")

    def overlapping(self, start: datetime, end: datetime) -> EventQuerySet:
        """Those with any part of their time in `start` ≤ t < `end`."""
        return self.filter(starts_at__lt=end, ends_at__gt=start).order_by("starts_at", "pk")

    def registered_by(self, user: User) -> EventQuerySet:
        """Those at which `user` has a seat or waits for one."""
        return self.filter(
            registrations__user=user, registrations__status__in=["confirmed", "waiting"]
        )

    def with_counts(self) -> EventQuerySet:
        """Add `confirmed_count` and `waiting_count`, each from the index of the queue."""
        return self.annotate(
            confirmed_count=_registrations("confirmed"), waiting_count=_registrations("waiting")
        )

    def for_rows(self, user: User | AnonymousUser | None = None) -> EventQuerySet:
        """What `events/_row.html` prints of each event, in four queries: counts, whether there
        are results, `own_status`, and the sessions, topics and figures of all rows."""
        return self.with_row_columns(user).prefetch_related(*row_parts())

    def with_row_columns(self, user: User | AnonymousUser | None) -> EventQuerySet:
        """`for_rows()` without the other tables, for lists that fetch those parts together."""
        from events.models import Highlight

        return (
            self.with_counts()
            .with_own_status(user)
            .annotate(has_results=Exists(Highlight.objects.filter(event=OuterRef("pk"))))
            .only(
                "kind", "status", "time_zone", "starts_at", "ends_at", "capacity",
                "registration_deadline", *translated_columns(self.model, "title", "summary"),
            )
        )  # fmt: skip

    def with_own_status(self, user: User | AnonymousUser | None) -> EventQuerySet:
        """Add `own_status`: "confirmed", "waiting" or None."""
        from events.models import Registration

        if user is None or not user.is_authenticated:
            return self.annotate(own_status=Value(None, output_field=models.CharField()))
        own = Registration.objects.active().filter(event=OuterRef("pk"), user=user)
        return self.annotate(own_status=Subquery(own.values("status")[:1]))

    def for_page(self) -> EventQuerySet:
        """Everything the page of one event prints, except what depends on the reader."""
        from events.models import Organiser, SessionRole

        organisers = Prefetch("organisers", Organiser.objects.select_related("organisation"))
        people = SessionRole.objects.select_related(
            "user__country", "guest__country", "guest__claimed_by__country"
        )
        return self.with_counts().prefetch_related(
            "sessions",
            Prefetch("sessions__roles", people),
            "topics",
            "countries",
            "highlights",
            "figures",
            organisers,
        )

    def for_feed(self, user: User) -> EventQuerySet:
        """What a person's calendar shows: their events of the last year and to come."""
        since = timezone.now() - timedelta(days=365)
        return (
            self.visible_to(user)
            .announced()
            .registered_by(user)
            .filter(ends_at__gt=since)
            .with_own_status(user)
            .prefetch_related("sessions")
            .order_by("starts_at", "pk")
        )


def row_parts() -> tuple[Prefetch | str, ...]:
    """The rows of other tables that a row of a list prints."""
    from events.models import Session

    sessions = Session.objects.only(
        "event_id", "starts_at", "ends_at", "time_zone", "join_url", "dial_in",
        *translated_columns(Session, "city"),
    )  # fmt: skip
    return Prefetch("sessions", sessions), "topics", "figures"


def _registrations(status: str) -> Coalesce:
    from events.models import Registration

    rows = Registration.objects.filter(event=OuterRef("pk"), status=status).order_by()
    counted = rows.values("event").annotate(count=Count("pk")).values("count")
    return Coalesce(Subquery(counted, output_field=models.IntegerField()), 0)


def translated_columns(model: type[models.Model], *fields: str) -> list[str]:
    """The columns of translated fields, one for each language of this installation."""
    return [f"{field}_{code}" for field in fields for code, _name in settings.LANGUAGES]


class RegistrationQuerySet(models.QuerySet["Registration"]):
    def confirmed(self) -> RegistrationQuerySet:
        return self.filter(status="confirmed")

    def waiting(self) -> RegistrationQuerySet:
        """Those without a seat, in order of arrival."""
        return self.filter(status="waiting").order_by("queued_at", "pk")

    def active(self) -> RegistrationQuerySet:
        return self.filter(status__in=["confirmed", "waiting"])

    def totals(self) -> dict[str, int]:
        """How many have a seat (`confirmed`) and how many wait for one (`waiting`)."""
        return self.aggregate(
            confirmed=Count("pk", filter=Q(status="confirmed")),
            waiting=Count("pk", filter=Q(status="waiting")),
        )

    def by_country(self) -> list[dict[str, Any]]:
        """How many have a seat from each country (`country`, `count`), the most first, then
        by name; people without a country are counted under None."""
        from members.models import Country

        counted = (
            self.confirmed().order_by().values(iso=F("user__country")).annotate(count=Count("pk"))
        )
        countries = Country.objects.in_bulk([row["iso"] for row in counted if row["iso"]])
        rows = [{"country": countries.get(row["iso"]), "count": row["count"]} for row in counted]

        def place(row: dict[str, Any]) -> tuple[int, str]:
            return -row["count"], fold(without_article(str(row["country"] or "")))

        return sorted(rows, key=place)
