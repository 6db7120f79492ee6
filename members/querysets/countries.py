"""Countries, their organisations and who holds their offices."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Prefetch, Q, Subquery, When
from django.utils import timezone

from cop_portal.text import fold, without_article

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from members.models import (  # noqa: F401  the rows of the query sets
        Country,
        FocalPointAppointment,
        Organisation,
        User,
    )


class CountryQuerySet(models.QuerySet["Country"]):
    def participating(self) -> CountryQuerySet:
        return self.filter(is_participating=True)

    def run_by(self, user: User | AnonymousUser) -> CountryQuerySet:
        """Whose office is open to `user`: every country for staff, else those the person is
        focal point of today."""
        from members.models import FocalPointAppointment

        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.is_staff:
            return self.all()
        own = FocalPointAppointment.objects.held().filter(user=user)
        return self.filter(pk__in=own.values("country"))

    def with_focal_points(self) -> CountryQuerySet:
        """`in_office`: today's appointments with their people, the lead first."""
        from members.models import FocalPointAppointment

        held = FocalPointAppointment.objects.held().select_related("user")
        in_office = held.order_by(Case(When(role="lead", then=0), default=1), "starts_on", "pk")
        return self.prefetch_related(Prefetch("appointments", in_office, to_attr="in_office"))

    def with_appointments(self) -> CountryQuerySet:
        """`in_office`, and what stands beside it: appointments that are `coming`, and those that
        have `lapsed` because the person left or was suspended."""
        from members.models import FocalPointAppointment

        rows = FocalPointAppointment.objects.select_related("user").order_by("starts_on", "pk")
        return self.with_focal_points().prefetch_related(
            Prefetch("appointments", rows.coming(), to_attr="coming"),
            Prefetch("appointments", rows.lapsed(), to_attr="lapsed"),
        )

    def vacant(self) -> CountryQuerySet:
        """Countries that take part and have no lead today who can act."""
        from members.models import FocalPointAppointment

        leads = FocalPointAppointment.objects.held().leads().filter(country=OuterRef("pk"))
        return self.participating().exclude(Exists(leads))

    def soon_vacant(self, days: int = 30) -> CountryQuerySet:
        """Countries whose lead of today ends within so many days without a successor, with the
        day as `vacant_from`."""
        from members.models import FocalPointAppointment

        today = timezone.now().date()
        leads = FocalPointAppointment.objects.leads().took_effect()
        follows = leads.filter(
            Q(ends_on__isnull=True) | Q(ends_on__gt=OuterRef("ends_on")),
            country=OuterRef("country"),
            starts_on__lte=OuterRef("ends_on"),
            user__is_active=True,
            user__membership="member",
        )
        ending = (
            FocalPointAppointment.objects.held()
            .leads()
            .filter(
                ~Exists(follows),
                country=OuterRef("pk"),
                ends_on__gt=today,
                ends_on__lte=today + timedelta(days=days),
            )
        )
        day = Subquery(ending.values("ends_on")[:1])
        return self.participating().annotate(vacant_from=day).filter(vacant_from__isnull=False)

    def in_order(self) -> list[Country]:
        """As lists in the page's language go: by name, an Arabic one without its article."""
        return sorted(self, key=lambda country: fold(without_article(str(country))))


def countries_run_by(user: User | AnonymousUser) -> CountryQuerySet:
    from members.models import Country

    return Country.objects.run_by(user)


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    def called(self, text: str, country_id: str | None) -> Organisation | None:
        """The organisation of a country, else the international one, that goes by `text`."""
        theirs = self.filter(Q(country=country_id) | Q(country=None))
        return next(
            (
                found
                for found in theirs.order_by(F("country").asc(nulls_last=True), "pk")
                if found.is_called(text)
            ),
            None,
        )


class AppointmentQuerySet(models.QuerySet["FocalPointAppointment"]):
    def current(self, on: date | None = None) -> AppointmentQuerySet:
        """Appointments in force on a day (today, UTC): from `starts_on`, before `ends_on`."""
        on = on or timezone.now().date()
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=on), starts_on__lte=on)

    def held(self, on: date | None = None) -> AppointmentQuerySet:
        """Those in force whose holder is a member with an open account. The office of a person
        who left or was suspended is vacant: rights and vacancies are read from here."""
        return self.current(on).filter(user__is_active=True, user__membership="member")

    def lapsed(self) -> AppointmentQuerySet:
        """Those in force whose holder can no longer act."""
        gone = Q(user__is_active=False) | ~Q(user__membership="member")
        return self.current().filter(gone)

    def coming(self) -> AppointmentQuerySet:
        """Those that have not begun yet and were not withdrawn."""
        return self.filter(starts_on__gt=timezone.now().date()).took_effect()

    def lasting(self) -> AppointmentQuerySet:
        """Those that run or will begin; one that was withdrawn holds nobody back."""
        today = timezone.now().date()
        return self.took_effect().filter(Q(ends_on__isnull=True) | Q(ends_on__gt=today))

    def took_effect(self) -> AppointmentQuerySet:
        """Without those withdrawn before their first day."""
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=F("starts_on")))

    def leads(self) -> AppointmentQuerySet:
        return self.filter(role="lead")

    def managed_by(self, user: User | AnonymousUser) -> AppointmentQuerySet:
        return self.filter(country__in=countries_run_by(user))
