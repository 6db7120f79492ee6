"""A CSV or XLSX file as rows of text. Nothing in a file is trusted: not its name, not the sizes
it states, not its encoding; formulas are read as the values they last had and never computed."""

from __future__ import annotations

import codecs
import csv
import io
import warnings
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from itertools import islice
from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _
from openpyxl import load_workbook

from members.actions.refusal import Refused
from members.importing.headings import Columns, find_columns

MAX_BYTES = 5 * 1024 * 1024
MAX_ROWS = 20_000
MAX_COLUMNS = 64
MAX_CELL = 2_000
# What an XLSX may unpack to: twenty thousand rows take a quarter of it.
MAX_UNPACKED = 64 * 1024 * 1024
MAX_PARTS = 1_000
# How much markup is taken apart: that of a list as long as may be, and that of anything beside it.
# A tag of five letters becomes an object of hundreds of bytes.
MAX_TAGS, MAX_OTHER_TAGS = 2_000_000, 200_000
LISTS = ("xl/worksheets/", "xl/sharedStrings")
# No program numbers a row higher; up to a stated number, every row in between is made up.
LAST_ROW = 1_048_576
# Rows above the headings: a title, a date, an empty line.
HEADINGS_WITHIN = 10
DELIMITERS = (",", ";", "\t", "،", "؛", "|")

ZIP, OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"

TOO_LARGE = _("The file is larger than 5 MB. It can be divided into several files.")
TOO_LONG = _("The file has more than 20,000 rows. It can be divided into several files.")
OLD_FORMAT = _(
    "This is an old Excel file (XLS) or one that a password protects. Saved as XLSX or CSV, "
    "without a password, it can be read."
)
OTHER_FORMAT = _("This is neither an XLSX nor a CSV file. Saved as one of these, it can be read.")
BROKEN = _("The file is damaged and cannot be read. It may help to save it anew.")
BOMB = _("The file unpacks to far more than a list of people needs, so it is not read.")
EMPTY = _("The file is empty.")
NO_EMAIL = _("No column is headed “Email”, so nobody can be invited.")
NO_NAME = _("No column is headed “Full name”: each person needs a name.")
NEITHER = _("The first rows hold no headings: the columns “Full name” and “Email” are needed.")


class Unreadable(Refused):
    """The file as a whole cannot be used; the sentence says why and what would help."""


class Line(NamedTuple):
    """One row of the file under its headings, numbered as a spreadsheet program numbers it."""

    number: int
    cells: list[str]


class Sheet(NamedTuple):
    """What a file holds: the meaning of its columns, and the rows below the headings."""

    columns: Columns
    lines: list[Line]


def read(content: bytes) -> Sheet:
    """Read a file by what it is, whatever its name says; raise `Unreadable`."""
    if len(content) > MAX_BYTES:
        raise Unreadable(TOO_LARGE)
    if not content.strip(b" \t\r\n\0\xef\xbb\xbf"):
        raise Unreadable(EMPTY)
    if content.startswith(OLD_EXCEL):
        raise Unreadable(OLD_FORMAT)
    if content.startswith(ZIP):
        return _read_workbook(content)
    return _read_text(_decoded(content))


def _below_headings(rows: Iterable[list[str]]) -> Sheet:
    """Find the headings among the first rows and take what follows; raise `Unreadable`."""
    numbered = enumerate(rows, start=1)
    top = [Line(number, cells) for number, cells in islice(numbered, HEADINGS_WITHIN)]
    found = [(find_columns(line.cells), line) for line in top]
    if not any(any(line.cells) for line in top):
        raise Unreadable(EMPTY)
    columns, heading = max(found, key=lambda pair: pair[0].weight)
    if not columns.is_complete:
        raise Unreadable(_what_is_missing(columns))
    lines = [line for line in top if line.number > heading.number and any(line.cells)]
    for number, cells in numbered:
        if number > LAST_ROW:
            raise Unreadable(BROKEN)
        if any(cells):
            lines.append(Line(number, cells))
        if len(lines) > MAX_ROWS:
            raise Unreadable(TOO_LONG)
    return Sheet(columns, lines)


def _what_is_missing(columns: Columns) -> Any:
    if not columns.places:
        return NEITHER
    return NO_NAME if "email" in columns.places else NO_EMAIL


# Text ----------------------------------------------------------------------------------------


