"""How this app's rows, the ledger's and those of the packages below become one person's."""

from __future__ import annotations

from datetime import timedelta

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db.models import Case, Q, Value, When
from django.utils import timezone

from members.audit import record
from members.merging import move_missing, reattaches, stays
from members.models import (
    ActivationCode,
    Block,
    FocalPointAppointment,
    FormerAddress,
    RosterRecord,
    Transfer,
    User,
)
from members.sessions import end_sessions
from notifications.models import MutedKind

stays(
    "The audit trail is never changed; searches for the person kept include merged accounts.",
    RosterRecord,
    "actor",
    "person",
)


@reattaches(EmailAddress, "user")
@reattaches(FormerAddress, "user")
def move_addresses(keep: User, duplicate: User) -> None:
    """The duplicate's confirmed addresses lead to the person kept from now on. One that was
    never confirmed belongs to nobody: it goes."""
    old = EmailAddress.objects.filter(user=duplicate)
    confirmed = list(old.filter(verified=True).values_list("email", flat=True))
    old.delete()
    EmailAddress.objects.filter(user=keep, verified=False, email__in=confirmed).delete()
    for email in confirmed:
        EmailAddress.objects.create(user=keep, email=email, verified=True, primary=False)
        FormerAddress.objects.update_or_create(email=email, defaults={"user": keep})
    FormerAddress.objects.filter(user=duplicate).update(user=keep)


@reattaches(Authenticator, "user")
@reattaches(UserSession, "user")
def close_duplicate(keep: User, duplicate: User) -> None:
    """Nobody is signed in to the duplicate any more, nor can be."""
    Authenticator.objects.filter(user=duplicate).delete()
    end_sessions(duplicate)


@reattaches(ActivationCode, "user")
def forget_codes(keep: User, duplicate: User) -> None:
    ActivationCode.objects.filter(user=duplicate).delete()


@reattaches(Block, "blocker", "blocked")
def move_blocks(keep: User, duplicate: User) -> None:
    """Whoever blocked one of the accounts has blocked the person; nobody blocks themselves."""
    between = Q(blocker=keep, blocked=duplicate) | Q(blocker=duplicate, blocked=keep)
    Block.objects.filter(between).delete()
    move_missing(Block, "blocker", keep, duplicate, by=["blocked_id"])
    move_missing(Block, "blocked", keep, duplicate, by=["blocker_id"])


@reattaches(MutedKind, "user")
def move_muted_kinds(keep: User, duplicate: User) -> None:
    move_missing(MutedKind, "user", keep, duplicate, by=["kind"])


@reattaches(Transfer, "person")
def move_transfers(keep: User, duplicate: User) -> None:
    """One proposal can wait for a person: that of the account kept."""
    theirs = Transfer.objects.filter(person=duplicate)
    if Transfer.objects.waiting().filter(person=keep).exists():
        theirs.waiting().update(state=Transfer.State.WITHDRAWN, decided_at=timezone.now())
    theirs.update(person=keep)


@reattaches(FocalPointAppointment, "user")
def move_appointments(keep: User, duplicate: User) -> None:
    """History stays whole. Of two appointments in the same country that run today the better
    one goes on, the lead before the alternate, then the one that lasts longer."""
    FocalPointAppointment.objects.filter(user=duplicate).update(user=keep)
    rank = Case(When(role="lead", then=Value(0)), default=Value(1))
    lasts = Case(When(ends_on=None, then=Value(0)), default=Value(1))
    current = FocalPointAppointment.objects.current().filter(user=keep)
    held: set[str] = set()
    for appointment in current.order_by("country_id", rank, lasts, "starts_on", "pk"):
        if appointment.country_id in held:
            today = timezone.now().date()
            appointment.ends_on = max(today, appointment.starts_on + timedelta(days=1))
            appointment.ended_at = timezone.now()
            appointment.save(update_fields=["ends_on", "ended_at"])
            record(
                RosterRecord.Action.APPOINTMENT_ENDED,
                by=None,
                person=keep,
                country_id=appointment.country_id,
                role=appointment.role,
                merged=duplicate.pk,
            )
        held.add(appointment.country_id)


@reattaches(User, "decided_by")
def move_decisions(keep: User, duplicate: User) -> None:
    User.objects.filter(decided_by=duplicate).exclude(pk__in=[keep.pk, duplicate.pk]).update(
        decided_by=keep
    )


@reattaches(User, "merged_into")
def shorten_chains(keep: User, duplicate: User) -> None:
    """Accounts merged into the duplicate earlier lead to the person kept at once."""
    User.objects.filter(merged_into=duplicate).update(merged_into=keep)
