"""What allauth announces, and what follows from it here."""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
from allauth.account.signals import email_changed, email_confirmed, email_removed
from django.dispatch import receiver

from members import actions
from members.models import FormerAddress, User


@receiver(email_confirmed, dispatch_uid="members.submit_application")
def on_email_confirmed(email_address: EmailAddress, **kwargs: Any) -> None:
    actions.submit_application(email_address.user)


@receiver(email_changed, dispatch_uid="members.keep_former_addresses")
def on_email_changed(user: User, **kwargs: Any) -> None:
    """A change of address takes every other address off the account; those of merged accounts
    come back, for they still lead to the person."""
    for former in FormerAddress.objects.filter(user=user):
        if not EmailAddress.objects.filter(email=former.email, verified=True).exists():
            EmailAddress.objects.create(user=user, email=former.email, verified=True)


@receiver(email_removed, dispatch_uid="members.forget_former_address")
def on_email_removed(user: User, email_address: EmailAddress, **kwargs: Any) -> None:
    FormerAddress.objects.filter(user=user, email=email_address.email).delete()
