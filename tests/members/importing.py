"""What the tests of imports share beside the fixtures."""

from __future__ import annotations

from members.actions import imports
from members.actions.imports import apply_import, work_on
from tests.members.sheets import ARABIC

HEADINGS = ARABIC[:2]


def verdicts(roster_import):
    rows = roster_import.rows.order_by("number")
    return [(row.cells.get("email", ""), row.verdict) for row in rows]


def apply_now(roster_import, by):
    apply_import(roster_import, by=by)
    work_on(roster_import.pk)
    roster_import.refresh_from_db()


def chunked(monkeypatch, size):
    monkeypatch.setattr(imports, "CHUNK", size)
