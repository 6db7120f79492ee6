"""Invented people: members of every country, with names in both scripts."""

from __future__ import annotations

import random
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.db.models import Max

from benchmarks import words
from benchmarks.copying import copy_objects, copy_rows
from cop_portal.text import fold
from members.models import Country, FocalPointAppointment, Organisation, Topic, User

COLUMNS = (
    "id", "email", "full_name", "full_name_latin", "name_key", "country_id", "organisation_id",
    "organisation_text", "organisation_key", "function", "function_latin", "function_key", "bio",
    "language", "motivation",
    "membership", "applied_at", "decided_at", "is_expert", "is_sponsor", "is_coordinator",
    "date_joined", "password", "last_seen_on", "confirmed_on",
)  # fmt: skip
MEMBERSHIPS = {"member": 78, "applicant": 6, "declined": 4, "left": 9, "suspended": 3}
# Roughly by the size of the administrations; a country that is not named here weighs 1.
WEIGHTS = {
    "EG": 14,
    "MA": 10,
    "IQ": 9,
    "SD": 8,
    "DZ": 8,
    "YE": 7,
    "JO": 7,
    "SA": 7,
    "TN": 6,
    "SY": 4,
}
TEAM = 6
LEADS_OF_A_COUNTRY = 3
YEARS = 8
# The people who sign in while the pages are measured: members of Jordan who read Arabic.
READER = 1
NO_PASSWORD = "!"  # nobody can sign in with it


@dataclass
class Community:
    """What later rows need to know of the people."""

    seed: int
    size: int
    today: datetime
    countries: list[Country] = field(default_factory=list)
    organisations: dict[str, list[int]] = field(default_factory=dict)
    members: array[int] = field(default_factory=lambda: array("i"))
    english: set[int] = field(default_factory=set)
    leads: dict[str, list[int]] = field(default_factory=dict)

    def random(self, what: str) -> random.Random:
        """A stream of its own for each table: one table's rows do not depend on another's."""
        return random.Random(f"{self.seed}:{self.size}:{what}")

    def language(self, person: int) -> str:
        return "en" if person in self.english else "ar"


def email_of(person: int) -> str:
    return f"person{person}@bench.example"


