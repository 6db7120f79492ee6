"""Tables as files for people: CSV that spreadsheets open in Arabic, and XLSX.

What people typed never becomes a formula in either.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from io import BytesIO, StringIO
from itertools import islice
from typing import Any

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import get_language, get_language_bidi, override
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

CSV_TYPE = "text/csv; charset=utf-8"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# What makes a spreadsheet take a cell for a formula, full-width signs included, also after
# spaces. Where lists are separated by semicolons, as in French settings, a cell may also begin
# within ours; quotation marks after the separator would be taken off there.
_SIGN = "[=+\\-@\t\r＝＋－＠]"
_BLANK = "[\\s\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]*"
_FORMULA = re.compile(rf'(^(?={_BLANK}{_SIGN})|[;\t\r\n]{_BLANK}(?=(?:"{_BLANK})*{_SIGN}))')
_ROWS_AT_ONCE = 500

Cell = str | date | None
Row = list[Cell]


def neutral(text: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return _FORMULA.sub(r"\1'", text)


def as_csv(table: Iterable[Row]) -> bytes:
    """UTF-8 with a mark at the start, without which Excel shows Arabic as garbage."""
    return b"".join(csv_parts(table))


def csv_parts(table: Iterable[Row]) -> Iterator[bytes]:
    """The same, some hundred rows at a time, as they are read."""
    rows = iter(table)
    yield b"\xef\xbb\xbf"
    while part := list(islice(rows, _ROWS_AT_ONCE)):
        out = StringIO(newline="")
        csv.writer(out).writerows([_as_text(cell) for cell in row] for row in part)
        yield out.getvalue().encode()


def _as_text(cell: Cell) -> str:
    if isinstance(cell, date):
        return cell.isoformat()
    return neutral(cell or "")


def as_xlsx(table: Iterable[Row], *, title: str) -> bytes:
    """One sheet, right to left on Arabic pages, its heading fixed; a cell is a date or text and
    never a formula."""
    book = Workbook(write_only=True)
    sheet: Any = book.create_sheet(title[:31])
    sheet.sheet_view.rightToLeft = get_language_bidi()
    sheet.freeze_panes = "A2"
    for row in table:
        sheet.append([_xlsx_cell(sheet, cell) for cell in row])
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _xlsx_cell(sheet: Any, cell: Cell) -> WriteOnlyCell:
    if isinstance(cell, date):
        dated = WriteOnlyCell(sheet, value=cell)
        dated.number_format = "yyyy-mm-dd"
        return dated
    text = WriteOnlyCell(sheet, value=_without_controls(cell or ""))
    text.data_type = "s"
    return text


def _without_controls(text: str) -> str:
    """Control characters cannot be written to a workbook."""
    return "".join(letter for letter in text if letter >= " " or letter in "\t\n\r")


def download(
    name: str, file_format: str, *, title: str, table: Callable[[], Iterable[Row]]
) -> HttpResponseBase:
    """`table` as a file called `name`, "csv" while its rows are being read or "xlsx", which is
    complete only with its last row; both in the language of the page."""
    response: HttpResponseBase
    if file_format == "xlsx":
        response = HttpResponse(as_xlsx(table(), title=title), content_type=XLSX_TYPE)
    else:
        parts = _in_language(get_language(), table)
        response = StreamingHttpResponse(parts, content_type=CSV_TYPE)
    response["Content-Disposition"] = f'attachment; filename="{name}.{file_format}"'
    response["Cache-Control"] = "private, no-store"
    return response


def _in_language(language: str | None, table: Callable[[], Iterable[Row]]) -> Iterator[bytes]:
    """The parts of the file, written after the page's language was put away."""
    with override(language):
        yield from csv_parts(table())
