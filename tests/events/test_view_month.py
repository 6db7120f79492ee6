"""A month of events."""

from __future__ import annotations

import re
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


def cells(response):
    """Day numbers with the titles on them."""
    html = response.content.decode()
    table = html[html.index("<table") : html.index("</table>")]
    found = re.findall(r"<td[^>]*><b>(\d+)</b>(.*?)</td>", table, re.DOTALL)
    return {int(day): re.findall(r"<span>(.*?)</span></a>", rest) for day, rest in found}


def test_month(client):
    event = EventFactory(starts_at=datetime(2026, 12, 9, 8, tzinfo=UTC))
    EventFactory(starts_at=datetime(2027, 1, 1, 8, tzinfo=UTC))
    EventFactory(starts_at=datetime(2026, 12, 9, 8, tzinfo=UTC), status="draft")
    EventFactory(starts_at=datetime(2026, 12, 9, 8, tzinfo=UTC), visibility="members")

    response = page(client, "?month=2026-12", "events:month")

    shown = cells(response)
    assert sorted(shown) == list(range(1, 32))
    assert {day: names for day, names in shown.items() if names} == {9: [event.title_en]}
    assert titles(response) == [event.title_en]
    html = response.content.decode()
    assert "<caption>December 2026</caption>" in html
    assert 'href="?month=2026-11"' in html
    assert 'href="?month=2027-01"' in html


def test_weeks_begin_on_sunday(client):
    html = page(client, "?month=2026-12", "events:month").content.decode()

    headings = re.findall(r'<abbr title="(\w+)">', html)
    assert headings == [
        "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday",
    ]  # fmt: skip
    first_week = re.search(r"<tbody><tr>(.*?)</tr>", html, re.DOTALL)[1]
    assert first_week.count("<td") == 7
    assert first_week.index("<b>1</b>") > first_week.index("<td></td><td></td>")


@pytest.mark.parametrize(("iso", "days"), [("JO", {5, 6}), ("MA", {6, 7})])
def test_the_readers_weekend_is_shaded(as_user, member, iso, days):
    member.country = CountryFactory(iso=iso)
    member.save()

    html = page(as_user(member), "?month=2026-12", "events:month").content.decode()

    rest = re.findall(r'<td class="rest"[^>]*><b>(\d+)', html)
    assert {datetime(2026, 12, int(day), tzinfo=UTC).isoweekday() for day in rest} == days


def test_a_sessions_day_is_the_readers(as_user, other_focal_point):
    start = datetime(2026, 12, 8, 21, 30, tzinfo=UTC)  # the 9th in Amman
    EventFactory(starts_at=start, ends_at=start + timedelta(hours=1))

    shown = cells(page(as_user(other_focal_point), "?month=2026-12", "events:month"))

    assert [day for day, names in shown.items() if names] == [8]


def test_an_event_stands_on_the_days_of_its_sessions(client):
    event = EventFactory(
        starts_at=datetime(2026, 11, 29, 8, tzinfo=UTC),
        ends_at=datetime(2026, 12, 4, 10, tzinfo=UTC),
        session=False,
    )
    for month, day in ((11, 29), (12, 1), (12, 4)):
        SessionFactory(
            event=event,
            starts_at=datetime(2026, month, day, 8, tzinfo=UTC),
            ends_at=datetime(2026, month, day, 10, tzinfo=UTC),
        )

    shown = cells(page(client, "?month=2026-12", "events:month"))

    assert [day for day, names in shown.items() if names] == [1, 4]


def test_a_study_tour_stands_on_every_day(client):
    EventFactory(
        starts_at=datetime(2026, 12, 8, 8, tzinfo=UTC),
        ends_at=datetime(2026, 12, 10, 15, tzinfo=UTC),
    )

    shown = cells(page(client, "?month=2026-12", "events:month"))

    assert [day for day, names in shown.items() if names] == [8, 9, 10]


@pytest.mark.parametrize(
    "month",
    ["", "2026-13", "2026-00", "0000-01", "9999-12", "26-1", "abc", "2026-12-01", "٢٠٢٦-١٢"],
)
def test_another_month_than_there_is_gives_this_one(client, month):
    html = page(client, f"?month={month}", "events:month").content.decode()

    assert "<caption>November 2026</caption>" in html
    assert 'aria-current="date"' in html


@pytest.mark.parametrize("month", ["1970-01", "2199-12"])
def test_the_ends_of_time(client, month):
    page(client, f"?month={month}", "events:month")


def test_an_empty_month_leads_out(client):
    html = page(client, "?month=2031-05", "events:month").content.decode()

    assert "No event in this month." in html


def test_the_month_costs_the_same_with_one_and_with_thirty(client):
    address = reverse("events:month") + "?month=2026-12"
    day = datetime(2026, 12, 9, 8, tzinfo=UTC)
    EventFactory(starts_at=day)
    one = queries(client, address)
    EventFactory.create_batch(29, starts_at=day)

    assert queries(client, address) == one