def _decoded(content: bytes) -> str:
    """UTF-8 with or without its mark, UTF-16 with it, else the Arabic code page of Windows, which
    gives every byte a letter and so comes last."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encodings = ["utf-16"]
    else:
        encodings = ["utf-8-sig", "cp1256"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise Unreadable(OTHER_FORMAT)


def _read_text(text: str) -> Sheet:
    """Read with the delimiter under which most headings are understood."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    first, _newline, rest = text.partition("\n")
    if first.lower().strip().startswith("sep=") and len(first.strip()) == len("sep=") + 1:
        return _parse(rest, [first.strip()[-1]], start=[[]])
    return _parse(text, DELIMITERS, start=[])


def _parse(text: str, delimiters: Iterable[str], *, start: list[list[str]]) -> Sheet:
    sample = "\n".join(text.split("\n", HEADINGS_WITHIN)[:HEADINGS_WITHIN])

    def understood(delimiter: str) -> tuple[int, int]:
        try:
            rows = list(_split(sample, delimiter, quoting=csv.QUOTE_MINIMAL))
        except Unreadable:
            return 0, 0
        weight = max((find_columns(row).weight for row in rows), default=0)
        return weight, max(map(len, rows), default=0)

    delimiter = max(delimiters, key=understood)
    try:
        rows = [*start, *_split(text, delimiter, quoting=csv.QUOTE_MINIMAL, strict=True)]
    except csv.Error:
        # A stray quotation mark would swallow the rows up to the next: read them all as text.
        rows = [*start, *_split(text, delimiter, quoting=csv.QUOTE_NONE)]
    return _below_headings(rows)


def _split(text: str, delimiter: str, **how: Any) -> Iterator[list[str]]:
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, **how):
            yield [_cell(value) for value in row[:MAX_COLUMNS]]
    except csv.Error:
        if how.get("strict"):
            raise
        raise Unreadable(BROKEN) from None


# Workbooks -----------------------------------------------------------------------------------


def _read_workbook(content: bytes) -> Sheet:
    try:
        _refuse_bombs(content)
        with warnings.catch_warnings():
            # Styles and extensions that do not matter here are all openpyxl warns of.
            warnings.simplefilter("ignore")
            workbook = load_workbook(
                io.BytesIO(content), read_only=True, data_only=True, keep_links=False
            )
            try:
                return _best_sheet(workbook)
            finally:
                workbook.close()
    except Unreadable:
        raise
    except Exception as trouble:
        # Whatever openpyxl meets in a hostile or damaged file, its reader gets a sentence.
        raise Unreadable(BROKEN) from trouble


def _refuse_bombs(content: bytes) -> None:
    """Raise `Unreadable` for another kind of archive, and for one that unpacks to too much, be it
    bytes or markup.

    Python reads no more of a part than the archive states, so what it states can be counted.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = archive.infolist()
        if not any(part.filename == "xl/workbook.xml" for part in parts):
            raise Unreadable(OTHER_FORMAT)
        if any(part.flag_bits & 1 for part in parts):
            raise Unreadable(OLD_FORMAT)
        if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
            raise Unreadable(BOMB)
        tags = {True: 0, False: 0}
        for part in parts:
            tags[part.filename.startswith(LISTS)] += _count_tags(archive.read(part))
    if tags[True] > MAX_TAGS or tags[False] > MAX_OTHER_TAGS:
        raise Unreadable(BOMB)


def _count_tags(part: bytes) -> int:
    """How much markup a part holds. No program declares entities, each of which could stand for
    any amount of it."""
    if b"<!DOCTYPE" in part.replace(b"\0", b""):
        raise Unreadable(BROKEN)
    return part.count(b"<")


def _best_sheet(workbook: Any) -> Sheet:
    """The first sheet whose headings are understood; else what the first one lacks."""
    trouble: Unreadable | None = None
    for sheet in workbook.worksheets:
        if sheet.sheet_state != "visible":
            continue
        sheet.reset_dimensions()  # some programs state too few
        rows = sheet.iter_rows(values_only=True, max_col=MAX_COLUMNS)
        try:
            return _below_headings(_cells(row) for row in rows)
        except Unreadable as refusal:
            trouble = trouble or refusal
    raise trouble or Unreadable(EMPTY)


def _cells(row: tuple[Any, ...]) -> list[str]:
    """A row's cells; none where it holds nothing, as most rows do that a program made up."""
    return [] if row.count(None) == len(row) else [_cell(value) for value in row]


def _cell(value: Any) -> str:
    """A cell as text, on one line; of an endless one, its beginning."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, datetime) and value.time() == time.min:
        value = value.date()
    if isinstance(value, datetime | date | time):
        value = value.isoformat()
    return " ".join(str(value)[:MAX_CELL].split())
