"""What waits for a person: each app contributes, the home page shows."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from members.models import User


@dataclass(frozen=True)
class Due:
    """One thing to act on: what it is, a sentence on it, and the one button."""

    title: str
    detail: str
    url: str
    action: str


Source = Callable[["User"], Iterable[Due]]
_SOURCES: list[Source] = []


def waits(source: Source) -> Source:
    """Register a function that says what of its app waits for a person; one query each."""
    _SOURCES.append(source)
    return source


def waiting_for(user: User) -> list[Due]:
    return [due for source in _SOURCES for due in source(user)]
