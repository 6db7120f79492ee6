"""The empty sheet that people fill in, headed in the page's language."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django.conf import settings
from django.utils.translation import get_language_bidi, pgettext
from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from cop_portal.localised import own_name
from cop_portal.spreadsheets import Row, as_csv
from members.importing.headings import FIELDS

WIDTHS = {"full_name": 32, "email": 34, "organisation": 36, "function": 28, "full_name_latin": 32}
ROWS_PREPARED = 500


def headings() -> Row:
    return [str(heading) for heading in FIELDS.values()]


def csv_template() -> bytes:
    return as_csv([headings()])


def xlsx_template() -> bytes:
    """One sheet, right to left on Arabic pages, whose cells take addresses and names as text and
    whose language is chosen from a list."""
    book = Workbook()
    sheet: Any = book.active
    sheet.title = pgettext("name of a spreadsheet's sheet", "Invitations")
    sheet.sheet_view.rightToLeft = get_language_bidi()
    sheet.freeze_panes = "A2"
    sheet.append(headings())
    for place, field in enumerate(FIELDS, start=1):
        column = get_column_letter(place)
        sheet.column_dimensions[column].width = WIDTHS.get(field, 16)
        sheet.column_dimensions[column].number_format = "@"
        sheet[f"{column}1"].font = Font(bold=True)
        if field == "language":
            _offer_languages(sheet, column)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _offer_languages(sheet: Any, column: str) -> None:
    names = ",".join(own_name(code) for code, _name in settings.LANGUAGES)
    choice = DataValidation(type="list", formula1=f'"{names}"', allow_blank=True)
    choice.add(f"{column}2:{column}{ROWS_PREPARED}")
    sheet.add_data_validation(choice)
