"""Writing to a country's whole roster."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.actions.refusal import Refused
from members.announcing import KIND, digest_of, recipients_of
from members.audit import record
from members.models import Announcement, Country, RosterRecord, User
from notifications.actions import tell_all

# How many announcements a country's roster gets within so long.
DAILY_LIMIT = 3
WITHIN = timedelta(hours=24)


class Changed(Refused):
    """What was previewed is not what would be sent: it is shown again first."""


@transaction.atomic
def write(
    country: Country, *, subjects: dict[str, str], bodies: dict[str, str], by: User
) -> Announcement:
    """Keep a new draft; nobody is told of it."""
    return Announcement.objects.create(country=country, author=by, subjects=subjects, bodies=bodies)


@transaction.atomic
def rewrite(
    announcement: Announcement, *, subjects: dict[str, str], bodies: dict[str, str]
) -> Announcement:
    """Keep new texts of a draft. Locks the row; refuses one that has been sent."""
    row = _draft(announcement)
    row.subjects, row.bodies = subjects, bodies
    row.save(update_fields=["subjects", "bodies"])
    return row


@transaction.atomic
def discard(announcement: Announcement) -> None:
    """Delete a draft. Locks the row; refuses one that has been sent: it stays on record."""
    _draft(announcement).delete()


@transaction.atomic
def send(announcement: Announcement, *, digest: str, by: User) -> Announcement:
    """Send a draft to everyone who gets it now, if that and the text are what was previewed.

    Locks the country, then the announcement, so that of two clicks one sends and the other is
    refused. Raises `Changed` when `digest` is not that of the texts and recipients of this
    moment, and `Refused` for what has been sent, reaches nobody, or comes after the day's limit.
    """
    Country.objects.select_for_update(no_key=True).get(pk=announcement.country_id)
    row = _draft(announcement)
    if sent_lately(row.country_id) >= DAILY_LIMIT:
        raise Refused(limit_sentence())
    if digest_of(row) != digest:
        raise Changed(_("What was previewed has changed. This is what would be sent now."))
    people = list(recipients_of(row).order_by("pk"))
    if not people:
        raise Refused(_("Nobody would get this announcement."))
    row.state, row.sent_at = Announcement.State.SENT, timezone.now()
    row.recipients = len(people)
    row.save(update_fields=["state", "sent_at", "recipients"])
    record(
        RosterRecord.Action.ANNOUNCED,
        by=by,
        country_id=row.country_id,
        announcement=row.pk,
        recipients=row.recipients,
    )
    tell_all(KIND, [(user, f"{row.pk}:{user.pk}", {"announcement": row.pk}) for user in people])
    return row


def sent_lately(country_id: str) -> int:
    """How many announcements the country's roster got within the time of the limit."""
    since = timezone.now() - WITHIN
    return Announcement.objects.sent().filter(country=country_id, sent_at__gt=since).count()


def limit_sentence() -> str:
    sentence = _(
        "A roster gets at most %(limit)d announcements within 24 hours, so that they are read. The "
        "draft is kept and can be sent later."
    )
    return str(sentence) % {"limit": DAILY_LIMIT}


def _draft(announcement: Announcement) -> Announcement:
    row = Announcement.objects.select_for_update(of=("self",)).filter(pk=announcement.pk).first()
    if row is None:
        raise Refused(_("This draft has been deleted."))
    if row.state == Announcement.State.SENT:
        raise Refused(_("This announcement has been sent already."))
    return row
