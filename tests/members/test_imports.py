"""Importing spreadsheets: verdicts, applying once, going on after a crash, pages."""

from __future__ import annotations

import csv
import io
from collections import Counter
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from allauth.account.models import EmailAddress
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.utils import timezone
from kombu.exceptions import OperationalError

from members import tasks
from members.actions import imports
from members.actions.imports import (
    apply_import,
    discard_import,
    take_in,
    work_on,
    work_on_chunk,
    work_on_stalled,
)
from members.actions.refusal import Refused
from members.importing.reading import Unreadable
from members.models import Invitation, RosterImport, RosterImportRow, RosterRecord, User
from notifications.models import Delivery
from tests.factories import CountryFactory, UserFactory
from tests.members.pages import flat
from tests.members.sheets import ARABIC, csv_file, people, xlsx_file

pytestmark = pytest.mark.django_db
Verdict = RosterImportRow.Verdict
Action = RosterRecord.Action
HEADINGS = ARABIC[:2]


@pytest.fixture(autouse=True)
def queue(monkeypatch):
    """What would be handed to a worker; the tests work on it themselves."""
    handed = []
    monkeypatch.setattr("notifications.actions.announce", lambda: None)
    monkeypatch.setattr(tasks.work_on_import, "delay", handed.append)
    return handed


@pytest.fixture
def hand_in(jordan, focal_point):
    """Take a file of rows in, for Jordan unless said otherwise."""

    def take(rows, *, country=None, by=None, language="ar", make=csv_file):
        return take_in(
            country or jordan,
            file_name="قائمة.csv",
            content=make([HEADINGS, *rows]),
            language=language,
            by=by or focal_point,
        )

    return take


@pytest.fixture
def checked(hand_in):
    def check(rows, **how):
        new = hand_in(rows, **how)
        work_on(new.pk)
        new.refresh_from_db()
        return new

    return check


def verdicts(roster_import):
    rows = roster_import.rows.order_by("number")
    return [(row.cells.get("email", ""), row.verdict) for row in rows]


def apply_now(roster_import, by):
    apply_import(roster_import, by=by)
    work_on(roster_import.pk)
    roster_import.refresh_from_db()


# Verdicts ------------------------------------------------------------------------------------


@pytest.fixture
def known(jordan, morocco, focal_point):
    """One address of every sort there is, with the verdict and remarks expected."""
    UserFactory(email="member@k.example")
    aliased = UserFactory()
    EmailAddress.objects.create(user=aliased, email="alias@k.example", verified=True)
    UserFactory(email="waiting@k.example", membership="applicant")
    UserFactory(email="lost@k.example", membership="applicant", confirmed_address=False)
    UserFactory(email="left@k.example", membership="left")
    UserFactory(email="gone@k.example", is_active=False)
    UserFactory(email="elsewhere@k.example", country=morocco)

    def invited(email, country, **fields):
        Invitation.objects.create(
            email=email, full_name="س", country=country, language="ar", invited_by=focal_point,
            **fields,
        )  # fmt: skip

    past = timezone.now() - timedelta(days=2)
    invited("invited@k.example", jordan)
    invited("late@k.example", jordan, expires_at=past)
    invited("often@k.example", jordan, expires_at=past, sent_count=5)
    invited("theirs@k.example", morocco)
    invited("theirslate@k.example", morocco, expires_at=past)
    return {
        "member@k.example": (Verdict.MEMBER, []),
        "alias@k.example": (Verdict.MEMBER, []),
        "waiting@k.example": (Verdict.WAITING, []),
        "lost@k.example": (Verdict.WAITING, ["unconfirmed"]),
        "left@k.example": (Verdict.CLOSED, ["left"]),
        "gone@k.example": (Verdict.CLOSED, ["inactive"]),
        "elsewhere@k.example": (Verdict.OTHER_COUNTRY, ["elsewhere"]),
        "invited@k.example": (Verdict.INVITED, []),
        "late@k.example": (Verdict.NEW, ["expired"]),
        "often@k.example": (Verdict.INVITED, ["expired_often"]),
        "theirs@k.example": (Verdict.OTHER_COUNTRY, ["invited_elsewhere"]),
        "theirslate@k.example": (Verdict.NEW, []),
        "fresh@k.example": (Verdict.NEW, []),
    }


