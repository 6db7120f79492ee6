"""Where guests are named: each app contributes, the page on which a name is claimed shows it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from members.models import Guest, User


@dataclass(frozen=True)
class Mention:
    """One place that names a guest: as what, in what, when. `title` is HTML or plain text."""

    guest_id: int
    role: str
    title: str
    url: str
    at: datetime | None = None


Source = Callable[["list[Guest]", "User"], Iterable[Mention]]
_SOURCES: list[Source] = []


def names_guests(source: Source) -> Source:
    """Register a function that says where these guests are named, of what the person may see;
    a number of queries that does not grow with the guests."""
    _SOURCES.append(source)
    return source


def mentions_of(guests: list[Guest], user: User) -> dict[int, list[Mention]]:
    """The places that name each guest, by the guest's number, the latest first."""
    found: dict[int, list[Mention]] = {guest.pk: [] for guest in guests}
    for source in _SOURCES if guests else []:
        for mention in source(guests, user):
            found[mention.guest_id].append(mention)
    for mentions in found.values():
        mentions.sort(key=lambda mention: mention.at.timestamp() if mention.at else 0, reverse=True)
    return found
