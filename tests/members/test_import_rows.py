"""The cells of a row: what is cleaned away, and what is said to be wrong."""

from __future__ import annotations

import pytest

from members.addresses import clean_address, is_address
from members.importing.headings import find_columns
from members.importing.reading import Line
from members.importing.rows import SENTENCES, clean_row, clean_rows, sentence
from tests.members.sheets import ENGLISH

COLUMNS = find_columns(ENGLISH)


def row(name="سهى", email="suha@mosd.example", *more):
    return clean_row(Line(2, [name, email, *more]), COLUMNS)


@pytest.mark.parametrize(
    "written",
    [
        "Suha@MOSD.example",
        " suha@mosd.example ",
        "\u200fsuha@mosd.example\u200e",
        "\u202bsuha@mosd.example\u202c",
        "suha\u00a0@mosd.example",
        "su\u00adha@mosd\u200b.example",
        "suhaـ@mosd.example",
        "<suha@mosd.example>",
        "mailto:suha@mosd.example",
        "suha@mosd.example;",
        "«suha@mosd.example»،",
        "'suha@mosd.example",
    ],
)
def test_an_address_is_found_under_what_programs_leave_around_it(written):
    assert row(email=written).cells["email"] == "suha@mosd.example"
    assert row(email=written).problems == []


def test_arabic_digits_in_an_address_become_latin():
    assert row(email="suha٢٠٢٦@mosd.example").cells["email"] == "suha2026@mosd.example"
    assert clean_address("a۱٢@b.example") == "a12@b.example"


@pytest.mark.parametrize(
    ("email", "problem"),
    [
        ("", "email_missing"),
        (" \u200f ", "email_missing"),
        ("suha", "email_wrong"),
        ("suha@mosd", "email_wrong"),
        ("suha@@mosd.example", "email_wrong"),
        ("سهى@mosd.example", "email_wrong"),
        ("suha@mosd..example", "email_wrong"),
        ("a@b.example; c@d.example", "email_several"),
        ("a@b.example، c@d.example", "email_several"),
        ("a@b.example c@d.example", "email_several"),
        (f"{'a' * 60}@{'b' * 63}.{'c' * 63}.{'d' * 63}.{'e' * 20}.example", "email_long"),
    ],
)
def test_what_is_wrong_with_an_address_is_said(email, problem):
    found = row(email=email)

    assert found.problems == [problem]
    assert not found.is_sound


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("", "name_missing"),
        ("\u200f", "name_missing"),
        ("ـــ", "name_missing"),
        ("#N/A", "name_missing"),
        ("12345", "name_unreadable"),
        ("—", "name_unreadable"),
        ("س" * 151, "name_long"),
    ],
)
def test_what_is_wrong_with_a_name_is_said(name, problem):
    assert row(name=name).problems == [problem]


def test_names_lose_marks_and_tatweel_and_the_apostrophe_of_an_export():
    assert row(name="\u202eمـــحـمـد\u202c  علي").cells["full_name"] == "محمد علي"
    assert row(name="'=cmd").cells["full_name"] == "=cmd"
    assert row(name="O'Neil").cells["full_name"] == "O'Neil"


def test_a_name_in_latin_letters_stands_in_for_a_missing_one():
    assert row("", "a@b.example", "", "", "", "Suha Momani").cells["full_name"] == "Suha Momani"


def test_every_other_fault_and_remark():
    found = row("سهى", "a@b.example", "و" * 201, "م" * 151, "Klingon", "L" * 151)

    assert found.problems == [
        "organisation_long",
        "function_long",
        "full_name_latin_long",
        "language_unknown:Klingon",
    ]
    assert "language" not in found.cells
    assert row("سهى", "a@b.example", "", "", "", "", "شيء").problems == ["shifted"]
    unknown = row("سهى", "a@b.example", "", "", "Klingon")
    assert unknown.is_sound


@pytest.mark.parametrize(
    ("written", "code"),
    [("العربية", "ar"), ("عربي", "ar"), ("AR", "ar"), ("الانجليزية", "en"), ("english", "en")],
)
def test_languages_are_known_by_their_names(written, code):
    assert row("سهى", "a@b.example", "", "", written).cells["language"] == code


def test_a_repeated_address_names_the_row_it_repeats_and_a_faulty_one_repeats_nothing():
    lines = [
        Line(2, ["", "a@b.example"]),
        Line(3, ["سهى", "a@b.example"]),
        Line(4, ["ليث", "A@B.example"]),
        Line(5, ["نور", "c@b.example"]),
    ]

    assert [found.problems for found in clean_rows(lines, COLUMNS)] == [
        ["name_missing"],
        [],
        ["repeated:3"],
        [],
    ]


@pytest.mark.usefixtures("in_english")
def test_every_problem_has_a_sentence():
    for code in SENTENCES:
        text = sentence(f"{code}:7")
        assert text.endswith("."), code
        assert "%" not in text
    assert sentence("repeated:7") == "The same address stands in row \u20687\u2069."
    assert sentence("of-another-version") == "of-another-version"


def test_an_address_is_one_a_mail_can_be_sent_to():
    assert is_address("a@b.example")
    assert not is_address("a@b.example" + "e" * 250)
