"""Every address of the office, asked as every role, for the own country and for others."""

from __future__ import annotations

import pytest

from members.models import RosterRecord, Transfer, User
from tests.factories import CountryFactory, UserFactory
from tests.permissions import table

pytestmark = pytest.mark.django_db

# The office of Jordan: F keeps it, O keeps that of Morocco.
NAMED = table(sign_in="V", refused="AMES", invisible="O", yes="FCX")
# A row of Jordan: whoever does not keep it is told that there is none.
ROW = table(sign_in="V", invisible="AMEOS", yes="FCX")


@pytest.fixture
def someone(jordan):
    return UserFactory(country=jordan, full_name_latin="Somebody Else")


def test_ones_own_office_is_for_those_who_have_one(ask):
    own = table(sign_in="V", refused="AMES", yes="FOCX")
    for path in ("office/", "office/roster/", "office/roster/export/"):
        assert ask(f"/en/{path}") == own, path


@pytest.mark.parametrize(
    "path",
    ["office/", "office/roster/", "office/roster/export/", "office/roster/?country=JO&show=due"],
)
def test_the_office_of_a_country_is_for_those_who_run_it(ask, path):
    join = "&" if "?" in path else "?"
    assert ask(f"/en/{path}{join}country=JO") == NAMED


@pytest.mark.parametrize(
    "path",
    [
        "office/requests/choose/",
        "office/requests/approve/",
        "office/roster/choose/",
        "office/roster/confirm/",
        "office/roster/export/",
    ],
)
@pytest.mark.parametrize("in_form", [True, False])
def test_writing_to_a_list_of_a_country_is_for_those_who_run_it(ask, path, in_form):
    post = {"part": "all", "file_format": "csv"}
    query = ""
    if in_form:
        post["country"] = "JO"
    else:
        query = "?country=JO"
    assert ask(f"/en/{path}{query}", post=post) == NAMED


@pytest.mark.parametrize("path", ["", "correct/", "post/"])
def test_a_row_is_for_those_who_keep_it(ask, someone, path):
    assert ask(f"/en/office/roster/{someone.pk}/{path}") == ROW


@pytest.mark.parametrize("path", ["leave", "transfer"])
def test_a_step_about_a_row_is_for_those_who_keep_it(ask, someone, path):
    # Without `country` coordinators stand in the first office of the list, here that of Jordan.
    assert ask(f"/en/office/roster/{path}/?person={someone.pk}") == NAMED
    assert ask(f"/en/office/roster/{path}/?country=JO&person={someone.pk}") == NAMED
    # The form of somebody who names a foreign country, or a foreign person in the own country.
    post = {"person": someone.pk, "on": "2026-05-04", "to": "EG"}
    assert ask(f"/en/office/roster/{path}/?country=MA", post=post) == table(
        sign_in="V", refused="AMES", invisible="FOCX"
    )
    someone.refresh_from_db()
    assert (someone.membership, someone.transfers.count()) == ("member", 0)


def test_correcting_a_row_is_for_those_who_keep_it(ask, someone):
    fields = {
        "full_name": "اسم آخر", "full_name_latin": "Another Name", "function": "مدير",
        "function_latin": "", "organisation": "وزارة العمل", "language": "ar",
    }  # fmt: skip
    assert ask(f"/en/office/roster/{someone.pk}/correct/", post=fields) == ROW
    by = RosterRecord.objects.filter(person=someone).values_list("actor__email", flat=True)
    assert list(by) == ["focal@cop.example"]


def test_reinstating_is_for_those_who_keep_the_row(ask, jordan):
    gone = UserFactory(country=jordan, membership="left")
    assert ask(f"/en/office/roster/{gone.pk}/reinstate/", post={}) == ROW
    assert [r.actor.email for r in RosterRecord.objects.filter(person=gone)] == [
        "focal@cop.example"
    ]


def test_an_applicant_has_no_row_on_the_roster(ask, cast):
    path = f"/en/office/roster/{cast['A'].pk}/"
    assert ask(path) == table(sign_in="V", invisible="AMEFOSCX")


def transfer_to(iso, person, by):
    return Transfer.objects.create(
        person=person,
        from_country=person.country,
        to_country=CountryFactory(iso=iso),
        proposed_by=by,
    )


