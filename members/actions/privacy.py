"""Leaving the community, being forgotten, and taking one's data along."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.actions.refusal import Refused
from members.audit import record
from members.leaving import end_everything, erase_everywhere
from members.leaving import remove_content as remove_all_content
from members.models import FocalPointAppointment, RosterRecord, User
from members.photos import remove_photo
from members.sessions import end_sessions
from notifications.actions import tell_address

DOWNLOADS_A_DAY = 5

# What an erased person's row holds; every other column stays, and says nothing of who it was:
# the country, the dates and the state of the membership are counted.
EMPTIED: dict[str, Any] = {
    "full_name": "",
    "full_name_latin": "",
    "organisation": None,
    "organisation_text": "",
    "function": "",
    "function_latin": "",
    "bio": "",
    "time_zone": "",
    "spoken_languages": list,
    "visibility": dict,
    "takes_messages": False,
    "motivation": "",
    "decision_reason": "",
    "is_expert": False,
    "availability": User.Availability.OPEN,
    "availability_note": "",
    "is_sponsor": False,
    "is_coordinator": False,
    "is_superuser": False,
    "is_active": False,
    "last_login": None,
    "last_seen_on": None,
}
EMPTIED_LISTS = ("topics", "topics_to_learn", "expertise", "groups", "user_permissions")


class Departure(models.TextChoices):
    """Whether a person can leave now, in words for that person."""

    OPEN = "open", _("The membership can be ended at any time.")
    IN_OFFICE = (
        "in_office",
        _(
            "An appointment as focal point is running or about to begin. The secretariat ends it "
            "first, so that the country is not left without notice."
        ),
    )
    LAST_ADMINISTRATOR = (
        "last_administrator",
        _("The last administrator cannot leave: name another one first."),
    )
    GONE = "gone", _("This membership has ended already.")


def departure(user: User) -> Departure:
    """Can this person leave now? At most two queries."""
    if user.merged_into_id or user.erased_at:
        return Departure.GONE
    if FocalPointAppointment.objects.lasting().filter(user=user).exists():
        return Departure.IN_OFFICE
    others = User.objects.filter(is_superuser=True, is_active=True).exclude(pk=user.pk)
    if user.is_superuser and not others.exists():
        return Departure.LAST_ADMINISTRATOR
    return Departure.OPEN


@transaction.atomic
def leave(user: User, *, remove_content: bool) -> None:
    """End the membership of a person who wishes so, and erase them at once.

    What they wrote for others stays under "Former member" unless `remove_content`. Seats and
    other claims are given back, sessions end, and a last mail goes to the address they had,
    which may ask to join again as anybody's may. Locks the person's row, and those of all
    administrators when one of them leaves. Refuses with the sentence of `departure`.
    """
    wanted = Q(pk=user.pk)
    if user.is_superuser:
        wanted |= Q(is_superuser=True)
    locked = User.objects.select_for_update(no_key=True).filter(wanted).order_by("pk")
    person = next(row for row in locked if row.pk == user.pk)
    if (now := departure(person)) != Departure.OPEN:
        raise Refused(now.label)
    end_everything(person, by=person)
    if remove_content:
        remove_all_content(person)
    address, language = person.email, person.language
    content = "removed" if remove_content else "kept"
    record(RosterRecord.Action.LEFT, by=person, person=person, content=content)
    person.membership = User.Membership.LEFT
    person.left_on = timezone.now().date()
    person.save(update_fields=["membership", "left_on"])
    _erase(person)
    tell_address(
        "members.farewell",
        address,
        language=language,
        key=str(person.pk),
        content=content,
    )


@transaction.atomic
def erase(user: User, *, by: User | None) -> bool:
    """Erase what is known of a person whose time is over, `by` None when the portal does it of
    its own accord. Says whether there was anything left to erase. Locks the person's row."""
    person = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if person.erased_at:
        return False
    record(RosterRecord.Action.ERASED, by=by, person=person)
    _erase(person)
    return True


def _erase(person: User) -> None:
    """Empty the person's row after every app has erased its part; files go after the commit."""
    erase_everywhere(person)
    end_sessions(person)
    empty_row(person, email=f"erased-{person.pk}@invalid")


def empty_row(person: User, *, email: str) -> None:
    """Take all that is personal out of a locked row, put a placeholder for the address, and
    delete the photograph once that is certain."""
    remove_photo(person)
    for name, empty in EMPTIED.items():
        setattr(person, name, empty() if callable(empty) else empty)
    person.email = email
    person.erased_at = timezone.now()
    person.set_unusable_password()
    person.save()
    for name in EMPTIED_LISTS:
        getattr(person, name).clear()


@transaction.atomic
def note_download(user: User) -> None:
    """Note that a person takes their data along. Locks the person's row, and refuses more
    downloads in a day than anyone needs: each reads everything that is known of the person."""
    person = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    day = timezone.now() - timedelta(days=1)
    done = RosterRecord.objects.filter(
        person=person, action=RosterRecord.Action.DATA_DOWNLOADED, at__gt=day
    )
    if done.count() >= DOWNLOADS_A_DAY:
        raise Refused(
            _("The data has been downloaded often enough today: try again in a day’s time.")
        )
    record(RosterRecord.Action.DATA_DOWNLOADED, by=person, person=person)
