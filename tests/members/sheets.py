"""Spreadsheets for tests, as officials' programs write them."""

from __future__ import annotations

import csv
import io
import zipfile

from openpyxl import Workbook

ARABIC = ["الاسم", "البريد الإلكتروني", "الجهة", "المسمى الوظيفي", "اللغة", "الاسم باللاتينية"]
ENGLISH = ["Name", "E-mail", "Organisation", "Job title", "Language", "Latin name"]
SUHA = [
    "سهى المومني",
    "suha@mosd.example",
    "وزارة التنمية الاجتماعية",
    "رئيسة قسم",
    "العربية",
    "Suha Momani",
]
LAITH = ["ليث حمدان", "laith@mol.example", "وزارة العمل", "باحث", "English", ""]


def csv_file(rows, *, encoding="utf-8", delimiter=","):
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue().encode(encoding)


def xlsx_file(rows, *, sheets=(), hidden=()):
    book = Workbook()
    for title in sheets:
        book.create_sheet(title)
    sheet = book.active if not sheets else book.worksheets[-1]
    for row in rows:
        sheet.append(row)
    for position in hidden:
        book.worksheets[position].sheet_state = "hidden"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def zip_file(parts):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def people(count, *, start=0, domain="roster.example"):
    """Rows of so many people nobody knows yet."""
    return [[f"عضو {n}", f"person{n}@{domain}"] for n in range(start, start + count)]
