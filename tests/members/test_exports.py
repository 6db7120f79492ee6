"""The roster as a file, and cells that no spreadsheet takes for formulas."""

import csv
from datetime import UTC, date, datetime
from io import BytesIO, StringIO

import pytest
from openpyxl import load_workbook

from cop_portal.spreadsheets import as_csv, as_xlsx, csv_parts, neutral
from members.models import RosterRecord
from tests.factories import OrganisationFactory, UserFactory
from tests.members.pages import flat

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
URL = "/en/office/roster/export/"


@pytest.fixture(autouse=True)
def now(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def two(jordan, focal_point):
    ministry = OrganisationFactory(name_ar="وزارة العمل", name_en="Ministry of Labour")
    joined = datetime(2026, 10, 1, 22, tzinfo=UTC)
    return [
        UserFactory(
            full_name="أمينة", full_name_latin="=HYPERLINK(1)", email="amina@cop.example",
            function="  +مديرة", organisation=ministry, country=jordan, decided_at=joined,
            last_seen_on=date(2026, 11, 2), confirmed_on=date(2026, 11, 1), language="ar",
        ),
        UserFactory(
            full_name="باسل", full_name_latin="Basel", email="basel@cop.example",
            function="@cmd", organisation_text="＝1+1", country=jordan, decided_at=joined,
            language="en",
        ),
    ]  # fmt: skip


def body(response):
    if response.streaming:
        return b"".join(response.streaming_content)
    return response.content


def table_of(response):
    text = body(response)
    assert text.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(StringIO(text.decode("utf-8-sig"), newline="")))


def export(client, part="all", file_format="csv", path=URL, **fields):
    return client.post(path, {"part": part, "file_format": file_format, **fields})


def test_csv(as_user, focal_point, two):
    response = export(as_user(focal_point))

    assert response.streaming
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="roster-JO-2026-11-22.csv"'
    assert response["Cache-Control"] == "private, no-store"
    header, *rows = table_of(response)
    assert header == [
        "Full name", "Name in Latin letters", "Email", "Job title", "Job title in Latin letters",
        "Organisation", "Language", "Member since", "Last seen", "Confirmed on", "State", "Left on",
    ]  # fmt: skip
    found = {row[2]: row for row in rows}
    assert found["amina@cop.example"] == [
        "أمينة", "'=HYPERLINK(1)", "amina@cop.example", "'  +مديرة", "", "Ministry of Labour",
        "Arabic", "2026-10-01", "2026-11-02", "2026-11-01", "In post", "",
    ]  # fmt: skip
    assert found["basel@cop.example"][3:6] == ["'@cmd", "", "'＝1+1"]
    assert len(rows) == 3


def test_csv_is_written_in_the_language_of_the_page(as_user, focal_point, two):
    response = export(as_user(focal_point), path="/ar/office/roster/export/")
    header, first, *_rest = table_of(response)
    assert header[0] == "الاسم الكامل"
    assert first[5] in {"وزارة العمل", "'＝1+1", ""}


@pytest.mark.parametrize(("language", "right_to_left"), [("ar", True), ("en", False)])
def test_xlsx(as_user, focal_point, two, language, right_to_left):
    path = f"/{language}/office/roster/export/"
    response = export(as_user(focal_point), file_format="xlsx", path=path)

    sheet = load_workbook(BytesIO(body(response))).active
    assert bool(sheet.sheet_view.rightToLeft) is right_to_left
    assert sheet.freeze_panes == "A2"
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    rows = {row[2].value: row for row in sheet.iter_rows(min_row=2)}
    amina = rows["amina@cop.example"]
    assert (amina[1].value, amina[1].data_type) == ("=HYPERLINK(1)", "s")
    assert (amina[7].value.isoformat(), amina[7].is_date) == ("2026-10-01T00:00:00", True)
    assert amina[7].number_format == "yyyy-mm-dd"


def test_parts(as_user, focal_point, two):
    client = as_user(focal_point)
    client.post(
        "/en/office/roster/choose/?country=JO", {"shown": [two[1].pk], "ticked": [two[1].pk]}
    )
    page = flat(client.get(f"{URL}?country=JO&list=q%3Damina"))
    assert "The names selected (1)" in page
    assert "The list as it was narrowed (1)" in page
    assert "All members (3)" in page
    chosen = table_of(export(client, "selected"))
    narrowed = table_of(export(client, "list", list="q=basel"))
    ordered = table_of(export(client, "list", list="q=cop&sort=-joined"))

    assert [row[2] for row in chosen[1:]] == ["basel@cop.example"]
    assert [row[2] for row in narrowed[1:]] == ["basel@cop.example"]
    assert ordered[1:] == []
    assert export(client, "list").status_code == 422
    assert export(client, "everything").status_code == 422
    assert export(client, file_format="pdf").status_code == 422


def test_each_export_is_noted(as_user, focal_point, two):
    client = as_user(focal_point)
    client.get(URL)
    assert not RosterRecord.objects.exists()
    export(client, file_format="xlsx")
    [record] = RosterRecord.objects.all()
    assert (record.action, record.actor, record.country_id, record.person) == (
        "exported", focal_point, "JO", None,
    )  # fmt: skip
    assert record.detail == {"part": "all", "format": "xlsx", "count": 3}


def test_the_number_of_queries_does_not_grow(
    as_user, focal_point, two, jordan, django_assert_max_num_queries
):
    client = as_user(focal_point)

    def queries():
        with django_assert_max_num_queries(30) as captured:
            body(export(client))
        return len(captured)

    queries()
    before = queries()
    for _n in range(29):
        UserFactory(country=jordan, organisation=OrganisationFactory())
    assert queries() == before


# Cells ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "safe"),
    [
        ("=1+1", "'=1+1"), ("+962", "'+962"), ("-2", "'-2"), ("@x", "'@x"), ("\tx", "'\tx"),
        ("\rx", "'\rx"), ("  =1", "'  =1"), ("\u00a0=1", "'\u00a0=1"), ("\u200f=1", "'\u200f=1"),
        ("＝1", "'＝1"), ("　＋1", "'　＋1"), ("a;=1", "a;'=1"), ("a; +1", "a; '+1"),
        ("a\n=1", "a\n'=1"), ("1-2", "1-2"), ("أمينة", "أمينة"), ("a@b", "a@b"), ("", ""),
    ],
)  # fmt: skip
def test_no_cell_is_a_formula(cell, safe):
    assert neutral(cell) == safe


def test_csv_comes_in_parts_and_keeps_what_cells_hold():
    rows = [[f"a,{n}", 'quote " and\nbreak', date(2026, 1, 2), None] for n in range(1200)]
    parts = list(csv_parts(rows))
    assert len(parts) == 4
    read = list(csv.reader(StringIO(as_csv(rows).decode("utf-8-sig"), newline="")))
    assert read[1199] == ["a,1199", 'quote " and\nbreak', "2026-01-02", ""]


def test_control_characters_do_not_break_a_workbook():
    sheet = load_workbook(BytesIO(as_xlsx([["a\x00\x0bb"]], title="x" * 40))).active
    assert sheet["A1"].value == "ab"
    assert len(sheet.title) == 31
