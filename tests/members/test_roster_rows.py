"""One person's row of the roster: leaving, coming back, correcting, another post."""

from datetime import UTC, date, datetime, timedelta

import pytest

from events.models import Registration
from members.actions import Refused
from members.actions.roster import correct, give_post, mark_left, reinstate
from members.models import FormerPost, RosterRecord, Transfer
from tests.factories import (
    AppointmentFactory,
    CountryFactory,
    EventFactory,
    OrganisationFactory,
    RegistrationFactory,
    UserFactory,
)
from tests.members.pages import flat

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
TODAY = NOW.date()
URL = "/en/office/roster/"


@pytest.fixture(autouse=True)
def now(time_machine):
    time_machine.move_to(NOW, tick=False)


def member(country, name, **fields):
    """Someone who joined two months ago."""
    moment = datetime(2026, 9, 22, tzinfo=UTC)
    return UserFactory(
        country=country,
        full_name=fields.pop("arabic", name),
        full_name_latin=name,
        decided_at=moment,
        date_joined=moment,
        **fields,
    )


# Leaving and coming back ---------------------------------------------------------------------


def test_leaving_ends_what_there_was(as_user, jordan, focal_point, coordinator, told, sent):
    person, next_in_line = member(jordan, "Leaver", language="en"), member(jordan, "Next")
    event = EventFactory(capacity=1)
    RegistrationFactory(event=event, user=person)
    RegistrationFactory(event=event, user=next_in_line, status=Registration.Status.WAITING)
    past = EventFactory(starts_at=NOW - timedelta(days=60))
    kept = RegistrationFactory(event=past, user=person)
    transfer = Transfer.objects.create(
        person=person, from_country=jordan, to_country=CountryFactory(iso="TN"),
        proposed_by=focal_point,
    )  # fmt: skip
    client = as_user(person)
    assert client.get("/en/members/").status_code == 200

    mark_left(person, by=focal_point, on=date(2026, 11, 20))

    assert client.get("/en/members/").status_code == 302
    seats = dict(event.registrations.values_list("user__full_name_latin", "status"))
    assert seats == {"Leaver": "withdrawn", "Next": "confirmed"}
    kept.refresh_from_db()
    assert kept.status == "confirmed"
    transfer.refresh_from_db()
    assert (transfer.state, transfer.decided_by) == ("withdrawn", focal_point)
    record = RosterRecord.objects.get(action="marked_left")
    assert (record.person, record.country, record.detail) == (person, jordan, {"on": "2026-11-20"})
    assert told(kind="members.marked_left") == [("members.marked_left", person.email, "en")]
    [text] = [text for to, subject, text, _h in sent() if subject == "The membership has ended"]
    assert "20 November 2026" in text


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"membership": "left"}, "not a member"),
        ({"membership": "applicant"}, "not a member"),
        ({"is_coordinator": True}, "belongs to the secretariat"),
        ({"is_superuser": True}, "belongs to the secretariat"),
        ({"is_sponsor": True}, "belongs to the secretariat"),
    ],
)
def test_who_cannot_be_marked_as_left(jordan, focal_point, told, fields, sentence, in_english):
    person = member(jordan, "A", **fields)
    with pytest.raises(Refused, match=sentence):
        mark_left(person, by=focal_point, on=TODAY)
    assert told() == []


def test_a_coming_appointment_keeps_a_person(jordan, coordinator, in_english):
    person = member(jordan, "A")
    AppointmentFactory(country=jordan, user=person, starts_on=TODAY + timedelta(days=9))
    with pytest.raises(Refused, match="appointment"):
        mark_left(person, by=coordinator, on=TODAY)
    withdrawn = TODAY + timedelta(days=9)
    spared = member(jordan, "C")
    AppointmentFactory(
        country=jordan, user=spared, role="alternate", starts_on=withdrawn, ends_on=withdrawn
    )
    assert mark_left(spared, by=coordinator, on=TODAY).left_on == TODAY
    with pytest.raises(Refused, match="future"):
        mark_left(member(jordan, "B"), by=coordinator, on=TODAY + timedelta(days=1))


def test_reinstating(as_user, jordan, focal_point, told):
    person = member(jordan, "A")
    mark_left(person, by=focal_point, on=TODAY)
    client = as_user(focal_point)
    assert "Reinstate" in flat(client.get(f"{URL}{person.pk}/"))

    page = flat(client.post(f"{URL}{person.pk}/reinstate/", follow=True))
    again = flat(client.post(f"{URL}{person.pk}/reinstate/", follow=True))

    assert "is a member again" in page
    assert "Only a former member" in again
    person.refresh_from_db()
    assert (person.membership, person.left_on, person.confirmed_on) == ("member", None, TODAY)
    assert [r.action for r in RosterRecord.objects.filter(person=person).order_by("pk")] == [
        "marked_left", "reinstated",
    ]  # fmt: skip
    assert len(told(kind="members.reinstated")) == 1


def test_whoever_left_of_their_own_accord_is_not_fetched_back(jordan, focal_point, in_english):
    person = member(jordan, "A", membership="left")
    RosterRecord.objects.create(action="left", person=person, country=jordan, actor=person)
    with pytest.raises(Refused, match="own accord"):
        reinstate(person, by=focal_point)


# Correcting ----------------------------------------------------------------------------------

FIELDS = {
    "full_name": "أمينة الزعبي",
    "full_name_latin": "Amina Alzoubi",
    "function": "مديرة",
    "function_latin": "",
    "organisation": "وزارة العمل",
    "language": "en",
}


