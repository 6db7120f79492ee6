"""The page of one event, and registering and withdrawing from it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import translation

from events.models import Event, Figure, Highlight, Organiser
from tests.events.reading import parse, queries
from tests.factories import (
    CountryFactory,
    EventFactory,
    OrganisationFactory,
    RegistrationFactory,
    SessionFactory,
    TopicFactory,
)

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
# Wednesday 9 December, 11:00 in Amman.
START = datetime(2026, 12, 9, 8, tzinfo=UTC)
DAY = timedelta(days=1)
CAST = (
    "anonymous", "applicant", "member", "expert", "focal_point", "sponsor", "coordinator",
    "administrator",
)  # fmt: skip
SECRETS = ("https://meet.example/room", "+962 6 555 0100", "447190")


@pytest.fixture(autouse=True)
def now(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def visit(request, client):
    """Return a client for one of the cast, and who that is."""

    def come(who):
        user = request.getfixturevalue(who)
        if who != "anonymous":
            client.force_login(user, backend="members.backends.Backend")
        return client, user

    return come


def to_come(**fields):
    return EventFactory(**{"starts_at": START, **fields})


def over(**fields):
    return EventFactory(**{"starts_at": NOW - 30 * DAY, **fields})


def read(client, event):
    """The page's main part."""
    response = client.get(event.get_absolute_url())
    assert response.status_code == 200
    return parse(response).one("main")


def source(client, event):
    return client.get(event.get_absolute_url()).content.decode()


def panel(shown):
    """What the box beside the event says."""
    return shown.one("aside").words


# Addresses ------------------------------------------------------------------------------------


def test_the_right_address(client):
    event = to_come(title_en="Updating a registry")

    assert event.get_absolute_url() == f"/en/events/{event.pk}/updating-a-registry/"
    assert read(client, event).one("h1").words == "Updating a registry"


@pytest.mark.parametrize("tail", ["", "another-title/", "UPDATING/", "updating-a-registry-2/"])
def test_wrong_slugs_lead_to_the_right_one(client, tail):
    event = to_come(title_en="Updating a registry")

    response = client.get(f"/en/events/{event.pk}/{tail}")

    assert response.status_code == 301
    assert response.url == event.get_absolute_url()
    assert "no-cache" in response["Cache-Control"]


def test_an_event_without_a_latin_title_has_no_slug(client):
    event = to_come(title_en="")

    assert event.get_absolute_url() == f"/en/events/{event.pk}/"
    assert client.get(event.get_absolute_url()).status_code == 200
    assert client.get(f"/en/events/{event.pk}/slug/").status_code == 301


@pytest.mark.parametrize("pk", ["0", "99999", "9" * 30])
def test_no_such_event(client, pk):
    assert client.get(f"/en/events/{pk}/").status_code == 404


def test_a_long_title_is_cut_between_words():
    event = to_come(title_en="Before a complaint reaches the minister what can be settled earlier")

    assert event.slug == "before-a-complaint-reaches-the-minister-what-can-be-settled"
    assert Event(title_en="x" * 90).slug == "x" * 60


@pytest.mark.parametrize("who", CAST)
@pytest.mark.parametrize("visibility", Event.Visibility)
@pytest.mark.parametrize("status", Event.Status)
def test_who_sees_what(visit, who, visibility, status):
    client, _user = visit(who)
    event = to_come(visibility=visibility, status=status)
    sees = who in ("coordinator", "administrator") or (
        status != "draft"
        and (visibility == "public" or who in ("member", "expert", "focal_point", "sponsor"))
    )

    for address in (
        event.get_absolute_url(),
        reverse("events:detail", args=[event.pk, "wrong"]),
        reverse("events:ics", args=[event.pk]),
    ):
        assert (client.get(address).status_code in (200, 301)) == sees
        assert sees or client.get(address).status_code == 404


# What the page says ---------------------------------------------------------------------------


def test_everything_there_is_to_know(visit, jordan, morocco):
    client, _member = visit("member")
    event = to_come(
        capacity=40,
        kind="workshop",
        working_language_en="In Arabic",
        description_en="**Bold** aims.",
    )
    event.sessions.update(
        place_en="Hall 1", city_en="Irbid", join_url="", description_en="Bring data."
    )
    event.topics.add(TopicFactory(name_en="Social registries", slug="registries"))
    event.countries.add(jordan, morocco)
    for role, name in (("organiser", "The secretariat"), ("host", "The ministry")):
        organisation = OrganisationFactory(name_en=name)
        Organiser.objects.create(event=event, organisation=organisation, role=role)
    Highlight.objects.create(event=event, text_en="Three experiences.")
    Figure.objects.create(event=event, value="3", label_en="country cases")

    shown = read(client, event)

    for sentence in (
        "Workshop In Arabic",
        event.title_en,
        event.summary_en,
        "When Wednesday 9 December 2026 11:00–13:00 in Amman",
        "Where Irbid Hall 1",
        "Organised by The secretariat Host: The ministry",
        "Countries Jordan, Morocco",
        "country cases 3",
        "About the event Bold aims.",
        "What it offers Three experiences.",
        "Agenda Times in Amman 11:00–13:00 First session Hall 1, Irbid Bring data.",
        "Topics Social registries",
    ):
        assert sentence in shown.words
    assert len(shown.all("h1")) == 1
    assert shown.one("a", "tag").attrs["href"].endswith("/en/events/?topic=registries")


