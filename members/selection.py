"""What a person has ticked in a long list, kept while they turn its pages."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from cop_portal.text import row_number

if TYPE_CHECKING:
    from django.contrib.sessions.backends.base import SessionBase

LIMIT = 5_000
_KEY = "selections"


class Selection:
    """Numbers of rows, kept in the session under the name of their list.

    What it holds was typed by a browser: it says what is wanted, never what may be done. Whoever
    acts on it asks the database again which of the rows the person manages.
    """

    def __init__(self, session: SessionBase, name: str) -> None:
        self._session = session
        self._name = name
        self.ids: set[int] = set(session.get(_KEY, {}).get(name, ()))

    def __len__(self) -> int:
        return len(self.ids)

    def __contains__(self, pk: int) -> bool:
        return pk in self.ids

    def keep(self, *, shown: Iterable[int], ticked: Iterable[int]) -> bool:
        """Take over one page: of the rows shown, those ticked are selected and no others.
        Return whether all found room."""
        return self._save((self.ids - set(shown)) | set(ticked))

    def clear(self) -> None:
        self._save(set())

    def _save(self, ids: set[int]) -> bool:
        kept = set(sorted(ids)[:LIMIT])
        if kept != self.ids:
            self.ids = kept
            lists = dict(self._session.get(_KEY, {}))
            lists.pop(self._name, None)
            if kept:
                lists[self._name] = sorted(kept)
            self._session[_KEY] = lists
        return len(kept) == len(ids)


def numbers(values: Iterable[str]) -> list[int]:
    """The primary keys among `values`; what is none is left out."""
    return [number for text in values if (number := row_number(text)) is not None]
