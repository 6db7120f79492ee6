"""What allauth announces, and what follows from it here."""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
from allauth.account.signals import email_confirmed
from django.dispatch import receiver

from members import actions


@receiver(email_confirmed, dispatch_uid="members.submit_application")
def on_email_confirmed(email_address: EmailAddress, **kwargs: Any) -> None:
    actions.submit_application(email_address.user)
