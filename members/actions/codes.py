"""Codes that a focal point hands over by voice or on paper, for people no mail reaches."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext_lazy as _

from members.actions.accepting import confirm_address
from members.actions.joining import submit_application
from members.actions.refusal import Refused
from members.actions.roster import holds_office
from members.addresses import clean_address
from members.audit import record
from members.models import (
    ActivationCode,
    CodeAttempt,
    Invitation,
    RosterRecord,
    User,
)
from members.models.invitations import account_of

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

DIGITS = 8
CODE_TRIES = 5
DAY = timedelta(days=1)
PER_PERSON_AND_DAY = 5
PER_ISSUER_AND_DAY = 50
# Failed tries within an hour from one network and for one address, whoever it belongs to.
WITHIN = timedelta(hours=1)
TRIES_FROM_ONE_PLACE = 30
TRIES_FOR_ONE_ADDRESS = 15

NOT_TOGETHER = _(
    "This address and this code do not belong together, or the code can no longer be used. A code "
    "lasts a day and for five tries; the focal point of the country can issue another."
)
TOO_MANY = _("Too many tries. It can be tried again in an hour.")


class TooManyTries(Refused):
    """No code is looked at now, neither a right one nor a wrong one."""


class Issued(NamedTuple):
    """A code as it is shown once, to whoever issued it."""

    row: ActivationCode
    code: str


class Redeemed(NamedTuple):
    """What a code opened: an account, or an invitation that is still to be accepted."""

    user: User | None = None
    invitation: Invitation | None = None


# Issuing -------------------------------------------------------------------------------------


@transaction.atomic
def issue_for_invitation(invitation: Invitation, *, by: User) -> Issued:
    """A code in place of the mail of an open invitation. Contract as `issue_for_user`."""
    row = Invitation.objects.select_for_update(no_key=True).get(pk=invitation.pk)
    standing = row.standing()
    if standing != Invitation.Standing.OPEN:
        raise Refused(standing.label)
    return _issue(ActivationCode(invitation=row, issued_by=by), row.country_id)


@transaction.atomic
def issue_for_user(user: User, *, by: User) -> Issued:
    """A code for an account that was never used; codes issued before open nothing any more.

    Locks the person's row and the issuer's, which the limits of a day are counted under. Refuses
    accounts that were used, that have a second step at sign-in or more rights than a member's,
    and more codes a day than the limits allow.
    """
    person = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if reason := no_code_for(person, by=by):
        raise Refused(reason)
    return _issue(ActivationCode(user=person, issued_by=by), person.country_id)


def no_code_for(user: User, *, by: User) -> _StrPromise | None:
    """Why `by` can issue no code for the account; None when nothing speaks against it."""
    if not User.objects.never_used().filter(pk=user.pk).exists():
        return _("A code is for accounts that have never been used.")
    if not by.is_staff and holds_office(user):
        return _("For a focal point, the secretariat issues the code.")
    return None


def _issue(row: ActivationCode, country_id: str | None) -> Issued:
    User.objects.select_for_update(no_key=True).get(pk=row.issued_by_id)
    now = timezone.now()
    today = ActivationCode.objects.filter(issued_at__gt=now - DAY)
    same = Q(user=row.user_id, invitation=row.invitation_id)
    if today.filter(same).count() >= PER_PERSON_AND_DAY:
        raise Refused(_("Five codes were issued for this person within a day; no more today."))
    if today.filter(issued_by=row.issued_by_id).count() >= PER_ISSUER_AND_DAY:
        raise Refused(_("Fifty codes were issued within a day; no more today."))
    earlier = ActivationCode.objects.filter(same, used_at=None, expires_at__gt=now)
    earlier.update(expires_at=now)
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
    row.digest = digest(row, code)
    row.save()
    record(
        RosterRecord.Action.CODE_ISSUED,
        by=row.issued_by,
        person=row.user,
        country_id=country_id,
        **_about(row),
    )
    return Issued(row, code)


def digest(row: ActivationCode, code: str) -> str:
    """A keyed hash of a code, different for each person it could belong to."""
    owner = f"user:{row.user_id}" if row.user_id else f"invitation:{row.invitation_id}"
    return _keyed("members.activation-code", f"{owner}:{code}")


def _keyed(salt: str, value: str) -> str:
    return salted_hmac(salt, value, algorithm="sha256").hexdigest()


def _about(row: ActivationCode) -> dict[str, int]:
    """What the audit trail says of a code: its row, and the invitation where there is one."""
    about = {"code": row.pk}
    return {**about, "invitation": row.invitation_id} if row.invitation_id else about


# Using ---------------------------------------------------------------------------------------


def redeem(address: str, code: str, *, origin: str) -> Redeemed:
    """Use a code, once: confirm the address of an account and submit its application, or open
    an invitation for accepting.

    `origin` is the network the try comes from. An address that nobody has, a wrong code and one
    that can no longer be used are refused with the same sentence; each counts against the limits
    of the network and of the address, which the database keeps. Raises `TooManyTries` beyond
    them. A wrong code also counts against the newest code of the address.
    """
    address = clean_address(address)
    attempt = CodeAttempt(
        origin=_keyed("members.origin", origin), address=_keyed("members.address", address)
    )
    _refuse_too_many(attempt)
    redeemed = _redeem(address, code)
    if redeemed is None:
        attempt.save()
        raise Refused(NOT_TOGETHER)
    return redeemed


def _refuse_too_many(attempt: CodeAttempt) -> None:
    lately = CodeAttempt.objects.filter(at__gt=timezone.now() - WITHIN)
    if (
        lately.filter(origin=attempt.origin).count() >= TRIES_FROM_ONE_PLACE
        or lately.filter(address=attempt.address).count() >= TRIES_FOR_ONE_ADDRESS
    ):
        raise TooManyTries(TOO_MANY)


@transaction.atomic
def _redeem(address: str, code: str) -> Redeemed | None:
    """Compare under the code's lock, and note what came of it; None when nothing opens."""
    row = _newest_code(address)
    # Somebody else's code is as long to compare as none.
    if not constant_time_compare(row.digest, digest(row, code)) or row._state.adding:
        _note_wrong_try(row)
        return None
    try:
        with transaction.atomic():
            opened = _open_account(row) if row.user_id else _open_invitation(row)
    except Refused:
        return None
    row.used_at = timezone.now()
    row.save(update_fields=["used_at"])
    record(
        RosterRecord.Action.CODE_USED,
        by=opened.user,
        person=opened.user,
        country_id=opened.invitation.country_id if opened.invitation else None,
        **_about(row),
    )
    return opened


