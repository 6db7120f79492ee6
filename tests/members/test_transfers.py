"""Moving to another country: proposing, accepting, declining, withdrawing."""

import pytest

from events.models import Registration
from members.actions import Refused
from members.actions.roster import mark_left
from members.actions.transfers import (
    accept_transfer,
    decline_transfer,
    propose_transfer,
    withdraw_transfer,
)
from members.models import RosterRecord, Transfer
from members.roster import today
from tests.factories import AppointmentFactory, CountryFactory, RegistrationFactory, UserFactory
from tests.members.pages import flat
from tests.members.together import together

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


@pytest.fixture
def mover(jordan):
    return UserFactory(country=jordan, full_name="سارة", full_name_latin="Sara", language="en")


@pytest.fixture
def proposed(mover, morocco, focal_point, other_focal_point):
    return propose_transfer(mover, to=morocco, by=focal_point, note="She moves in May.")


def test_proposing_tells_the_receiving_office(
    as_user, mover, morocco, focal_point, other_focal_point, coordinator, told, sent
):
    client = as_user(focal_point)
    url = f"/en/office/roster/transfer/?country=JO&person={mover.pk}"
    form = flat(client.get(url))
    assert "Sara" in form
    assert 'value="JO"' not in form.partition('name="to"')[2].partition("</select>")[0]
    assert client.post(url, {"person": mover.pk, "to": ""}).status_code == 422
    assert client.post(url, {"person": mover.pk, "to": "JO"}).status_code == 422
    assert client.post(url, {"person": mover.pk, "to": "XX"}).status_code == 422

    fields = {"person": mover.pk, "to": "MA", "note": "  She moves.  "}
    page = flat(client.post(url, fields, follow=True))
    again = flat(client.post(url, fields, follow=True))

    assert "The transfer of 1 person has been proposed to \u2068Morocco\u2069." in page
    assert "\u2068Sara\u2069: A transfer of this person waits already." in again
    transfer = Transfer.objects.get()
    assert (transfer.person, transfer.from_country_id, transfer.to_country, transfer.note) == (
        mover, "JO", morocco, "She moves.",
    )  # fmt: skip
    assert told() == [("members.transfer_proposed", "focal.ma@cop.example", "en")]
    [(_to, subject, text, _html)] = sent()
    assert "Sara" in subject
    assert "She moves." in text
    mover.refresh_from_db()
    assert mover.country_id == "JO"
    # Both offices see it: one can withdraw, the other can decide.
    assert "Withdraw the proposal" in flat(client.get("/en/office/"))
    receiving = flat(as_user(other_focal_point).get("/en/office/"))
    assert "Transfer of <bdi>Sara</bdi>" in receiving
    assert "She moves." in receiving


def test_without_a_focal_point_the_coordinators_are_told(mover, focal_point, coordinator, told):
    propose_transfer(mover, to=CountryFactory(iso="TN"), by=focal_point)
    assert told() == [("members.transfer_proposed", "coordinator@cop.example", "ar")]


def test_accepting_moves_the_person_with_all_that_is_theirs(
    as_user, proposed, mover, other_focal_point, focal_point, told, sent
):
    seat = RegistrationFactory(user=mover)
    client = as_user(other_focal_point)
    url = f"/en/office/transfers/{proposed.pk}/accept/"

    page = flat(client.post(url, {"next": "/en/office/"}, follow=True))
    again = flat(client.post(url, {"next": "/en/office/"}, follow=True))

    assert "\u2068Sara\u2069 belongs to this country now" in page
    assert "This transfer has been accepted already." in again
    mover.refresh_from_db()
    assert (mover.country_id, mover.confirmed_on) == ("MA", today())
    assert Registration.objects.get(pk=seat.pk).status == "confirmed"
    assert sorted(told()) == [
        ("members.transfer_decided", "focal@cop.example", "ar"),
        ("members.transfer_proposed", "focal.ma@cop.example", "en"),
        ("members.transferred", mover.email, "en"),
    ]
    subjects = {subject for _to, subject, _text, _html in sent()}
    assert "The account now belongs to \u2068Morocco\u2069" in subjects or any(
        "Morocco" in subject for subject in subjects
    )
    records = RosterRecord.objects.filter(action="transfer_accepted").order_by("country")
    assert [(r.country_id, r.person, r.actor) for r in records] == [
        ("JO", mover, other_focal_point), ("MA", mover, other_focal_point),
    ]  # fmt: skip
    assert mover.pk in {person.pk for person in page_people(client, "/en/office/roster/")}


def page_people(client, path):
    return [person for person, _standing in client.get(path).context["rows"]]


def test_declining_says_why(as_user, proposed, mover, other_focal_point, told, sent):
    client = as_user(other_focal_point)
    url = f"/en/office/transfers/{proposed.pk}/decline/"
    assert client.post(url, {"reason": " "}).status_code == 422

    page = flat(client.post(url, {"reason": "Not known here."}, follow=True))
    again = flat(client.get(url))

    assert "has been declined" in page
    assert "This transfer has been declined already." in again
    assert "<textarea" not in again
    proposed.refresh_from_db()
    mover.refresh_from_db()
    assert (proposed.state, proposed.reason, mover.country_id) == (
        "declined", "Not known here.", "JO",
    )  # fmt: skip
    assert told(kind="members.transfer_decided") == [
        ("members.transfer_decided", "focal@cop.example", "ar")
    ]
    assert any("Not known here." in text for _to, _subject, text, _html in sent())


