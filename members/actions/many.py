"""One action for many people."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from members.actions.refusal import Refused
from members.models import User


@dataclass
class Outcome:
    """For whom it was done, and for whom not, by the sentence that says why."""

    done: list[User] = field(default_factory=list)
    refused: dict[str, list[User]] = field(default_factory=dict)


def for_each(people: Iterable[User], act: Callable[[User], object]) -> Outcome:
    """Do `act` for each of `people`, each in a transaction of its own, so that one refusal
    leaves the others done."""
    outcome = Outcome()
    for person in people:
        try:
            act(person)
        except Refused as refusal:
            outcome.refused.setdefault(str(refusal.sentence), []).append(person)
        else:
            outcome.done.append(person)
    return outcome
