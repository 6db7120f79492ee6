"""The cells of one row, cleaned, and what is wrong with them.

A problem is kept as a code (with a value after a colon, where its sentence needs one), so that
each reader is told in their own language.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from cop_portal.text import clean_line, fold, isolated
from members.addresses import MAX_LENGTH, clean_address, is_address
from members.importing.headings import Columns
from members.importing.reading import Line

LENGTHS = {
    "full_name": 150,
    "full_name_latin": 150,
    "function": 150,
    "organisation": 200,
}
TATWEEL = "\u0640"
BETWEEN = re.compile(r"[,;،؛/\s]+")
# Errors that a spreadsheet computed, in the languages of its programs: nothing was entered there.
COMPUTED = re.compile(r"#(N/?A|REF!|VALUE!|NAME\?|DIV/0!|NULL!|NUM!|SPILL!)", re.IGNORECASE)
LANGUAGES = {
    "ar": ("ar", "arabic", "العربية", "عربي", "عربية", "اللغة العربية", "arabe"),
    "en": ("en", "english", "الإنجليزية", "إنجليزي", "انكليزي", "الانكليزية", "anglais"),
    "fr": ("fr", "french", "الفرنسية", "فرنسي", "francais"),
}
_LANGUAGE = {fold(word): code for code, words in LANGUAGES.items() for word in words}

# What keeps a row from being invited, and what its reader should merely know.
FAULTS = {
    "name_missing": _("The name is missing."),
    "name_unreadable": _("The name holds no letters."),
    "name_long": _("The name is longer than 150 characters."),
    "email_missing": _("The email address is missing."),
    "email_several": _("There is more than one email address: one row is needed for each person."),
    "email_wrong": _("This is not a complete email address."),
    "email_long": _("The email address is too long."),
    "full_name_latin_long": _("The name in Latin letters is longer than 150 characters."),
    "function_long": _("The job title is longer than 150 characters."),
    "organisation_long": _("The name of the organisation is longer than 200 characters."),
    "shifted": _("The row has more cells than there are headings: they may have been shifted."),
    "repeated": _("The same address stands in row %(value)s."),
}
REMARKS = {
    "language_unknown": _("The language %(value)s is not offered: that of the form is used."),
    "expired": _("An earlier invitation has expired: it is sent again."),
    "expired_often": _("The invitation has expired and was sent as often as it can be."),
    "unconfirmed": _("The request is there, but its address is not confirmed: a code can help."),
    "elsewhere": _(
        "This address has an account in another country: propose a transfer through the "
        "secretariat."
    ),
    "invited_elsewhere": _("Another country has invited this address: the secretariat can help."),
    "declined": _("The request to join was rejected earlier."),
    "suspended": _("The account is suspended."),
    "left": _("The person left the community: the roster shows how to bring members back."),
    "inactive": _("The account is closed."),
    "joined_since": _("This changed after the check."),
}
SENTENCES = {**FAULTS, **REMARKS}


class Row(NamedTuple):
    """A row as it will be kept; `problems` are codes in the order of the columns."""

    number: int
    cells: dict[str, str]
    problems: list[str]

    @property
    def is_sound(self) -> bool:
        return not any(problem.partition(":")[0] in FAULTS for problem in self.problems)


def sentence(problem: str) -> str:
    """What a problem's code says, in the active language."""
    code, _colon, value = problem.partition(":")
    text = SENTENCES.get(code)
    return str(text) % {"value": isolated(value)} if text else problem


def clean_rows(lines: list[Line], columns: Columns) -> list[Row]:
    """Clean every line; of several sound ones with one address all but the first are faulty."""
    rows: list[Row] = []
    seen: dict[str, int] = {}
    for line in lines:
        row = clean_row(line, columns)
        address = row.cells.get("email", "")
        if row.is_sound and address in seen:
            row.problems.append(f"repeated:{seen[address]}")
        elif row.is_sound:
            seen[address] = row.number
        rows.append(row)
    return rows


def clean_row(line: Line, columns: Columns) -> Row:
    raw = {
        field: line.cells[place] if place < len(line.cells) else ""
        for field, place in columns.places.items()
    }
    cells = {field: clean_text(text) for field, text in raw.items()}
    cells["full_name"] = cells["full_name"] or cells.get("full_name_latin", "")
    problems = _name_problems(cells["full_name"])
    cells["email"], email_problems = _email(cells["email"])
    problems += email_problems
    for field in ("organisation", "function", "full_name_latin"):
        if len(cells.get(field, "")) > LENGTHS[field]:
            problems.append(f"{field}_long")
    problems += _language(cells)
    if any(line.cells[columns.width :]):
        problems.append("shifted")
    return Row(line.number, {field: text for field, text in cells.items() if text}, problems)


def clean_text(text: str) -> str:
    """A cell without hidden marks, tatweel, computed errors and the apostrophe that keeps a
    spreadsheet from taking text for a formula."""
    line = clean_line(text).replace(TATWEEL, "")
    if COMPUTED.fullmatch(line):
        return ""
    return line[1:] if re.match(r"'[=+\-@'\t]", line) else line


def _name_problems(name: str) -> list[str]:
    if not name:
        return ["name_missing"]
    if len(name) > LENGTHS["full_name"]:
        return ["name_long"]
    is_readable = fold(name) and any(letter.isalpha() for letter in name)
    return [] if is_readable else ["name_unreadable"]


def _email(text: str) -> tuple[str, list[str]]:
    """The address, or what was written where it is none, and what is wrong with it."""
    address = clean_address(text)
    if not address:
        return text, ["email_missing"]
    # Split, not searched for: to go back over two thousand letters took seconds for each cell.
    if sum("@" in part[1:-1] for part in BETWEEN.split(text)) > 1:
        return text, ["email_several"]
    if len(address) > MAX_LENGTH:
        return text[:MAX_LENGTH], ["email_long"]
    return (address, []) if is_address(address) else (text, ["email_wrong"])


def _language(cells: dict[str, str]) -> list[str]:
    """Put the language's code in place of its name; one that is not offered is left out."""
    written = cells.pop("language", "")
    if not written:
        return []
    code = _LANGUAGE.get(fold(written))
    if code not in dict(settings.LANGUAGES):
        return [f"language_unknown:{written[:40]}"]
    cells["language"] = str(code)
    return []
