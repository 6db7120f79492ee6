"""Rows into tables through PostgreSQL's COPY, with the models' own columns and defaults."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.core.management.color import no_style
from django.db import connection, models


def copy_rows(
    model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> int:
    """Copy tuples in the order of `columns` (field attnames); return how many.

    A column that is not named gets the field's default, the same in every row. Values go to the
    server as they are: constraints are checked there, model validation is not run. While rows
    are copied the connection takes no query, so what makes them must not ask the database.
    """
    rest = [field for field in model._meta.concrete_fields if field.attname not in columns]
    rest = [field for field in rest if not (field.primary_key and not field.has_default())]
    tail = tuple(default_of(field) for field in rest)
    names = [model._meta.get_field(name).column for name in columns]
    count = 0
    with _copy(model, names + [field.column for field in rest]) as copy:
        for row in rows:
            copy.write_row((*row, *tail))
            count += 1
    return count


def copy_objects(model: type[models.Model], objects: Iterable[models.Model]) -> int:
    """Copy unsaved instances that carry their primary keys; return how many.

    They are all made before the copying starts: meanwhile the connection takes no query.
    """
    made = list(objects)
    fields = model._meta.concrete_fields
    with _copy(model, [field.column for field in fields]) as copy:
        for item in made:
            copy.write_row(
                [
                    field.get_db_prep_save(field.pre_save(item, add=True), connection)
                    for field in fields
                ]
            )
    return len(made)


def default_of(field: models.Field) -> Any:
    if getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False):
        return field.pre_save(field.model(), add=True)
    return field.get_db_prep_save(field.get_default(), connection)


def advance_sequences(*used: type[models.Model]) -> None:
    """Let the next row of each table get a number after the copied ones."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), list(used)):
            cursor.execute(statement)


def _copy(model: type[models.Model], columns: Sequence[str]) -> Any:
    quote = connection.ops.quote_name
    names = ", ".join(quote(column) for column in columns)
    connection.ensure_connection()
    cursor = connection.connection.cursor()
    return cursor.copy(f"COPY {quote(model._meta.db_table)} ({names}) FROM STDIN")
