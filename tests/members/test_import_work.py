"""The work on an import: chunks, crashes, an absent queue, two at once, five thousand rows."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from django.utils import timezone
from kombu.exceptions import OperationalError

from members import tasks
from members.actions.imports import (
    apply_import,
    begin,
    take_in,
    work_on,
    work_on_chunk,
    work_on_stalled,
)
from members.models import Invitation, RosterImport, RosterImportRow, RosterRecord, User
from notifications.models import Delivery
from tests.factories import CountryFactory, UserFactory
from tests.members.importing import HEADINGS, chunked, verdicts
from tests.members.sheets import csv_file, people
from tests.members.together import together

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("import_queue")]
Verdict = RosterImportRow.Verdict
Action = RosterRecord.Action


# Chunks, crashes, queues ---------------------------------------------------------------------


def test_a_killed_worker_leaves_whole_chunks_and_the_next_goes_on(
    checked, hand_in, focal_point, monkeypatch, told
):
    chunked(monkeypatch, 2)
    new = hand_in(people(5))
    assert work_on_chunk(new.pk)
    assert [verdict for _email, verdict in verdicts(new)] == ["new", "new", "", "", ""]
    work_on(new.pk)
    apply_import(new, by=focal_point)
    assert work_on_chunk(new.pk)
    assert len(told()) == 2

    def die(*args, **kwargs):
        raise MemoryError

    with monkeypatch.context() as broken:
        broken.setattr("members.actions.imports.RosterImportRow.objects.bulk_update", die)
        with pytest.raises(MemoryError):
            work_on_chunk(new.pk)
    # The chunk that died left nothing behind: neither invitations nor mails.
    assert len(told()) == Invitation.objects.count() == 2

    RosterImport.objects.update(moved_at=timezone.now() - timedelta(minutes=2))
    assert work_on_stalled() == 1

    new.refresh_from_db()
    assert new.state == "applied"
    assert len(told()) == len(set(told())) == Invitation.objects.count() == 5
    assert work_on_stalled() == 0


def test_an_import_that_moves_is_left_to_its_worker(hand_in):
    new = hand_in(people(1))

    assert work_on_stalled() == 0
    assert [verdict for _email, verdict in verdicts(new)] == [""]


def test_one_that_cannot_be_worked_on_does_not_hold_up_the_others(hand_in, monkeypatch, caplog):
    broken, sound = hand_in(people(1)), hand_in(people(1))
    RosterImport.objects.update(moved_at=timezone.now() - timedelta(minutes=2))
    RosterImportRow.objects.filter(roster_import=broken).update(cells={})

    tasks.continue_imports()

    sound.refresh_from_db()
    assert sound.state == "checked"
    assert f"Import {broken.pk} could not be worked on" in caplog.text


def test_a_short_file_needs_no_worker(hand_in, import_queue):
    new = hand_in(people(3))

    begin(new.pk)

    new.refresh_from_db()
    assert (new.state, import_queue) == ("checked", [])


def test_a_worker_is_woken_once_the_first_rows_are_done(hand_in, monkeypatch):
    """Woken earlier it would find them being worked on and go, and the rest would wait."""
    chunked(monkeypatch, 2)
    new, done = hand_in(people(3)), []
    monkeypatch.setattr(tasks.work_on_import, "delay", lambda _key: done.append(verdicts(new)))

    begin(new.pk)

    [seen] = done
    assert [verdict for _email, verdict in seen] == ["new", "new", ""]


def test_a_queue_that_is_away_stops_nobody(hand_in, monkeypatch, caplog):
    def away(_key):
        raise OperationalError

    chunked(monkeypatch, 2)
    new = hand_in(people(3))
    monkeypatch.setattr(tasks.work_on_import, "delay", away)
    begin(new.pk)
    assert f"import {new.pk} waits for the sweep" in caplog.text

    tasks.work_on_import(new.pk)

    new.refresh_from_db()
    assert new.state == "checked"


@pytest.mark.parametrize("step", ["check", "apply"])
def test_the_statements_of_a_chunk_do_not_grow_with_its_rows(
    hand_in, focal_point, step, django_assert_max_num_queries
):
    counts = []
    for size, domain in ((3, "few.example"), (300, "many.example")):
        new = hand_in(people(size, domain=domain))
        if step == "apply":
            work_on(new.pk)
            apply_import(new, by=focal_point)
        with django_assert_max_num_queries(25) as captured:
            work_on_chunk(new.pk)
        counts.append(len(captured))

    assert counts[0] == counts[1] == {"check": 9, "apply": 16}[step]


# At the same moment --------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_two_who_apply_and_two_workers_do_it_once(in_english):
    jordan = CountryFactory(iso="JO")
    first, second = UserFactory(country=jordan), UserFactory(country=jordan)
    new = take_in(
        jordan, file_name="x", content=csv_file([HEADINGS, *people(40)]), language="ar", by=first
    )
    work_on(new.pk)

    results = together(lambda: apply_import(new, by=first), lambda: apply_import(new, by=second))
    together(lambda: work_on(new.pk), lambda: work_on(new.pk))
    work_on(new.pk)

    assert results == ["This import is being applied already.", "done"]
    assert Invitation.objects.count() == 40
    assert Delivery.objects.count() == 40
    assert RosterRecord.objects.filter(action="invited").count() == 40


@pytest.mark.django_db(transaction=True)
def test_two_files_with_the_same_people_invite_each_of_them_once():
    jordan = CountryFactory(iso="JO")
    by = UserFactory(country=jordan)
    rows = people(60)
    pair = [
        take_in(jordan, file_name="x", content=csv_file([HEADINGS, *order]), language="ar", by=by)
        for order in (rows, rows[::-1])
    ]
    for new in pair:
        work_on(new.pk)
        apply_import(new, by=by)

    together(*[lambda new=new: work_on(new.pk) for new in pair])

    assert Invitation.objects.count() == 60
    assert Delivery.objects.count() == 60
    assert {new.state for new in RosterImport.objects.all()} == {"applied"}


# Five thousand -------------------------------------------------------------------------------


@pytest.mark.slow
def test_five_thousand_rows_of_which_three_hundred_are_bad(
    jordan, morocco, focal_point, told, django_assert_max_num_queries
):
    """Every sort of fault and every verdict, among 4,700 people nobody knows."""
    new_people = people(4_500)
    existing = people(200, start=4_500)
    users = [User(email=email, full_name=name, country=jordan, membership="member")
             for name, email in existing[:100]]  # fmt: skip
    users += [User(email=email, full_name=name, country=morocco, membership="member")
              for name, email in existing[100:140]]  # fmt: skip
    users += [User(email=email, full_name=name, country=jordan, membership="applicant")
              for name, email in existing[140:180]]  # fmt: skip
    users += [User(email=email, full_name=name, country=jordan, membership="left")
              for name, email in existing[180:200]]  # fmt: skip
    for user in users:
        user.clean_names()
    User.objects.bulk_create(users)
    bad = [
        *[["", f"noname{n}@bad.example"] for n in range(40)],
        *[[f"عضو {n}", ""] for n in range(40)],
        *[[f"عضو {n}", f"wrong{n}"] for n in range(60)],
        *[[f"عضو {n}", f"a{n}@b.example; c{n}@d.example"] for n in range(30)],
        *[["س" * 151, f"long{n}@bad.example"] for n in range(20)],
        *[["123", f"digits{n}@bad.example"] for n in range(10)],
        *[[f"عضو {n}", f"shifted{n}@bad.example", "شيء"] for n in range(20)],
        *[[name, f"\u200f{email.upper()}\u200e"] for name, email in new_people[:80]],
    ]
    assert len(bad) == 300
    rows = [*new_people, *existing, *bad]
    assert len(rows) == 5_000
    content = csv_file([HEADINGS, *rows], delimiter=";")

    done = take_in(jordan, file_name="5000.csv", content=content, language="ar", by=focal_point)
    with django_assert_max_num_queries(10 * 10):
        work_on(done.pk)

    assert Counter(verdict for _email, verdict in verdicts(done)) == {
        "new": 4_500, "member": 100, "other_country": 40, "waiting": 40, "closed": 20,
        "invalid": 220, "repeated": 80,
    }  # fmt: skip
    apply_import(done, by=focal_point)
    with django_assert_max_num_queries(10 * 16):
        work_on(done.pk)
    done.refresh_from_db()
    assert done.state == "applied"
    assert Invitation.objects.count() == Delivery.objects.count() == 4_500
    assert len({address for _kind, address, _language in told()}) == 4_500

    again = take_in(jordan, file_name="5000.csv", content=content, language="ar", by=focal_point)
    work_on(again.pk)
    assert Counter(verdict for _email, verdict in verdicts(again)) == {
        "invited": 4_500, "member": 100, "other_country": 40, "waiting": 40, "closed": 20,
        "invalid": 220, "repeated": 80,
    }  # fmt: skip
