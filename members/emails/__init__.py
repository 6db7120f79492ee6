"""The mails of this app, one module for each matter; importing it registers them all."""

from members.emails import (
    account,
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
    "appointments",
    "contact",
    "experts",
    "invitations",
    "joining",
    "privacy",
    "roster",
    "transfers",
]
