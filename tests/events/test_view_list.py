"""The list of events: what its rows say, and its pages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from events.models import Event, Figure, Highlight, Organiser
from tests.events.reading import page, pager, queries, rows, titles
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
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def now(time_machine):
    time_machine.move_to(NOW, tick=False)


def at(days, **fields):
    return EventFactory(starts_at=NOW + days * DAY, **fields)


def test_upcoming_then_past(client):
    past, older = at(-2), at(-30)
    later, soon = at(9), at(2)
    at(5, status="draft")
    at(5, visibility="members")

    shown = page(client)

    assert titles(shown) == [e.title_en for e in (soon, later, past, older)]
    heads = [head.words for head in shown.all("div", "section-head")]
    assert heads == ["Upcoming 2 events", "Past 2 events"]


def test_members_see_members_events(as_user, member):
    event = at(5, visibility="members")

    assert titles(page(as_user(member))) == [event.title_en]


def test_nobody_finds_drafts_in_the_list(as_user, coordinator):
    at(5, status="draft")

    assert titles(page(as_user(coordinator))) == []


def test_a_row_says_what_is_to_know(client, jordan):
    event = EventFactory(
        starts_at=datetime(2026, 12, 9, 8, tzinfo=UTC), capacity=40, kind="virtual_workshop"
    )
    event.topics.add(TopicFactory(name_en="Social registries"))
    RegistrationFactory.create_batch(31, event=event)

    [row] = rows(page(client))

    for said in (
        "9 December 2026",
        "Virtual workshop",
        "Social registries",
        event.title_en,
        "11:00–13:00 in Amman",
        "in Greenwich",
        "Online",
        "Registration open",
        "9 of 40 seats left",
    ):
        assert said in row.words
    assert row.words.index("in Amman") < row.words.index("in Greenwich")


def test_the_readers_time_comes_first(as_user, other_focal_point):
    EventFactory(starts_at=datetime(2026, 12, 9, 8, tzinfo=UTC))

    shown = page(as_user(other_focal_point))

    assert "The first time shown is the time in Rabat." in shown.words
    meta = rows(shown)[0].one("div", "meta")
    assert meta.one("b").words == "09:00–11:00 in Rabat"
    assert meta.words.startswith("09:00–11:00 in Rabat 11:00–13:00 in Amman")


@pytest.mark.parametrize(
    ("status", "shown"),
    [
        ("confirmed", "Registered"),
        ("waiting", "On the waiting list"),
        ("withdrawn", "Registration open"),
    ],
)
def test_a_row_says_where_the_reader_stands(as_user, member, status, shown):
    RegistrationFactory(event=at(5), user=member, status=status)

    [row] = rows(page(as_user(member)))

    assert row.one("span", "status").words == shown


@pytest.mark.parametrize(
    ("fields", "shown", "tone"),
    [
        ({"status": "cancelled"}, "Cancelled", "status--stop"),
        ({"registration_deadline": NOW - DAY}, "Registration closed", "status--closed"),
        ({"capacity": 1}, "Full, waiting list open", "status--wait"),
        (
            {"starts_at": NOW - DAY, "ends_at": NOW + DAY},
            "Under way, registration closed",
            "status--closed",
        ),
    ],
)
def test_a_row_says_what_is_possible(client, fields, shown, tone):
    RegistrationFactory(event=EventFactory(**{"starts_at": NOW + 5 * DAY, **fields}))

    [row] = rows(page(client))

    assert row.one("span", tone).words == shown


def test_a_past_row_leads_to_results(client):
    event = at(-30)
    Highlight.objects.create(event=event, text_en="One system is better.")
    Figure.objects.create(event=event, value="18", label_en="officials")

    [row] = rows(page(client))

    assert row.one("a", "onward").words == f"Results {event.title_en}"
    assert row.one("a", "onward").attrs["href"] == row.one("h3").one("a").attrs["href"]
    assert "18 officials" in row.words
    assert "seats" not in row.words


def test_an_event_of_several_days_and_cities(client):
    event = EventFactory(
        starts_at=datetime(2027, 1, 12, 8, tzinfo=UTC),
        ends_at=datetime(2027, 1, 13, 14, tzinfo=UTC),
        session=False,
    )
    for day, city in ((12, "Tunis"), (13, "Nabeul")):
        SessionFactory(
            event=event, join_url="", city_en=city,
            starts_at=datetime(2027, 1, day, 8, tzinfo=UTC),
            ends_at=datetime(2027, 1, day, 14, tzinfo=UTC),
        )  # fmt: skip

    [row] = rows(page(client))

    assert row.one("div", "meta").words == (
        "12–13 January 2027 2 sessions from 11:00 in Amman from 08:00 in Greenwich "
        "Tunis then Nabeul"
    )


def test_a_foreign_title_is_marked_and_isolated(client):
    at(5, title_en="")

    [row] = rows(page(client))

    assert row.one("h3").one("span", lang="ar").attrs["dir"] == "rtl"
    assert row.one("span", "lang-badge")


def test_nothing_yet(client):
    assert "No event has been announced yet." in page(client).one("div", "empty").words


def test_nothing_found_leads_out(client):
    at(5)
    CountryFactory(iso="EG")

    nothing = page(client, "?country=EG").one("div", "empty")

    assert "No event matches these filters." in nothing.words
    assert nothing.one("a").attrs["href"] == "/en/events/"


# Pages --------------------------------------------------------------------------------------


def test_past_events_page_by_page(client):
    upcoming = at(5)
    past = [at(-n) for n in range(1, 46)]

    first = page(client)
    second = page(client, pager(first)["next"])
    third = page(client, pager(second)["next"])
    back = page(client, pager(third)["prev"])

    assert titles(first) == [upcoming.title_en, *(e.title_en for e in past[:20])]
    assert titles(second) == [e.title_en for e in past[20:40]]
    assert titles(third) == [e.title_en for e in past[40:]]
    assert "next" not in pager(third)
    assert titles(back) == titles(second)


def test_pages_keep_the_filter(client):
    past = [at(-n, kind="forum") for n in range(1, 26)]
    at(-2, kind="training")

    first = page(client, "?kind=forum&time=past")
    second = page(client, pager(first)["next"])

    assert titles(first) + titles(second) == [e.title_en for e in past]


def test_many_upcoming_events_have_a_page_of_their_own(client):
    upcoming = [at(n) for n in range(1, 31)]

    first = page(client)
    own = page(client, "?time=upcoming")
    rest = page(client, pager(own)["next"])

    assert titles(first) == [e.title_en for e in upcoming[:20]]
    assert first.one("div", "section-head").words == "Upcoming 30 events"
    assert first.all("a", "onward")[-1].attrs["href"] == "?time=upcoming"
    assert titles(own) + titles(rest) == [e.title_en for e in upcoming]


def furnish(count):
    for event in [*(at(n + 1) for n in range(count)), *(at(-n - 1) for n in range(count))]:
        event.topics.add(TopicFactory(), TopicFactory())
        event.countries.add(CountryFactory())
        Organiser.objects.create(event=event, organisation=OrganisationFactory())
        Figure.objects.create(event=event, value="5", label_en="people")
        RegistrationFactory(event=event)


@pytest.mark.parametrize("who", ["visitor", "member"])
def test_the_list_costs_the_same_with_one_and_with_thirty(client, as_user, member, who):
    address = reverse("events:list")
    if who == "member":
        as_user(member)
    furnish(1)
    one = queries(client, address)
    furnish(29)

    assert queries(client, address) == one <= 20


@pytest.mark.parametrize("name", ["events:list", "events:month", "events:mine", "events:subscribe"])
def test_lists_are_for_reading(as_user, member, name):
    assert as_user(member).post(reverse(name)).status_code == 405


@pytest.mark.parametrize("name", ["events:list", "events:month"])
@pytest.mark.parametrize("language", ["ar", "en"])
def test_public_in_both_languages(client, name, language):
    at(5)

    shown = page(client, name=name, language=language)

    assert shown.one("html").attrs["lang"] == language
    assert len(shown.all("h1")) == 1


def test_every_event_is_in_the_order_of_its_key(client):
    same = [EventFactory(starts_at=NOW - DAY) for _ in range(25)]

    first = page(client, "?time=past")
    second = page(client, pager(first)["next"])

    newest_first = sorted(same, key=lambda event: -event.pk)
    assert titles(first) + titles(second) == [event.title_en for event in newest_first]
    assert Event.objects.count() == 25