def test_visitors_read_the_places_time_and_greenwich(client):
    said = read(client, to_come()).words

    assert "11:00–13:00 in Amman 08:00–10:00 in Greenwich" in said


def test_the_readers_time_comes_first(visit):
    client, _user = visit("other_focal_point")

    said = read(client, to_come()).words

    assert "09:00–11:00 in Rabat 11:00–13:00 in Amman" in said


def test_another_date_on_the_second_clock_is_said(visit):
    client, _user = visit("other_focal_point")

    said = read(client, to_come(starts_at=datetime(2026, 12, 9, 21, 30, tzinfo=UTC))).words

    assert "Wednesday 9 December 2026" in said
    assert "10 December, 00:30–02:30 in Amman" in said


def test_several_sessions_each_with_its_zone_and_place(client):
    event = to_come(ends_at=START + DAY + timedelta(hours=3), session=False)
    SessionFactory(event=event, starts_at=START, ends_at=START + timedelta(hours=2))
    SessionFactory(
        event=event, title_en="Visit", kind="study_tour", time_zone="Europe/Brussels",
        place_en="Town hall", city_en="Brussels", join_url="",
        starts_at=START + DAY, ends_at=START + DAY + timedelta(hours=3),
    )  # fmt: skip

    said = read(client, event).words

    assert "9–10 December 2026 from 11:00 in Amman from 08:00 in Greenwich 2 sessions" in said
    assert "Where Brussels Town hall Online" in said
    assert "9 December 2026 11:00–13:00 in Amman First session" in said
    assert "10 December 2026 09:00–12:00 in Brussels Visit Study tour" in said
    assert "Town hall, Brussels" in said


def test_afterwards_results_come_first_and_nothing_asks_to_register(client):
    event = over(description_en="Background.")
    Highlight.objects.create(event=event, text_en="One system is better.")

    shown = read(client, event)

    said = shown.words
    assert shown.all("aside") == []
    assert said.index("Main results One system is better.") < said.index("About the event")
    assert "What it offers" not in said
    assert "Past" in said


def test_follow_ups_lead_both_ways(client):
    first = over(title_en="First")
    second = to_come(title_en="Second", follows=first)
    to_come(title_en="Hidden", follows=first, status="draft")

    before, after = read(client, first), read(client, second)

    assert "What follows Second" in before.words
    assert [a.words for a in before.all("a", href=second.get_absolute_url())] == ["Second"]
    assert "Hidden" not in before.words
    assert "What it follows from First" in after.words
    assert [a.words for a in after.all("a", href=first.get_absolute_url())] == ["First"]


def test_what_one_may_not_see_is_not_linked(client):
    first = over(title_en="Among ourselves", visibility="members")
    second = to_come(title_en="Second", follows=first)

    assert "Among ourselves" not in read(client, second).words


def test_a_cancelled_event_says_so(visit):
    client, member = visit("member")
    event = to_come(status="cancelled", cancellation_note_en="A storm.")
    RegistrationFactory(event=event, user=member)

    shown = read(client, event)

    assert "The event was cancelled A storm." in shown.words
    assert "Withdraw" not in shown.words
    assert shown.all("button") == []
    assert not any(secret in source(client, event) for secret in SECRETS)


def test_a_draft_says_so(visit):
    client, _user = visit("coordinator")

    shown = read(client, to_come(status="draft"))

    assert "A draft: only coordinators see this page." in shown.words
    assert "Not published yet" in panel(shown)


def test_a_draft_without_sessions_has_a_page(visit):
    client, _user = visit("coordinator")
    event = EventFactory(status="draft", starts_at=None, ends_at=None)

    assert read(client, event).one("h1").words == event.title_en
    assert client.get(reverse("events:ics", args=[event.pk])).status_code == 404


def test_a_page_in_one_language_only(client):
    shown = read(client, to_come(title_en="", summary_en=""))

    assert "available in Arabic only" in shown.words
    assert shown.one("h1").one("span", lang="ar").attrs["dir"] == "rtl"


# Registration ---------------------------------------------------------------------------------


def test_the_panel_of_a_visitor(client):
    event = to_come(capacity=40)
    RegistrationFactory.create_batch(2, event=event)

    aside = read(client, event).one("aside")

    assert "Registration open 38 of 40 seats left" in aside.words
    assert "Open until the event begins." in aside.words
    button = aside.one("a", "btn")
    assert button.words == "Sign in to register"
    assert button.attrs["href"] == f"{reverse('account_login')}?next={event.get_absolute_url()}"
    assert aside.all("form") == []


