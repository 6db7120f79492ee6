"""A person as lists of people show them to one reader."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from members import visibility
from members.models import Topic, User

if TYPE_CHECKING:
    from members.querysets import UserQuerySet

MOST_TAGS = 4


@dataclass(frozen=True)
class Entry:
    """`shown` says of each field whether the reader sees it, `tags` are the topics to ask about,
    `may_write` whether a message can be written (of a person who takes none this is not known
    before the page to write on is opened: they may have written first)."""

    person: User
    shown: dict[str, bool]
    tags: list[Topic]
    may_write: bool


def with_entries(people: UserQuerySet) -> UserQuerySet:
    """With what an entry shows, in a number of queries that does not grow."""
    return people.for_rows().prefetch_related("expertise")


def entry(person: User, viewer: User) -> Entry:
    """One person of `with_entries`, as `viewer` may see them."""
    shown = visibility.shown(viewer, person)
    can = viewer.is_staff or (viewer.is_member and person.takes_messages)
    return Entry(person, shown, tags_of(person, shown), can and person.pk != viewer.pk)


def entries(people: Iterable[User], viewer: User) -> list[Entry]:
    return [entry(person, viewer) for person in people]


def tags_of(person: User, shown: dict[str, bool]) -> list[Topic]:
    """What an expert is marked for, then what the person names themselves, each once."""
    found = [*(person.expertise.all() if person.is_expert else ())]
    if shown["topics"]:
        found += person.topics.all()
    return list(dict.fromkeys(found))[:MOST_TAGS]
