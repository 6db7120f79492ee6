"""People, countries, organisations and focal points at the desk."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from allauth.mfa.models import Authenticator
from django.utils import translation

from members.models import (
    Country,
    Organisation,
    Partner,
    RosterRecord,
    Topic,
    User,
)
from notifications.models import Delivery
from tests.desk import count_queries, filled, messages_of
from tests.factories import (
    AppointmentFactory,
    CountryFactory,
    OrganisationFactory,
    RegistrationFactory,
    TopicFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
PEOPLE = "/en/admin/members/user/"
COUNTRIES = "/en/admin/members/country/"
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


def page_of(person):
    return f"{PEOPLE}{person.pk}/change/"


# People --------------------------------------------------------------------------------------


def test_people_are_found_by_name_email_role_and_country(desk, coordinator, focal_point, expert):
    salma = UserFactory(
        full_name="سلمى عبد الله", full_name_latin="Salma Abdallah", email="s@cop.example",
        country=CountryFactory(iso="MA"), language="en",
    )  # fmt: skip

    def found(**query):
        return set(desk.get(PEOPLE, query).context["cl"].result_list)

    assert found(q="سلمي عبدالله") == {salma}
    assert found(q="سلمى عبد الله") == {salma}
    assert found(q="ABDALLAH salma") == {salma}
    assert found(q="s@cop") == {salma}
    assert found(country="MA") == {salma}
    assert found(role="focal_point") == {focal_point}
    assert found(role="is_expert") == {expert}
    assert found(role="is_coordinator") == {coordinator}
    assert found(role="is_active") == found()


def test_who_waits_is_one_press_away(desk, jordan, morocco, focal_point):
    theirs = UserFactory(country=jordan, membership="applicant")
    orphan = UserFactory(country=morocco, membership="applicant")
    UserFactory(country=jordan, membership="applicant", confirmed_address=False)

    def found(**query):
        return set(desk.get(PEOPLE, query).context["cl"].result_list)

    assert found(request="open") == {theirs, orphan}
    assert found(request="orphan") == {orphan}


def test_nobodys_password_is_shown_and_nobody_is_added(desk, member):
    member.set_password("a-very-secret-word")
    member.save()

    page = desk.get(page_of(member)).content.decode()

    assert member.password not in page
    assert 'name="password"' not in page
    assert desk.get(f"{PEOPLE}add/").status_code == 403


def test_a_coordinator_corrects_a_person_and_the_trail_keeps_it(desk, member, coordinator):
    organisation, topic = OrganisationFactory(), TopicFactory()
    url = page_of(member)

    desk.post(
        url,
        filled(
            desk.get(url),
            full_name="أمينة\u202e الزعبي",
            organisation=str(organisation.pk),
            topics=[str(topic.pk)],
            time_zone="Africa/Casablanca",
        ),
    )

    member.refresh_from_db()
    assert (member.full_name, member.organisation, member.time_zone) == (
        "أمينة الزعبي", organisation, "Africa/Casablanca",
    )  # fmt: skip
    assert list(member.topics.all()) == [topic]
    record = RosterRecord.objects.get()
    assert (record.action, record.actor, record.person) == ("corrected", coordinator, member)
    assert record.detail["changes"]["organisation"] == ["", str(organisation)]
    desk.post(url, filled(desk.get(url)))
    assert RosterRecord.objects.count() == 1


@pytest.mark.parametrize(
    "change",
    [{"is_coordinator": "on"}, {"is_superuser": "on"}, {"is_active": None},
     {"membership": "declined"}, {"email": "other@cop.example"}, {"password": "x"}],
)  # fmt: skip
def test_a_coordinator_changes_no_staff_role_membership_or_address(desk, member, change):
    url = page_of(member)
    before = User.objects.filter(pk=member.pk).values().get()

    desk.post(url, {**filled(desk.get(url)), **{k: v for k, v in change.items() if v}})

    assert User.objects.filter(pk=member.pk).values().get() == before


def test_an_administrator_makes_a_coordinator(as_user, administrator, member):
    client, url = as_user(administrator), page_of(member)

    client.post(url, filled(client.get(url), is_coordinator="on"))

    assert User.objects.get(pk=member.pk).is_coordinator


def test_nobody_takes_their_own_role_away(as_user, administrator):
    client, url = as_user(administrator), page_of(administrator)
    posted = filled(client.get(url))
    posted.pop("is_superuser", None)

    client.post(url, posted)

    administrator.refresh_from_db()
    assert administrator.is_superuser
    assert administrator.is_active


def test_the_page_says_how_the_account_is_protected(desk, member):
    assert desk.get(page_of(member)).context["adminform"].model_admin.two_step(member) == "No"

    Authenticator.objects.create(user=member, type="recovery_codes", data={})
    assert desk.get(page_of(member)).context["adminform"].model_admin.two_step(member) == "No"

    Authenticator.objects.create(user=member, type="totp", data={})
    assert desk.get(page_of(member)).context["adminform"].model_admin.two_step(member) == "Yes"


# Requests to join ----------------------------------------------------------------------------


def test_a_request_is_approved_from_the_persons_page(desk, applicant, coordinator):
    url = f"{PEOPLE}{applicant.pk}/approve/"

    assert desk.get(url).status_code == 200
    applicant.refresh_from_db()
    assert applicant.membership == "applicant"

    response = desk.post(url, {"confirmed": "yes"}, follow=True)

    applicant.refresh_from_db()
    assert (applicant.membership, applicant.decided_by) == ("member", coordinator)
    assert messages_of(response) == ["1 request decided."]
    assert [(d.kind, d.recipient) for d in Delivery.objects.all()] == [
        ("members.approved", applicant)
    ]


def test_a_rejection_needs_its_reason(desk, applicant):
    url = f"{PEOPLE}{applicant.pk}/decline/"

    empty = desk.post(url, {"confirmed": "yes", "reason": ""})
    assert empty.status_code == 422
    applicant.refresh_from_db()
    assert applicant.membership == "applicant"

    desk.post(url, {"confirmed": "yes", "reason": "Not a public body"})
    applicant.refresh_from_db()
    assert (applicant.membership, applicant.decision_reason) == ("declined", "Not a public body")


def test_several_requests_are_decided_from_the_list(desk, jordan, member):
    people = [UserFactory(country=jordan, membership="applicant") for _number in range(2)]
    chosen = {
        "action": "approve_selected",
        "_selected_action": [person.pk for person in (*people, member)],
    }

    asked = desk.post(PEOPLE, chosen)
    assert len(asked.context["objects"]) == 3
    response = desk.post(PEOPLE, {**chosen, "confirmed": "yes"}, follow=True)

    assert [User.objects.get(pk=person.pk).membership for person in people] == ["member"] * 2
    assert sorted(messages_of(response)) == sorted(
        ["2 requests decided.", f"{member}: This request has been approved already."]
    )


@pytest.mark.parametrize("role", ["member", "focal_point", "sponsor"])
def test_the_desk_decides_for_staff_only(as_user, request, role, applicant):
    client = as_user(request.getfixturevalue(role))

    assert client.post(f"{PEOPLE}{applicant.pk}/approve/", {"confirmed": "yes"}).status_code == 403
    applicant.refresh_from_db()
    assert applicant.membership == "applicant"


# Deleting ------------------------------------------------------------------------------------


def test_only_a_request_without_a_history_is_deleted_and_by_an_administrator(
    as_user, administrator, coordinator, jordan
):
    spam = UserFactory(country=jordan, membership="applicant")
    seen = UserFactory(country=jordan, membership="declined")
    RegistrationFactory(user=seen, status="withdrawn")
    past = UserFactory(country=jordan, membership="left")

    def delete(person):
        return client.post(f"{PEOPLE}{person.pk}/delete/", {"post": "yes"}).status_code

    client = as_user(coordinator)
    assert delete(spam) == 403
    client = as_user(administrator)
    assert [delete(person) for person in (spam, seen, past, administrator)] == [302, 403, 403, 403]
    assert set(User.objects.all()) == {seen, past, administrator, coordinator}


# Countries, organisations, topics, partners --------------------------------------------------


def test_a_country_is_edited_with_check_boxes_and_names_side_by_side(desk, jordan):
    url = f"{COUNTRIES}JO/change/"
    form = desk.get(url)
    assert ("name_ar", "name_en") in form.context["adminform"].fieldsets[0][1]["fields"]

    desk.post(
        url,
        filled(
            form,
            weekend=["7", "6"],
            time_zone="Asia/Beirut",
            name_en="The Jordan",
            is_participating=None,
        ),
    )

    jordan.refresh_from_db()
    assert (jordan.weekend, jordan.time_zone, jordan.name_en, jordan.is_participating) == (
        [6, 7], "Asia/Beirut", "The Jordan", False,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("change", "field"),
    [({"time_zone": "Asia/Nowhere"}, "time_zone"), ({"weekend": ["9"]}, "weekend"),
     ({"name_ar": "", "name_en": ""}, "name_ar")],
)  # fmt: skip
def test_a_country_that_cannot_be_is_refused(desk, jordan, change, field):
    url = f"{COUNTRIES}JO/change/"

    response = desk.post(url, filled(desk.get(url), **change))

    assert list(response.context["adminform"].form.errors) == [field]


def test_the_list_of_countries_shows_weekend_clock_members_and_vacancies(
    desk, focal_point, morocco
):
    page = desk.get(COUNTRIES).content.decode()

    assert "Friday, Saturday" in page
    assert "Rabat" in page
    assert str(focal_point.full_name_latin) in page
    assert page.count("Vacant") == 1


def test_a_country_with_people_is_not_deleted(as_user, administrator, member):
    as_user(administrator).post(f"{COUNTRIES}JO/delete/", {"post": "yes"})

    assert Country.objects.filter(pk="JO").exists()


def test_the_short_name_follows_the_english_name(desk):
    url = "/en/admin/members/topic/add/"
    form = desk.get(url)

    desk.post(url, filled(form, name_ar="السجلات", name_en="Social registries"))
    again = desk.post(url, filled(form, name_ar="السجلات", name_en="Social registries"))
    arabic = desk.post(url, filled(form, name_ar="السجلات"))

    assert [(t.slug, t.name_ar, t.is_active) for t in Topic.objects.all()] == [
        ("social-registries", "السجلات", True)
    ]
    assert list(again.context["adminform"].form.errors) == ["slug"]
    assert arabic.context["adminform"].form.errors == {
        "slug": ["Without an English name this field is needed."]
    }


def test_organisations_are_found_however_they_are_spelt(desk):
    found = OrganisationFactory(name_ar="وزارة الأسرة", name_en="Ministry of the Family")
    OrganisationFactory()

    for words in ("وزاره الاسره", "family MINISTRY"):
        response = desk.get("/en/admin/members/organisation/", {"q": words})
        assert list(response.context["cl"].result_list) == [found]


def test_a_partner_is_chosen_by_name(desk):
    organisation = OrganisationFactory()
    url = "/en/admin/members/partner/add/"

    desk.post(
        url,
        filled(desk.get(url), organisation=str(organisation.pk), role="funder", note_ar="شكرًا"),
    )

    partner = Partner.objects.get()
    assert (partner.organisation, partner.role, partner.note_ar) == (
        organisation, "funder", "شكرًا",
    )  # fmt: skip


# The cost ------------------------------------------------------------------------------------


def _people(number):
    for _number in range(number):
        AppointmentFactory(role="alternate", user=UserFactory(organisation=OrganisationFactory()))


def _countries(number):
    for first in range(number):
        country = CountryFactory(
            iso=f"X{chr(65 + first)}" if number < 20 else f"{chr(65 + first % 26)}{first // 26}",
            name_ar=f"بلد {first}", name_en=f"Country {first}", time_zone="Asia/Amman",
            weekend=[5, 6], month_names="both",
        )  # fmt: skip
        AppointmentFactory(country=country)


def _organisations(number):
    for organisation in OrganisationFactory.create_batch(number):
        UserFactory(organisation=organisation)


def _topics(number):
    TopicFactory.create_batch(number)


def _partners(number):
    for organisation in OrganisationFactory.create_batch(number):
        Partner.objects.create(organisation=organisation, role="funder")


@pytest.mark.parametrize(
    ("model", "add"),
    [
        ("user", _people),
        ("focalpointappointment", _people),
        ("country", _countries),
        ("organisation", _organisations),
        ("topic", _topics),
        ("partner", _partners),
    ],
)
def test_lists_ask_as_much_with_many_rows_as_with_one(desk, model, add):
    url = f"/en/admin/members/{model}/"
    add(1)
    one = count_queries(desk, url)
    add(29)

    assert count_queries(desk, url) == one


def test_the_page_of_a_person_asks_as_much_with_a_long_history(desk, member):
    def add(number):
        for year in range(number):
            AppointmentFactory(
                user=member, role="alternate", country=CountryFactory(iso="TN"),
                starts_on=date(1990 + year, 1, 1), ends_on=date(1990 + year, 6, 1),
            )  # fmt: skip
            TopicFactory()

    add(1)
    one = count_queries(desk, page_of(member))
    add(29)

    assert count_queries(desk, page_of(member)) == one
    assert Organisation.objects.count() == 0
