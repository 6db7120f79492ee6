"""Which events each reader sees, and the adjectives of lists."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from events.models import Event, Highlight, Registration
from members.models import User
from tests.factories import (
    CountryFactory,
    EventFactory,
    RegistrationFactory,
    TopicFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def all_sorts():
    """One event for each status and visibility, by name."""
    return {
        f"{status} {visibility}": EventFactory(status=status, visibility=visibility)
        for status in Event.Status
        for visibility in Event.Visibility
    }


PUBLIC = {"published public", "cancelled public"}
ANNOUNCED = PUBLIC | {"published members", "cancelled members"}
ALL = ANNOUNCED | {"draft public", "draft members"}


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("anonymous", PUBLIC),
        ("applicant", PUBLIC),
        ("member", ANNOUNCED),
        ("expert", ANNOUNCED),
        ("focal_point", ANNOUNCED),
        ("sponsor", ANNOUNCED),
        ("coordinator", ALL),
        ("administrator", ALL),
    ],
)
def test_visible_to(request, all_sorts, who, seen):
    reader = request.getfixturevalue(who)

    visible = set(Event.objects.visible_to(reader))

    assert {name for name, event in all_sorts.items() if event in visible} == seen


@pytest.mark.parametrize("membership", ["declined", "left", "suspended"])
def test_former_members_see_what_everybody_sees(all_sorts, membership):
    reader = UserFactory(membership=membership)

    visible = set(Event.objects.visible_to(reader))

    assert {name for name, event in all_sorts.items() if event in visible} == PUBLIC


def test_accounts_that_are_closed_see_what_everybody_sees(all_sorts):
    reader = UserFactory(is_active=False, is_coordinator=True)

    visible = set(Event.objects.visible_to(reader))

    assert {name for name, event in all_sorts.items() if event in visible} == PUBLIC


def test_upcoming_and_past():
    now = timezone.now()
    long_ago = EventFactory(starts_at=now - 9 * DAY)
    yesterday = EventFactory(starts_at=now - DAY)
    under_way = EventFactory(starts_at=now - DAY, ends_at=now + DAY)
    soon = EventFactory(starts_at=now + DAY)
    later = EventFactory(starts_at=now + 9 * DAY)
    EventFactory(status="draft", starts_at=None, ends_at=None)

    assert list(Event.objects.upcoming()) == [under_way, soon, later]
    assert list(Event.objects.past()) == [yesterday, long_ago]


def test_overlapping():
    start = timezone.now()
    end = start + 10 * DAY
    EventFactory(starts_at=start - 2 * DAY, ends_at=start)
    across_start = EventFactory(starts_at=start - DAY, ends_at=start + DAY)
    within = EventFactory(starts_at=start + DAY)
    across_end = EventFactory(starts_at=end - DAY, ends_at=end + DAY)
    EventFactory(starts_at=end)
    around = EventFactory(starts_at=start - 9 * DAY, ends_at=end + 9 * DAY)

    assert set(Event.objects.overlapping(start, end)) == {across_start, within, across_end, around}


def test_featured_and_announced(all_sorts):
    featured = EventFactory(is_featured=True)

    assert list(Event.objects.featured()) == [featured]
    assert set(Event.objects.announced()) == {*map(all_sorts.get, ANNOUNCED), featured}
    assert set(Event.objects.published()) == {
        all_sorts["published public"],
        all_sorts["published members"],
        featured,
    }


def test_registered_by(member):
    seat = RegistrationFactory(user=member).event
    waiting = RegistrationFactory(user=member, status="waiting").event
    RegistrationFactory(user=member, status="withdrawn")
    RegistrationFactory(user=UserFactory())

    assert set(Event.objects.registered_by(member)) == {seat, waiting}


def test_counts():
    event, empty = EventFactory.create_batch(2)
    RegistrationFactory.create_batch(3, event=event)
    RegistrationFactory.create_batch(2, event=event, status="waiting")
    RegistrationFactory(event=event, status="withdrawn")

    counted = Event.objects.with_counts().in_bulk()

    assert (counted[event.pk].confirmed_count, counted[event.pk].waiting_count) == (3, 2)
    assert (counted[empty.pk].confirmed_count, counted[empty.pk].waiting_count) == (0, 0)
    assert event.registrations.totals() == {"confirmed": 3, "waiting": 2}


@pytest.mark.parametrize(
    ("status", "shown"),
    [("confirmed", "confirmed"), ("waiting", "waiting"), ("withdrawn", None), (None, None)],
)
def test_own_status(member, status, shown):
    event = EventFactory()
    RegistrationFactory(event=event)
    if status:
        RegistrationFactory(event=event, user=member, status=status)

    assert Event.objects.for_rows(member).get().own_status == shown
    assert Event.objects.for_rows().get().own_status is None


def test_for_rows_knows_of_results():
    with_results, without = EventFactory.create_batch(2)
    Highlight.objects.create(event=with_results, text_en="It works.")

    rows = Event.objects.for_rows().in_bulk()

    assert rows[with_results.pk].has_results is True
    assert rows[without.pk].has_results is False


def test_for_rows_costs_the_same_for_one_and_for_thirty(django_assert_num_queries, member):
    def read():
        for event in Event.objects.for_rows(member):
            assert event.registration_state().label
            assert event.clocks.first.city
            assert event.title
            assert event.remote.remote_label
            assert event.stops == []
            assert [str(topic) for topic in event.topics.all()]
            assert list(event.figures.all()) == []

    def add(count):
        for event in EventFactory.create_batch(count):
            event.topics.add(TopicFactory())

    add(1)
    with django_assert_num_queries(4):
        read()
    add(29)
    with django_assert_num_queries(4):
        read()


def test_for_feed(member):
    now = timezone.now()
    soon = RegistrationFactory(user=member, event__starts_at=now + DAY).event
    waiting = RegistrationFactory(user=member, status="waiting").event
    cancelled = RegistrationFactory(user=member, event__status="cancelled").event
    last_month = RegistrationFactory(user=member, event__starts_at=now - 30 * DAY).event
    RegistrationFactory(user=member, status="withdrawn")
    RegistrationFactory(user=member, event__starts_at=now - 400 * DAY)
    RegistrationFactory(user=member, event__status="draft")
    RegistrationFactory()

    shown = list(Event.objects.for_feed(member))

    assert set(shown) == {soon, waiting, cancelled, last_month}
    assert {e.pk: e.own_status for e in shown}[waiting.pk] == "waiting"


def test_for_feed_drops_members_events_with_the_membership(member):
    RegistrationFactory(user=member, event__visibility="members")
    public = RegistrationFactory(user=member).event
    member.membership = User.Membership.LEFT

    assert list(Event.objects.for_feed(member)) == [public]


def test_the_queue_is_in_order_of_arrival():
    event, now = EventFactory(), timezone.now()
    last = RegistrationFactory(event=event, status="waiting", queued_at=now)
    first = RegistrationFactory(event=event, status="waiting", queued_at=now - DAY)
    RegistrationFactory(event=event)
    RegistrationFactory(event=event, status="withdrawn")
    RegistrationFactory(status="waiting")

    assert list(event.registrations.waiting()) == [first, last]
    assert (first.position(), last.position()) == (1, 2)


def test_active_and_confirmed():
    event = EventFactory()
    made = {s: RegistrationFactory(event=event, status=s) for s in Registration.Status.values}

    assert set(event.registrations.active()) == {made["confirmed"], made["waiting"]}
    assert list(event.registrations.confirmed()) == [made["confirmed"]]


def test_by_country(jordan, morocco):
    event, tunisia = EventFactory(), CountryFactory(iso="TN")
    for country, count in ((morocco, 1), (jordan, 3), (tunisia, 1), (None, 2)):
        RegistrationFactory.create_batch(count, event=event, user__country=country)
    RegistrationFactory(event=event, user__country=morocco, status="waiting")
    RegistrationFactory(user__country=morocco)

    rows = [(row["country"], row["count"]) for row in event.registrations.by_country()]

    assert rows == [(jordan, 3), (None, 2), (tunisia, 1), (morocco, 1)]
