"""The part of the demonstration that focal points and coordinators work with: appointments,
announcements, guests. Keyed like the rest, so that loading twice changes nothing."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from members import audit
from members.announcing import KIND, recipients_of, version_for
from members.models import (
    Announcement,
    Country,
    FocalPointAppointment,
    Guest,
    Invitation,
    RosterRecord,
    User,
)
from members.models.invitations import INVITATION_LIFE
from notifications.models import Delivery


def load_appointment(row: dict[str, Any]) -> int:
    """Appointments of the past on their days; one that begins or ends soon counts from today. One
    for which the users of the demonstration, or an earlier one, left no room is left out."""
    known = FocalPointAppointment.objects.filter(
        country=row["country"], user__email=row["email"], role=row["role"]
    )
    if "starts_on" in row:
        known = known.filter(starts_on=row["starts_on"])
    if known.exists():
        return 0
    new = FocalPointAppointment(
        country_id=row["country"],
        user=User.objects.get(email=row["email"]),
        role=row["role"],
        starts_on=_day(row, "starts") or timezone.now().date(),
        ends_on=_day(row, "ends"),
    )
    try:
        with transaction.atomic():
            new.save()
    except IntegrityError:
        return 0
    return 1


def _day(row: dict[str, Any], what: str) -> date | None:
    if (days := row.get(f"{what}_in_days")) is not None:
        return timezone.now().date() + timedelta(days=days)
    return date.fromisoformat(row[f"{what}_on"]) if row[f"{what}_on"] else None


def load_announcement(row: dict[str, Any]) -> int:
    """One that was sent has its rows in the ledger, sent as well: no mail leaves."""
    author = User.objects.get(email=row["author"])
    texts = {"subjects": row["subjects"], "bodies": row["bodies"]}
    if Announcement.objects.filter(author=author, subjects=row["subjects"]).exists():
        return 0
    new = Announcement(country_id=row["country"], author=author, **texts)
    new.save()
    if row["sent_days_ago"] is not None:
        new.sent_at = new.created_at = timezone.now() - timedelta(days=row["sent_days_ago"])
        new.state, people = Announcement.State.SENT, list(recipients_of(new))
        new.recipients = len(people)
        new.save()
        Delivery.objects.bulk_create(
            Delivery(
                kind=KIND,
                key=f"{KIND}:{new.pk}:{person.pk}",
                recipient=person,
                address=person.email,
                language=person.language,
                context={"announcement": new.pk},
                state=Delivery.State.SENT,
                subject=version_for(new, person.language).subject,
                created_at=new.sent_at,
                sent_at=new.sent_at,
            )
            for person in people
        )
    return 1


def load_guest(row: dict[str, Any]) -> int:
    """A guest is known by the address, which only coordinators see."""
    fields = {**row, "country": Country.objects.filter(iso=row["country"]).first()}
    return int(Guest.objects.get_or_create(email=fields.pop("email"), defaults=fields)[1])


def load_invitation(row: dict[str, Any]) -> int:
    """An invitation so many days old, unless the address was invited or has an account."""
    known = Invitation.objects.to_any_of([row["email"]]).exists()
    if known or User.objects.known_as([row["email"]]):
        return 0
    by = User.objects.get(email=row["invited_by"])
    invited_at = timezone.now() - timedelta(days=row["days_ago"], hours=2)
    fields = ("email", "full_name", "full_name_latin", "function", "language", "state")
    invitation = Invitation.objects.create(
        **{field: row[field] for field in fields},
        organisation_text=row["organisation"],
        country_id=row["country"],
        invited_by=by,
        invited_at=invited_at,
        last_sent_at=invited_at,
        expires_at=invited_at + INVITATION_LIFE,
    )
    audit.record(
        RosterRecord.Action.INVITED,
        by=by,
        country_id=row["country"],
        invitation=invitation.pk,
        times=1,
    )
    return 1
