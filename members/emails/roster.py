"""Mails about the roster: to the person whose row changed, and to those who keep it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from cop_portal.localised import own_name
from members import roster
from members.emails.people import recipient_of
from members.models import Country, User
from notifications.kinds import Message, NotNeeded, mail_kind

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from notifications.models import Delivery

FIELD_LABELS: dict[str, _StrPromise] = {
    "full_name": _("Full name"),
    "full_name_latin": _("Name in Latin letters"),
    "function": _("Job title"),
    "function_latin": _("Job title in Latin letters"),
    "organisation": _("Organisation"),
    "language": _("Language for messages"),
}


def labelled(changes: dict[str, list[str]]) -> list[tuple[str, str, str]]:
    """What was corrected as (label, before, after), in words."""
    rows = []
    for name, (before, after) in changes.items():
        if name == "language":
            before, after = own_name(before), own_name(after)
        rows.append((str(FIELD_LABELS.get(name, name)), before, after))
    return rows


@mail_kind("members.corrected", _("Entry in the directory corrected"))
def corrected(delivery: Delivery) -> Message:
    """To the person whose entry was corrected. Context: `changes`, as [old, new] by field."""
    if not recipient_of(delivery).is_member:
        raise NotNeeded("no longer a member")
    return Message("members/corrected", {"changes": labelled(delivery.context["changes"])})


@mail_kind("members.marked_left", _("Membership ended"), priority=2)
def marked_left(delivery: Delivery) -> Message:
    """To the person who was marked as having left their post."""
    person = recipient_of(delivery)
    if person.membership != User.Membership.LEFT or not person.left_on:
        raise NotNeeded("the person is a member again")
    return Message("members/marked_left", {"person": person, "day": person.left_on})


@mail_kind("members.reinstated", _("Membership reinstated"), priority=2)
def reinstated(delivery: Delivery) -> Message:
    """To the person who is a member again."""
    person = recipient_of(delivery)
    if not person.is_member:
        raise NotNeeded("no longer a member")
    return Message("members/reinstated", {"person": person})


@mail_kind("members.confirmation_due", _("Roster to be confirmed"))
def confirmation_due(delivery: Delivery) -> Message:
    """To a focal point: how many people of the country are to be confirmed. Context: `country`."""
    run = Country.objects.run_by(recipient_of(delivery))
    country = run.filter(pk=delivery.context["country"]).first()
    if country is None:
        raise NotNeeded("no longer for this person to do")
    count = roster.due(User.objects.filter(country=country)).count()
    if not count:
        raise NotNeeded("all of them are confirmed")
    return Message("members/confirmation_due", {"country": country, "count": count})


@mail_kind("members.confirmation_late", _("Rosters not confirmed"))
def confirmation_late(delivery: Delivery) -> Message:
    """To a coordinator: the countries whose rosters wait for a month. Context: `rounds`."""
    if not recipient_of(delivery).is_staff:
        raise NotNeeded("no longer for this person to know")
    named = {name.partition(":")[0] for name in delivery.context["rounds"]}
    counts = roster.due_by_country(User.objects.filter(country__in=named))
    countries = Country.objects.filter(pk__in=counts).in_order()
    if not countries:
        raise NotNeeded("all of them are confirmed")
    rows = [(country, counts[country.pk]) for country in countries]
    return Message("members/confirmation_late", {"rows": rows})
