"""Registrations as files for people: CSV that spreadsheets open in Arabic, and XLSX."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from io import BytesIO, StringIO
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from cop_portal.names import name_of
from cop_portal.zones import city_of
from events.models import Registration

if TYPE_CHECKING:
    from openpyxl.worksheet._write_only import WriteOnlyWorksheet

CSV_TYPE = "text/csv; charset=utf-8"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# What makes a spreadsheet take a cell for a formula, full-width signs included. Where lists are
# separated by semicolons, as in French settings, a cell may also begin within ours.
_FORMULA = re.compile(r"(^|[;\t\r\n]\s*)(?=[=+\-@\t\r＝＋－＠])")

Row = list[str]


def header(*, with_event: bool) -> Row:
    """The names of the columns in the page's language; moments are on the reader's clock."""
    city = city_of(timezone.get_current_timezone_name())
    columns = [
        _("Name"),
        _("Email"),
        _("Country"),
        _("Organisation"),
        _("Job title"),
        _("Language"),
        _("Status"),
        _("Arrived (%(city)s time)") % {"city": city},
    ]
    return [_("Event"), *columns] if with_event else columns


def rows(registrations: Iterable[Registration], *, with_event: bool) -> Iterator[Row]:
    """One row for each registration; needs `user__country`, `user__organisation`, `event`."""
    for registration in registrations:
        user = registration.user
        columns = [
            name_of(user),
            user.email,
            str(user.country or ""),
            str(user.organisation or user.organisation_text),
            user.shown_function,
            user.get_language_display(),
            registration.get_status_display(),
            timezone.localtime(registration.queued_at).strftime("%Y-%m-%d %H:%M"),
        ]
        yield [str(registration.event), *columns] if with_event else columns


def neutral(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return _FORMULA.sub(r"\1'", cell)


def as_csv(table: Iterable[Row]) -> bytes:
    """UTF-8 with a mark at the start, without which Excel shows Arabic as garbage."""
    out = StringIO(newline="")
    csv.writer(out).writerows([neutral(cell) for cell in row] for row in table)
    return out.getvalue().encode("utf-8-sig")


def as_xlsx(table: Iterable[Row]) -> bytes:
    """One sheet, right to left on Arabic pages; every cell is text and never a formula."""
    book = Workbook(write_only=True)
    sheet: Any = book.create_sheet(_("Registrations"))
    sheet.sheet_view.rightToLeft = get_language_bidi()
    sheet.freeze_panes = "A2"
    for row in table:
        sheet.append([_text(sheet, cell) for cell in row])
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _text(sheet: WriteOnlyWorksheet, text: str) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, value=_without_controls(text))
    cell.data_type = "s"
    return cell


def _without_controls(text: str) -> str:
    """Control characters cannot be written to a workbook."""
    return "".join(letter for letter in text if letter >= " " or letter in "\t\n\r")
