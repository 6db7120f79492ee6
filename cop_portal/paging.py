"""Pages of a list by key: as fast on the last page as on the first, and stable while rows come
and go.

A link names the row it continues after (or before), not a number, so nobody sees a row twice
because another was added above it. Nothing is counted: one row more than fits tells whether
there is a next page.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from django.db.models import BooleanField, F, Func, Model, QuerySet, Value

from cop_portal.text import row_number

if TYPE_CHECKING:
    from django.http import QueryDict

Row = TypeVar("Row", bound=Model)
PAGE_SIZE = 20


class KeysetPage(Generic[Row]):
    """One page of `queryset` in ascending order of `order`, whose last field is unique, or in
    descending order of all its fields.

    `asked` is the address's query; its `after` or `before` is a primary key, and one that makes
    no sense or is gone gives the first page. `prefix` tells two lists on one page apart.
    `anchors` is where the named row is looked up, when it may have left `queryset` meanwhile or
    `order` names an annotation. None of the fields may be null. One query for the first page,
    two for any other.
    """

    def __init__(
        self,
        queryset: QuerySet[Row],
        asked: QueryDict,
        *,
        order: Sequence[str],
        prefix: str = "",
        size: int = PAGE_SIZE,
        descending: bool = False,
        anchors: QuerySet[Row] | None = None,
    ) -> None:
        self.order = tuple(order)
        self.descending = descending
        self.asked = asked
        self.names = {"after": f"{prefix}after", "before": f"{prefix}before"}
        self.anchors = queryset.model._base_manager.all() if anchors is None else anchors
        after, before = self._key("after"), self._key("before")
        if before and not after:
            found = self._slice(queryset, before, size, backwards=True)[::-1]
            self.rows = found[-size:]
            self.has_previous, self.has_next = len(found) > size, True
        else:
            found = self._slice(queryset, after, size, backwards=False)
            self.rows = found[:size]
            self.has_previous, self.has_next = after is not None, len(found) > size

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def has_other_pages(self) -> bool:
        return self.has_previous or self.has_next

    @property
    def previous_url(self) -> str:
        return self._url("before", self.rows[0]) if self.rows and self.has_previous else ""

    @property
    def next_url(self) -> str:
        return self._url("after", self.rows[-1]) if self.rows and self.has_next else ""

    @property
    def start_url(self) -> str:
        return self._url("after", None)

    def _url(self, direction: str, row: Row | None) -> str:
        """The page's own address with another place in the list, the rest of it kept."""
        query = self.asked.copy()
        for name in self.names.values():
            query.pop(name, None)
        if row is not None:
            query[self.names[direction]] = str(row.pk)
        return f"?{query.urlencode()}"

    def _key(self, direction: str) -> tuple[Any, ...] | None:
        pk = row_number(self.asked.get(self.names[direction]))
        if pk is None:
            return None
        return self.anchors.filter(pk=pk).values_list(*self.order).first()

    def _slice(
        self, queryset: QuerySet[Row], key: tuple[Any, ...] | None, size: int, *, backwards: bool
    ) -> list[Row]:
        falling = backwards != self.descending
        order = [f"-{name}" for name in self.order] if falling else list(self.order)
        if key is not None:
            queryset = queryset.filter(self._beyond(key, "<" if falling else ">"))
        return list(queryset.order_by(*order)[: size + 1])

    def _beyond(self, key: tuple[Any, ...], compared: str) -> Func:
        """Rows beyond `key`, as one comparison of rows, which an index on the fields can bound."""
        return Func(
            Func(*map(F, self.order), function="ROW", output_field=BooleanField()),
            Func(*map(Value, key), function="ROW", output_field=BooleanField()),
            template="%(expressions)s",
            arg_joiner=f" {compared} ",
            output_field=BooleanField(),
        )
