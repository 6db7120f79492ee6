"""All that the portal knows of one person, for that person to take along.

Each app registers its sections. A section covers relations to the person, named as
"app.Model.field"; a relation that no section covers is named with the reason why not. A test
walks every relation of the project, so that what is added later cannot be forgotten.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from cop_portal.dates import format_date, format_time
from members.audit import LABELS

if TYPE_CHECKING:
    from django.db.models.fields.files import FieldFile
    from django.utils.functional import _StrPromise

    from members.models import User

Row = dict[str, Any]
Rows = Callable[["User"], Iterable[Row]]
Files = Callable[["User"], Iterable[tuple[str, "FieldFile"]]]
# Changes when the keys of `data.json` do.
FORMAT = 1
STYLE = Path(__file__).parent / "data" / "my_data.css"


@dataclass(frozen=True)
class Section:
    """`columns` names the keys of a row for the person who reads, in order."""

    key: str
    label: str | _StrPromise
    columns: Mapping[str, str | _StrPromise]
    rows: Rows
    covers: tuple[str, ...]


SECTIONS: dict[str, Section] = {}
NOT_PERSONAL: dict[str, str] = {}
_FILES: list[Files] = []


def personal_data(
    key: str,
    label: str | _StrPromise,
    columns: Mapping[str, str | _StrPromise],
    *,
    covers: Iterable[str] = (),
) -> Callable[[Rows], Rows]:
    """Register a function of the person that gives rows of primitives, dates and moments."""

    def register(rows: Rows) -> Rows:
        SECTIONS[key] = Section(key, label, columns, rows, tuple(covers))
        return rows

    return register


def personal_files(files: Files) -> Files:
    """Register a function of the person that gives files, each with its place in the archive
    but for the ending."""
    _FILES.append(files)
    return files


def not_personal(reason: str, *relations: str) -> None:
    """Name relations that no section covers, and why."""
    NOT_PERSONAL.update(dict.fromkeys(relations, reason))


class Coded(str):
    """A code or key as it is kept, which the page shows by what it stands for."""

    __slots__ = ("label",)
    label: str

    @classmethod
    def of(cls, value: Any, label: Any) -> Coded:
        coded = cls(value)
        coded.label = str(label)
        return coded


def columns_of(rows: QuerySet[Any], names: Iterable[str]) -> Iterator[Row]:
    """Rows whose keys are columns of the model, or what `rows` annotates them with."""
    fields = {field.name: field for field in rows.model._meta.concrete_fields}
    fields |= {field.attname: field for field in fields.values()}
    names = list(names)
    related = [fields[name].name for name in names if name in fields and fields[name].is_relation]
    for obj in rows.select_related(*related) if related else rows:
        yield {name: _kept(obj, name, fields.get(name)) for name in names}


def _kept(obj: Any, name: str, field: Any) -> Any:
    value = getattr(obj, field.attname if field else name)
    if value in (None, "") or field is None:
        return value
    if field.is_relation:
        return Coded.of(value, getattr(obj, field.name))
    if field.choices:
        return Coded.of(value, getattr(obj, f"get_{field.name}_display")())
    return value


def in_words(value: Any) -> str:
    """A value as the page shows it, in the active language and the reader's zone."""
    if isinstance(value, Coded):
        return value.label
    if isinstance(value, bool):
        return gettext("Yes") if value else gettext("No")
    if isinstance(value, datetime):
        return f"{format_date(value)} {format_time(value)}"
    if isinstance(value, date):
        return format_date(value)
    if isinstance(value, Mapping):
        parts = ((LABELS.get(key, key), in_words(part)) for key, part in value.items())
        return "\n".join(f"{label}: {shown}" for label, shown in parts)
    if isinstance(value, list | tuple):
        return "\n".join(in_words(part) for part in value)
    return str(value)


def archive_of(user: User) -> bytes:
    """One ZIP: `data.json`, whole and for machines; `index.html`, the same for the person, in
    the active language and without anything from elsewhere; and the person's own files."""
    sections = {section.key: list(section.rows(user)) for section in SECTIONS.values()}
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        names = list(_write_files(archive, user))
        archive.writestr("data.json", _json(user, sections, names))
        archive.writestr("index.html", _page(user, sections, names))
    return written.getvalue()


def _write_files(archive: zipfile.ZipFile, user: User) -> Iterator[str]:
    for files in _FILES:
        for place, file in files(user):
            name = place + Path(file.name or "").suffix
            try:
                with file.open("rb") as opened:
                    archive.writestr(name, opened.read())
            except FileNotFoundError:
                continue  # the row outlived its file: what is left is still the person's
            yield name


def _json(user: User, sections: dict[str, list[Row]], files: list[str]) -> str:
    everything = {
        "format": FORMAT,
        "written_at": timezone.now(),
        "person": user.pk,
        "files": files,
        **sections,
    }
    return json.dumps(everything, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1)


def _page(user: User, sections: dict[str, list[Row]], files: list[str]) -> str:
    shown = [
        (section.label, [_shown(section, row) for row in sections[section.key]])
        for section in SECTIONS.values()
    ]
    context = {"person": user, "sections": shown, "files": files, "now": timezone.now()}
    return render_to_string("members/my_data_archive.html", {**context, "style": _style()})


def _shown(section: Section, row: Row) -> list[tuple[Any, str]]:
    """What a row says, label by label; what it leaves empty is left out."""
    return [
        (label, in_words(row[name]))
        for name, label in section.columns.items()
        if row[name] not in (None, "", [], {})
    ]


@cache
def _style() -> SafeString:
    return format_html("<style>{}</style>", STYLE.read_text("utf-8"))
