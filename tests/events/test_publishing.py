"""Publishing, cancelling and moving events, and who hears of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone, translation

from events import actions
from events.models import CalendarFeed, Event, EventReminder
from notifications.models import Delivery
from tests.factories import EventFactory, RegistrationFactory, SessionFactory, UserFactory

pytestmark = pytest.mark.django_db
START = datetime(2026, 12, 9, 8, tzinfo=UTC)


@pytest.fixture(autouse=True)
def now(time_machine):
    time_machine.move_to(datetime(2026, 11, 20, 9, tzinfo=UTC), tick=False)


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def draft(**fields):
    return EventFactory(**{"status": "draft", "starts_at": START, **fields})


def announced(coordinator, **fields):
    """An event published through the front door, with one person of each state."""
    event = actions.publish(draft(**fields), by=coordinator)
    seat = RegistrationFactory(event=event)
    waiting = RegistrationFactory(event=event, status="waiting")
    RegistrationFactory(event=event, status="withdrawn")
    return event, seat.user, waiting.user


# Publishing ----------------------------------------------------------------------------------


def test_publish(coordinator, told):
    event = draft()

    published = actions.publish(event, by=coordinator)

    assert published.status == "published"
    assert published.published_at == timezone.now()
    assert (published.starts_at, published.ends_at) == (START, START + timedelta(hours=2))
    assert [s["id"] for s in published.announced] == [event.sessions.get().pk]
    assert told() == []


def test_publish_takes_the_span_from_the_sessions(coordinator):
    event = draft()
    SessionFactory(
        event=event, starts_at=START + timedelta(days=3), ends_at=START + timedelta(days=3, hours=1)
    )
    SessionFactory(
        event=event, starts_at=START - timedelta(days=1), ends_at=START - timedelta(hours=23)
    )

    published = actions.publish(event, by=coordinator)

    assert published.starts_at == START - timedelta(days=1)
    assert published.ends_at == START + timedelta(days=3, hours=1)


def test_publish_gives_the_usual_reminders(coordinator):
    event = actions.publish(draft(), by=coordinator)

    assert list(event.reminders.values_list("days_before", flat=True)) == [7, 1, 0]


def test_publish_keeps_reminders_that_were_set(coordinator):
    event = draft()
    EventReminder.objects.create(event=event, days_before=3)

    actions.publish(event, by=coordinator)

    assert list(event.reminders.values_list("days_before", flat=True)) == [3]


def test_publish_twice_is_once(coordinator, time_machine):
    event = actions.publish(draft(), by=coordinator)
    event.reminders.all().delete()
    time_machine.move_to(timezone.now() + timedelta(days=1), tick=False)

    again = actions.publish(event, by=coordinator)

    assert again.published_at == event.published_at
    assert not again.reminders.exists()


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        (
            {"starts_at": None, "ends_at": None},
            "An event needs a session before it is published.",
        ),
        ({"title_ar": "", "title_en": ""}, "An event needs a title before it is published."),
        ({"status": "cancelled"}, "A cancelled event cannot be published again."),
    ],
)
def test_publish_refuses(coordinator, fields, sentence):
    event = draft(**fields)

    with pytest.raises(actions.Refused, match=sentence):
        actions.publish(event, by=coordinator)

    event.refresh_from_db()
    assert event.status != "published"
    assert event.published_at is None
    assert not event.reminders.exists()


def test_publish_names_everything_that_is_missing(coordinator):
    event = draft(starts_at=None, ends_at=None, title_ar="", title_en="")

    assert event.missing_for_publication() == [
        "An event needs a title before it is published.",
        "An event needs a session before it is published.",
    ]


@pytest.mark.parametrize("titles", [{"title_ar": ""}, {"title_en": ""}])
def test_a_title_in_one_language_is_enough(coordinator, titles):
    assert actions.publish(draft(**titles), by=coordinator).is_published


# Cancelling ----------------------------------------------------------------------------------


def test_cancel(coordinator, told):
    event, seat, waiting = announced(coordinator)

    cancelled = actions.cancel(event, by=coordinator, note={"ar": "عاصفة.", "en": "A storm. "})

    assert cancelled.status == "cancelled"
    assert cancelled.cancelled_at == timezone.now()
    assert cancelled.revision == event.revision + 1
    cancelled.refresh_from_db()
    assert (cancelled.cancellation_note_ar, cancelled.cancellation_note_en) == (
        "عاصفة.",
        "A storm.",
    )
    assert sorted(told(), key=str) == sorted(
        [("events.cancelled", seat), ("events.cancelled", waiting)], key=str
    )


def test_cancel_twice_is_once(coordinator, told):
    event, _seat, _waiting = announced(coordinator)

    actions.cancel(event, by=coordinator)
    again = actions.cancel(event, by=coordinator)

    assert again.revision == event.revision + 1
    assert len(told()) == 2


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"status": "draft"}, "A draft is deleted, not cancelled: nobody knows of it yet."),
        ({"starts_at": START - timedelta(days=60)}, "The event is over"),
    ],
)
def test_cancel_refuses(coordinator, told, fields, sentence):
    event = EventFactory(**fields)
    RegistrationFactory(event=event)

    with pytest.raises(actions.Refused, match=sentence):
        actions.cancel(event, by=coordinator)

    event.refresh_from_db()
    assert not event.is_cancelled
    assert told() == []


# Moving --------------------------------------------------------------------------------------


def move(event, **changes):
    session = event.sessions.first()
    for name, value in changes.items():
        setattr(session, name, value)
    session.save()
    return actions.reschedule(event)


CHANGES = {
    "time": {"starts_at": START + timedelta(hours=1), "ends_at": START + timedelta(hours=3)},
    "end": {"ends_at": START + timedelta(hours=3)},
    "zone": {"time_zone": "Africa/Tunis"},
    "city": {"city_ar": "إربد"},
    "place": {"place_en": "Hall 2"},
    "link": {"join_url": "https://meet.example/other"},
    "telephone": {"dial_in": "+962 6 555 0101"},
    "code": {"dial_in_code": "1234"},
}


HOW_TO_JOIN = {"link", "telephone", "code"}


@pytest.mark.parametrize("name", sorted(CHANGES.keys() - HOW_TO_JOIN))
def test_a_change_of_time_or_place_is_told_to_all_who_registered(coordinator, told, name):
    event, seat, waiting = announced(coordinator)

    moved = move(event, **CHANGES[name])

    assert moved.revision == event.revision + 1
    assert told() == [("events.changed", seat), ("events.changed", waiting)]


@pytest.mark.parametrize("name", sorted(HOW_TO_JOIN))
def test_a_change_of_how_to_join_is_told_to_people_with_a_seat(coordinator, told, name):
    event, seat, _waiting = announced(coordinator)

    moved = move(event, **CHANGES[name])

    assert moved.revision == event.revision + 1
    assert told() == [("events.changed", seat)]


@pytest.mark.parametrize("changes", [{}, {"title_en": "Other"}, {"description_ar": "…"}])
def test_what_is_no_change_of_time_or_place_is_not_told(coordinator, told, changes):
    event, _seat, _waiting = announced(coordinator)

    moved = move(event, **changes)

    assert moved.revision == event.revision
    assert told() == []


def test_the_span_follows_the_sessions(coordinator):
    event, _seat, _waiting = announced(coordinator)

    moved = move(event, **CHANGES["time"])

    moved.refresh_from_db()
    assert (moved.starts_at, moved.ends_at) == tuple(CHANGES["time"].values())


def test_asking_again_tells_once(coordinator, told):
    event, seat, waiting = announced(coordinator)

    move(event, **CHANGES["time"])
    again = actions.reschedule(event)

    assert again.revision == event.revision + 1
    assert told() == [("events.changed", seat), ("events.changed", waiting)]


def test_a_second_change_is_told_again(coordinator, told):
    event, seat, waiting = announced(coordinator)

    move(event, **CHANGES["time"])
    move(event, **CHANGES["place"])

    assert told() == [("events.changed", seat), ("events.changed", waiting)] * 2


def test_the_zone_of_the_event_is_part_of_its_time(coordinator, told):
    event, seat, waiting = announced(coordinator)
    event.time_zone = "Africa/Cairo"
    event.save()

    actions.reschedule(event)

    assert told() == [("events.changed", seat), ("events.changed", waiting)]


def test_a_session_added_and_one_dropped(coordinator, told):
    event, seat, waiting = announced(coordinator)
    old = event.sessions.get()
    new = SessionFactory(
        event=event, starts_at=START + timedelta(days=1), ends_at=START + timedelta(days=1, hours=1)
    )
    dropped = old.pk
    old.delete()

    moved = actions.reschedule(event)

    assert (moved.starts_at, moved.ends_at) == (new.starts_at, new.ends_at)
    assert told() == [("events.changed", seat), ("events.changed", waiting)]
    assert [s["id"] for s in Delivery.objects.get(recipient=seat).context["dropped"]] == [dropped]


def test_a_draft_moves_quietly(told):
    event = draft()

    moved = move(event, **CHANGES["time"])

    assert (moved.starts_at, moved.revision, moved.announced) == (
        CHANGES["time"]["starts_at"],
        0,
        [],
    )
    assert told() == []


def test_a_draft_may_lose_its_sessions():
    event = draft()
    event.sessions.all().delete()

    moved = actions.reschedule(event)

    assert (moved.starts_at, moved.ends_at) == (None, None)


def test_an_announced_event_keeps_a_session(coordinator):
    event, _seat, _waiting = announced(coordinator)
    event.sessions.all().delete()

    with pytest.raises(actions.Refused, match="An announced event keeps at least one session"):
        actions.reschedule(event)


def test_the_record_of_a_past_event_is_corrected_quietly(told):
    event = EventFactory(starts_at=START - timedelta(days=90))
    RegistrationFactory(event=event)

    moved = move(event, city_en="Irbid")
    moved = move(moved, city_en="Amman")

    assert moved.revision == 0
    assert told() == []


def test_a_cancelled_event_moves_quietly(coordinator, told):
    event, _seat, _waiting = announced(coordinator)
    actions.cancel(event, by=coordinator)
    Delivery.objects.all().delete()

    move(event, **CHANGES["time"])

    assert told() == []


def test_an_event_loaded_without_a_record_of_what_was_told(told):
    """Its span is all that is known: an edit elsewhere is no change, a new time is."""
    event = EventFactory(starts_at=START)
    seat = RegistrationFactory(event=event).user

    assert move(event, city_en="Irbid").revision == 0
    assert move(event, city_en="Amman").revision == 1
    assert told() == [("events.changed", seat)]


def test_an_event_loaded_without_a_record_and_moved(told):
    event = EventFactory(starts_at=START)
    seat = RegistrationFactory(event=event).user

    move(event, **CHANGES["time"])

    assert told() == [("events.changed", seat)]


def test_many_people_are_told_in_as_many_queries_as_one(django_assert_num_queries, coordinator):
    def cost(count):
        event = actions.publish(draft(), by=coordinator)
        RegistrationFactory.create_batch(count, event=event)
        with django_assert_num_queries(6):
            actions.cancel(event, by=coordinator)

    cost(1)
    cost(30)


# The private calendar ------------------------------------------------------------------------


def test_a_feed_and_a_new_one():
    person, other = UserFactory.create_batch(2)

    first = actions.reset_feed(person).token
    theirs = actions.reset_feed(other).token
    second = actions.reset_feed(person).token

    assert len({first, second, theirs}) == 3
    assert len(second) >= 30
    assert set(CalendarFeed.objects.values_list("token", flat=True)) == {second, theirs}


def test_an_event_knows_its_address():
    event = EventFactory(title_en="Register")

    assert event.slug == "register-event"
    assert Event(pk=5, title_ar="دون عنوان لاتيني").get_absolute_url().endswith("/events/5/")
