"""Mails about requests to join."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from cop_portal.names import name_of
from cop_portal.text import isolated
from members.emails.people import person_in
from members.models import User
from notifications.kinds import Message, NotNeeded, mail_kind

if TYPE_CHECKING:
    from notifications.models import Delivery


@mail_kind("members.received", _("Request to join received"), priority=2)
def received(delivery: Delivery) -> Message:
    """To the applicant: the request arrived, and who decides it. Context: `applicant`."""
    applicant = person_in(delivery)
    if not applicant.is_applicant:
        raise NotNeeded("decided already")
    lead = applicant.focal_point()
    context = {
        "applicant": applicant,
        "lead": lead,
        "name": isolated(name_of(lead)) if lead else "",
    }
    return Message("members/received", context)


@mail_kind("members.waiting", _("Request to join waiting for a decision"), priority=4)
def waiting(delivery: Delivery) -> Message:
    """To those who decide: someone asks to join. Context: `applicant`."""
    applicant = person_in(delivery)
    if applicant.decision() != User.Decision.OPEN:
        raise NotNeeded("decided already")
    if not User.objects.managed_by(delivery.recipient).filter(pk=applicant.pk).exists():
        raise NotNeeded("no longer for this person to decide")
    context = {"applicant": applicant, "name": isolated(name_of(applicant))}
    return Message("members/waiting", context)


@mail_kind("members.approved", _("Request to join approved"), priority=2)
def approved(delivery: Delivery) -> Message:
    """To the new member. Context: `applicant`."""
    member = person_in(delivery)
    if not member.is_member:
        raise NotNeeded("no longer a member")
    return Message("members/approved", {"name": isolated(name_of(member))})


@mail_kind("members.declined", _("Request to join rejected"), priority=2)
def declined(delivery: Delivery) -> Message:
    """To the applicant, with the reason. Context: `applicant`."""
    applicant = person_in(delivery)
    if applicant.membership != User.Membership.DECLINED:
        raise NotNeeded("the decision was changed")
    return Message("members/declined", {"applicant": applicant})


@mail_kind("members.requests_reminder", _("Requests to join that still wait"), priority=4)
def requests_reminder(delivery: Delivery) -> Message:
    """To those who decide, after three days: who still waits. Context: `applicants`."""
    return Message("members/requests_reminder", {"applicants": _still_waiting(delivery)})


@mail_kind("members.requests_escalated", _("Requests to join that wait for a week"), priority=4)
def requests_escalated(delivery: Delivery) -> Message:
    """To coordinators, after seven days: who still waits, and where. Context: `applicants`."""
    return Message("members/requests_escalated", {"applicants": _still_waiting(delivery)})


def _still_waiting(delivery: Delivery) -> list[User]:
    """Of the people named, those who still wait and whom the recipient decides on."""
    people = User.objects.managed_by(delivery.recipient).applicants().for_rows()
    found = people.filter(pk__in=delivery.context["applicants"]).order_by("applied_at", "pk")
    waiting_now = list(found)
    if not waiting_now:
        raise NotNeeded("all of them are decided")
    return waiting_now
