"""Importing spreadsheets: verdicts, applying, discarding, and the pages."""

from __future__ import annotations

import csv
import io
from collections import Counter
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from members.actions.imports import (
    apply_import,
    discard_import,
    take_in,
    work_on,
    work_on_chunk,
)
from members.actions.refusal import Refused
from members.importing.reading import Unreadable
from members.models import Invitation, RosterImport, RosterImportRow, RosterRecord
from tests.factories import UserFactory
from tests.members.importing import apply_now, chunked, verdicts
from tests.members.pages import flat
from tests.members.sheets import ARABIC, csv_file, people, xlsx_file

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("import_queue")]
Verdict = RosterImportRow.Verdict
Action = RosterRecord.Action


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
