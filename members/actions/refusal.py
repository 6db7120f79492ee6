"""How an action says no."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


class Refused(Exception):
    """What was asked cannot be done now; `sentence` says why, for the person who asked."""

    def __init__(self, sentence: str | _StrPromise) -> None:
        super().__init__(str(sentence))
        self.sentence = sentence
