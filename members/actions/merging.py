"""One person, one account: two rows of the same person become one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account.models import EmailAddress
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cop_portal.text import fold
from members.actions.privacy import empty_row
from members.actions.refusal import Refused
from members.audit import record
from members.merging import reattach
from members.models import FocalPointAppointment, FormerPost, RosterRecord, User
from notifications.actions import tell

if TYPE_CHECKING:
    from collections.abc import Iterable

# What is taken over from the duplicate where the account kept says nothing.
FILLED = (
    "full_name_latin",
    "country",
    "function_latin",
    "bio",
    "time_zone",
    "photo",
    "spoken_languages",
    "motivation",
    "availability_note",
)
ROLES = ("is_sponsor", "is_coordinator", "is_superuser")


class Union(models.TextChoices):
    """Whether two accounts can be merged now, in words for the coordinator."""

    OPEN = "open", _("These accounts can be merged.")
    SAME = "same", _("Choose two different accounts.")
    MERGED = "merged", _("One of these accounts has been merged already.")
    ERASED = "erased", _("One of these accounts has been erased: nothing is left to merge.")
    SUSPENDED = "suspended", _("One of these accounts is suspended: lift the suspension first.")
    CLOSED = "closed", _("The account to keep is closed: keep the other one.")
    UNCONFIRMED = (
        "unconfirmed",
        _("The address of the account to keep was never confirmed: keep the other one."),
    )
    ROLES = (
        "roles",
        _(
            "The account that would go has a role which the one to keep lacks: keep the other one, "
            "or let an administrator settle the roles first."
        ),
    )
    STAFF = (
        "staff",
        _("Accounts of coordinators and administrators are merged by an administrator."),
    )
    TWO_OFFICES = (
        "two_offices",
        _(
            "These accounts hold appointments in different countries today: end one of the "
            "appointments first."
        ),
    )


def union(keep: User, duplicate: User, *, by: User) -> Union:
    """Can `duplicate` be merged into `keep` by this coordinator now? At most two queries."""
    pair = (keep, duplicate)
    if keep.pk == duplicate.pk:
        return Union.SAME
    if any(person.merged_into_id for person in pair):
        return Union.MERGED
    if any(person.erased_at for person in pair):
        return Union.ERASED
    if any(person.membership == User.Membership.SUSPENDED for person in pair):
        return Union.SUSPENDED
    if not keep.is_active:
        return Union.CLOSED
    if keep.decision() == User.Decision.UNCONFIRMED:
        return Union.UNCONFIRMED
    if any(getattr(duplicate, role) and not getattr(keep, role) for role in ROLES):
        return Union.ROLES
    if (keep.is_coordinator or keep.is_superuser) and not by.is_superuser:
        return Union.STAFF
    running = FocalPointAppointment.objects.current().filter(user__in=[keep.pk, duplicate.pk])
    if len(set(running.values_list("country", flat=True))) > 1:
        return Union.TWO_OFFICES
    return Union.OPEN


@transaction.atomic
def merge(keep: User, duplicate: User, *, by: User) -> User:
    """Make one account of two, and tell the person at the address kept.

    All that hangs on the duplicate hangs on `keep` afterwards, see `members.merging`; its
    confirmed addresses sign in to `keep`; what it says fills what `keep` leaves empty, and its
    post becomes a former one. The duplicate's row stays, emptied and closed, so that old
    addresses of pages and the audit trail still lead somewhere. Locks both rows in the order of
    their numbers; refuses with the sentence of `union`.
    """
    rows = User.objects.select_for_update(no_key=True).filter(pk__in=[keep.pk, duplicate.pk])
    locked = {row.pk: row for row in rows.order_by("pk")}
    keep, duplicate = locked[keep.pk], locked[duplicate.pk]
    if (now := union(keep, duplicate, by=by)) != Union.OPEN:
        raise Refused(now.label)
    _keep_post(keep, duplicate)
    changed = _fill(keep, duplicate)
    _stand(keep, duplicate, by=by)
    keep.save()
    record(RosterRecord.Action.MERGED, by=by, person=keep, merged=duplicate.pk, taken_over=changed)
    reattach(keep, duplicate)
    duplicate.membership = User.Membership.LEFT
    duplicate.left_on = duplicate.left_on or timezone.now().date()
    duplicate.merged_into = keep
    old = duplicate.email
    empty_row(duplicate, email=f"merged-{duplicate.pk}@invalid")
    is_alias = EmailAddress.objects.filter(user=keep, email=old, verified=True).exists()
    tell("members.merged", keep, key=str(duplicate.pk), address=old, is_alias=is_alias)
    return keep


def _keep_post(keep: User, duplicate: User) -> None:
    """The post of the account that goes was held before the present one, unless it is the same;
    where the account kept names none, it is the present one."""
    if not duplicate.organisation_name and not duplicate.function:
        return
    if not keep.organisation_name and not keep.function:
        keep.organisation, keep.organisation_text = (
            duplicate.organisation,
            duplicate.organisation_text,
        )
        keep.function, keep.function_latin = duplicate.function, duplicate.function_latin
        return
    same = _post(keep) == _post(duplicate)
    known = {_post(post) for post in FormerPost.objects.filter(user__in=[keep, duplicate])}
    if same or _post(duplicate) in known:
        return
    FormerPost.objects.create(
        user=keep,
        organisation=duplicate.organisation,
        organisation_text=duplicate.organisation_text,
        function=duplicate.function,
        function_latin=duplicate.function_latin,
        ended_on=duplicate.left_on,
    )


def _post(held: Any) -> tuple[str, str]:
    return fold(held.organisation_name), fold(held.function)


def _fill(keep: User, duplicate: User) -> list[str]:
    """Take over what is missing; return the names of the columns."""
    changed = []
    for name in FILLED:
        if not getattr(keep, name) and getattr(duplicate, name):
            setattr(keep, name, getattr(duplicate, name))
            changed.append(name)
    if "photo" in changed:
        duplicate.photo = ""
    keep.is_expert |= duplicate.is_expert
    keep.date_joined = min(keep.date_joined, duplicate.date_joined)
    for name in ("last_seen_on", "confirmed_on"):
        setattr(keep, name, _latest(getattr(person, name) for person in (keep, duplicate)))
    return changed


def _latest(days: Iterable[Any]) -> Any:
    return max((day for day in days if day), default=None)


def _stand(keep: User, duplicate: User, *, by: User) -> None:
    """A member by one of the accounts is a member."""
    if keep.is_member or not duplicate.is_member:
        return
    keep.membership = User.Membership.MEMBER
    keep.left_on = None
    keep.decided_at = duplicate.decided_at or timezone.now()
    keep.decided_by = duplicate.decided_by or by
    keep.decision_reason = ""


def likely_to_keep(one: User, other: User) -> User:
    """Which of two accounts a coordinator most probably keeps: one that is open before one that
    is closed, one with a role before one without, then the newer one."""

    def rank(person: User) -> tuple[Any, ...]:
        roles = sum(getattr(person, role) for role in ROLES)
        is_open = person.entry == User.Entry.OPEN
        return is_open, roles, person.date_joined, person.pk

    return max((one, other), key=rank)
