"""Who and what may be seen, and the adjectives that lists are built from."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.contrib.auth.base_user import BaseUserManager
from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Prefetch, Q, Subquery, Value, When
from django.db.models.functions import Coalesce, Concat, Lower, NullIf
from django.utils import timezone
from django.utils.translation import get_language_bidi

from cop_portal.text import fold, without_article

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from members.models import (  # noqa: F401  the rows of the query sets
        Announcement,
        ContactMessage,
        Country,
        FocalPointAppointment,
        Guest,
        Invitation,
        Organisation,
        RosterImport,
        RosterRecord,
        Transfer,
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
        return self.filter(country__in=_countries_run_by(user))


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def managed_by(self, user: User | AnonymousUser) -> InvitationQuerySet:
        return self.filter(country__in=_countries_run_by(user))

    def open(self) -> InvitationQuerySet:
        """Those that can still be accepted or sent again; an expired one can be sent again."""
        return self.filter(state="open")

    def live(self) -> InvitationQuerySet:
        """Open ones whose time has not run out."""
        return self.open().filter(expires_at__gt=timezone.now())

    def expired(self) -> InvitationQuerySet:
        return self.open().filter(expires_at__lte=timezone.now())

    def search(self, text: str) -> InvitationQuerySet:
        """Those whose address or name, in either script, contains `text`."""
        return self.filter(
            Q(email__icontains=text)
            | Q(full_name__icontains=text)
            | Q(full_name_latin__icontains=text)
        )

    def to_any_of(self, addresses: Iterable[str]) -> InvitationQuerySet:
        """Those to one of the addresses, however they are written."""
        lowered = [address.lower() for address in addresses]
        return self.annotate(lowered=Lower("email")).filter(lowered__in=lowered)


class RosterImportQuerySet(models.QuerySet["RosterImport"]):
    def managed_by(self, user: User | AnonymousUser) -> RosterImportQuerySet:
        return self.filter(country__in=_countries_run_by(user))

    def at_work(self) -> RosterImportQuerySet:
        """Those that a worker has something left to do for."""
        return self.filter(state__in=["checking", "applying"])

    def unmoved_for(self, time: timedelta) -> RosterImportQuerySet:
        return self.at_work().filter(moved_at__lt=timezone.now() - time)


class TransferQuerySet(models.QuerySet["Transfer"]):
    def waiting(self) -> TransferQuerySet:
        return self.filter(state="open")

    def to_decide_by(self, user: User | AnonymousUser) -> TransferQuerySet:
        """Proposals into a country whose office is open to `user`."""
        return self.filter(to_country__in=_countries_run_by(user))

    def visible_to(self, user: User | AnonymousUser) -> TransferQuerySet:
        """Both offices see a proposal: the one that gives and the one that receives."""
        own = _countries_run_by(user)
        return self.filter(Q(to_country__in=own) | Q(from_country__in=own))


class AnnouncementQuerySet(models.QuerySet["Announcement"]):
    def drafts(self) -> AnnouncementQuerySet:
        return self.filter(state="draft")

    def sent(self) -> AnnouncementQuerySet:
        return self.filter(state="sent")

    def managed_by(self, user: User | AnonymousUser) -> AnnouncementQuerySet:
        return self.filter(country__in=_countries_run_by(user))


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


class RosterRecordQuerySet(models.QuerySet["RosterRecord"]):
    def managed_by(self, user: User | AnonymousUser) -> RosterRecordQuerySet:
        """Coordinators read all of the audit trail, a focal point that of the own country."""
        if user.is_authenticated and user.is_staff:
            return self
        return self.filter(country__in=_countries_run_by(user))


def _countries_run_by(user: User | AnonymousUser) -> CountryQuerySet:
    from members.models import Country

    return Country.objects.run_by(user)


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
        return self.filter(country__in=_countries_run_by(user))

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
