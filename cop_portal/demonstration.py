"""The demonstration community: invented people around the real events of the sources.

Everything is keyed (emails, slugs, short names), so loading twice changes nothing; what exists
is left as its users made it. No mail is caused by loading.
"""

from __future__ import annotations

import zoneinfo
from datetime import datetime, time, timedelta
from functools import cache
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from cop_portal.demonstration_office import (
    load_announcement,
    load_appointment,
    load_guest,
    load_invitation,
)
from cop_portal.loading import DEMONSTRATION_PASSWORD, read, translated
from events import actions
from events.models import (
    Event,
    EventReminder,
    Figure,
    Highlight,
    Organiser,
    Registration,
    Session,
    SessionRole,
)
from members import audit
from members.models import (
    Country,
    Guest,
    Organisation,
    Partner,
    RosterRecord,
    Topic,
    Transfer,
    User,
)


@transaction.atomic
def load() -> dict[str, int]:
    """Load what is missing; return how many rows of each sort were added."""
    return {
        "organisations": sum(map(load_organisation, read("demonstration/organisations.json"))),
        "people": load_people(read("demonstration/people.json")),
        "appointments": sum(map(load_appointment, read("demonstration/appointments.json"))),
        "transfers": sum(map(load_transfer, read("demonstration/transfers.json"))),
        "invitations": sum(map(load_invitation, read("demonstration/invitations.json"))),
        "announcements": sum(map(load_announcement, read("demonstration/announcements.json"))),
        "guests": sum(map(load_guest, read("demonstration/guests.json"))),
        "events": load_events(read("demonstration/events.json")),
    }


def load_organisation(row: dict[str, Any]) -> int:
    organisation, added = Organisation.objects.get_or_create(
        slug=row["slug"],
        defaults={
            **translated("name", row["name"]),
            "kind": row["kind"],
            "country": Country.objects.filter(iso=row["country"]).first(),
            "website": row["website"],
        },
    )
    if partner := row.get("partner"):
        Partner.objects.get_or_create(
            organisation=organisation,
            defaults={
                **translated("note", partner["note"]),
                "role": partner["role"],
                "position": partner["position"],
            },
        )
    return int(added)


def load_people(rows: list[dict[str, Any]]) -> int:
    known = set(User.objects.values_list("email", flat=True))
    password = make_password(DEMONSTRATION_PASSWORD)
    new = [row for row in rows if row["email"] not in known]
    for position, row in enumerate(new):
        load_person(row, password, position)
    note_decisions(User.objects.filter(email__in=[row["email"] for row in new]))
    return len(new)


def note_decisions(people: QuerySet[User]) -> None:
    """On the audit trail stands when each member was let in, and who is gone."""
    by = User.objects.get(email="coordinator@cop.example")
    approved = people.exclude(decided_at=None).exclude(country=None)
    entries = [
        RosterRecord(
            action=RosterRecord.Action.APPROVED, at=person.decided_at, actor=by, person=person,
            country_id=person.country_id,
        )
        for person in approved
        if person.decided_at
    ] + [
        RosterRecord(
            action=RosterRecord.Action.MARKED_LEFT, actor=by, person=person,
            country_id=person.country_id, at=timezone.now() - timedelta(days=200),
            detail={"on": person.left_on.isoformat()},
        )
        for person in approved.exclude(left_on=None)
        if person.left_on
    ]  # fmt: skip
    RosterRecord.objects.bulk_create(sorted(entries, key=lambda entry: entry.at))


def load_person(row: dict[str, Any], password: str, position: int) -> None:
    """Members joined one after the other over the last years, applicants these days."""
    fields = (
        "email", "full_name", "full_name_latin", "function", "function_latin", "language",
        "motivation", "membership", "bio", "is_expert", "is_coordinator", "is_sponsor",
        "is_superuser",
    )  # fmt: skip
    user = User(
        **{field: row[field] for field in fields},
        country_id=row["country"],
        organisation=Organisation.objects.filter(slug=row["organisation"]).first(),
        password=password,
    )
    now = timezone.now()
    if user.is_member:
        user.applied_at = now - timedelta(days=1500 - 22 * position, hours=position % 7)
        user.decided_at = user.applied_at + timedelta(days=1 + position % 4)
        # Most were confirmed in post and seen these months; of some it is time to ask again.
        user.confirmed_on = (now - timedelta(days=15 + 37 * position % 200)).date()
        user.last_seen_on = (now - timedelta(days=11 * position % 230)).date()
        joined = user.decided_at.date()
        user.confirmed_on = user.confirmed_on if user.confirmed_on > joined else None
        user.last_seen_on = max(user.last_seen_on, joined)
    elif user.membership == User.Membership.LEFT:
        # The account of a former post, whose owner has come back with another address.
        user.applied_at = user.decided_at = now - timedelta(days=1600)
        user.left_on = (now - timedelta(days=200)).date()
    else:
        user.applied_at = now - timedelta(days=1 + position % 3, hours=2)
    user.date_joined = user.applied_at
    user.save()
    user.topics.set(Topic.objects.filter(slug__in=row["topics"]))
    load_profile(user)
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)


@cache
def profiles() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = read("demonstration/profiles.json")
    return found


def load_profile(user: User) -> None:
    """What a person says of themselves beyond what the roster holds, if they do."""
    row = profiles().get(user.email, {})
    for name in (
        "spoken_languages", "visibility", "takes_messages", "availability", "availability_note",
    ):  # fmt: skip
        if name in row:
            setattr(user, name, row[name])
    user.save()
    for name in ("topics_to_learn", "expertise"):
        getattr(user, name).set(Topic.objects.filter(slug__in=row.get(name, [])))
    for post in row.get("former_posts", []):
        known = Organisation.objects.filter(slug=post["organisation"]).first()
        user.former_posts.create(**{**post, "organisation": known})


