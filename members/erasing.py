"""What this app, the ledger and the packages below erase of a person; see `members.leaving`."""

from __future__ import annotations

from functools import partial

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from members.leaving import erases, removes_content
from members.models import (
    ActivationCode,
    Block,
    ContactMessage,
    FocalPointAppointment,
    FormerAddress,
    FormerPost,
    Guest,
    Invitation,
    RosterImportRow,
    Transfer,
    User,
)
from notifications.models import Delivery, MutedKind


def addresses_of(user: User) -> set[str]:
    """Every address the account goes by."""
    own = EmailAddress.objects.filter(user=user).values_list("email", flat=True)
    return {user.email, *own}


@erases
def erase_letters(user: User) -> None:
    """The papers of the appointments; the appointments themselves are the country's history."""
    with_letter = FocalPointAppointment.objects.filter(user=user).exclude(letter="")
    forget_letters(list(with_letter))


def forget_letters(appointments: list[FocalPointAppointment]) -> int:
    """Take the letters off appointments; the files go after the commit."""
    for appointment in appointments:
        storage, name = appointment.letter.storage, str(appointment.letter.name)
        FocalPointAppointment.objects.filter(pk=appointment.pk).update(letter="")
        transaction.on_commit(partial(storage.delete, name))
    return len(appointments)


@erases
def erase_roster(user: User) -> None:
    """Posts held, reasons written about the person, and how they were invited."""
    addresses = addresses_of(user)
    FormerPost.objects.filter(user=user).delete()
    Transfer.objects.filter(person=user, state=Transfer.State.OPEN).update(
        state=Transfer.State.WITHDRAWN, decided_at=timezone.now()
    )
    Transfer.objects.filter(person=user).update(note="", reason="")
    ActivationCode.objects.filter(user=user).delete()
    Invitation.objects.filter(Q(accepted_by=user) | Q(email__in=addresses)).delete()
    RosterImportRow.objects.filter(cells__email__in=addresses).delete()
    Guest.objects.filter(Q(claimed_by=user) | Q(claimed_by=None, email__in=addresses)).update(
        full_name="",
        full_name_latin="",
        function="",
        function_latin="",
        organisation_text="",
        email="",
    )


@erases
def erase_correspondence(user: User) -> None:
    """Messages to the person, but for one that a report about it needs; blocks both ways."""
    received = ContactMessage.objects.filter(recipient=user)
    received.exclude(report_state=ContactMessage.ReportState.OPEN).delete()
    Block.objects.filter(Q(blocker=user) | Q(blocked=user)).delete()


@removes_content
def remove_messages(user: User) -> None:
    """Messages from the person, but for one that a report about it needs."""
    sent = ContactMessage.objects.filter(sender=user)
    sent.exclude(report_state=ContactMessage.ReportState.OPEN).delete()


@erases
def erase_ledger(user: User) -> None:
    """The rows of the ledger stay, to be counted, without address and text; what has not left
    yet does not leave any more."""
    rows = Delivery.objects.filter(
        Q(recipient=user) | Q(recipient=None, address__in=addresses_of(user))
    )
    rows.filter(state=Delivery.State.QUEUED).update(state=Delivery.State.SKIPPED)
    rows.exclude(state=Delivery.State.SENDING).update(
        address=f"erased-{user.pk}@invalid", subject="", note="", context={}
    )
    MutedKind.objects.filter(user=user).delete()


@erases
def erase_history(user: User) -> None:
    """The name in the admin's own history of changes to the person's row."""
    forget_in_history(User, [user.pk])


def forget_in_history(model: type, keys: list[int]) -> None:
    """Put the number where the admin's history of these rows has a person's name."""
    kind = ContentType.objects.get_for_model(model)
    for key in keys:
        rows = LogEntry.objects.filter(content_type=kind, object_id=str(key))
        rows.update(object_repr=f"#{key}", change_message="")


@erases
def erase_sign_in(user: User) -> None:
    """Addresses, passkeys and authenticator apps. Comes last: the others look for addresses."""
    FormerAddress.objects.filter(user=user).delete()
    EmailAddress.objects.filter(user=user).delete()
    Authenticator.objects.filter(user=user).delete()
