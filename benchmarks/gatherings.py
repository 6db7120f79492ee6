"""Invented events with their sessions, organisers, topics, statements and reminders."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from benchmarks import words
from benchmarks.copying import copy_objects, copy_rows
from benchmarks.people import Community
from events.models import Event, EventReminder, Figure, Highlight, Organiser, Session
from events.schedule import snapshot
from members.models import Organisation, Topic

LEAST_EVENTS = 50
LEAST_UPCOMING = 8
AHEAD = timedelta(days=150)
BEHIND = timedelta(days=365 * 8)
ANNOUNCED_BEFORE = timedelta(days=60)
# Days, sessions a day, and whether people travel, for each kind of event.
SHAPES = {
    Event.Kind.FORUM: (3, 4, True),
    Event.Kind.WORKSHOP: (2, 3, True),
    Event.Kind.VIRTUAL_WORKSHOP: (1, 2, False),
    Event.Kind.STUDY_TOUR: (4, 2, True),
    Event.Kind.AUDIO_CONFERENCE: (1, 1, False),
    Event.Kind.DIALOGUE: (1, 3, True),
    Event.Kind.TRAINING: (3, 2, True),
}
CAPACITIES = (20, 30, 40, 60, 80, 120, 200, None)


@dataclass
class Programme:
    """Makes the events, from the earliest to the last; primary keys follow that order."""

    community: Community
    events: list[Event] = field(default_factory=list)
    sessions: list[Session] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.rng = self.community.random("events")
        self.topics = list(Topic.objects.order_by("pk"))
        self.zones = {country.iso: country.time_zone for country in self.community.countries}

    def make(self) -> None:
        """One event for a hundred people, at least fifty; most are over, a twelfth is ahead.

        The first one ahead is the flagship: published for everyone, and the one with the crowd.
        """
        total = max(LEAST_EVENTS, self.community.size // 100)
        ahead = max(LEAST_UPCOMING, total // 12)
        today = self.community.today
        for number in range(total - ahead):
            self.add(today - BEHIND * ((total - ahead - number) / (total - ahead)))
        for number in range(ahead):
            self.add(today + AHEAD * ((number + 1) / ahead), is_flagship=number == 0)

    @property
    def flagship(self) -> Event:
        return next(event for event in self.events if event.starts_at > self.community.today)

    @property
    def over(self) -> list[Event]:
        return [event for event in self.events if event.ends_at < self.community.today]

    def add(self, day: datetime, *, is_flagship: bool = False) -> None:
        rng = self.rng
        kind = Event.Kind.FORUM if is_flagship else rng.choice(list(SHAPES))
        city_ar, city_en, country = rng.choice(words.CITIES)
        chance = rng.random()
        event = Event(
            pk=len(self.events) + 1,
            code=f"bench-{len(self.events) + 1}",
            kind=kind,
            time_zone=self.zones[country],
            capacity=rng.choice(CAPACITIES),
            visibility="members" if rng.random() < 0.15 else "public",
            status="cancelled" if chance < 0.04 else "draft" if chance > 0.96 else "published",
            is_featured=day < self.community.today and rng.random() < 0.1,
        )
        if is_flagship:
            event.capacity = max(30, self.community.size // 100)
            event.visibility, event.status = "public", "published"
        self.describe(event, city_ar, city_en, in_both=is_flagship)
        self.plan(event, day, city_ar, city_en)
        self.announce(event)
        self.events.append(event)

    def describe(self, event: Event, city_ar: str, city_en: str, *, in_both: bool) -> None:
        """Give it texts: in both languages mostly, in only one of them in a sixth."""
        rng = self.rng
        topic = rng.choice(self.topics)
        title_ar, title_en = rng.choice(words.TITLES)
        summary_ar, summary_en = rng.choice(words.SUMMARIES)
        paragraphs = [words.PARAGRAPHS[0], *rng.sample(words.PARAGRAPHS[1:], rng.randint(1, 3))]
        chance = 1.0 if in_both else rng.random()
        if chance > 0.06:
            event.title_ar = title_ar.format(topic=topic.name_ar, city=city_ar)
            event.summary_ar = summary_ar
            event.description_ar = "\n\n".join(part[0] for part in paragraphs)
            event.working_language_ar = "العربية، مع ترجمة إلى الإنجليزية"
        if chance <= 0.06 or chance > 0.16:
            event.title_en = title_en.format(topic=topic.name_en, city=city_en)
            event.summary_en = summary_en
            event.description_en = "\n\n".join(part[1] for part in paragraphs)
            event.working_language_en = "Arabic, with interpretation into English"

    def plan(self, event: Event, day: datetime, city_ar: str, city_en: str) -> None:
        """Give it sessions and take its span from them."""
        days, a_day, travels = SHAPES[event.kind]
        opens = day.replace(hour=self.rng.randint(6, 10), minute=0, second=0, microsecond=0)
        for position in range(days * a_day):
            title_ar, title_en = words.SESSION_TITLES[position % len(words.SESSION_TITLES)]
            starts_at = opens + timedelta(days=position // a_day, hours=2 * (position % a_day))
            session = Session(
                pk=len(self.sessions) + 1,
                event=event,
                title_ar=title_ar,
                title_en=title_en,
                starts_at=starts_at,
                ends_at=starts_at + timedelta(minutes=90),
                join_url="" if travels else f"https://meet.example/{event.pk}",
            )
            if travels:
                session.city_ar, session.city_en = city_ar, city_en
                session.place_ar, session.place_en = "قاعة المؤتمرات", "Conference hall"
            self.sessions.append(session)
        parts = self.sessions[-days * a_day :]
        event.starts_at, event.ends_at = parts[0].starts_at, parts[-1].ends_at
        event.registration_deadline = event.starts_at - timedelta(days=self.rng.randint(0, 3))
        event.announced = [] if event.status == "draft" else snapshot(parts)

    def announce(self, event: Event) -> None:
        if event.status == "draft":
            return
        event.published_at = min(event.starts_at, self.community.today) - ANNOUNCED_BEFORE
        if event.status == "cancelled":
            event.cancelled_at = min(event.starts_at, self.community.today) - timedelta(days=8)
            event.cancellation_note_ar = "تعذّر انعقاد الفعالية."


def load_events(programme: Programme) -> int:
    """Make and copy the events with everything that hangs on them, but for registrations."""
    programme.make()
    rng = programme.community.random("parts")
    count = copy_objects(Event, programme.events)
    count += copy_objects(Session, programme.sessions)
    count += copy_objects(Organiser, organisers(rng, programme))
    count += copy_objects(Highlight, highlights(rng, programme))
    count += copy_objects(Figure, figures(rng, programme))
    count += copy_objects(EventReminder, reminders(programme))
    topics = [topic.pk for topic in programme.topics]
    count += copy_rows(
        Event.topics.through, ("event_id", "topic_id"), links(rng, programme, topics, most=3)
    )
    codes = list(programme.zones)
    count += copy_rows(
        Event.countries.through, ("event_id", "country_id"), links(rng, programme, codes, most=6)
    )
    return count


def organisers(rng: random.Random, programme: Programme) -> Iterator[Organiser]:
    """Two partners of the community, and a host where people travel."""
    partners = list(Organisation.objects.filter(partner__isnull=False).order_by("pk"))
    bodies = [key for keys in programme.community.organisations.values() for key in keys]
    number = 0
    for event in programme.events:
        parts = [(partner.pk, "organiser") for partner in rng.sample(partners, 2)]
        if SHAPES[event.kind][2]:
            parts.append((rng.choice(bodies), "host"))
        for position, (organisation, role) in enumerate(parts):
            number += 1
            yield Organiser(
                pk=number, event=event, organisation_id=organisation, role=role, position=position
            )


def highlights(rng: random.Random, programme: Programme) -> Iterator[Highlight]:
    """What came of the events that are over."""
    number = 0
    for event in programme.over:
        for position, (text_ar, text_en) in enumerate(words.HIGHLIGHTS[: rng.randint(0, 3)]):
            number += 1
            yield Highlight(
                pk=number, event=event, text_ar=text_ar, text_en=text_en, position=position
            )


def figures(rng: random.Random, programme: Programme) -> Iterator[Figure]:
    """How many came, of two events in three that are over."""
    number = 0
    for event in programme.over:
        if rng.random() < 1 / 3:
            continue
        for position, (label_ar, label_en) in enumerate(words.FIGURES):
            number += 1
            yield Figure(
                pk=number,
                event=event,
                value=str(rng.randint(5, 120)),
                label_ar=label_ar,
                label_en=label_en,
                position=position,
            )


def reminders(programme: Programme) -> Iterator[EventReminder]:
    announced = [event for event in programme.events if event.status != "draft"]
    days = EventReminder.DEFAULT_DAYS
    for number, event in enumerate(announced):
        for position, days_before in enumerate(days):
            yield EventReminder(
                pk=number * len(days) + position + 1, event=event, days_before=days_before
            )


def links(
    rng: random.Random, programme: Programme, keys: list[Any], *, most: int
) -> Iterator[tuple[int, Any]]:
    """One to `most` of the keys for each event."""
    for event in programme.events:
        for key in rng.sample(keys, rng.randint(1, most)):
            yield event.pk, key
