"""The answer to an invitation: an account, and its address confirmed."""

from __future__ import annotations

from collections.abc import Mapping

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction
from django.utils import timezone

from members.actions.invitations import locked
from members.actions.refusal import Refused
from members.audit import record
from members.models import ActivationCode, Invitation, RosterRecord, User
from members.models.invitations import account_of


@transaction.atomic
def accept(invitation: Invitation, person: Mapping[str, str], *, password: str = "") -> User:
    """Make the invited person a member at once, their address confirmed; return their account.

    An account that asked to join the country meanwhile is approved and keeps what it says of
    itself; else one is made of `person` (`DETAILS`, where `organisation_text` may name one of
    the list). Locks the invitation; refuses with the sentence of `Invitation.standing()`, so
    that of two clicks one counts.
    """
    row = locked(invitation)
    standing = row.standing()
    if standing != Invitation.Standing.OPEN:
        raise Refused(standing.label)
    account = account_of(row.email)
    member = _approve(account, row) if account else _enter(row, person, password)
    row.state = Invitation.State.ACCEPTED
    row.accepted_by = member
    row.accepted_at = timezone.now()
    row.save(update_fields=["state", "accepted_by", "accepted_at"])
    ActivationCode.objects.filter(invitation=row, expires_at__gt=row.accepted_at).update(
        expires_at=row.accepted_at
    )
    record(RosterRecord.Action.INVITATION_ACCEPTED, by=member, person=member, invitation=row.pk)
    return member


def _enter(invitation: Invitation, person: Mapping[str, str], password: str) -> User:
    """A new account; refuses when somebody made one with this address at the same moment."""
    now = timezone.now()
    user = User(
        email=invitation.email,
        country_id=invitation.country_id,
        full_name_latin=invitation.full_name_latin,
        membership=User.Membership.MEMBER,
        applied_at=now,
        decided_at=now,
        decided_by=invitation.invited_by,
    )
    for field in ("full_name", "full_name_latin", "function", "language"):
        if field in person:
            setattr(user, field, person[field])
    user.set_organisation(person.get("organisation_text", ""))
    user.set_password(password or None)
    try:
        with transaction.atomic():
            user.save()
            EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
    except IntegrityError as clash:
        raise Refused(Invitation.Standing.HAS_ACCOUNT.label) from clash
    return user


def _approve(account: User, invitation: Invitation) -> User:
    person = User.objects.select_for_update().get(pk=account.pk)
    if not invitation.would_approve(person):
        raise Refused(Invitation.Standing.HAS_ACCOUNT.label)
    confirm_address(person)
    person.membership = User.Membership.MEMBER
    person.decided_at = timezone.now()
    person.decided_by = invitation.invited_by
    person.save(update_fields=["membership", "decided_at", "decided_by"])
    record(RosterRecord.Action.APPROVED, by=invitation.invited_by, person=person)
    return person


def confirm_address(person: User) -> None:
    """Count the person's own address as confirmed. Refuses when another account proved first
    that it is theirs."""
    proved = EmailAddress.objects.filter(email__iexact=person.email, verified=True)
    if proved.exclude(user=person).exists():
        raise Refused(Invitation.Standing.HAS_ACCOUNT.label)
    EmailAddress.objects.update_or_create(
        user=person, email=person.email, defaults={"verified": True, "primary": True}
    )