def load_organisations(community: Community) -> int:
    """Bodies of each country that takes part: at least two, then one for 200 people."""
    rng = community.random("organisations")
    community.countries = list(Country.objects.participating().order_by("iso"))
    first = (Organisation.objects.aggregate(last=Max("pk"))["last"] or 0) + 1
    total = max(2 * len(community.countries), community.size // 200)
    rows = []
    for number in range(total):
        country = community.countries[number % len(community.countries)]
        kind, name_ar, name_en = rng.choice(words.BODIES)
        key = first + number
        community.organisations.setdefault(country.iso, []).append(key)
        rows.append(
            Organisation(
                pk=key,
                slug=f"body-{key}",
                name_ar=f"{name_ar} – {country.name_ar} {number}",
                name_en=f"{name_en}, {country.name_en} {number}",
                kind=kind,
                country=country,
            )
        )
    return copy_objects(Organisation, rows)


def load_people(community: Community) -> int:
    return copy_rows(User, COLUMNS, people(community))


def people(community: Community) -> Iterator[tuple[Any, ...]]:
    """One row for each person, noting in `community` who is a member and who reads English."""
    rng = community.random("people")
    codes = [country.iso for country in community.countries]
    weights = [WEIGHTS.get(code, 1) for code in codes]
    states, state_weights = list(MEMBERSHIPS), list(MEMBERSHIPS.values())
    span = timedelta(days=365 * YEARS)
    for person in range(1, community.size + 1):
        code = rng.choices(codes, weights)[0]
        membership = rng.choices(states, state_weights)[0]
        is_english = rng.random() < 0.2
        if person <= TEAM:
            code, membership, is_english = "JO", "member", False
        if is_english:
            community.english.add(person)
        if membership == "member":
            community.members.append(person)
            leads = community.leads.setdefault(code, [])
            if person > TEAM and len(leads) < LEADS_OF_A_COUNTRY:
                leads.append(person)
        full_name, latin = name(rng)
        function, function_latin = rng.choice(words.FUNCTIONS)
        applied_at = community.today - span * rng.random()
        decided = membership != "applicant"
        in_list = rng.random() < 0.85
        function_latin = function_latin if rng.random() < 0.7 else ""
        organisation = "" if in_list else words.BODIES[person % len(words.BODIES)][1]
        yield (
            person,
            email_of(person),
            full_name,
            latin,
            fold(f"{full_name} {latin}"),
            code,
            rng.choice(community.organisations[code]) if in_list else None,
            organisation,
            fold(organisation),
            function,
            function_latin,
            fold(f"{function} {function_latin}"),
            rng.choice(words.BIOGRAPHIES) if rng.random() < 0.3 else "",
            "en" if is_english else "ar",
            rng.choice(words.MOTIVATIONS),
            membership,
            applied_at,
            min(applied_at + timedelta(days=3), community.today) if decided else None,
            rng.random() < 0.03,
            person > TEAM and rng.random() < 0.001,
            READER < person <= TEAM,
            applied_at,
            NO_PASSWORD,
            latest_day(rng, community, 0.9),
            latest_day(rng, community, 0.7),
        )


def latest_day(rng: random.Random, community: Community, chance: float) -> date | None:
    """A day of the last year; for the others none."""
    day = (community.today - timedelta(days=365) * rng.random()).date()
    return day if rng.random() < chance else None


def name(rng: random.Random) -> tuple[str, str]:
    """Given, father's (mostly) and family name in Arabic and Latin; 8 % have Latin only."""
    given = rng.choice(words.WOMEN if rng.random() < 0.45 else words.MEN)
    parts = [given, rng.choice(words.FAMILIES)]
    if rng.random() < 0.6:
        parts.insert(1, rng.choice(words.MEN))
    latin = " ".join(part[1] for part in parts)
    chance = rng.random()
    if chance < 0.08:
        return latin, ""
    arabic = " ".join(part[0] for part in parts)
    return arabic, "" if chance < 0.2 else latin


def load_addresses(community: Community) -> int:
    """Each person's email, confirmed; one applicant in ten has not done so yet."""
    members = set(community.members)
    rows = (
        (person, email_of(person), person in members or person % 10 != 0, True, person)
        for person in range(1, community.size + 1)
    )
    return copy_rows(EmailAddress, ("id", "email", "verified", "primary", "user_id"), rows)


def load_interests(community: Community) -> int:
    """One to three topics for each person."""
    rng = community.random("interests")
    topics = list(Topic.objects.order_by("pk").values_list("pk", flat=True))
    rows = (
        (person, topic)
        for person in range(1, community.size + 1)
        for topic in rng.sample(topics, rng.randint(1, 3))
    )
    return copy_rows(User.topics.through, ("user_id", "topic_id"), rows)


def load_appointments(community: Community) -> int:
    """A lead and an alternate of today for each country that has members, and one lead before."""
    today = community.today.date()
    rows: list[FocalPointAppointment] = []

    def add(country: str, person: int, role: str, starts_on: date, ends_on: date | None) -> None:
        rows.append(
            FocalPointAppointment(
                pk=len(rows) + 1,
                country_id=country,
                user_id=person,
                role=role,
                starts_on=starts_on,
                ends_on=ends_on,
            )
        )

    turn = today - timedelta(days=700)
    for country, found in sorted(community.leads.items()):
        roles = ("lead", "alternate", "former")
        for person, role in zip(found, roles, strict=False):
            if role == "former":
                add(country, person, "lead", turn - timedelta(days=900), turn)
            else:
                add(country, person, role, turn, None)
    return copy_objects(FocalPointAppointment, rows)
