"""Focal points at the desk: appointed and ended, never edited."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.utils import translation

from members.models import FocalPointAppointment
from tests.desk import messages_of
from tests.factories import AppointmentFactory, UserFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
APPOINTMENTS = "/en/admin/members/focalpointappointment/"


@pytest.fixture(autouse=True)
def now(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def quiet(monkeypatch):
    monkeypatch.setattr("notifications.actions.announce", lambda: None)


@pytest.fixture
def desk(as_user, coordinator):
    return as_user(coordinator)


def test_appointing_takes_over_from_the_present_focal_point(desk, focal_point, jordan, member):
    form = {"country": "JO", "person": member.pk, "role": "lead", "starts_on": "٢٠٢٦-١٢-٠١"}

    response = desk.post(f"{APPOINTMENTS}add/", form, follow=True)

    terms = FocalPointAppointment.objects.order_by("starts_on").values_list(
        "user", "starts_on", "ends_on"
    )
    assert list(terms) == [
        (focal_point.pk, date(2020, 1, 1), date(2026, 12, 1)),
        (member.pk, date(2026, 12, 1), None),
    ]
    assert messages_of(response) == ["Appointed, and told by email."]


def test_what_cannot_be_is_said_in_the_form(desk, jordan, focal_point, member):
    later = UserFactory(country=jordan)
    AppointmentFactory(country=jordan, user=later, role="alternate", starts_on=date(2026, 1, 1))
    FocalPointAppointment.objects.filter(user=focal_point).update(starts_on=date(2027, 1, 1))
    form = {"country": "JO", "person": member.pk, "role": "lead", "starts_on": "2026-12-01"}

    response = desk.post(f"{APPOINTMENTS}add/", form)

    assert response.status_code == 422
    assert response.context["adminform"].form.non_field_errors() == [
        (
            "The country has another focal point on that day or later: choose another day, or "
            "withdraw that appointment first."
        )
    ]
    assert not FocalPointAppointment.objects.filter(user=member).exists()


def test_an_appointment_is_ended_never_edited_or_deleted(desk, focal_point):
    row = FocalPointAppointment.objects.get()
    url = f"{APPOINTMENTS}{row.pk}/"

    assert desk.post(f"{url}change/", {"starts_on": "2021-01-01"}).status_code == 403
    assert desk.post(f"{url}delete/", {"post": "yes"}).status_code == 403
    assert desk.get(f"{url}end/").status_code == 200
    early = desk.post(f"{url}end/", {"confirmed": "yes", "on": "2019-01-01"})
    assert early.context["adminform"].form.non_field_errors() == [
        "The end must not come before the start."
    ]
    desk.post(f"{url}end/", {"confirmed": "yes", "on": "2026-11-30"})

    row.refresh_from_db()
    assert (row.starts_on, row.ends_on) == (date(2020, 1, 1), date(2026, 11, 30))


def test_the_history_shows_who_is_in_office_and_where_nobody_is(desk, focal_point, morocco):
    ended = AppointmentFactory(
        country=morocco, starts_on=date(2021, 1, 1), ends_on=date(2022, 1, 1)
    )

    response = desk.get(APPOINTMENTS)

    assert [str(country) for country in response.context["vacant"]] == ["Morocco"]
    assert f"{APPOINTMENTS}add/?country=MA" in response.content.decode()
    assert response.content.decode().count("✓ In office today") == 1
    current = desk.get(APPOINTMENTS, {"state": "current"}).context["cl"].result_list
    assert [row.user for row in current] == [focal_point]
    past = desk.get(APPOINTMENTS, {"state": "ended"}).context["cl"].result_list
    assert list(past) == [ended]
    assert list(desk.get(APPOINTMENTS, {"state": "coming"}).context["cl"].result_list) == []


@pytest.mark.parametrize("role", ["member", "focal_point", "other_focal_point", "sponsor"])
def test_nobody_else_appoints(as_user, request, role, jordan):
    client = as_user(request.getfixturevalue(role))
    before = FocalPointAppointment.objects.count()
    person = UserFactory(country=jordan)
    form = {"country": "JO", "person": person.pk, "role": "alternate", "starts_on": "2026-12-01"}

    assert client.post(f"{APPOINTMENTS}add/", form).status_code == 403
    assert FocalPointAppointment.objects.count() == before
