"""What people and countries have contributed: each app registers its own, the pages show."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from cop_portal.localised import LocalText
from members import visibility

if TYPE_CHECKING:
    from members.models import Country, User


@dataclass(frozen=True)
class Contribution:
    """One thing with a page of its own. `kind` says what the person did or what it is, `language`
    which language the title is in, `note` whatever else the line should say."""

    title: str
    url: str
    kind: Any
    day: date
    language: str
    note: str = ""

    @property
    def text(self) -> LocalText:
        return LocalText(self.title, self.language)


@dataclass(frozen=True)
class Part:
    """A section of a country's page: its heading, its rows, the latest first, and how many there
    are in all where not every row is given."""

    key: str
    heading: Any
    rows: list[Contribution]
    total: int


OfPerson = Callable[["User", "User"], Iterable[Contribution]]
OfCountry = Callable[["Country", "User"], Iterable[Part]]
_OF_PEOPLE: list[OfPerson] = []
_OF_COUNTRIES: list[OfCountry] = []
MOST = 20


def contributes(source: OfPerson) -> OfPerson:
    """Register a function of a person and a viewer: what of the person the viewer may know of,
    the latest first and at most some dozens, in a number of queries that does not grow."""
    _OF_PEOPLE.append(source)
    return source


def contributes_to_country(source: OfCountry) -> OfCountry:
    """Register a function of a country and a viewer: sections of the country's page, each with
    what the viewer may know of. What members of the country wrote or said is such a section."""
    _OF_COUNTRIES.append(source)
    return source


def contributions_of(person: User, viewer: User) -> list[Contribution]:
    """The latest of what a person contributed, as far as `viewer` sees that field."""
    if not visibility.sees(viewer, person, "contributions"):
        return []
    found = [row for source in _OF_PEOPLE for row in source(person, viewer)]
    return sorted(found, key=lambda row: row.day, reverse=True)[:MOST]


def parts_of(country: Country, viewer: User) -> list[Part]:
    """The sections of a country's page that have something to show."""
    return [part for source in _OF_COUNTRIES for part in source(country, viewer) if part.rows]