def load_transfer(row: dict[str, Any]) -> int:
    """A proposal that waits, unless the person was ever proposed or has moved already."""
    person = User.objects.get(email=row["person"])
    if person.country_id != row["from"] or person.transfers.exists():
        return 0
    by = User.objects.get(email=row["proposed_by"])
    Transfer.objects.create(
        person=person,
        from_country_id=row["from"],
        to_country_id=row["to"],
        note=row["note"],
        proposed_by=by,
        proposed_at=timezone.now() - timedelta(days=1, hours=3),
    )
    audit.record(RosterRecord.Action.TRANSFER_PROPOSED, by=by, person=person, to=row["to"])
    return 1


def load_events(rows: list[dict[str, Any]]) -> int:
    known = set(Event.objects.exclude(code=None).values_list("code", flat=True))
    new = [row for row in rows if row["slug"] not in known]
    for row in new:
        load_event(row)
    for row in new:
        if row["follows"]:
            earlier = Event.objects.get(code=row["follows"])
            Event.objects.filter(code=row["slug"]).update(follows=earlier)
    return len(new)


def load_event(row: dict[str, Any]) -> None:
    """Build one event as a draft with its parts, then set the state its file names."""
    event = Event.objects.create(
        **translated("title", row["title"]),
        **translated("summary", row["summary"]),
        **translated("description", row["description"]),
        **translated("working_language", row["working_language"]),
        **translated("cancellation_note", row.get("cancellation_note", {})),
        code=row["slug"],
        kind=row["kind"],
        visibility=row["visibility"],
        time_zone=row["time_zone"],
        capacity=row["capacity"],
        is_featured=row["is_featured"],
    )
    event.topics.set(Topic.objects.filter(slug__in=row["topics"]))
    event.countries.set(Country.objects.filter(iso__in=row["countries"]))
    for session in row["sessions"]:
        load_session(event, session)
    for position, organiser in enumerate(row["organisers"]):
        Organiser.objects.create(
            event=event,
            organisation=Organisation.objects.get(slug=organiser["organisation"]),
            role=organiser["role"],
            position=position,
        )
    for position, text in enumerate(row["highlights"]):
        Highlight.objects.create(event=event, position=position, **translated("text", text))
    for position, figure in enumerate(row["figures"]):
        Figure.objects.create(
            event=event,
            position=position,
            value=figure["value"],
            **translated("label", figure["label"]),
        )
    for days in row["reminders"]:
        EventReminder.objects.create(event=event, days_before=days)
    settle_event(event, row)


def load_session(event: Event, row: dict[str, Any]) -> None:
    zone = zoneinfo.ZoneInfo(row["time_zone"] or event.time_zone)
    starts_at, ends_at = session_times(row, zone)
    session = Session.objects.create(
        event=event,
        **translated("title", row["title"]),
        **translated("place", row["place"]),
        **translated("city", row["city"]),
        **translated("description", row["description"]),
        starts_at=starts_at,
        ends_at=ends_at,
        **{
            field: row[field]
            for field in ("kind", "time_zone", "join_url", "dial_in", "dial_in_code")
        },
    )
    for position, part in enumerate(row["people"]):
        SessionRole.objects.create(
            session=session,
            role=part["role"],
            position=position,
            user=User.objects.filter(email=part.get("person", "")).first(),
            guest=Guest.objects.filter(email=part.get("guest", "")).first(),
        )


def session_times(row: dict[str, Any], zone: zoneinfo.ZoneInfo) -> tuple[datetime, datetime]:
    """Absolute wall-clock times of the past, or a weekday so many weeks from this one."""
    if isinstance(row["starts"], str):
        return (
            datetime.fromisoformat(row["starts"]).replace(tzinfo=zone),
            datetime.fromisoformat(row["ends"]).replace(tzinfo=zone),
        )
    when = row["starts"]
    today = timezone.now().astimezone(zone).date()
    day = today + timedelta(weeks=when["week"], days=when["weekday"] - today.isoweekday())
    starts_at = datetime.combine(day, time.fromisoformat(when["time"]), zone)
    return starts_at, starts_at + timedelta(minutes=when["minutes"])


def settle_event(event: Event, row: dict[str, Any]) -> None:
    """Set dates, deadline, state and seats."""
    actions.reschedule(event)
    event.refresh_from_db()
    assert event.starts_at is not None  # each event of the files has a session
    now = timezone.now()
    if row["deadline_days_before"] is not None:
        day = event.starts_at.astimezone(event.zone) - timedelta(days=row["deadline_days_before"])
        event.registration_deadline = day.replace(hour=16, minute=0)
    event.status = row["status"]
    if event.is_published:
        event.published_at = min(now, event.starts_at - timedelta(days=60))
    if event.is_cancelled:
        event.cancelled_at = now
    event.save()
    for position, email in enumerate(row["registered"]):
        seated = event.capacity is None or position < event.capacity
        arrived = now - timedelta(minutes=len(row["registered"]) - position)
        Registration.objects.create(
            event=event,
            user=User.objects.get(email=email),
            status=Registration.Status.CONFIRMED if seated else Registration.Status.WAITING,
            queued_at=arrived,
            confirmed_at=arrived if seated else None,
        )