def test_withdrawing(as_user, proposed, mover, focal_point, other_focal_point, sent):
    client = as_user(focal_point)
    url = f"/en/office/transfers/{proposed.pk}/withdraw/"
    page = flat(client.post(url, {"next": "/en/office/"}, follow=True))
    assert "has been withdrawn" in page
    assert "This transfer has been withdrawn." in flat(client.post(url, {}, follow=True))
    assert sent() == []  # the receiving office is not told of what no longer waits
    assert "Sara" not in flat(as_user(other_focal_point).get("/en/office/"))


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [({"membership": "left"}, "not a member"), ({"membership": "applicant"}, "not a member")],
)
def test_who_cannot_be_transferred(mover, morocco, coordinator, fields, sentence):
    for name, value in fields.items():
        setattr(mover, name, value)
    mover.save()
    with pytest.raises(Refused, match=sentence):
        propose_transfer(mover, to=morocco, by=coordinator)


def test_refusals_of_a_proposal(mover, morocco, jordan, coordinator, focal_point):
    with pytest.raises(Refused, match="belongs to this country"):
        propose_transfer(mover, to=jordan, by=coordinator)
    with pytest.raises(Refused, match="appointment"):
        propose_transfer(focal_point, to=morocco, by=coordinator)
    morocco.is_participating = False
    morocco.save()
    with pytest.raises(Refused, match="cannot join"):
        propose_transfer(mover, to=morocco, by=coordinator)
    assert not Transfer.objects.exists()
    assert not RosterRecord.objects.exists()


def test_what_happened_meanwhile_stops_the_move(proposed, mover, jordan, other_focal_point):
    appointment = AppointmentFactory(country=jordan, user=mover, role="alternate")
    with pytest.raises(Refused, match="appointment"):
        accept_transfer(proposed, by=other_focal_point)
    appointment.delete()
    mover.country = CountryFactory(iso="TN")
    mover.save()
    with pytest.raises(Refused, match="another country since"):
        accept_transfer(proposed, by=other_focal_point)
    proposed.refresh_from_db()
    assert proposed.state == "open"


def test_leaving_withdraws_the_proposal(proposed, mover, focal_point, other_focal_point):
    mark_left(mover, by=focal_point, on=today())
    with pytest.raises(Refused, match="withdrawn"):
        accept_transfer(proposed, by=other_focal_point)


@pytest.mark.parametrize("way", ["leave", "suspend"])
def test_whoever_leaves_in_another_way_takes_the_proposal_along(proposed, mover, coordinator, way):
    from members.actions.privacy import leave
    from members.actions.suspension import suspend

    if way == "leave":
        leave(mover, remove_content=False)
    else:
        suspend(mover, by=coordinator, reason="x")
    proposed.refresh_from_db()
    assert proposed.state == "withdrawn"
    assert RosterRecord.objects.filter(action="transfer_withdrawn", country="JO").count() == 1


def test_a_member_without_a_country_is_moved_by_coordinators(
    as_user, expert, morocco, coordinator, focal_point, other_focal_point
):
    client = as_user(coordinator)
    assert expert.full_name_latin in flat(client.get("/en/office/"))
    assert "Propose a transfer" in flat(client.get(f"/en/office/roster/{expert.pk}/"))
    url = f"/en/office/roster/transfer/?person={expert.pk}"
    assert client.get(url).status_code == 200
    client.post(url, {"person": expert.pk, "to": "MA"})
    transfer = Transfer.objects.get(person=expert)
    assert transfer.from_country is None

    as_user(other_focal_point).post(f"/en/office/transfers/{transfer.pk}/accept/")

    expert.refresh_from_db()
    assert expert.country_id == "MA"
    assert RosterRecord.objects.filter(action="transfer_accepted").count() == 1


def test_many_are_proposed_at_once(as_user, focal_point, jordan, morocco, other_focal_point):
    people = UserFactory.create_batch(3, country=jordan)
    client = as_user(focal_point)
    ids = [person.pk for person in people]
    asked = client.post(
        "/en/office/roster/choose/?country=JO",
        {"shown": ids, "ticked": ids, "do": "transfer"},
        follow=True,
    )
    assert flat(asked).count('name="person"') == 3
    client.post("/en/office/roster/transfer/?country=JO", {"person": ids, "to": "MA"})
    assert Transfer.objects.waiting().count() == 3


@pytest.mark.django_db(transaction=True)
def test_of_many_decisions_at_once_one_holds(proposed, mover, other_focal_point, focal_point, told):
    outcomes = together(
        lambda: accept_transfer(proposed, by=other_focal_point),
        lambda: decline_transfer(proposed, by=other_focal_point, reason="x"),
        lambda: withdraw_transfer(proposed, by=focal_point),
        lambda: mark_left(mover, by=focal_point, on=today()),
    )

    proposed.refresh_from_db()
    mover.refresh_from_db()
    # Whoever left took the proposal along, else one of the other three decided it.
    assert outcomes.count("done") in (1, 2)
    assert proposed.state != "open"
    assert (mover.country_id == "MA") == (proposed.state == "accepted")
    assert len(told(kind="members.transferred")) == (proposed.state == "accepted")