@pytest.mark.parametrize("make", [csv_file, xlsx_file])
def test_every_verdict_there_is(checked, known, make):
    rows = [["س", address.upper()] for address in known]
    rows += [["", "noname@k.example"], ["س", "no address"], ["س", "fresh@k.example"]]

    done = checked(rows, make=make)

    assert done.state == "checked"
    found = {
        row.cells["email"]: (row.verdict, row.problems)
        for row in done.rows.filter(number__lte=len(known) + 1)
    }
    assert found == known
    assert [(r.verdict, r.problems) for r in done.rows.filter(number__gt=len(known) + 1)] == [
        (Verdict.INVALID, ["name_missing"]),
        (Verdict.INVALID, ["email_wrong"]),
        (Verdict.REPEATED, ["repeated:14"]),
    ]


def test_a_dry_run_writes_to_nobody(checked, told):
    checked(people(3))

    assert told() == []
    assert not Invitation.objects.exists()
    assert not RosterRecord.objects.exists()


def test_applying_invites_whoever_is_new_with_what_the_file_says(checked, known, focal_point, told):
    content = [["س", address] for address in known]
    done = checked(content)
    before = Invitation.objects.count()

    apply_now(done, focal_point)

    assert done.state == "applied"
    assert done.applied_by == focal_point
    # One is new, one was of another country; the third was renewed.
    assert Invitation.objects.count() == before + 2
    assert sorted(address for _kind, address, _language in told()) == [
        "fresh@k.example",
        "late@k.example",
        "theirslate@k.example",
    ]
    assert Invitation.objects.get(email="theirslate@k.example", country="MA").state == "withdrawn"
    assert Counter(RosterRecord.objects.values_list("action", flat=True)) == {
        "imported": 1, "invited": 3, "invitation_withdrawn": 1,
    }  # fmt: skip
    imported = RosterRecord.objects.get(action="imported")
    assert imported.detail == {"roster_import": done.pk, "rows": 13, "new": 3}


def test_the_language_and_details_of_a_row_reach_the_invitation(jordan, focal_point):
    rows = [
        ARABIC,
        ["سهى", "suha@mosd.example", "الوزارة", "رئيسة", "English", "Suha"],
        ["ليث", "laith@mol.example", "", "", "", ""],
    ]
    new = take_in(jordan, file_name="x", content=csv_file(rows), language="ar", by=focal_point)
    work_on(new.pk)
    apply_now(new, focal_point)

    suha, laith = Invitation.objects.order_by("-email")
    assert (suha.full_name, suha.full_name_latin, suha.organisation_text) == (
        "سهى", "Suha", "الوزارة",
    )  # fmt: skip
    assert (suha.function, suha.language, laith.language) == ("رئيسة", "en", "ar")


def test_the_same_file_again_changes_nothing(checked, focal_point, told):
    rows = people(5)
    apply_now(checked(rows), focal_point)
    before = list(Invitation.objects.values())

    again = checked(rows)

    assert {verdict for _email, verdict in verdicts(again)} == {Verdict.INVITED}
    with pytest.raises(Refused):
        apply_import(again, by=focal_point)
    assert list(Invitation.objects.values()) == before
    assert len(told()) == 5


def test_rows_are_judged_again_when_they_are_applied(checked, jordan, morocco, focal_point, told):
    done = checked(people(4))
    UserFactory(email="person0@roster.example")
    UserFactory(email="person1@roster.example", country=morocco)
    Invitation.objects.create(
        email="person2@roster.example", full_name="س", country=jordan, language="ar",
        invited_by=focal_point,
    )  # fmt: skip

    apply_now(done, focal_point)

    assert [(row.verdict, row.problems) for row in done.rows.all()] == [
        (Verdict.MEMBER, ["joined_since"]),
        (Verdict.OTHER_COUNTRY, ["elsewhere", "joined_since"]),
        (Verdict.INVITED, ["joined_since"]),
        (Verdict.NEW, []),
    ]
    assert [address for _kind, address, _language in told()] == ["person3@roster.example"]


