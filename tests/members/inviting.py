"""What the tests of invitations share: whom they invite, and what that person answers."""

from __future__ import annotations

from django.urls import reverse
from django.utils import translation

from members.tokens import token_for

SUHA = {"email": "suha@mosd.example", "full_name": "سهى المومني", "language": "ar"}


def path_to(invitation, language="en"):
    with translation.override(language):
        return reverse("members:accept_invitation", args=[token_for(invitation)])


def answers(**changes):
    return {
        "full_name": "سهى المومني",
        "organisation_text": "وزارة التنمية الاجتماعية",
        "function": "رئيسة قسم الشكاوى",
        "language": "ar",
        "password1": "",
        "password2": "",
        **changes,
    }