def _newest_code(address: str) -> ActivationCode:
    """The code that can be used for an address, locked; an empty one where there is none.

    The account's row is locked first, as whoever issues another code or closes the account does.
    """
    account = account_of(address)
    if account:
        User.objects.select_for_update(no_key=True).filter(pk=account.pk).first()
    invitations = Invitation.objects.live().to_any_of([address])
    usable = ActivationCode.objects.filter(
        Q(user__isnull=False, user=account) | Q(invitation__in=invitations.values("pk")),
        used_at=None,
        expires_at__gt=timezone.now(),
        wrong_tries__lt=CODE_TRIES,
    )
    newest = usable.order_by("-issued_at", "-pk").select_for_update(of=("self",)).first()
    return newest or ActivationCode(digest="0" * 64)


def _note_wrong_try(row: ActivationCode) -> None:
    if row._state.adding:  # it stands for no code
        return
    ActivationCode.objects.filter(pk=row.pk).update(wrong_tries=F("wrong_tries") + 1)
    invitation = row.invitation
    record(
        RosterRecord.Action.CODE_REFUSED,
        by=None,
        person=row.user,
        country_id=invitation.country_id if invitation else None,
        **_about(row),
    )


def _open_account(row: ActivationCode) -> Redeemed:
    person = User.objects.never_used().filter(pk=row.user_id).first()
    if person is None or not _is_answered_for(row, person):
        raise Refused(NOT_TOGETHER)
    confirm_address(person)
    submit_application(person)
    return Redeemed(user=person)


def _open_invitation(row: ActivationCode) -> Redeemed:
    assert row.invitation is not None  # the database keeps one of the two
    is_open = row.invitation.standing() == Invitation.Standing.OPEN
    if not is_open or not _is_answered_for(row, row.invitation):
        raise Refused(NOT_TOGETHER)
    return Redeemed(invitation=row.invitation)


def _is_answered_for(row: ActivationCode, owner: User | Invitation) -> bool:
    """Whether whoever issued the code could issue it now: whoever left the office still knows the
    code, the person may have gone to another country or be called to an office themselves."""
    if row.issued_by.is_staff:
        return True
    in_office = isinstance(owner, User) and holds_office(owner)
    return not in_office and row.issued_by.has_perm("members.manage_roster", owner)
