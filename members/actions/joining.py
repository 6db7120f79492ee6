"""Asking to join, and the answer."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import groupby

from django.db import transaction
from django.utils import timezone

from members.actions.refusal import Refused
from members.audit import record
from members.models import RosterRecord, User
from notifications.actions import tell, tell_all

# How long a request waits before its deciders hear of it again, and before coordinators do.
REMIND_AFTER = timedelta(days=3)
ESCALATE_AFTER = timedelta(days=7)


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


# Requests that wait too long ------------------------------------------------------------------


@transaction.atomic
def remind_of_requests(now: datetime | None = None) -> int:
    """Mention requests that wait too long: after three days to their deciders again, after
    seven to the coordinators. Return how many requests were mentioned.

    Each person gets one mail that lists them, and each request is mentioned once by either
    route, however often and however late this runs: its row notes it, locked. Where coordinators
    decide anyway and seven days have passed, they hear of it once, not twice.
    """
    now = now or timezone.now()
    waiting = User.objects.applicants().select_for_update(of=("self",), skip_locked=True)
    waiting = waiting.order_by("country_id", "pk")
    late = list(waiting.filter(escalated_at=None, applied_at__lte=now - ESCALATE_AFTER))
    for person in late:
        person.escalated_at = now
    _mention("members.requests_escalated", late, User.objects.coordinators().order_by("pk"))
    again = list(waiting.filter(reminded_at=None, applied_at__lte=now - REMIND_AFTER))
    escalated = {person.pk for person in late}
    for country_id, group in groupby(again, key=lambda person: person.country_id):
        people = list(group)
        for person in people:
            person.reminded_at = now
        deciders = User.objects.deciding_for(country_id).order_by("pk")
        if not User.objects.focal_points_of(country_id).exists():
            people = [person for person in people if person.pk not in escalated]
        _mention("members.requests_reminder", people, deciders)
    User.objects.bulk_update(again, ["reminded_at"], batch_size=1000)
    User.objects.bulk_update(late, ["escalated_at"], batch_size=1000)
    return len({person.pk for person in (*late, *again)})


def _mention(kind: str, people: list[User], deciders: Iterable[User]) -> None:
    """One mail to each of `deciders` that lists `people`. The first of them names the mail: no
    request is mentioned twice by one route, so no other mail has the same first."""
    if not people:
        return
    ids = [person.pk for person in people]
    tell_all(kind, [(person, f"{ids[0]}:{person.pk}", {"applicants": ids}) for person in deciders])