def test_the_deadline_on_both_clocks(visit):
    client, _user = visit("other_focal_point")
    event = to_come(registration_deadline=datetime(2026, 12, 1, 13, tzinfo=UTC))

    said = panel(read(client, event))

    assert "Closes: Tuesday 1 December, 14:00 in Rabat 1 December, 16:00 in Amman" in said


@pytest.mark.parametrize("who", ["applicant", "sponsor"])
def test_those_who_may_not_read_why(visit, who):
    client, _user = visit(who)

    said = panel(read(client, to_come()))

    assert "Registration is for members of the community." in said
    assert "Sign in" not in said


@pytest.mark.parametrize(
    ("fields", "status", "shown", "button"),
    [
        ({}, None, "Registration open", "Register"),
        ({"capacity": 1}, None, "Full, waiting list open", "Join the waiting list"),
        ({}, "confirmed", "Registered", None),
        ({}, "waiting", "On the waiting list, position 1", None),
        ({}, "withdrawn", "Registration open", "Register"),
        ({"registration_deadline": NOW - DAY}, None, "Registration closed", None),
        ({"registration_deadline": NOW - DAY}, "confirmed", "Registered", None),
        (
            {"starts_at": NOW - DAY, "ends_at": NOW + DAY},
            None,
            "Under way, registration closed",
            None,
        ),
    ],
)
def test_the_panel_of_a_member(visit, fields, status, shown, button):
    client, member = visit("member")
    event = to_come(**fields)
    if status != "waiting":
        RegistrationFactory(event=event)
    if status:
        RegistrationFactory(event=event, user=member, status=status)

    aside = read(client, event).one("aside")

    assert aside.one("span", "status").words == shown
    assert [found.words for found in aside.all("button")] == ([button] if button else [])
    assert ("Withdraw the registration" in aside.words) == (status in ("confirmed", "waiting"))


@pytest.mark.parametrize(
    ("who", "status", "sees"),
    [
        ("anonymous", None, False),
        ("member", None, False),
        ("member", "waiting", False),
        ("member", "withdrawn", False),
        ("member", "confirmed", True),
        ("sponsor", None, False),
        ("focal_point", None, False),
        ("coordinator", None, True),
    ],
)
def test_how_to_join_is_for_people_with_a_seat(visit, who, status, sees):
    client, user = visit(who)
    event = to_come()
    event.sessions.update(dial_in="Jordan: +962 6 555 0100", dial_in_code="447190")
    if status:
        RegistrationFactory(event=event, user=user, status=status)

    html = source(client, event)

    for secret in (*SECRETS, 'href="tel:+96265550100"'):
        assert (secret in html) == sees
    assert ("appear after registration" in html) != sees


def test_how_to_join_is_gone_once_it_is_over(visit):
    client, member = visit("member")
    event = over()
    RegistrationFactory(event=event, user=member)

    assert "https://meet.example/room" not in source(client, event)


def test_countries_are_shown_and_names_never(client, jordan, morocco):
    event = to_come()
    people = [
        *(RegistrationFactory(event=event, user__country=jordan).user for _ in range(4)),
        RegistrationFactory(event=event, user__country=morocco).user,
    ]
    RegistrationFactory(event=event, user__country=None)

    shown, html = read(client, event), source(client, event)

    assert (
        "Registered so far 6 registrations 2 countries Jordan 4 Morocco 1 From elsewhere: 1"
    ) in shown.words
    bars = shown.one("ul", "bars").all("rect")
    assert [bar.attrs["width"] for bar in bars] == ["100%", "25%"]
    for person in people:
        assert person.full_name not in html
        assert person.full_name_latin not in html
        assert person.email not in html


def test_few_registrations_are_not_shown_by_country(client, jordan):
    event = to_come()
    RegistrationFactory.create_batch(4, event=event, user__country=jordan)

    assert "Registered so far" not in read(client, event).words


def test_people_without_a_country_only(client):
    event = to_come()
    RegistrationFactory.create_batch(5, event=event, user__country=None)

    assert "From elsewhere: 5" in read(client, event).words


def test_the_page_costs_the_same_with_one_and_with_thirty(client, visit, jordan):
    client, member = visit("member")
    event = to_come(capacity=200)
    RegistrationFactory(event=event, user=member)
    RegistrationFactory.create_batch(5, event=event)

    def add(count):
        for n in range(count):
            SessionFactory(event=event, title_en=f"Session {n}")
            event.topics.add(TopicFactory())
            Organiser.objects.create(event=event, organisation=OrganisationFactory())
            Highlight.objects.create(event=event, text_en="It works.")
            Figure.objects.create(event=event, value="5", label_en="people")
            RegistrationFactory(event=event)
            over(follows=event)
        for iso in ("EG", "TN", "MA")[:count]:
            event.countries.add(CountryFactory(iso=iso))

    add(1)
    one = queries(client, event.get_absolute_url())
    add(29)

    assert queries(client, event.get_absolute_url()) == one <= 18
