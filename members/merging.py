"""Which rows of two accounts become one person's, and how: each app says it for its own.

A plain foreign key is re-attached by itself, and so is a list of many to many. Where a rule of
the database speaks of the person, such as one registration for each event, moving rows blindly
would break it: the app registers a function that decides. A test walks every relation of the
project to people and fails for one that is neither.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.db.models.expressions import BaseExpression, F

if TYPE_CHECKING:
    from members.models import User

Reattaching = Callable[["User", "User"], None]
_HANDLERS: dict[str, Reattaching] = {}
_STAYING: dict[str, str] = {}


def reattaches(model: type[models.Model], *names: str) -> Callable[[Reattaching], Reattaching]:
    """Register a function of the person kept and of the duplicate for the relations `names` of
    `model`. It runs in the transaction of the merge, both rows locked, and must not refuse."""

    def register(reattaching: Reattaching) -> Reattaching:
        for name in names:
            _HANDLERS[f"{model._meta.label}.{name}"] = reattaching
        return reattaching

    return register


def stays(reason: str, model: type[models.Model], *names: str) -> None:
    """Name relations that keep pointing to the duplicate, and why."""
    for name in names:
        _STAYING[f"{model._meta.label}.{name}"] = reason


def relations() -> dict[str, Any]:
    """Every foreign key of the project to a person by its name, "app.Model.field", those of the
    tables behind many-to-many fields included."""
    from members.models import User

    every: list[Any] = User._meta.get_fields(include_hidden=True)
    found = (
        related.field
        for related in every
        if related.auto_created and not related.concrete and not related.many_to_many
    )
    return {f"{field.model._meta.label}.{field.name}": field for field in found}


def unhandled() -> list[str]:
    """The relations that nobody decided about although a rule of the database speaks of them."""
    return [
        name
        for name, field in relations().items()
        if name not in _HANDLERS
        and name not in _STAYING
        and not field.model._meta.auto_created
        and is_bound(field)
    ]


def is_bound(field: Any) -> bool:
    """Whether the database holds a rule about the rows of one person."""
    meta = field.model._meta
    if field.unique or any(field.name in fields for fields in meta.unique_together):
        return True
    for constraint in meta.constraints:
        named = set(_named_in(constraint))
        # A check speaks of one row: it can only break where it compares two people.
        people = {found for found in named if f"{meta.label}.{found}" in relations()}
        is_check = isinstance(constraint, CheckConstraint)
        if field.name in named and (not is_check or len(people) > 1):
            return True
    return False


def reattach(keep: User, duplicate: User) -> None:
    """Give everything of the duplicate to the person kept."""
    for handler in dict.fromkeys(_HANDLERS.values()):
        handler(keep, duplicate)
    for name, field in relations().items():
        if name in _HANDLERS or name in _STAYING:
            continue
        if field.model._meta.auto_created:
            _unite(field, keep, duplicate)
        else:
            own = {field.name: duplicate}
            field.model._base_manager.filter(**own).update(**{field.name: keep})


def move_missing(
    model: type[models.Model], name: str, keep: User, duplicate: User, *, by: Iterable[str]
) -> None:
    """Give the person kept the duplicate's rows unless there is one with the same `by`, and
    delete the others."""
    own = model._base_manager.filter(**{name: keep})
    theirs = model._base_manager.filter(**{name: duplicate})
    for row in theirs:
        if own.filter(**{field: getattr(row, field) for field in by}).exists():
            row.delete()
        else:
            model._base_manager.filter(pk=row.pk).update(**{name: keep})


def _unite(field: Any, keep: User, duplicate: User) -> None:
    """One list from two."""
    through = field.model
    other = next(
        found
        for found in through._meta.concrete_fields
        if found.is_relation and found.name != field.name
    )
    move_missing(through, field.name, keep, duplicate, by=[other.attname])


def _named_in(constraint: Any) -> Iterator[str]:
    """The columns that a constraint speaks of."""
    if isinstance(constraint, UniqueConstraint):
        yield from constraint.fields
        yield from _columns(constraint.expressions)
    elif isinstance(constraint, ExclusionConstraint):
        yield from _columns(expression for expression, _operator in constraint.expressions)
    yield from _columns([constraint.condition])


def _columns(parts: Iterable[Any]) -> Iterator[str]:
    part: Any
    for part in parts:
        if isinstance(part, str):
            yield part
        elif isinstance(part, F):
            yield str(getattr(part, "name", "")).partition("__")[0]
        elif isinstance(part, Q):
            for child in part.children:
                if isinstance(child, tuple):
                    yield child[0].partition("__")[0]
                    yield from _columns([child[1]] if not isinstance(child[1], str) else [])
                else:
                    yield from _columns([child])
        elif isinstance(part, BaseExpression):
            yield from _columns(part.get_source_expressions())
