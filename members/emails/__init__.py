"""The mails of this app, one module for each matter; importing it registers them all."""

from members.emails import (
    account,
    announcements,
    appointments,
    contact,
    experts,
    invitations,
    joining,
    privacy,
    roster,
    transfers,
)

__all__ = [
    "account",
    "announcements",
    "appointments",
    "contact",
    "experts",
    "invitations",
    "joining",
    "privacy",
    "roster",
    "transfers",
]
