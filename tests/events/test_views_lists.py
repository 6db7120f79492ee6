"""The list and its filters, the month, and my events."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from events.models import Event, Figure, Highlight, Organiser
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


def page(client, query="", name="events:list", language="en"):
    with translation.override(language):
        response = client.get(reverse(name) + query)
    assert response.status_code == 200
    return response


def titles(response):
    """The titles of the rows on a page, in order."""
    html = response.content.decode()
    return re.findall(r"<h3><a [^>]*>(?:<span[^>]*>)?([^<]*)", html)


def words(html):
    """What a reader sees, spaces evened out."""
    html = re.sub(r"</?(time|bdi|b)\b[^>]*>", "", html)
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def rows_of(html):
    return re.findall(r'<article class="event">.*?</article>', html, re.DOTALL)


# The list -------------------------------------------------------------------------------------


def test_upcoming_then_past(client):
    past, older = at(-2), at(-30)
    later, soon = at(9), at(2)
    at(5, status="draft")
    at(5, visibility="members")

    response = page(client)

    assert titles(response) == [e.title_en for e in (soon, later, past, older)]
    html = response.content.decode()
    assert html.index("Upcoming") < html.index(soon.title_en) < html.index(past.title_en)
    assert html.count("2 events") == 2


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

    [row] = rows_of(page(client).content.decode())

    text = words(row)
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
        assert said in text
    assert text.index("in Amman") < text.index("in Greenwich")


def test_the_readers_time_comes_first(as_user, other_focal_point):
    EventFactory(starts_at=datetime(2026, 12, 9, 8, tzinfo=UTC))

    html = page(as_user(other_focal_point)).content.decode()

    assert "The first time shown is the time in Rabat." in html
    [row] = rows_of(html)
    assert row.index("in Rabat") < row.index("in Amman")
    assert re.search(r"<b>[^/]*09:00.*in Rabat", row, re.DOTALL)


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

    [row] = rows_of(page(as_user(member)).content.decode())

    assert shown in row


@pytest.mark.parametrize(
    ("fields", "shown", "tone"),
    [
        ({"status": "cancelled"}, "Cancelled", "status--stop"),
        ({"registration_deadline": NOW - DAY}, "Registration closed", "status--closed"),
        ({"capacity": 1}, "Full, waiting list open", "status--wait"),
        ({"starts_at": NOW - DAY, "ends_at": NOW + DAY}, "Under way", "status--closed"),
    ],
)
def test_a_row_says_what_is_possible(client, fields, shown, tone):
    RegistrationFactory(event=EventFactory(**{"starts_at": NOW + 5 * DAY, **fields}))

    [row] = rows_of(page(client).content.decode())

    assert shown in row
    assert tone in row


def test_a_past_row_leads_to_results(client):
    event = at(-30)
    Highlight.objects.create(event=event, text_en="One system is better.")
    Figure.objects.create(event=event, value="18", label_en="officials")

    [row] = rows_of(page(client).content.decode())

    assert "Results" in row
    assert "officials" in row
    assert "seats" not in row


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

    [row] = rows_of(page(client).content.decode())

    text = words(row)
    assert "12–13 January 2027 2 sessions" in text
    assert "from 11:00 in Amman" in text
    assert "Tunis then Nabeul" in text


def test_a_foreign_title_is_marked_and_isolated(client):
    at(5, title_en="")

    html = page(client).content.decode()

    assert re.search(r'<h3><a [^>]*><span lang="ar" dir="rtl">', html)
    assert 'class="lang-badge"' in html


def test_nothing_yet(client):
    html = page(client).content.decode()

    assert "No event has been announced yet." in html


def test_nothing_found_leads_out(client):
    at(5)
    CountryFactory(iso="EG")

    html = page(client, "?country=EG").content.decode()

    assert "No event matches these filters." in html
    assert f'href="{reverse("events:list").replace("/ar/", "/en/")}"' in html


# Filters --------------------------------------------------------------------------------------


@pytest.fixture
def programme(jordan, morocco):
    """Six events that differ in everything one can filter by."""
    registries, jobs = TopicFactory(slug="registries"), TopicFactory(slug="jobs")
    bank, agency = OrganisationFactory(slug="bank"), OrganisationFactory(slug="agency")
    made = {}
    for name, days, kind, countries, topics, organisers in (
        ("a", 5, "workshop", [jordan], [registries], [bank]),
        ("b", 40, "training", [morocco], [jobs], [agency]),
        ("c", 70, "workshop", [jordan, morocco], [jobs, registries], [bank, agency]),
        ("d", -5, "workshop", [morocco], [registries], [agency]),
        ("e", -400, "forum", [jordan], [jobs], [bank]),
        ("f", -800, "forum", [], [], []),
    ):
        event = at(days, kind=kind, title_en=name)
        event.countries.set(countries)
        event.topics.set(topics)
        for organisation in organisers:
            Organiser.objects.create(event=event, organisation=organisation)
            Organiser.objects.create(event=event, organisation=organisation, role="host")
        made[name] = event
    return made


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", "abcdef"),
        ("?kind=workshop", "acd"),
        ("?kind=workshop&kind=forum", "acdef"),
        ("?country=JO", "ace"),
        ("?country=jo", "ace"),
        ("?topic=jobs", "bce"),
        ("?organiser=bank", "ace"),
        ("?time=upcoming", "abc"),
        ("?time=past", "def"),
        ("?time=2025", "e"),
        ("?time=2027", "c"),
        ("?kind=workshop&country=JO&topic=jobs&organiser=agency&time=upcoming", "c"),
        ("?kind=training&country=JO", ""),
        # What makes no sense is left out.
        ("?kind=party", "abcdef"),
        ("?kind=", "abcdef"),
        ("?country=XX&topic=none&organiser=nobody", "abcdef"),
        ("?time=1066", "abcdef"),
        ("?time=99999999999999999999", "abcdef"),
        ("?time=%D9%A2%D9%A0%D9%A2%D9%A5", "abcdef"),
        ("?topic=" + "x" * 3000, "abcdef"),
        ("?after=abc&before=-1", "abcdef"),
        ("?after=99999999999999999999", "abcdef"),
        ("?kind[]=workshop&;&=&&", "abcdef"),
    ],
)
def test_filter(client, programme, query, found):
    assert titles(page(client, query)) == list(found)


@pytest.mark.parametrize("query", ["?kind=%00", "?topic=%ff%fe", "?country=%00", "?time=%00"])
def test_hostile_bytes_are_no_accident(client, programme, query):
    assert client.get(reverse("events:list") + query).status_code in (200, 400)


def counts(response):
    html = response.content.decode()
    found = re.findall(r'name="kind" value="(\w+)"( checked)?>[^<]*<small>(\d+)', html)
    return {kind: int(count) for kind, _checked, count in found}


def test_counts_stand_beside_the_kinds(client, programme):
    assert counts(page(client)) == {"workshop": 3, "training": 1, "forum": 2}
    assert counts(page(client, "?country=JO")) == {"workshop": 2, "forum": 1}
    # A chosen kind does not change what the others would show.
    assert counts(page(client, "?kind=forum")) == {"workshop": 3, "training": 1, "forum": 2}
    assert counts(page(client, "?time=past")) == {"workshop": 1, "forum": 2}
    assert counts(page(client, "?kind=training&country=JO")) == {
        "workshop": 2,
        "training": 0,
        "forum": 1,
    }


def active(response):
    html = response.content.decode()
    return re.findall(r'<a class="tag" href="\?([^"]*)">.*?</span>(.*?)<svg', html)


def test_filters_in_force_can_be_taken_away_one_by_one(client, programme):
    query = "?kind=workshop&kind=forum&country=JO&time=past&after=7&other=1"

    found = active(page(client, query))

    assert found == [
        ("kind=workshop&amp;country=JO&amp;time=past&amp;other=1", "Forum"),
        ("kind=forum&amp;country=JO&amp;time=past&amp;other=1", "Workshop"),
        ("kind=workshop&amp;kind=forum&amp;time=past&amp;other=1", "Jordan"),
        ("kind=workshop&amp;kind=forum&amp;country=JO&amp;other=1", "Past"),
    ]


def test_choices_are_those_there_are_events_for(client, programme):
    CountryFactory(iso="EG")
    TopicFactory(slug="unused")

    html = page(client).content.decode()

    assert 'value="JO"' in html
    assert 'value="EG"' not in html
    assert 'value="unused"' not in html
    assert re.findall(r'<option value="(\d+)"', html) == ["2027", "2026", "2025", "2024"]


def test_choices_do_not_tell_of_drafts(client, jordan):
    at(5).countries.set([])
    at(5, status="draft").countries.set([jordan])

    assert 'value="JO"' not in page(client).content.decode()


def test_choices_are_sorted_as_arabic_lists_are(client, programme):
    tunisia = CountryFactory(iso="TN")
    programme["a"].countries.add(tunisia)

    html = page(client, language="ar").content.decode()

    options = re.findall(r'<option value="([A-Z]{2})"', html)
    assert options == ["JO", "TN", "MA"]  # الأردن، تونس، المغرب


# Pages ----------------------------------------------------------------------------------------


def pager(response):
    html = response.content.decode()
    return dict(re.findall(r'href="([^"]+)" rel="(\w+)"', html)) and {
        rel: url.replace("&amp;", "&")
        for url, rel in re.findall(r'href="([^"]+)" rel="(\w+)"', html)
    }


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
    html = first.content.decode()
    own = page(client, "?time=upcoming")
    rest = page(client, pager(own)["next"])

    assert titles(first) == [e.title_en for e in upcoming[:20]]
    assert "30 events" in html
    assert 'href="?time=upcoming"' in html
    assert titles(own) + titles(rest) == [e.title_en for e in upcoming]


def queries(client, address):
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


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


# The month ------------------------------------------------------------------------------------


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


# Mine -----------------------------------------------------------------------------------------


def test_mine(as_user, member):
    seat = RegistrationFactory(user=member, event=at(9)).event
    waiting = RegistrationFactory(user=member, event=at(5), status="waiting").event
    past = RegistrationFactory(user=member, event=at(-9)).event
    RegistrationFactory(user=member, event=at(3), status="withdrawn")
    RegistrationFactory(event=at(4))

    response = page(as_user(member), name="events:mine")

    assert titles(response) == [waiting.title_en, seat.title_en, past.title_en]


def test_mine_is_empty_at_first(as_user, member):
    html = page(as_user(member), name="events:mine").content.decode()

    assert "Events with a registration of mine appear here" in html


def test_mine_costs_the_same_with_one_and_with_thirty(as_user, member):
    client, address = as_user(member), reverse("events:mine")

    def add(count):
        for n in range(count):
            RegistrationFactory(user=member, event=at(n + 1))
            RegistrationFactory(user=member, event=at(-n - 1))

    add(1)
    one = queries(client, address)
    add(29)

    assert queries(client, address) == one


@pytest.mark.parametrize("name", ["events:mine", "events:subscribe"])
def test_mine_is_private(client, name):
    response = client.get(reverse(name))

    assert response.status_code == 302
    assert response.url == f"{reverse('account_login')}?next={reverse(name)}"


@pytest.mark.parametrize("name", ["events:list", "events:month", "events:mine", "events:subscribe"])
def test_lists_are_for_reading(as_user, member, name):
    assert as_user(member).post(reverse(name)).status_code == 405


@pytest.mark.parametrize("name", ["events:list", "events:month"])
@pytest.mark.parametrize("language", ["ar", "en"])
def test_public_in_both_languages(client, name, language):
    at(5)

    html = page(client, name=name, language=language).content.decode()

    assert f'<html lang="{language}"' in html
    assert html.count("<h1") == 1


def test_every_event_is_in_the_order_of_its_key(client):
    same = [EventFactory(starts_at=NOW - DAY) for _ in range(25)]

    first = page(client, "?time=past")
    second = page(client, pager(first)["next"])

    newest_first = sorted(same, key=lambda event: -event.pk)
    assert titles(first) + titles(second) == [event.title_en for event in newest_first]
    assert Event.objects.count() == 25
