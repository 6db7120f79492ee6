"""Asking to join, and the answer."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from members.actions.refusal import Refused
from members.audit import record
from members.models import RosterRecord, User
from notifications.actions import tell, tell_all


@transaction.atomic
def submit_application(user: User) -> None:
    """Put a confirmed request before those who decide it: the focal point and alternates of
    the country, coordinators where there is none. They and the applicant are told, once,
    however often an address is confirmed. Does nothing for anyone who is not an applicant."""
    if not user.is_applicant:
        return
    tell("members.received", user, key=str(user.pk), applicant=user.pk)
    tell_all(
        "members.waiting",
        [
            (decider, f"{user.pk}:{decider.pk}", {"applicant": user.pk})
            for decider in User.objects.deciding_for(user.country_id).order_by("pk")
        ],
    )


@transaction.atomic
def approve(user: User, *, by: User) -> User:
    """Make an applicant a member and tell them. Locks the person's row; raises `Refused` with
    the sentence of `User.decision()` unless the request is open, so that of two clicks at the
    same moment one decides and the other is told what was decided."""
    return _decide(user, User.Membership.MEMBER, by=by, reason="", kind="members.approved")


@transaction.atomic
def decline(user: User, *, by: User, reason: str) -> User:
    """Turn a request down and tell the applicant why. Locks and refuses as `approve` does."""
    return _decide(user, User.Membership.DECLINED, by=by, reason=reason, kind="members.declined")


def _decide(user: User, membership: User.Membership, *, by: User, reason: str, kind: str) -> User:
    person = User.objects.select_for_update().get(pk=user.pk)
    decision = person.decision()
    if decision != User.Decision.OPEN:
        raise Refused(decision.label)
    person.membership = membership
    person.decided_at = timezone.now()
    person.decided_by = by
    person.decision_reason = reason
    person.save(update_fields=["membership", "decided_at", "decided_by", "decision_reason"])
    done = RosterRecord.Action.APPROVED if person.is_member else RosterRecord.Action.DECLINED
    record(done, by=by, person=person)
    stamp = person.decided_at.isoformat()
    tell(kind, person, key=f"{person.pk}:{stamp}", applicant=person.pk)
    return person
