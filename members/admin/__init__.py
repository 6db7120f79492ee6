"""The coordinators' desk for people, countries and what belongs to them."""

from members.admin import people  # isort: skip  the order is that of the page
from members.admin import (
    announcements,
    appointments,
    audit,
    countries,
    desk,
    guests,
    invitations,
    organisations,
    reports,
)

__all__ = [
    "announcements",
    "appointments",
    "audit",
    "countries",
    "desk",
    "guests",
    "invitations",
    "organisations",
    "people",
    "reports",
]
