"""Who and what may be seen, and the adjectives that lists are built from."""

from members.querysets.countries import AppointmentQuerySet, CountryQuerySet, OrganisationQuerySet
from members.querysets.people import (
    ARABIC_NAME,
    LATIN_NAME,
    NAME_ORDER,
    ContactMessageQuerySet,
    GuestQuerySet,
    UserManager,
    UserQuerySet,
)
from members.querysets.rosters import (
    AnnouncementQuerySet,
    InvitationQuerySet,
    RosterImportQuerySet,
    RosterRecordQuerySet,
    TransferQuerySet,
)

__all__ = [
    "ARABIC_NAME",
    "LATIN_NAME",
    "NAME_ORDER",
    "AnnouncementQuerySet",
    "AppointmentQuerySet",
    "ContactMessageQuerySet",
    "CountryQuerySet",
    "GuestQuerySet",
    "InvitationQuerySet",
    "OrganisationQuerySet",
    "RosterImportQuerySet",
    "RosterRecordQuerySet",
    "TransferQuerySet",
    "UserManager",
    "UserQuerySet",
]
