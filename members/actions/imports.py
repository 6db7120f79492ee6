"""A spreadsheet of people: taken in, checked, applied.

The work is done in chunks, each in one transaction under the import's own lock. A worker that
dies leaves whole chunks behind; whoever comes next goes on after the last one. What a row led to
is written in the same transaction, so that no row is applied twice.
"""

from __future__ import annotations

import logging

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cop_portal.queue import hand_over
from cop_portal.text import clean_line
from members.actions.invitations import invite_all
from members.actions.refusal import Refused
from members.audit import record
from members.importing.reading import Unreadable, read
from members.importing.rows import Row, clean_rows
from members.importing.verdicts import Verdict, judge
from members.models import Country, RosterImport, RosterImportRow, RosterRecord, User
from members.models.imports import TAKEN_UP_AFTER

logger = logging.getLogger(__name__)

CHUNK = 500
State = RosterImport.State


@transaction.atomic
def take_in(
    country: Country, *, file_name: str, content: bytes, language: str, by: User
) -> RosterImport:
    """Read a file and keep its rows for the check, which `begin` starts.

    Rows that are wrong in themselves have their verdict at once. Raises `Unreadable` for a file
    that cannot be used as a whole.
    """
    sheet = read(content)
    rows = clean_rows(sheet.lines, sheet.columns)
    if not rows:
        raise Unreadable(_("The file has headings but no people below them."))
    new = RosterImport.objects.create(
        country=country,
        uploaded_by=by,
        file_name=clean_line(file_name)[-200:] or "-",
        language=language,
        total=len(rows),
        ignored_columns=sheet.columns.ignored,
    )
    RosterImportRow.objects.bulk_create(
        [
            RosterImportRow(
                roster_import=new,
                number=row.number,
                cells=row.cells,
                problems=row.problems,
                verdict=_own_verdict(row),
            )
            for row in rows
        ],
        batch_size=1000,
    )
    return new


def _own_verdict(row: Row) -> Verdict:
    if row.is_sound:
        return Verdict.UNCHECKED
    repeated = [problem for problem in row.problems if problem.startswith("repeated:")]
    return Verdict.REPEATED if repeated else Verdict.INVALID


@transaction.atomic
def apply_import(roster_import: RosterImport, *, by: User) -> RosterImport:
    """Set out to invite everyone found new; `begin` starts the work. Locks the row and
    refuses all but a checked import with somebody new, so that of two people one applies it."""
    row = RosterImport.objects.select_for_update(no_key=True).get(pk=roster_import.pk)
    _refuse_unless_checked(row)
    new = row.rows.filter(verdict=Verdict.NEW).count()
    if not new:
        raise Refused(_("There is nobody new in this file."))
    row.state = State.APPLYING
    row.applied_by = by
    row.applied_at = row.moved_at = timezone.now()
    row.save(update_fields=["state", "applied_by", "applied_at", "moved_at"])
    record(
        RosterRecord.Action.IMPORTED,
        by=by,
        country_id=row.country_id,
        roster_import=row.pk,
        rows=row.total,
        new=new,
    )
    return row


@transaction.atomic
def discard_import(roster_import: RosterImport, *, by: User) -> RosterImport:
    """Throw an import away with the people in it; that there was one is kept. Locks the row;
    refuses once it was applied or discarded."""
    row = RosterImport.objects.select_for_update(no_key=True).get(pk=roster_import.pk)
    if row.state != State.CHECKING:
        _refuse_unless_checked(row)
    row.rows.all().delete()
    row.state = State.DISCARDED
    row.save(update_fields=["state"])
    return row


def _refuse_unless_checked(row: RosterImport) -> None:
    reasons = {
        State.CHECKING: _("The file is still being checked."),
        State.APPLYING: _("This import is being applied already."),
        State.APPLIED: _("This import has been applied already."),
        State.DISCARDED: _("This import was discarded."),
    }
    if reason := reasons.get(State(row.state)):
        raise Refused(reason)


