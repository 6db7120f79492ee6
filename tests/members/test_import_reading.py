"""Files as rows: encodings, delimiters, headings, workbooks, and hostile ones."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from members.importing import reading
from members.importing.headings import FIELDS, SYNONYMS, find_columns
from members.importing.reading import Unreadable, read
from members.importing.rows import clean_rows
from members.importing.template import csv_template, xlsx_template
from tests.members.sheets import ARABIC, ENGLISH, LAITH, SUHA, csv_file, xlsx_file, zip_file

ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "cp1256"]
DELIMITERS = [",", ";", "\t", "،", "؛", "|"]


@pytest.fixture(autouse=True)
def english_words(in_english):
    """Sentences as the source has them."""


def cleaned(content):
    sheet = read(content)
    return clean_rows(sheet.lines, sheet.columns)


def refused(content):
    with pytest.raises(Unreadable) as refusal:
        read(content)
    return str(refusal.value)


def expect_suha_and_laith(rows):
    assert [(row.number, row.problems) for row in rows] == [(2, []), (3, [])]
    assert rows[0].cells == {
        "full_name": "سهى المومني",
        "email": "suha@mosd.example",
        "organisation": "وزارة التنمية الاجتماعية",
        "function": "رئيسة قسم",
        "language": "ar",
        "full_name_latin": "Suha Momani",
    }
    assert rows[1].cells["full_name"] == "ليث حمدان"
    assert rows[1].cells["language"] == "en"
    assert "full_name_latin" not in rows[1].cells


@pytest.mark.parametrize("headings", [ARABIC, ENGLISH], ids=["arabic", "english"])
@pytest.mark.parametrize("delimiter", DELIMITERS)
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_every_encoding_delimiter_and_heading(encoding, delimiter, headings):
    content = csv_file([headings, SUHA, LAITH], encoding=encoding, delimiter=delimiter)

    expect_suha_and_laith(cleaned(content))


@pytest.mark.parametrize("headings", [ARABIC, ENGLISH], ids=["arabic", "english"])
def test_a_workbook(headings):
    expect_suha_and_laith(cleaned(xlsx_file([headings, SUHA, LAITH])))


@pytest.mark.parametrize("make", [csv_file, xlsx_file])
def test_columns_stand_in_any_order_and_others_are_named(make):
    rows = [
        ["رقم الهاتف", "البريد", "ملاحظات", "الاسم الكامل", "البريد الإلكتروني"],
        ["0790000000", "suha@mosd.example", "", "سهى", "other@mosd.example"],
    ]

    sheet = read(make(rows))

    assert sheet.columns.places == {"email": 1, "full_name": 3}
    assert sheet.columns.ignored == ["رقم الهاتف", "ملاحظات", "البريد الإلكتروني"]
    [row] = clean_rows(sheet.lines, sheet.columns)
    assert row.cells == {"full_name": "سهى", "email": "suha@mosd.example"}


@pytest.mark.parametrize("field", FIELDS)
def test_every_known_heading_is_understood_however_it_is_written(field):
    for heading in SYNONYMS[field]:
        for written in (heading, heading.upper(), f" {heading} * ", f"{heading}\u200f (إلزامي):"):
            assert list(find_columns([written]).places) == [field], written


def test_headings_may_stand_below_a_title():
    rows = [["قائمة الأعضاء"], [], ["تاريخ", "2026"], ARABIC[:2], SUHA[:2]]

    for content in (csv_file(rows), xlsx_file(rows)):
        [row] = cleaned(content)
        assert (row.number, row.cells["email"]) == (5, "suha@mosd.example")


def test_empty_lines_are_left_out_and_rows_keep_the_number_they_have_in_the_file():
    rows = [ARABIC[:2], [], ["", ""], SUHA[:2], [], LAITH[:2], ["", " "]]

    for content in (csv_file(rows), xlsx_file(rows)):
        assert [row.number for row in cleaned(content)] == [4, 6]


def test_a_line_that_names_the_delimiter_is_understood():
    text = "sep=;\r\nName;Email\r\nسهى;suha@mosd.example\r\n"

    [row] = cleaned(text.encode())

    assert (row.number, row.cells["full_name"]) == (3, "سهى")


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_lines_end_as_any_program_ends_them(newline):
    text = newline.join(["Name,Email", "سهى,suha@mosd.example", "ليث,laith@mol.example"])

    assert len(cleaned(text.encode())) == 2


def test_quotes_hold_delimiters_and_line_breaks_and_stray_ones_swallow_nobody():
    good = 'Name,Email\n"المومني, سهى",suha@mosd.example\n"ليث\nحمدان",laith@mol.example\n'
    stray = 'Name,Email\n"سهى,suha@mosd.example\nليث,laith@mol.example\nنور,nour@mol.example\n'

    assert [row.cells["full_name"] for row in cleaned(good.encode())] == [
        "المومني, سهى",
        "ليث حمدان",
    ]
    assert [row.cells["email"] for row in cleaned(stray.encode())] == [
        "suha@mosd.example",
        "laith@mol.example",
        "nour@mol.example",
    ]


def test_the_cells_of_a_workbook_become_text():
    book = Workbook()
    sheet = book.active
    sheet.append(["Name", "Email", "Organisation", "Job title", "Language"])
    sheet.append([12.0, "a@b.example", date(2026, 5, 4), True, None])
    sheet.append(['=CONCATENATE("a","b")', "=1+1", 3.5, "#N/A", ""])
    out = io.BytesIO()
    book.save(out)

    first, second = read(out.getvalue()).lines

    assert first.cells[:4] == ["12", "a@b.example", "2026-05-04", "True"]
    # A formula that no program has computed has no value, and is never computed here.
    assert second.cells[:4] == ["", "", "3.5", "#N/A"]


def test_the_first_visible_sheet_with_headings_counts():
    people = [ARABIC[:2], SUHA[:2]]

    assert len(cleaned(xlsx_file(people, sheets=["غلاف", "قائمة"]))) == 1


def test_a_hidden_sheet_is_not_read():
    content = xlsx_file([ARABIC[:2], SUHA[:2]], sheets=["مخفية"], hidden=[1])

    assert refused(content) == "The file is empty."


# Refusals ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty."),
        (b"\xef\xbb\xbf \r\n\r\n", "The file is empty."),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "This is an old Excel file"),
        (b"%PDF-1.7\n%\xe2\xe3\n\0\0\0", "neither an XLSX nor a CSV"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "neither an XLSX nor a CSV"),
        ("Name,Email\nسهى,s@b.example".encode("utf-16-le"), "neither an XLSX nor a CSV"),
        ("Name,Email\nسهى,s@b.example".encode("utf-32"), "neither an XLSX nor a CSV"),
        (zip_file({"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}), "neither an"),
        (zip_file({"word/document.xml": "<w/>"}), "neither an XLSX nor a CSV"),
        (zip_file({"xl/workbook.xml": "<broken"}), "damaged"),
        (b"PK\x03\x04 cut off", "damaged"),
        ("الاسم،الجهة\nسهى،وزارة\n".encode(), "No column is headed “Email”"),
        ("البريد;الجهة\na@b.example;وزارة\n".encode("cp1256"), "No column is headed “Full name”"),
        (b"one,two\nthree,four\n", "The first rows hold no headings"),
        (csv_file([["Name", "Email"]] + [["س", "a@b.example"]] * 20_001), "more than 20,000 rows"),
        (b"Name,Email\n" + b"x" * (5 * 1024 * 1024), "larger than 5 MB"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_sentence(content, sentence):
    assert sentence in refused(content)


def test_a_bomb_is_refused_before_it_unpacks():
    bomb = zip_file({"xl/workbook.xml": "<w/>", "xl/sharedStrings.xml": b"0" * 70_000_000})

    assert len(bomb) < 100_000
    assert "unpacks to far more" in refused(bomb)


def test_a_part_that_lies_about_its_size_is_read_no_further():
    content = bytearray(zip_file({"xl/workbook.xml": b" " * 1_000_000}))
    stated = (1_000_000).to_bytes(4, "little")
    while (place := content.find(stated)) >= 0:
        content[place : place + 4] = (10).to_bytes(4, "little")

    assert "damaged" in refused(bytes(content))


def test_entities_are_not_expanded_without_end():
    entities = "".join(
        f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "ha" * 50}">' for n in range(9)
    )
    laughs = f'<?xml version="1.0"?><!DOCTYPE w [{entities}]><w>&e8;</w>'
    parts = workbook_parts([ARABIC[:2], SUHA[:2]])

    assert "damaged" in refused(zip_file({**parts, "xl/workbook.xml": laughs}))


def test_a_protected_workbook_is_named_as_such():
    content = bytearray(xlsx_file([ARABIC[:2], SUHA[:2]]))
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = content.find(signature)
        while place >= 0:
            content[place + flags] |= 1
            place = content.find(signature, place + 4)

    assert "password" in refused(bytes(content))


def test_a_row_with_cells_far_to_the_side_takes_no_more_than_its_columns():
    book = Workbook()
    sheet = book.active
    sheet.append(["Name", "Email"])
    sheet.append(["سهى", "suha@mosd.example"])
    sheet.cell(row=2, column=16_384, value="x")
    sheet.cell(row=1_000_000, column=1, value="ليث")
    out = io.BytesIO()
    book.save(out)

    first, last = read(out.getvalue()).lines

    assert max(len(first.cells), len(last.cells)) <= reading.MAX_COLUMNS
    assert last.number == 1_000_000


def workbook_parts(rows):
    with zipfile.ZipFile(io.BytesIO(xlsx_file(rows))) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


# Hostile text --------------------------------------------------------------------------------

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


def cleaned_or_refused(content):
    """The rows, or the sentence that says why there are none."""
    try:
        return cleaned(content), ""
    except Unreadable as refusal:
        return [], str(refusal)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400), st.sampled_from([b"", b"Name,Email\n", b"PK\x03\x04", b"\xff\xfe"]))
def test_whatever_is_handed_in_is_read_or_refused(content, start):
    rows, sentence = cleaned_or_refused(start + content)

    assert not (rows and sentence)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(TEXT, TEXT), min_size=1, max_size=5), st.sampled_from(DELIMITERS))
def test_a_sound_row_has_a_name_and_an_address_whatever_stands_around_it(rows, delimiter):
    rows, _sentence = cleaned_or_refused(csv_file([["Name", "Email"], *rows], delimiter=delimiter))

    for row in rows:
        if row.is_sound:
            assert row.cells["full_name"].strip()
            assert re.fullmatch(r"[^\s@]+@[^\s@]+", row.cells["email"])
            assert row.cells["email"] == row.cells["email"].lower()


# The template --------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["ar", "en"])
def test_the_template_is_headed_in_the_pages_language_and_can_be_read_back(language):
    with translation.override(language):
        workbook, text = xlsx_template(), csv_template()

    sheet = load_workbook(io.BytesIO(workbook)).active
    assert sheet.sheet_view.rightToLeft == (language == "ar")
    assert text.startswith(b"\xef\xbb\xbf")
    for content in (workbook, text):
        columns = read(content).columns
        assert list(columns.places) == list(FIELDS)
        assert columns.ignored == []
