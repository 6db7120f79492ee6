from datetime import date, timedelta

import pytest
from django.utils import timezone

from members import actions
from members.models import FocalPointAppointment
from tests.factories import AppointmentFactory, UserFactory
from tests.members.together import together

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]
Role = FocalPointAppointment.Role
TODAY = date(2026, 5, 4)


# Joining -------------------------------------------------------------------------------------


def test_a_request_is_put_before_focal_points_each_in_their_language(
    applicant, focal_point, coordinator, told
):
    alternate = AppointmentFactory(
        country=applicant.country, role="alternate", user__language="en"
    ).user

    actions.submit_application(applicant)
    actions.submit_application(applicant)

    assert told() == [
        ("members.received", "applicant@cop.example", "ar"),
        ("members.waiting", "focal@cop.example", "ar"),
        ("members.waiting", alternate.email, "en"),
    ]


def test_a_request_from_a_country_without_a_focal_point_goes_to_coordinators(
    applicant, other_focal_point, coordinator, told
):
    actions.submit_application(applicant)

    assert told(kind="members.waiting") == [("members.waiting", coordinator.email, "ar")]


def test_only_an_applicant_submits(member, focal_point, told):
    actions.submit_application(member)

    assert told() == []


def test_approving_makes_a_member_and_tells_them(applicant, focal_point, told):
    applicant.language = "en"
    applicant.save()

    actions.approve(applicant, by=focal_point)

    applicant.refresh_from_db()
    assert applicant.membership == "member"
    assert (applicant.decided_by, applicant.decision_reason) == (focal_point, "")
    assert timezone.now() - applicant.decided_at < timedelta(minutes=1)
    assert told() == [("members.approved", "applicant@cop.example", "en")]


def test_declining_keeps_the_reason_and_tells_the_applicant(applicant, coordinator, told):
    actions.decline(applicant, by=coordinator, reason="الجهة غير معروفة.")

    applicant.refresh_from_db()
    assert (applicant.membership, applicant.decision_reason) == ("declined", "الجهة غير معروفة.")
    assert applicant.decided_by == coordinator
    assert told() == [("members.declined", "applicant@cop.example", "ar")]


@pytest.mark.parametrize(
    ("standing", "sentence"),
    [
        ({"membership": "member"}, "approved already"),
        ({"membership": "declined"}, "rejected already"),
        ({"membership": "left"}, "no longer open"),
        ({"membership": "applicant", "confirmed_address": False}, "not confirmed yet"),
    ],
)
def test_what_cannot_be_decided_is_refused_with_its_sentence(standing, sentence, coordinator, told):
    person = UserFactory(**standing)

    for decide in (
        lambda: actions.approve(person, by=coordinator),
        lambda: actions.decline(person, by=coordinator, reason="x"),
    ):
        with pytest.raises(actions.Refused) as refusal:
            decide()
        assert sentence in str(refusal.value)

    person.refresh_from_db()
    assert person.membership == standing["membership"]
    assert told() == []


@pytest.mark.django_db(transaction=True)
def test_of_many_decisions_at_the_same_moment_one_holds(applicant, coordinator, told):
    decisions = [
        lambda: actions.approve(applicant, by=coordinator),
        lambda: actions.decline(applicant, by=coordinator, reason="x"),
    ]

    outcomes = together(*decisions * 4)

    assert outcomes.count("done") == 1
    applicant.refresh_from_db()
    kind = "members.approved" if applicant.is_member else "members.declined"
    assert told() == [(kind, "applicant@cop.example", "ar")]