# The work ------------------------------------------------------------------------------------


def begin(key: int) -> None:
    """Work on the first rows at once, so that a short file needs no worker, then wake one for the
    rest. Not before: it would find the import being worked on and leave it to the sweep."""
    if work_on_chunk(key):
        announce(key)


def work_on(key: int) -> None:
    """Check or apply what is left of an import, chunk by chunk; does nothing while another
    worker has it, and when nothing is left."""
    while work_on_chunk(key):
        pass


def work_on_stalled() -> int:
    """Take up every import that no worker moved on lately; return how many there were."""
    keys = list(RosterImport.objects.unmoved_for(TAKEN_UP_AFTER).values_list("pk", flat=True))
    for key in keys:
        try:
            work_on(key)
        except Exception:
            # One file that cannot be worked on must not hold up the others; the desk shows it.
            logger.exception("Import %s could not be worked on", key)
    return len(keys)


@transaction.atomic
def work_on_chunk(key: int) -> bool:
    """Check or apply the next rows; return whether there may be more to do here."""
    at_work = RosterImport.objects.at_work().filter(pk=key)
    row = at_work.select_for_update(skip_locked=True, no_key=True, of=("self",)).first()
    if row is None:
        return False
    if row.state == State.CHECKING:
        verdict, step, done = Verdict.UNCHECKED, _check, State.CHECKED
    else:
        verdict, step, done = Verdict.NEW, _apply, State.APPLIED
    chunk = list(row.rows.filter(verdict=verdict, applied_at=None).order_by("number")[: CHUNK + 1])
    if chunk:
        step(row, chunk[:CHUNK])
    is_done = len(chunk) <= CHUNK
    row.moved_at = timezone.now()
    row.state = done if is_done else row.state
    row.save(update_fields=["moved_at", "state"])
    return not is_done


def _check(roster_import: RosterImport, rows: list[RosterImportRow]) -> None:
    judged = judge(roster_import.country_id, [row.cells["email"] for row in rows])
    for row in rows:
        judgement = judged[row.cells["email"]]
        row.verdict = judgement.verdict
        if judgement.remark:
            row.problems = [*row.problems, judgement.remark]
    RosterImportRow.objects.bulk_update(rows, ["verdict", "problems"])


def _apply(roster_import: RosterImport, rows: list[RosterImportRow]) -> None:
    """Judge the rows again, for someone may have joined since the check, and invite whoever is
    still new."""
    by = roster_import.applied_by
    assert by is not None  # set when the import was applied
    addresses = [row.cells["email"] for row in rows]
    judged = judge(roster_import.country_id, addresses)
    new = [
        (_person(row, roster_import.language), judged[row.cells["email"]])
        for row in rows
        if judged[row.cells["email"]].verdict == Verdict.NEW
    ]
    invited = invite_all(roster_import.country_id, new, by=by) if new else set()
    now = timezone.now()
    for row in rows:
        row.applied_at = now
        judgement = judged[row.cells["email"]]
        if row.cells["email"] not in invited:
            was_new = judgement.verdict == Verdict.NEW
            row.verdict = Verdict.INVITED if was_new else judgement.verdict
            remarks = [judgement.remark] if judgement.remark and not was_new else []
            row.problems = [*row.problems, *remarks, "joined_since"]
    RosterImportRow.objects.bulk_update(rows, ["verdict", "problems", "applied_at"])


def _person(row: RosterImportRow, language: str) -> dict[str, str]:
    cells = row.cells
    return {
        "email": cells["email"],
        "full_name": cells["full_name"],
        "full_name_latin": cells.get("full_name_latin", ""),
        "function": cells.get("function", ""),
        "organisation_text": cells.get("organisation", ""),
        "language": cells.get("language") or language,
    }


def announce(key: int) -> None:
    """Wake a worker. If the queue cannot be reached the import waits for the regular sweep."""
    from members.tasks import work_on_import

    hand_over(work_on_import, key, what=f"import {key}")
