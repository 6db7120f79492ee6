"""A month of events."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from tests.events.reading import page, queries, titles
from tests.factories import CountryFactory, EventFactory, SessionFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def now(time_machine):
    time_machine.move_to(NOW, tick=False)


def cells(shown):
    """Day numbers with the titles on them."""
    days = [day for day in shown.one("table").all("td") if day.all("b")]
    return {int(day.one("b").words): [link.words for link in day.all("a")] for day in days}


def month(client, asked):
    return page(client, f"?month={asked}", "events:month")


def test_month(client):
    event = EventFactory(starts_at=datetime(2026, 12, 9, 8, tzinfo=UTC))
    EventFactory(starts_at=datetime(2027, 1, 1, 8, tzinfo=UTC))
    EventFactory(starts_at=datetime(2026, 12, 9, 8, tzinfo=UTC), status="draft")
    EventFactory(starts_at=datetime(2026, 12, 9, 8, tzinfo=UTC), visibility="members")

    shown = month(client, "2026-12")

    days = cells(shown)
    assert sorted(days) == list(range(1, 32))
    assert {day: names for day, names in days.items() if names} == {9: [event.title_en]}
    assert titles(shown) == [event.title_en]
    assert shown.one("caption").words == "December 2026"
    assert shown.one("a", rel="prev").attrs["href"] == "?month=2026-11"
    assert shown.one("a", rel="next").attrs["href"] == "?month=2027-01"


def test_weeks_begin_on_sunday(client):
    table = month(client, "2026-12").one("table")

    assert [heading.attrs["title"] for heading in table.all("abbr")] == [
        "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday",
    ]  # fmt: skip
    first_week = table.one("tbody").all("tr")[0].all("td")
    assert [day.words for day in first_week] == ["", "", "1", "2", "3", "4", "5"]


@pytest.mark.parametrize(("iso", "weekend"), [("JO", {5, 6}), ("MA", {6, 7})])
def test_the_readers_weekend_is_shaded(as_user, member, iso, weekend):
    member.country = CountryFactory(iso=iso)
    member.save()

    shown = month(as_user(member), "2026-12")

    rest = [int(day.one("b").words) for day in shown.all("td", "rest") if day.all("b")]
    assert {datetime(2026, 12, day, tzinfo=UTC).isoweekday() for day in rest} == weekend


def test_a_cancelled_event_is_marked(client):
    event = EventFactory(starts_at=datetime(2026, 12, 9, 8, tzinfo=UTC), status="cancelled")

    assert cells(month(client, "2026-12"))[9] == [f"Cancelled: {event.title_en}"]


def test_a_sessions_day_is_the_readers(as_user, other_focal_point):
    start = datetime(2026, 12, 8, 21, 30, tzinfo=UTC)  # the 9th in Amman
    EventFactory(starts_at=start, ends_at=start + timedelta(hours=1))

    shown = cells(month(as_user(other_focal_point), "2026-12"))

    assert [day for day, names in shown.items() if names] == [8]


def test_an_event_stands_on_the_days_of_its_sessions(client):
    event = EventFactory(
        starts_at=datetime(2026, 11, 29, 8, tzinfo=UTC),
        ends_at=datetime(2026, 12, 4, 10, tzinfo=UTC),
        session=False,
    )
    for number, day in ((11, 29), (12, 1), (12, 4)):
        SessionFactory(
            event=event,
            starts_at=datetime(2026, number, day, 8, tzinfo=UTC),
            ends_at=datetime(2026, number, day, 10, tzinfo=UTC),
        )

    shown = cells(month(client, "2026-12"))

    assert [day for day, names in shown.items() if names] == [1, 4]


def test_a_study_tour_stands_on_every_day(client):
    EventFactory(
        starts_at=datetime(2026, 12, 8, 8, tzinfo=UTC),
        ends_at=datetime(2026, 12, 10, 15, tzinfo=UTC),
    )

    shown = cells(month(client, "2026-12"))

    assert [day for day, names in shown.items() if names] == [8, 9, 10]


@pytest.mark.parametrize(
    "asked",
    ["", "2026-13", "2026-00", "0000-01", "9999-12", "26-1", "abc", "2026-12-01", "٢٠٢٦-١٢"],
)
def test_another_month_than_there_is_gives_this_one(client, asked):
    shown = month(client, asked)

    assert shown.one("caption").words == "November 2026"
    [today] = [day for day in shown.all("td") if day.attrs.get("aria-current") == "date"]
    assert today.words == "20"


@pytest.mark.parametrize("asked", ["1970-01", "2199-12"])
def test_the_ends_of_time(client, asked):
    assert month(client, asked).one("caption")


def test_an_empty_month_leads_out(client):
    assert "No event in this month." in month(client, "2031-05").one("div", "empty").words


def test_the_month_costs_the_same_with_one_and_with_thirty(client):
    address = reverse("events:month") + "?month=2026-12"
    day = datetime(2026, 12, 9, 8, tzinfo=UTC)
    EventFactory(starts_at=day)
    one = queries(client, address)
    EventFactory.create_batch(29, starts_at=day)

    assert queries(client, address) == one
