from datetime import date, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone, translation

from members.models import Country, FocalPointAppointment, User
from members.querysets import NAME_ORDER
from tests.factories import (
    AppointmentFactory,
    CountryFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


def names(people):
    return {person.full_name for person in people}


@pytest.fixture
def crowd(jordan):
    """One person of each standing, named after it."""
    people = {
        name: UserFactory(full_name=name, full_name_latin="", country=jordan, membership=name)
        for name in ("member", "applicant", "declined", "left", "suspended")
    }
    people["inactive"] = UserFactory(full_name="inactive", is_active=False, country=jordan)
    people["unconfirmed"] = UserFactory(
        full_name="unconfirmed", membership="applicant", confirmed_address=False, country=jordan
    )
    return people


def test_the_directory_holds_members_and_opens_to_members_staff_and_sponsors(crowd):
    sponsor = UserFactory(full_name="sponsor", is_sponsor=True, membership="applicant")
    coordinator = UserFactory(full_name="coordinator", is_coordinator=True)

    for reader in (crowd["member"], sponsor, coordinator):
        assert names(User.objects.visible_to(reader)) == {"member", "coordinator"}
    for reader in (
        AnonymousUser(),
        crowd["applicant"],
        crowd["declined"],
        crowd["left"],
        crowd["suspended"],
        crowd["inactive"],
    ):
        assert not User.objects.visible_to(reader).exists()


def test_applicants_are_those_who_wait_with_a_confirmed_address(crowd):
    assert names(User.objects.applicants()) == {"applicant"}


def test_focal_points_manage_their_country_while_they_hold_the_office(crowd, jordan, morocco):
    today = timezone.now().date()
    elsewhere = UserFactory(full_name="elsewhere", country=morocco)
    now = AppointmentFactory(country=jordan, role="alternate", starts_on=today).user
    past = AppointmentFactory(
        country=jordan, role="alternate", starts_on=date(2020, 1, 1), ends_on=today
    ).user
    future = AppointmentFactory(
        country=jordan, role="alternate", starts_on=today + timedelta(days=1)
    ).user
    coordinator = UserFactory(is_coordinator=True)

    assert crowd["applicant"] in User.objects.managed_by(now)
    assert elsewhere not in User.objects.managed_by(now)
    assert elsewhere in User.objects.managed_by(coordinator)
    for nobody in (past, future, elsewhere, crowd["member"], AnonymousUser()):
        assert not User.objects.managed_by(nobody).exists()
    assert list(Country.objects.run_by(now)) == [jordan]
    assert not Country.objects.run_by(past).exists()


def test_requests_are_for_focal_points_else_for_coordinators(jordan, morocco):
    lead = AppointmentFactory(country=jordan).user
    alternate = AppointmentFactory(country=jordan, role="alternate").user
    coordinator = UserFactory(is_coordinator=True)
    AppointmentFactory(country=morocco, starts_on=date(2020, 1, 1), ends_on=date(2021, 1, 1))

    assert set(User.objects.deciding_for("JO")) == {lead, alternate}
    assert set(User.objects.deciding_for("MA")) == {coordinator}
    assert set(User.objects.deciding_for(None)) == {coordinator}

    lead.is_active = alternate.is_active = False
    User.objects.bulk_update([lead, alternate], ["is_active"])
    assert set(User.objects.deciding_for("JO")) == {coordinator}


def test_the_lead_of_a_country_is_found_among_its_people(jordan):
    applicant = UserFactory(country=jordan, membership="applicant")
    assert applicant.focal_point() is None

    AppointmentFactory(country=jordan, role="alternate")
    lead = AppointmentFactory(country=jordan).user

    assert applicant.focal_point() == lead
    assert UserFactory(country=None).focal_point() is None


@pytest.mark.parametrize(
    "text", ["أمينة", "امينه", "الزُّعبي", "ZOUBI amina", "  أمينة   الزعبي ", "zoub"]
)
def test_a_person_is_found_in_both_scripts_however_the_name_is_spelt(text):
    wanted = UserFactory(full_name="أمينة الزعبي", full_name_latin="Amina Al-Zoubi")
    UserFactory(full_name="كريم حداد", full_name_latin="Karim Haddad")

    assert list(User.objects.search(text)) == [wanted]


def test_people_are_marked_by_whether_their_country_has_a_focal_point(jordan, morocco):
    led = UserFactory(country=jordan)
    orphan = UserFactory(country=morocco)
    AppointmentFactory(country=jordan, user=led)

    assert {p.pk: p.has_focal_point for p in User.objects.with_vacancy()} == {
        led.pk: True,
        orphan.pk: False,
    }


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("ar", ["أمينة", "باسل", "Walid Ferjani"]),
        ("en", ["باسل", "Walid Ferjani", "أمينة"]),
    ],
)
def test_people_are_listed_by_the_name_the_page_shows(language, expected):
    UserFactory(full_name="باسل", full_name_latin="Abu Basel")
    UserFactory(full_name="أمينة", full_name_latin="zoubi Amina")
    UserFactory(full_name="Walid Ferjani", full_name_latin="")

    with translation.override(language):
        people = User.objects.by_name().order_by(*NAME_ORDER)
        assert [person.full_name for person in people] == expected


def test_countries_are_listed_without_the_article():
    for iso in ("TN", "JO", "MA", "EG"):
        CountryFactory(iso=iso)

    with translation.override("ar"):
        arabic = [country.iso for country in Country.objects.in_order()]
    with translation.override("en"):
        english = [country.iso for country in Country.objects.in_order()]

    assert arabic == ["JO", "TN", "EG", "MA"]
    assert english == ["EG", "JO", "MA", "TN"]


def test_who_is_in_office_today_the_lead_first(jordan):
    alternate = AppointmentFactory(country=jordan, role="alternate", starts_on=date(2020, 1, 1))
    lead = AppointmentFactory(country=jordan, starts_on=date(2022, 1, 1))
    AppointmentFactory(country=jordan, starts_on=date(2020, 1, 1), ends_on=date(2022, 1, 1))

    [found] = Country.objects.with_focal_points()

    assert found.in_office == [lead, alternate]
    assert found.has_lead
    assert FocalPointAppointment.objects.current(date(2021, 1, 1)).count() == 2
