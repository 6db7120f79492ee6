"""The page of a country."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.factories import (
    AppointmentFactory,
    EventFactory,
    OrganisationFactory,
    RegistrationFactory,
    UserFactory,
)
from tests.members.pages import flat

pytestmark = pytest.mark.django_db


def test_a_country_shows_its_focal_points_members_and_organisations(
    as_user, member, jordan, focal_point, morocco
):
    alternate = UserFactory(country=jordan, full_name_latin="Basel Omari")
    AppointmentFactory(country=jordan, user=alternate, role="alternate")
    ministry = OrganisationFactory(country=jordan, name_en="Ministry of Labour")
    UserFactory(country=jordan, organisation=ministry)
    UserFactory(country=jordan, organisation=ministry, visibility={"organisation": "coordinators"})
    UserFactory(country=morocco, full_name_latin="Salwa Bennani")
    UserFactory(country=jordan, full_name_latin="Not Yet", membership="applicant")

    page = flat(as_user(member).get("/en/countries/JO/"))

    assert "<h1>Jordan</h1>" in page
    assert "5 members" in page
    aside = page.partition("Focal points</h2>")[2].partition("Organisations</h2>")[0]
    assert "Basel Omari" in aside
    assert f"/en/members/{focal_point.pk}/contact/" in aside
    assert "no focal point" not in aside
    assert 'Ministry of Labour</a><span class="soft">1</span>' in page
    assert "Salwa Bennani" not in page
    assert "Not Yet" not in page
    assert 'href="/en/members/?country=JO"' in page


def test_a_vacancy_says_what_can_be_done(as_user, member, coordinator):
    page = flat(as_user(member).get("/en/countries/JO/"))
    assert "There is no focal point at the moment; the secretariat decides on requests." in page
    assert "proposes someone to the secretariat" in page

    page = flat(as_user(coordinator).get("/en/countries/JO/"))
    assert 'href="/en/office/focal-points/JO/"' in page


def test_events_are_counted_and_never_name_anyone(as_user, member, jordan, morocco):
    past = {"starts_at": timezone.now() - timedelta(days=40)}
    host = OrganisationFactory(country=jordan)
    attended = EventFactory(title_en="Attended", **past)
    named = EventFactory(title_en="Named", **past)
    named.countries.add(jordan)
    hosted = EventFactory(title_en="Hosted")
    hosted.organisers.create(organisation=host, role="host")
    EventFactory(title_en="Elsewhere", **past)
    hidden = EventFactory(title_en="Draft", status="draft", **past)
    hidden.countries.add(jordan)
    for country in (jordan, jordan, morocco):
        RegistrationFactory(event=attended, user=UserFactory(country=country))
    RegistrationFactory(
        event=attended, user=UserFactory(country=jordan), status="waiting", confirmed_at=None
    )

    page = flat(as_user(member).get("/en/countries/JO/"))

    first, _heading, second = page.partition("Events attended</h2>")
    assert ">Hosted</a>" in first
    assert ">Attended</a>" in second
    assert "2 participants from this country" in second
    assert ">Named</a>" in second
    assert "Elsewhere" not in page
    assert "Draft" not in page


def test_small_letters_lead_to_the_one_address_and_unknown_countries_nowhere(as_user, member):
    client = as_user(member)

    assert client.get("/en/countries/jo/").url == "/en/countries/JO/"
    for unknown in ("XX", "JOR", "%D8%A3"):
        assert client.get(f"/en/countries/{unknown}/", follow=True).status_code == 404
    assert client.post("/en/countries/JO/").status_code == 405


def test_the_number_of_queries_does_not_grow_with_the_members(
    as_user, member, jordan, django_assert_max_num_queries
):
    def count():
        with django_assert_max_num_queries(40) as captured:
            assert client.get("/en/countries/JO/").status_code == 200
        return len(captured)

    def add(number):
        for _ in range(number):
            person = UserFactory(country=jordan, organisation=OrganisationFactory(country=jordan))
            AppointmentFactory(country=jordan, user=person, role="alternate")
            event = EventFactory()
            event.countries.add(jordan)

    client = as_user(member)
    add(1)
    client.get("/en/countries/JO/")
    with_one = count()
    add(25)

    assert count() == with_one
