"""What the offices of countries do for their rosters, and the record of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone

from members.querysets.countries import countries_run_by

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from members.models import (  # noqa: F401  the rows of the query sets
        Announcement,
        Invitation,
        RosterImport,
        RosterRecord,
        Transfer,
        User,
    )


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def managed_by(self, user: User | AnonymousUser) -> InvitationQuerySet:
        return self.filter(country__in=countries_run_by(user))

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
        return self.filter(country__in=countries_run_by(user))

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
        return self.filter(to_country__in=countries_run_by(user))

    def visible_to(self, user: User | AnonymousUser) -> TransferQuerySet:
        """Both offices see a proposal: the one that gives and the one that receives."""
        own = countries_run_by(user)
        return self.filter(Q(to_country__in=own) | Q(from_country__in=own))


class AnnouncementQuerySet(models.QuerySet["Announcement"]):
    def drafts(self) -> AnnouncementQuerySet:
        return self.filter(state="draft")

    def sent(self) -> AnnouncementQuerySet:
        return self.filter(state="sent")

    def managed_by(self, user: User | AnonymousUser) -> AnnouncementQuerySet:
        return self.filter(country__in=countries_run_by(user))


class RosterRecordQuerySet(models.QuerySet["RosterRecord"]):
    def managed_by(self, user: User | AnonymousUser) -> RosterRecordQuerySet:
        """Coordinators read all of the audit trail, a focal point that of the own country."""
        if user.is_authenticated and user.is_staff:
            return self
        return self.filter(country__in=countries_run_by(user))
