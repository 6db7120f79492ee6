"""Guests named in sessions, and the accounts that claim them."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.actions.refusal import Refused
from members.audit import record
from members.models import Guest, RosterRecord, User


@transaction.atomic
def claim(guest: Guest, user: User, *, by: User) -> Guest:
    """Link a guest to an account: pages name the account from then on.

    The account's owner may claim a guest who bears one of the account's confirmed addresses; a
    coordinator, for whom the caller answers, may link any. Claiming twice changes nothing.
    Locks the guest's row. Refuses a guest another account has claimed, and an account that is
    not open.
    """
    row = _lock(guest)
    if row.claimed_by_id == user.pk:
        return row
    if row.claimed_by_id:
        raise Refused(_("Another account has claimed this name already."))
    if user.entry != User.Entry.OPEN:
        raise Refused(_("This account is not open, so nothing can be linked to it."))
    if by.pk == user.pk and not by.is_staff:
        _own_address(row, user)
    row.claimed_by, row.claimed_at, row.denied_at = user, timezone.now(), None
    row.save(update_fields=["claimed_by", "claimed_at", "denied_at"])
    record(
        RosterRecord.Action.GUEST_CLAIMED,
        by=by,
        person=user,
        country_id=row.country_id or user.country_id,
        guest=row.pk,
    )
    return row


@transaction.atomic
def release(guest: Guest, *, by: User) -> Guest:
    """Part a guest from the account it was linked to. Does nothing for a guest without one.
    Locks the guest's row."""
    row = _lock(guest)
    user = row.claimed_by
    if user is None:
        return row
    row.claimed_by, row.claimed_at = None, None
    row.save(update_fields=["claimed_by", "claimed_at"])
    record(
        RosterRecord.Action.GUEST_RELEASED,
        by=by,
        person=user,
        country_id=row.country_id or user.country_id,
        guest=row.pk,
    )
    return row


@transaction.atomic
def deny(guest: Guest, user: User) -> Guest:
    """Note that the guest is someone else, as the owner of the address says: the name is not
    offered again, and coordinators see it. Locks the guest's row; refuses as `claim` does."""
    row = _lock(guest)
    if row.claimed_by_id:
        raise Refused(_("Another account has claimed this name already."))
    _own_address(row, user)
    row.denied_at = timezone.now()
    row.save(update_fields=["denied_at"])
    return row


def _own_address(guest: Guest, user: User) -> None:
    if not Guest.objects.claimable_by(user).filter(pk=guest.pk).exists():
        raise Refused(_("This name does not bear a confirmed address of this account."))


def _lock(guest: Guest) -> Guest:
    return Guest.objects.select_for_update(of=("self",)).get(pk=guest.pk)
