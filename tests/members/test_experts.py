"""Experts: marked by coordinators, told, shown, and able to say when they are available."""

import pytest

from members import actions
from members.actions import Refused
from members.models import RosterRecord
from tests.factories import TopicFactory, UserFactory
from tests.members.pages import flat

pytestmark = pytest.mark.django_db


@pytest.fixture
def topic():
    return TopicFactory(slug="targeting", name_ar="الاستهداف", name_en="Targeting")


def test_a_coordinator_marks_an_expert_who_is_told(as_user, coordinator, member, topic, sent):
    client = as_user(coordinator)
    path = f"/en/admin/members/user/{member.pk}/expert/"
    assert "Targeting" in flat(client.get(path))
    assert client.post(path, {"availability": "open"}).status_code == 422

    done = client.post(
        path,
        {"expertise": [topic.pk], "availability": "limited", "note": "Two days a month"},
        follow=True,
    )

    assert "The expert has been saved." in flat(done)
    member.refresh_from_db()
    assert (member.is_expert, member.availability) == (True, "limited")
    assert list(member.expertise.all()) == [topic]
    record = RosterRecord.objects.get()
    assert (record.action, record.actor, record.person) == ("expert_marked", coordinator, member)
    assert record.detail == {"expertise": ["targeting"], "availability": "limited"}
    ((address, _subject, text, html),) = sent()
    assert address == member.email
    assert "الاستهداف" in text
    assert "الاستهداف" in html
    page = flat(client.get(f"/en/members/{member.pk}/"))
    for part in ("Fields of expertise", "Targeting", "Two days a month", "Limited availability"):
        assert part in page


def test_changing_what_is_said_of_an_expert_is_recorded_and_not_told(
    member, coordinator, topic, told
):
    actions.mark_expert(member, by=coordinator, expertise=[topic])
    actions.mark_expert(member, by=coordinator, expertise=[TopicFactory()])

    assert RosterRecord.objects.count() == 2
    assert told(kind="members.marked_expert") == [("members.marked_expert", member.email, "ar")]


def test_the_badge_is_taken_away(as_user, coordinator, member, topic, sent):
    actions.mark_expert(member, by=coordinator, expertise=[topic], note="Soon")
    client = as_user(coordinator)
    path = f"/en/admin/members/user/{member.pk}/unmark_expert/"
    assert client.get(path).status_code == 200

    client.post(path, {"confirmed": "yes"})

    member.refresh_from_db()
    assert (member.is_expert, member.availability_note) == (False, "")
    assert not member.expertise.exists()
    assert RosterRecord.objects.latest("pk").action == "expert_unmarked"
    assert sent() == []  # what was still on its way no longer applies
    with pytest.raises(Refused):
        actions.unmark_expert(member, by=coordinator)


def test_only_members_become_experts_and_only_in_something(coordinator, applicant, member, topic):
    with pytest.raises(Refused):
        actions.mark_expert(applicant, by=coordinator, expertise=[topic])
    with pytest.raises(Refused):
        actions.mark_expert(member, by=coordinator, expertise=[])

    assert not RosterRecord.objects.exists()


def test_the_badge_cannot_be_set_by_saving_the_persons_page(as_user, coordinator, member):
    page = flat(as_user(coordinator).get(f"/en/admin/members/user/{member.pk}/change/"))

    assert 'name="is_expert"' not in page
    assert f"/en/admin/members/user/{member.pk}/expert/" in page


def test_an_expert_says_when_they_are_available(as_user, expert):
    form = {
        "full_name": "د. يوسف",
        "function": "مستشار",
        "organisation_name": "مكتب",
        "language": "ar",
        "time_zone": "",
        "availability": "closed",
        "availability_note": "من آذار",
    }
    as_user(expert).post("/en/account/profile/", form)

    expert.refresh_from_db()
    assert (expert.availability, expert.availability_note) == ("closed", "من آذار")
    member = UserFactory()
    as_user(member).post("/en/account/profile/", form)
    member.refresh_from_db()
    assert member.availability == "open"