def test_a_transfer_is_accepted_by_the_receiving_country(ask, someone, cast):
    transfer = transfer_to("MA", someone, cast["F"])
    expected = table(sign_in="V", invisible="AMES", refused="F", yes="OCX")
    assert ask(f"/en/office/transfers/{transfer.pk}/decline/") == expected
    assert ask(f"/en/office/transfers/{transfer.pk}/accept/", post={}) == expected
    someone.refresh_from_db()
    transfer.refresh_from_db()
    assert (someone.country_id, transfer.decided_by) == ("MA", cast["O"])


def test_a_transfer_is_declined_by_the_receiving_country(ask, someone, cast):
    transfer = transfer_to("MA", someone, cast["F"])
    assert ask(f"/en/office/transfers/{transfer.pk}/decline/", post={"reason": "x"}) == table(
        sign_in="V", invisible="AMES", refused="F", yes="OCX"
    )


def test_a_transfer_is_withdrawn_by_the_country_that_proposed_it(ask, someone, cast):
    transfer = transfer_to("MA", someone, cast["F"])
    assert ask(f"/en/office/transfers/{transfer.pk}/withdraw/", post={}) == table(
        sign_in="V", invisible="AMES", refused="O", yes="FCX"
    )
    transfer.refresh_from_db()
    assert (transfer.state, transfer.decided_by) == ("withdrawn", cast["F"])


def test_a_transfer_between_others_is_unknown(ask, cast):
    person = UserFactory(country=CountryFactory(iso="EG"))
    transfer = transfer_to("TN", person, cast["C"])
    for verb in ("accept", "decline", "withdraw"):
        answers = ask(f"/en/office/transfers/{transfer.pk}/{verb}/", post={"reason": "x"})
        assert answers == table(sign_in="V", invisible="AMEFOS", yes="CX"), verb
        transfer.state = "open"
        transfer.save()


@pytest.mark.parametrize("verb", ["approve", "decline"])
def test_foreign_applicants_among_the_ticked_are_left_alone(as_user, focal_point, morocco, verb):
    stranger = UserFactory(country=morocco, membership="applicant")
    own = UserFactory(country=focal_point.country, membership="applicant")
    client = as_user(focal_point)
    ids = [stranger.pk, own.pk]

    client.post(
        f"/en/office/requests/{verb}/",
        {"shown": ids, "ticked": ids, "person": ids, "reason": "x"},
    )

    stranger.refresh_from_db()
    own.refresh_from_db()
    assert stranger.membership == "applicant"
    assert own.membership == ("member" if verb == "approve" else "declined")


def test_foreign_rows_in_a_selection_are_left_alone(as_user, focal_point, morocco):
    stranger = UserFactory(country=morocco)
    client = as_user(focal_point)
    session = client.session
    session["selections"] = {"roster:JO": [stranger.pk, focal_point.pk]}
    session.save()
    ticks = {"shown": [stranger.pk], "ticked": [stranger.pk]}

    client.post("/en/office/roster/confirm/", ticks)
    export = client.post(
        "/en/office/roster/export/", {"part": "selected", "file_format": "csv", **ticks}
    )
    leaving = client.get("/en/office/roster/leave/")

    stranger.refresh_from_db()
    focal_point.refresh_from_db()
    assert stranger.confirmed_on is None
    assert focal_point.confirmed_on is not None
    assert export.status_code == 422  # confirming emptied the selection
    assert leaving.url == "/en/office/roster/?country=JO"
    assert not RosterRecord.objects.filter(person=stranger)


@pytest.mark.parametrize("path", ["approve/", "choose/", "../roster/choose/", "../roster/confirm/"])
def test_writing_takes_a_post(as_user, focal_point, path):
    assert as_user(focal_point).get(f"/en/office/requests/{path}").status_code in (404, 405)


def test_nothing_was_decided_by_looking(ask, someone):
    ask(f"/en/office/roster/{someone.pk}/correct/")
    ask("/en/office/roster/export/?country=JO")
    assert not RosterRecord.objects.exists()
    assert User.objects.get(pk=someone.pk).full_name_latin == "Somebody Else"
