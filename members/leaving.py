"""What ends when a person leaves the community: each app contributes, the actions call it.

An app above this one registers what it takes back, what it removes and what it erases, so that
whoever marks a person as left, leaves or is forgotten need not know of seats or posts.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from members.models import User

Ending = Callable[["User", "User"], None]
Removing = Callable[["User"], None]
_ENDINGS: list[Ending] = []
_CONTENT: list[Removing] = []
_PERSONAL: list[Removing] = []


def when_leaving(ending: Ending) -> Ending:
    """Register a function of the person who leaves and of who does it, the same person when
    they leave of their own accord. It runs in the transaction of the leaving, the person's row
    locked, and must not refuse."""
    _ENDINGS.append(ending)
    return ending


def removes_content(removing: Removing) -> Removing:
    """Register a function that removes what a person wrote for others, such as posts. It runs
    when the person chose so on leaving, in that transaction; otherwise what they wrote stays,
    under "Former member". What others need to understand the rest is for the function to keep."""
    _CONTENT.append(removing)
    return removing


def erases(erasing: Removing) -> Removing:
    """Register a function that erases what an app knows of a person beyond what they wrote for
    others: texts about them, secret addresses, copies of their name. It runs whenever a person
    is erased, in that transaction, before the person's own row is emptied, and must not refuse.
    Rows that are counted stay, without the person in them."""
    _PERSONAL.append(erasing)
    return erasing


def end_everything(user: User, *, by: User) -> None:
    """Let every app end what it holds of the person; to be called within a transaction."""
    for ending in _ENDINGS:
        ending(user, by)


def remove_content(user: User) -> None:
    for removing in _CONTENT:
        removing(user)


def erase_everywhere(user: User) -> None:
    for erasing in _PERSONAL:
        erasing(user)
