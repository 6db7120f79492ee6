"""Mails about merged accounts, suspension, leaving, and codes that confirm who one is."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.models import User
from members.reauthentication import CODE_LIFE
from notifications.kinds import Message, NotNeeded, mail_kind

if TYPE_CHECKING:
    from notifications.models import Delivery


@mail_kind("members.merged", _("Accounts merged"), priority=2)
def merged(delivery: Delivery) -> Message:
    """To the person, at the address kept. Context: `address`, the one that went, and `is_alias`,
    whether it still signs in."""
    context = {key: delivery.context[key] for key in ("address", "is_alias")}
    return Message("members/merged", {**context, "kept": delivery.address})


@mail_kind("members.farewell", _("End of the membership"), secret=True, priority=2)
def farewell(delivery: Delivery) -> Message:
    """To the address of a person who left, whose account is empty by now. Context: `content`,
    "kept" or "removed"."""
    return Message("members/farewell", {"content": delivery.context["content"]})


@mail_kind("members.suspended", _("Account suspended"), priority=2)
def suspended(delivery: Delivery) -> Message:
    """To a person whose account was suspended, with the reason. Context: `person`, `reason`."""
    if _standing(delivery) != User.Membership.SUSPENDED:
        raise NotNeeded("the suspension was lifted")
    return Message("members/suspended", {"reason": delivery.context["reason"]})


@mail_kind("members.suspension_lifted", _("Suspension lifted"), priority=2)
def suspension_lifted(delivery: Delivery) -> Message:
    """To a person whose account is open again. Context: `person`."""
    if _standing(delivery) == User.Membership.SUSPENDED:
        raise NotNeeded("suspended again")
    return Message("members/suspension_lifted")


def _standing(delivery: Delivery) -> str | None:
    people = User.objects.filter(pk=delivery.context["person"])
    return people.values_list("membership", flat=True).first()


@mail_kind("members.confirm_access", _("Code that confirms a change"), secret=True, priority=1)
def confirm_access(delivery: Delivery) -> Message:
    """To a person who is signed in and asked for something that needs a second look. Context:
    `code`."""
    if timezone.now() - delivery.created_at > CODE_LIFE:
        raise NotNeeded("the code is no longer valid")
    minutes = CODE_LIFE // timedelta(minutes=1)
    context = {"code": delivery.context["code"], "minutes": minutes}
    return Message("members/confirm_access", context)