# Files ---------------------------------------------------------------------------------------


def test_a_file_with_headings_alone_is_refused(hand_in, in_english):
    with pytest.raises(Unreadable, match="headings but no people"):
        hand_in([])
    assert not RosterImport.objects.exists()


# Chunks, crashes, queues ---------------------------------------------------------------------


def chunked(monkeypatch, size):
    monkeypatch.setattr(imports, "CHUNK", size)


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


def test_a_worker_is_woken_after_the_commit_and_its_absence_stops_nobody(
    hand_in, queue, monkeypatch, django_capture_on_commit_callbacks, caplog
):
    with django_capture_on_commit_callbacks(execute=True):
        first = hand_in(people(1))
    assert queue == [first.pk]

    def away(_key):
        raise OperationalError

    monkeypatch.setattr(tasks.work_on_import, "delay", away)
    with django_capture_on_commit_callbacks(execute=True):
        second = hand_in(people(1))
    assert f"import {second.pk} waits for the sweep" in caplog.text

    tasks.work_on_import(second.pk)
    second.refresh_from_db()
    assert second.state == "checked"


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


def together(*calls):
    barrier, results = Barrier(len(calls)), [""] * len(calls)

    def run(place, call):
        try:
            barrier.wait(timeout=20)
            call()
            results[place] = "done"
        except Refused as refusal:
            results[place] = str(refusal)
        finally:
            connections.close_all()

    threads = [Thread(target=run, args=(n, call)) for n, call in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(results)


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

    assert results == ["This import is being applied already.", "done"] or results == [
        "This import has been applied already.", "done",
    ]  # fmt: skip
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


# Discarding ----------------------------------------------------------------------------------


def test_discarding_deletes_the_people_and_keeps_that_there_was_a_file(checked, focal_point):
    done = checked(people(2))

    discard_import(done, by=focal_point)

    done.refresh_from_db()
    assert (done.state, done.rows.count(), done.total) == ("discarded", 0, 2)
    for action in (apply_import, discard_import):
        with pytest.raises(Refused):
            action(done, by=focal_point)


def test_what_was_applied_is_neither_discarded_nor_applied_again(checked, focal_point):
    done = checked(people(2))
    apply_now(done, focal_point)

    for action in (apply_import, discard_import):
        with pytest.raises(Refused):
            action(done, by=focal_point)
    assert done.rows.count() == 2


# Pages ---------------------------------------------------------------------------------------


def upload(client, content, name="people.csv", **fields):
    file = SimpleUploadedFile(name, content)
    return client.post(
        "/en/office/import/", {"file": file, "language": "ar", "country": "JO", **fields}
    )


def test_a_file_goes_from_the_form_to_invitations(as_user, focal_point, told):
    client = as_user(focal_point)
    rows = [["الاسم", "البريد", "هاتف"], ["سهى", "suha@mosd.example", "1"], ["", "x", ""]]

    response = upload(client, csv_file(rows, encoding="cp1256", delimiter=";"))
    new = RosterImport.objects.get()
    assert response.url == f"/en/office/import/{new.pk}/"
    detail = client.get(response.url)
    page = flat(detail)
    assert "1 person is new and can be invited" in page
    assert "Columns left out: <bdi>هاتف</bdi>" in page
    assert "This is not a complete email address." in page
    assert "Refresh" not in detail
    only_bad = flat(client.get(f"{response.url}?verdict=invalid"))
    assert "suha@mosd.example" not in only_bad

    applied = client.post(f"{response.url}apply/", follow=True)

    assert "1 invitation was sent" in flat(applied)
    assert told() == [("members.invited", "suha@mosd.example", "ar")]
    again = client.post(f"{response.url}apply/", follow=True)
    assert "has been applied already" in flat(again)
    assert len(told()) == 1


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (b"", "x.csv", "empty"),
        (b"\xd0\xcf\x11\xe0", "x.xls", "old Excel file"),
        (b"one,two\n1,2\n", "x.csv", "no headings"),
        (b"x" * (5 * 1024 * 1024 + 1), "x.csv", "larger than 5 MB"),
        (b"%PDF-1.4\0", "x.pdf", "neither an XLSX nor a CSV"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_in_words(
    as_user, focal_point, content, name, sentence
):
    response = upload(as_user(focal_point), content, name)

    assert response.status_code == 422
    assert sentence in flat(response)
    assert not RosterImport.objects.exists()


def test_no_file_at_all_is_named(as_user, focal_point):
    response = as_user(focal_point).post("/en/office/import/", {"language": "ar"})

    assert response.status_code == 422
    assert "This field is required." in flat(response)


def test_a_long_file_shows_its_progress_and_asks_again_by_itself(
    as_user, focal_point, hand_in, monkeypatch
):
    chunked(monkeypatch, 2)
    new = hand_in(people(5))
    work_on_chunk(new.pk)
    client = as_user(focal_point)
    url = f"/en/office/import/{new.pk}/"

    checking = client.get(url)
    assert checking["Refresh"] == "3"
    assert '<progress class="progress" max="5" value="2"' in flat(checking)
    assert "2 of 5 rows" in flat(checking)
    assert "/apply/" not in flat(checking)
    work_on(new.pk)
    apply_import(new, by=focal_point)
    work_on_chunk(new.pk)
    applying = client.get(url)
    assert applying["Refresh"] == "3"
    assert "2 of 5 rows" in flat(applying)
    work_on(new.pk)
    applied = client.get(url)
    assert not applied.has_header("Refresh")
    assert "5 invitations were sent" in flat(applied)


def test_the_rows_to_correct_come_as_a_file_without_formulas(
    as_user, focal_point, checked, morocco
):
    UserFactory(email="far@k.example", country=morocco)
    done = checked(
        [
            ["=HYPERLINK(1)", "bad"],
            ["سهى", "ok@k.example"],
            ["@cmd", "far@k.example"],
            ["ليث", "ok@k.example"],
        ]
    )

    response = as_user(focal_point).get(f"/en/office/import/{done.pk}/rows-to-correct/")

    assert "attachment" in response["Content-Disposition"]
    content = b"".join(response.streaming_content)
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    assert [(row["Row"], row["Full name"], row["Email"]) for row in rows] == [
        ("2", "'=HYPERLINK(1)", "bad"),
        ("4", "'@cmd", "far@k.example"),
        ("5", "ليث", "ok@k.example"),
    ]
    assert rows[0]["Reason"] == "This is not a complete email address."
    assert "row \u20683\u2069" in rows[2]["Reason"]
    # Corrected, the file can be handed in again.
    again = checked([[row["Full name"], row["Email"]] for row in rows])
    assert again.rows.get(number=2).cells["full_name"] == "=HYPERLINK(1)"


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_the_template_is_handed_out(as_user, focal_point, kind):
    client = as_user(focal_point)
    response = client.get(f"/ar/office/import/template.{kind}")

    assert response.status_code == 200
    assert f'filename="invitations-ar.{kind}"' in response["Content-Disposition"]
    assert client.get("/ar/office/import/template.pdf").status_code == 404


def test_the_pages_of_an_import_take_the_same_queries_with_few_and_many_rows(
    as_user, focal_point, checked, django_assert_max_num_queries
):
    client = as_user(focal_point)
    few, many = checked(people(1)), checked(people(30, domain="many.example"))
    counts = []
    client.get(f"/en/office/import/{few.pk}/")
    for done in (few, many):
        with django_assert_max_num_queries(40) as captured:
            client.get(f"/en/office/import/{done.pk}/")
        counts.append(len(captured))

    assert counts[0] == counts[1]


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
    with django_assert_max_num_queries(10 * 9):
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