def test_correcting_is_noted_and_told(as_user, focal_point, jordan, told, sent):
    labour = OrganisationFactory(name_ar="وزارة العمل", country=jordan)
    person = member(
        jordan, "Amina Al-Zoubi", arabic="أمينة الزعبي", function="مديرة",
        organisation_text="وزارة", bio="keeps",
    )  # fmt: skip
    client = as_user(focal_point)
    form = flat(client.get(f"{URL}{person.pk}/correct/"))
    assert 'value="Amina Al-Zoubi"' in form

    answer = client.post(f"{URL}{person.pk}/correct/", FIELDS, follow=True)
    page = flat(answer)
    nothing = flat(client.post(f"{URL}{person.pk}/correct/", FIELDS, follow=True))

    assert answer.redirect_chain == [(f"{URL}{person.pk}/", 302)]
    assert "has been corrected" in page
    assert "Nothing was changed." in nothing
    person.refresh_from_db()
    assert (person.full_name_latin, person.organisation, person.language, person.bio) == (
        "Amina Alzoubi", labour, "en", "keeps",
    )  # fmt: skip
    assert person.name_key == "امينه الزعبي amina alzoubi"
    [record] = RosterRecord.objects.filter(person=person)
    assert (record.action, record.actor, record.country) == ("corrected", focal_point, jordan)
    assert record.detail["changes"]["full_name_latin"] == ["Amina Al-Zoubi", "Amina Alzoubi"]
    assert record.detail["changes"]["language"] == ["ar", "en"]
    assert set(record.detail["changes"]) == {"full_name_latin", "language", "organisation"}
    assert told() == [("members.corrected", person.email, "en")]
    [(_to, _subject, text, html)] = sent()
    assert "Amina Al-Zoubi" in text
    assert "Amina Alzoubi" in html
    assert not FormerPost.objects.exists()
    # The row shows who did what, and when.
    assert "Directory fields corrected" in nothing
    assert "Amina Al-Zoubi</bdi>" in nothing


@pytest.mark.parametrize(
    ("field", "value"),
    [("full_name", "\u200e "), ("language", "xx"), ("organisation", ""), ("function", "x" * 151)],
)
def test_what_cannot_be_read_is_named_and_changes_nothing(
    as_user, focal_point, jordan, told, field, value
):
    person = member(jordan, "A")
    answer = as_user(focal_point).post(f"{URL}{person.pk}/correct/", {**FIELDS, field: value})
    assert answer.status_code == 422
    assert "<title>Error:" in flat(answer)
    assert not RosterRecord.objects.exists()
    assert told() == []


def test_no_other_field_can_be_slipped_in(as_user, focal_point, jordan):
    person = member(jordan, "A", email="a@cop.example")
    extra = {"email": "evil@cop.example", "is_coordinator": "on", "country": "MA", "membership": ""}
    as_user(focal_point).post(f"{URL}{person.pk}/correct/", {**FIELDS, **extra})
    person.refresh_from_db()
    assert (person.email, person.is_coordinator, person.country_id, person.membership) == (
        "a@cop.example", False, "JO", "member",
    )  # fmt: skip


def test_another_post_keeps_the_former_one(as_user, focal_point, jordan, told):
    person = member(jordan, "A", function="مدير", organisation_text="البلدية")
    fields = {
        "function": "وزير", "function_latin": "Minister", "organisation": "الوزارة",
        "on": "2026-11-01",
    }  # fmt: skip
    client = as_user(focal_point)
    assert client.post(f"{URL}{person.pk}/post/", {**fields, "on": "2027-01-01"}).status_code == 422

    client.post(f"{URL}{person.pk}/post/", fields)

    person.refresh_from_db()
    assert (person.function, person.organisation_name, person.confirmed_on) == (
        "وزير", "الوزارة", TODAY,
    )  # fmt: skip
    former = FormerPost.objects.get(user=person)
    assert (former.function, former.organisation_text, former.ended_on) == (
        "مدير", "البلدية", date(2026, 11, 1),
    )  # fmt: skip
    assert set(RosterRecord.objects.get(person=person).detail["changes"]) == {
        "function", "function_latin", "organisation",
    }  # fmt: skip
    assert len(told(kind="members.corrected")) == 1


def test_only_a_member_is_corrected(as_user, focal_point, jordan, in_english):
    gone = member(jordan, "Gone", membership="left")
    fields = {**FIELDS}
    organisation = fields.pop("organisation")
    with pytest.raises(Refused, match="not a member"):
        correct(gone, by=focal_point, organisation=organisation, **fields)
    with pytest.raises(Refused, match="not a member"):
        give_post(gone, by=focal_point, organisation="x", function="y", function_latin="", on=TODAY)
    answer = as_user(focal_point).post(f"{URL}{gone.pk}/correct/", FIELDS)
    assert answer.status_code == 422
    assert "This person is not a member at present." in flat(answer)


def test_the_row_of_whoever_has_moved_here_tells_nothing_of_the_other_country(
    as_user, focal_point, jordan, morocco
):
    person = member(jordan, "Mover")
    RosterRecord.objects.create(
        action="corrected", person=person, country=morocco, actor=focal_point,
        detail={"changes": {"full_name": ["secret", "x"]}},
    )  # fmt: skip
    page = flat(as_user(focal_point).get(f"{URL}{person.pk}/"))
    assert "secret" not in page
