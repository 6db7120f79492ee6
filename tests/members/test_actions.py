import threading
from datetime import date, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from members import actions
from members.models import FocalPointAppointment
from tests.factories import AppointmentFactory, UserFactory

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
    start = threading.Barrier(8)
    outcomes = []

    def decide(number):
        start.wait()
        try:
            if number % 2:
                actions.approve(applicant, by=coordinator)
            else:
                actions.decline(applicant, by=coordinator, reason="x")
            outcomes.append("decided")
        except actions.Refused:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=decide, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["decided"] + ["refused"] * 7
    applicant.refresh_from_db()
    kind = "members.approved" if applicant.is_member else "members.declined"
    assert told() == [(kind, "applicant@cop.example", "ar")]


# Focal points --------------------------------------------------------------------------------


@pytest.fixture
def appoint(jordan, coordinator):
    def do(user, role=Role.LEAD, starts_on=TODAY):
        return actions.appoint(jordan, user, role=role, starts_on=starts_on, by=coordinator)

    return do


def spans(country):
    rows = country.appointments.order_by("starts_on", "pk")
    return [(row.user, row.role, row.starts_on, row.ends_on) for row in rows]


def test_a_new_lead_ends_the_outgoing_one_on_the_same_day_and_both_are_told(
    appoint, focal_point, member, jordan, told
):
    member.language = "en"
    member.save()

    appoint(member)

    assert spans(jordan) == [
        (focal_point, "lead", date(2020, 1, 1), TODAY),
        (member, "lead", TODAY, None),
    ]
    assert told() == [
        ("members.appointment_ended", "focal@cop.example", "ar"),
        ("members.appointed", "member@cop.example", "en"),
    ]


def test_an_alternate_who_becomes_lead_leaves_the_first_role_silently(
    appoint, focal_point, member, jordan, told
):
    appoint(member, role=Role.ALTERNATE, starts_on=date(2025, 1, 1))
    appoint(member)

    assert spans(jordan) == [
        (focal_point, "lead", date(2020, 1, 1), TODAY),
        (member, "alternate", date(2025, 1, 1), TODAY),
        (member, "lead", TODAY, None),
    ]
    assert told(kind="members.appointment_ended") == [
        ("members.appointment_ended", "focal@cop.example", "ar")
    ]


def test_an_alternate_leaves_the_lead_in_office(appoint, focal_point, member, jordan, told):
    appoint(member, role=Role.ALTERNATE)

    assert [row[3] for row in spans(jordan)] == [None, None]
    assert told() == [("members.appointed", "member@cop.example", "ar")]


def test_only_members_are_appointed_and_only_once(appoint, applicant, member, jordan, told):
    with pytest.raises(actions.Refused, match="Only a member"):
        appoint(applicant)
    appoint(member)
    with pytest.raises(actions.Refused, match="holds that appointment already"):
        appoint(member, starts_on=TODAY + timedelta(days=3))

    assert spans(jordan) == [(member, "lead", TODAY, None)]
    assert len(told()) == 1


@pytest.mark.parametrize("day", [date(2020, 1, 1), date(2019, 1, 1)])
def test_a_day_without_room_for_another_lead_is_refused_and_nothing_changes(
    appoint, focal_point, member, jordan, told, day
):
    with pytest.raises(actions.Refused, match="another focal point"):
        appoint(member, starts_on=day)

    assert spans(jordan) == [(focal_point, "lead", date(2020, 1, 1), None)]
    assert told() == []


@pytest.mark.django_db(transaction=True)
def test_two_leads_appointed_at_the_same_moment_leave_one_in_office(
    jordan, focal_point, coordinator
):
    people = [UserFactory(country=jordan) for _ in range(6)]
    start = threading.Barrier(len(people))
    outcomes = []

    def run(person):
        start.wait()
        try:
            actions.appoint(jordan, person, role=Role.LEAD, starts_on=TODAY, by=coordinator)
            outcomes.append("appointed")
        except actions.Refused:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["appointed"] + ["refused"] * 5
    assert FocalPointAppointment.objects.current(TODAY).leads().count() == 1


def test_ending_an_appointment_keeps_it_as_history_and_tells_the_person(
    focal_point, coordinator, told
):
    appointment = focal_point.appointments.get()

    ended = actions.end_appointment(appointment, on=TODAY, by=coordinator)

    assert ended.ends_on == TODAY
    assert told() == [("members.appointment_ended", "focal@cop.example", "ar")]
    with pytest.raises(actions.Refused, match="ended already"):
        actions.end_appointment(appointment, on=TODAY, by=coordinator)


def test_an_appointment_ends_a_day_after_its_start_at_the_earliest(jordan, coordinator):
    today = timezone.now().date()
    appointment = AppointmentFactory(country=jordan, starts_on=today)

    with pytest.raises(actions.Refused, match="after the start"):
        actions.end_appointment(appointment, on=today, by=coordinator)

    ended = actions.end_appointment(appointment, by=coordinator)
    assert ended.ends_on == today + timedelta(days=1)
