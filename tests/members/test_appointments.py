"""Appointing and ending: the actions, the day on which rights change, and what stays on record."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from cop_portal.waiting import waiting_for
from members import actions
from members.actions.roster import mark_left
from members.models import Country, FocalPointAppointment, RosterRecord, User
from tests.factories import AppointmentFactory, UserFactory
from tests.members.together import together

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]
Role = FocalPointAppointment.Role
TODAY = date(2026, 5, 4)
# The second before the day begins, in UTC, and its first.
EVE = datetime(2026, 5, 3, 23, 59, 59, tzinfo=UTC)
DAWN = datetime(2026, 5, 4, 0, 0, 0, tzinfo=UTC)


@pytest.fixture
def appoint(jordan, coordinator):
    def do(user, role=Role.LEAD, starts_on=TODAY, **fields):
        return actions.appoint(
            jordan, user, role=role, starts_on=starts_on, by=coordinator, **fields
        )

    return do


def spans(country):
    rows = country.appointments.order_by("starts_on", "pk")
    return [(row.user, row.role, row.starts_on, row.ends_on) for row in rows]


# Appointing ----------------------------------------------------------------------------------


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


def test_who_did_it_and_when_is_kept(appoint, focal_point, member, coordinator, jordan):
    new = appoint(member, letter=ContentFile(b"%PDF-1.7 letter", "scan.exe"))

    old = focal_point.appointments.get()
    assert (new.appointed_by, old.ended_by) == (coordinator, coordinator)
    assert new.appointed_at.date() == old.ended_at.date() == timezone.now().date()
    assert new.letter.name.startswith("letters/")
    assert new.letter.name.endswith(".pdf")
    assert "scan" not in new.letter.name
    rows = RosterRecord.objects.order_by("pk")
    assert [(r.action, r.actor, r.person, r.country_id, r.detail) for r in rows] == [
        (
            "appointment_ended", coordinator, focal_point, "JO",
            {"appointment": old.pk, "role": "lead", "on": "2026-05-04", "withdrawn": False},
        ),
        (
            "appointed", coordinator, member, "JO",
            {"appointment": new.pk, "role": "lead", "on": "2026-05-04", "with_letter": True},
        ),
    ]  # fmt: skip


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


@pytest.mark.parametrize("elsewhere", ["other_focal_point", "expert"])
def test_whoever_belongs_elsewhere_is_transferred_first(appoint, jordan, told, request, elsewhere):
    with pytest.raises(actions.Refused, match="the transfer there comes first"):
        appoint(request.getfixturevalue(elsewhere))

    assert spans(jordan) == []
    assert told() == []


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
    assert not RosterRecord.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_leads_appointed_at_the_same_moment_leave_one_in_office(
    jordan, focal_point, coordinator
):
    people = [UserFactory(country=jordan) for _ in range(6)]

    outcomes = together(
        *(
            lambda person=person: actions.appoint(
                jordan, person, role=Role.LEAD, starts_on=TODAY, by=coordinator
            )
            for person in people
        )
    )

    assert outcomes.count("done") == 1
    assert FocalPointAppointment.objects.current(TODAY).leads().count() == 1


@pytest.mark.django_db(transaction=True)
def test_whoever_leaves_at_the_same_moment_is_not_appointed(jordan, coordinator):
    for _n in range(5):
        person = UserFactory(country=jordan)
        outcomes = together(
            lambda person=person: actions.appoint(
                jordan, person, role=Role.ALTERNATE, starts_on=TODAY, by=coordinator
            ),
            lambda person=person: mark_left(person, by=coordinator, on=date(2026, 1, 1)),
        )

        assert outcomes.count("done") == 1
        person.refresh_from_db()
        assert person.is_member == person.appointments.exists()


# Ending and withdrawing ----------------------------------------------------------------------


def test_ending_an_appointment_keeps_it_as_history_and_tells_the_person(
    focal_point, coordinator, told
):
    appointment = focal_point.appointments.get()

    ended = actions.end_appointment(appointment, on=TODAY, by=coordinator)

    assert (ended.ends_on, ended.ended_by, ended.was_withdrawn) == (TODAY, coordinator, False)
    assert told() == [("members.appointment_ended", "focal@cop.example", "ar")]
    with pytest.raises(actions.Refused, match="ended already"):
        actions.end_appointment(appointment, on=TODAY, by=coordinator)
    assert RosterRecord.objects.get().action == "appointment_ended"


def test_an_end_that_was_announced_can_be_brought_forward_but_not_put_off(
    focal_point, coordinator, time_machine
):
    time_machine.move_to(EVE)
    appointment = focal_point.appointments.get()
    actions.end_appointment(appointment, on=date(2026, 9, 1), by=coordinator)

    with pytest.raises(actions.Refused, match="ended already"):
        actions.end_appointment(appointment, on=date(2026, 10, 1), by=coordinator)
    earlier = actions.end_appointment(appointment, on=date(2026, 6, 1), by=coordinator)

    assert earlier.ends_on == date(2026, 6, 1)


def test_an_appointment_does_not_end_before_it_starts(jordan, coordinator):
    appointment = AppointmentFactory(country=jordan, starts_on=TODAY)

    with pytest.raises(actions.Refused, match="must not come before the start"):
        actions.end_appointment(appointment, on=TODAY - timedelta(days=1), by=coordinator)


def test_one_that_has_not_begun_is_withdrawn_and_makes_room(
    appoint, focal_point, member, coordinator, jordan, told, time_machine
):
    time_machine.move_to(EVE)
    wrong = appoint(member, starts_on=date(2026, 6, 1))
    with pytest.raises(actions.Refused, match="withdraw that appointment first"):
        appoint(UserFactory(country=jordan), starts_on=date(2026, 5, 20))

    withdrawn = actions.end_appointment(wrong, by=coordinator)
    again = appoint(focal_point, starts_on=date(2026, 6, 1))

    assert withdrawn.was_withdrawn
    assert spans(jordan) == [
        (focal_point, "lead", date(2020, 1, 1), date(2026, 6, 1)),
        (member, "lead", date(2026, 6, 1), date(2026, 6, 1)),
        (focal_point, "lead", date(2026, 6, 1), None),
    ]
    assert told(kind="members.appointment_withdrawn") == [
        ("members.appointment_withdrawn", "member@cop.example", "ar")
    ]
    for day in (date(2026, 5, 31), date(2026, 6, 1), date(2026, 6, 2)):
        held = FocalPointAppointment.objects.held(day).filter(country=jordan)
        assert [row.user for row in held] == [focal_point]
    assert again.starts_on == date(2026, 6, 1)


# The day on which rights change --------------------------------------------------------------


def offices(*people):
    """Who has the office of Jordan now, asked everywhere that opens something."""
    found = []
    for person in people:
        person = User.objects.get(pk=person.pk)
        jordan = Country.objects.get(pk="JO")
        answers = {
            person.has_perm("members.open_office"),
            person.has_perm("members.manage_roster", jordan),
            person.has_perm("members.decide_application", jordan),
            Country.objects.run_by(person).filter(pk="JO").exists(),
            User.objects.managed_by(person).exists(),
            User.objects.focal_points_of("JO").filter(pk=person.pk).exists(),
            User.objects.leads_of("JO").filter(pk=person.pk).exists(),
            User.objects.deciding_for("JO").filter(pk=person.pk).exists(),
            any(a.user_id == person.pk for a in in_office_of_jordan()),
        }
        assert len(answers) == 1, answers
        found += answers
    return found


def in_office_of_jordan():
    return Country.objects.with_focal_points().get(pk="JO").in_office


def test_the_outgoing_lead_loses_the_office_when_the_day_begins(
    appoint, focal_point, member, time_machine
):
    time_machine.move_to(EVE, tick=False)
    appoint(member)
    assert offices(focal_point, member) == [True, False]

    time_machine.move_to(DAWN, tick=False)
    assert offices(focal_point, member) == [False, True]


def test_over_http_the_office_opens_and_closes_with_the_day(
    appoint, as_user, focal_point, member, time_machine
):
    def answers(person):
        client = as_user(person)
        return [
            client.get("/en/office/").status_code,
            client.get("/en/office/roster/").status_code,
        ]

    time_machine.move_to(EVE, tick=False)
    appoint(member)
    assert (answers(focal_point), answers(member)) == ([200, 200], [403, 403])

    time_machine.move_to(DAWN, tick=False)
    assert (answers(focal_point), answers(member)) == ([403, 403], [200, 200])


@pytest.mark.parametrize(
    "fields",
    [{"membership": "left"}, {"membership": "suspended"}, {"is_active": False}],
    ids=["left", "suspended", "closed"],
)
def test_the_office_of_someone_who_left_or_was_suspended_is_vacant_everywhere(
    appoint, focal_point, coordinator, jordan, fields, as_user
):
    UserFactory(country=jordan, membership="applicant")
    assert offices(focal_point) == [True]

    User.objects.filter(pk=focal_point.pk).update(**fields)

    assert offices(focal_point) == [False]
    country = Country.objects.with_appointments().get(pk="JO")
    assert (country.has_lead, country.in_office) == (False, [])
    assert [row.user for row in country.lapsed] == [focal_point]
    assert list(Country.objects.vacant()) == [jordan]
    assert list(User.objects.deciding_for("JO")) == [coordinator]
    person = User.objects.filter(country=jordan).with_vacancy().first()
    assert person.has_focal_point is False
    focal_point.refresh_from_db()
    assert not [due for due in waiting_for(focal_point) if "/office/" in due.url]
    footer = as_user(UserFactory(country=jordan)).get("/en/members/").content.decode()
    assert focal_point.email not in footer


# Vacancies, today's and coming ---------------------------------------------------------------


def test_what_is_vacant_soon(appoint, focal_point, member, coordinator, jordan, time_machine):
    time_machine.move_to(EVE)

    def soon():
        rows = Country.objects.soon_vacant()
        return [(country.pk, country.vacant_from) for country in rows]

    assert soon() == []
    actions.end_appointment(focal_point.appointments.get(), on=date(2026, 6, 3), by=coordinator)
    assert soon() == []  # in thirty-one days
    actions.end_appointment(focal_point.appointments.get(), on=date(2026, 6, 2), by=coordinator)
    assert soon() == [("JO", date(2026, 6, 2))]
    late = appoint(member, starts_on=date(2026, 6, 10))
    assert soon() == [("JO", date(2026, 6, 2))]
    actions.end_appointment(late, by=coordinator)
    next_one = appoint(member, starts_on=date(2026, 6, 2))
    assert soon() == []
    User.objects.filter(pk=member.pk).update(membership="left")
    assert soon() == [("JO", date(2026, 6, 2))]
    User.objects.filter(pk=member.pk).update(membership="member")
    actions.end_appointment(next_one, by=coordinator)
    assert soon() == [("JO", date(2026, 6, 2))]
    time_machine.move_to(datetime(2026, 6, 2, tzinfo=UTC))
    assert soon() == []
    assert list(Country.objects.vacant()) == [jordan]
