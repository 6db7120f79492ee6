"""What ends when a person leaves the community: each app contributes, the action calls it.

An app above this one registers what it takes back, so that whoever marks a person as left, or
leaves, need not know of seats or posts.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from members.models import User

Ending = Callable[["User", "User"], None]
_ENDINGS: list[Ending] = []


def when_leaving(ending: Ending) -> Ending:
    """Register a function of the person who leaves and of who does it, the same person when
    they leave of their own accord. It runs in the transaction of the leaving, the person's row
    locked, and must not refuse."""
    _ENDINGS.append(ending)
    return ending


def end_everything(user: User, *, by: User) -> None:
    """Let every app end what it holds of the person; to be called within a transaction."""
    for ending in _ENDINGS:
        ending(user, by)
