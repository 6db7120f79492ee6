"""Marking experts."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.actions.refusal import Refused
from members.audit import record
from members.models import RosterRecord, Topic, User
from notifications.actions import tell

Action = RosterRecord.Action
COLUMNS = ("is_expert", "availability", "availability_note")


@transaction.atomic
def mark_expert(
    user: User,
    *,
    by: User,
    expertise: Iterable[Topic],
    availability: User.Availability = User.Availability.OPEN,
    note: str = "",
) -> User:
    """Name a member as an expert in fields, or change what is said of an expert; the person is
    told when they become one. Locks the person's row. Refuses anyone who is not a member, and an
    expert in nothing."""
    person = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    fields = sorted(expertise, key=lambda topic: topic.pk)
    if not person.is_member or not person.is_active:
        raise Refused(_("Only a member can be marked as an expert."))
    if not fields:
        raise Refused(_("An expert needs at least one field of expertise."))
    is_new = not person.is_expert
    person.is_expert, person.availability, person.availability_note = True, availability, note
    person.save(update_fields=COLUMNS)
    person.expertise.set(fields)
    slugs = [topic.slug for topic in fields]
    record(Action.EXPERT_MARKED, by=by, person=person, expertise=slugs, availability=availability)
    if is_new:
        key = f"{person.pk}:{timezone.now().isoformat()}"
        tell("members.marked_expert", person, key=key, person=person.pk)
    return person


@transaction.atomic
def unmark_expert(user: User, *, by: User) -> User:
    """Take the badge and the fields of an expert away; they are not told. Locks the person's
    row. Refuses anyone who is no expert."""
    person = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if not person.is_expert:
        raise Refused(_("This person is not marked as an expert."))
    person.is_expert, person.availability = False, User.Availability.OPEN
    person.availability_note = ""
    person.save(update_fields=COLUMNS)
    person.expertise.clear()
    record(Action.EXPERT_UNMARKED, by=by, person=person)
    return person
