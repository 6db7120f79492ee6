"""The coordinators' desk for people, countries and what belongs to them."""

# The order is that of the page: what is kept, then what is read.
from members.admin import people, appointments, countries, organisations, guests  # isort: skip
from members.admin import announcements, audit, desk, invitations, reports

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
