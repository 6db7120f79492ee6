"""When a reminder is due, for whom, and that each goes out once."""

from __future__ import annotations

import zoneinfo
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.db import connections
from hypothesis import given, settings
from hypothesis import strategies as st

from events import actions
from events.models import Event, EventReminder, Registration
from events.reminders import LATEST_NOTICE, due_reminder, moment_of, queue_due_reminders
from events.tasks import queue_reminders
from notifications.models import Delivery
from tests.factories import EventFactory, RegistrationFactory

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
AMMAN = zoneinfo.ZoneInfo("Asia/Amman")
# Wednesday 9 December, 11:00 in Amman.
START = datetime(2026, 12, 9, 8, tzinfo=UTC)
ZONES = ("Africa/Casablanca", "Africa/Cairo", "Asia/Beirut", "Asia/Amman", "UTC", "Asia/Tehran")


def unsaved(zone, start):
    return Event(time_zone=zone, starts_at=start, status="published")


def reminder(days, at=time(8)):
    return EventReminder(days_before=days, at=at)


# When -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("days", "at", "expected"),
    [
        (7, time(8), datetime(2026, 12, 2, 8, tzinfo=AMMAN)),
        (1, time(8), datetime(2026, 12, 8, 8, tzinfo=AMMAN)),
        (1, time(20, 30), datetime(2026, 12, 8, 20, 30, tzinfo=AMMAN)),
        (0, time(8), datetime(2026, 12, 9, 8, tzinfo=AMMAN)),
        # On the day itself at least two hours ahead, whatever the time of day says.
        (0, time(9), datetime(2026, 12, 9, 9, tzinfo=AMMAN)),
        (0, time(10), datetime(2026, 12, 9, 9, tzinfo=AMMAN)),
        (0, time(18), datetime(2026, 12, 9, 9, tzinfo=AMMAN)),
    ],
)
def test_moment(days, at, expected):
    assert moment_of(reminder(days, at), unsaved("Asia/Amman", START)) == expected


def test_before_an_event_after_midnight_the_day_is_the_events_own():
    event = unsaved("Asia/Amman", datetime(2026, 12, 8, 22, tzinfo=UTC))  # 01:00 on the 9th

    assert moment_of(reminder(1), event) == datetime(2026, 12, 8, 8, tzinfo=AMMAN)
    assert moment_of(reminder(0), event) == datetime(2026, 12, 8, 23, tzinfo=AMMAN)


@pytest.mark.parametrize(
    ("zone", "start", "expected"),
    [
        # Clocks go back an hour for Ramadan on 15 February 2026 in Morocco, forward on 22 March.
        ("Africa/Casablanca", "2026-02-18T10:00+00:00", "2026-02-11T08:00+01:00"),
        ("Africa/Casablanca", "2026-03-25T09:00+01:00", "2026-03-18T08:00+00:00"),
        # Summer time begins on 24 April in Egypt and on 29 March in Lebanon.
        ("Africa/Cairo", "2026-04-28T10:00+03:00", "2026-04-21T08:00+02:00"),
        ("Africa/Cairo", "2026-11-03T10:00+02:00", "2026-10-27T08:00+03:00"),
        ("Asia/Beirut", "2026-04-01T10:00+03:00", "2026-03-25T08:00+02:00"),
        ("Asia/Beirut", "2026-10-28T10:00+02:00", "2026-10-21T08:00+03:00"),
    ],
)
def test_the_time_of_day_holds_across_a_change_of_the_clocks(zone, start, expected):
    event = unsaved(zone, datetime.fromisoformat(start))

    assert moment_of(reminder(7), event) == datetime.fromisoformat(expected)


def test_a_time_of_day_that_the_clocks_skip():
    """In Beirut the clocks go from 00:00 to 01:00 on 29 March 2026."""
    event = unsaved("Asia/Beirut", datetime(2026, 3, 30, 9, tzinfo=UTC))

    moment = moment_of(reminder(1, time(0, 30)), event)

    assert moment == datetime(2026, 3, 28, 22, 30, tzinfo=UTC)


events = st.builds(
    lambda zone, day, at: unsaved(zone, datetime.combine(day, at, zoneinfo.ZoneInfo(zone))),
    st.sampled_from(ZONES),
    st.dates(date(2024, 1, 1), date(2035, 12, 31)),
    st.times().map(lambda t: t.replace(second=0, microsecond=0)),
)
reminder_sets = st.dictionaries(
    st.integers(0, 30), st.times().map(lambda t: t.replace(second=0, microsecond=0)), max_size=5
).map(lambda found: [reminder(days, at) for days, at in found.items()])


@settings(max_examples=300, deadline=None)
@given(event=events, days=st.integers(0, 60), at=st.times())
def test_every_moment_is_on_its_day_and_in_time(event, days, at):
    moment = moment_of(reminder(days, at), event)
    local_start = event.starts_at.astimezone(event.zone)

    if days:
        local = moment.astimezone(event.zone)
        # A time of day that the clocks skip may come out an hour later, past midnight even.
        assert abs((local_start.date() - local.date()).days - days) <= (local.hour == 0)
        assert moment < event.starts_at
    else:
        assert moment <= event.starts_at - LATEST_NOTICE


@settings(max_examples=300, deadline=None)
@given(event=events, reminders=reminder_sets, before=st.timedeltas(timedelta(0), 40 * DAY))
def test_at_most_one_is_due_and_it_is_the_last_one(event, reminders, before):
    now = event.starts_at - before
    due = due_reminder(event, reminders, now)
    passed = [moment_of(r, event) for r in reminders if moment_of(r, event) <= now]

    if now >= event.starts_at or not passed:
        assert due is None
    else:
        found, moment = due
        assert moment == moment_of(found, event) == max(passed)


def test_the_nearer_of_two_at_one_moment():
    event = unsaved("Asia/Amman", datetime(2026, 12, 8, 22, tzinfo=UTC))
    both = [reminder(1, time(23)), reminder(0, time(12))]

    found, _moment = due_reminder(event, both, event.starts_at - MINUTE)

    assert found.days_before == 0


# For whom -------------------------------------------------------------------------------------


def at(days_before, hour=8, minute=0):
    day = date(2026, 12, 9) - days_before * DAY
    return datetime.combine(day, time(hour, minute), AMMAN)


@pytest.fixture
def event(db):
    event = EventFactory(starts_at=START)
    EventReminder.objects.bulk_create(
        EventReminder(event=event, days_before=days) for days in EventReminder.DEFAULT_DAYS
    )
    return event


def seat(event, confirmed_at=None):
    return RegistrationFactory(event=event, confirmed_at=confirmed_at or at(30))


def reminded():
    rows = Delivery.objects.filter(kind="events.reminder").order_by("pk")
    return list(rows.values_list("context__registration", flat=True))


def test_the_story_of_one_event(event):
    mine = seat(event)
    story = {}
    for moment in [
        at(8), at(7, 7, 59), at(7), at(7, 8, 5), at(4), at(1, 7, 59), at(1), at(1, 20),
        at(0, 7, 59), at(0), at(0, 10, 59), at(0, 11), at(-1),
    ]:  # fmt: skip
        before = len(reminded())
        queue_due_reminders(moment)
        story[moment] = len(reminded()) - before

    assert [moment for moment, count in story.items() if count] == [at(7), at(1), at(0)]
    assert reminded() == [mine.pk] * 3
    assert set(story.values()) == {0, 1}


def test_keys_name_the_reminder_the_person_and_the_start(event):
    mine = seat(event)

    queue_due_reminders(at(1))

    row = Delivery.objects.get()
    assert row.key == f"events.reminder:{event.pk}:1:{mine.pk}:20261209T080000"
    assert row.context == {
        "registration": mine.pk,
        "starts_at": "2026-12-09T08:00:00+00:00",
    }
    assert (row.recipient, row.language) == (mine.user, mine.user.language)


def test_only_people_with_a_seat(event):
    mine = seat(event)
    for status in ("waiting", "withdrawn"):
        RegistrationFactory(event=event, status=status)

    queue_due_reminders(at(7))

    assert reminded() == [mine.pk]


def test_whoever_came_later_has_just_been_told(event):
    early = seat(event, at(7, 7, 59))
    late = seat(event, at(7, 8))

    queue_due_reminders(at(6))
    assert reminded() == [early.pk]
    queue_due_reminders(at(1))

    assert set(reminded()[1:]) == {early.pk, late.pk}


def test_one_that_was_missed_is_not_made_up_for(event):
    mine = seat(event)

    queue_due_reminders(at(1, 12))

    assert reminded() == [mine.pk]
    assert ":1:" in Delivery.objects.get().key


def test_late_is_better_than_never(event):
    """Nothing ran for days; the last reminder whose turn has come still goes out."""
    mine = seat(event)

    queue_due_reminders(at(3))

    assert reminded() == [mine.pk]


@pytest.mark.parametrize("status", ["draft", "cancelled"])
def test_only_events_that_are_on(event, status):
    seat(event)
    Event.objects.filter(pk=event.pk).update(status=status)

    assert queue_due_reminders(at(1)) == 0
    assert reminded() == []


@pytest.mark.django_db
def test_an_event_without_reminders_reminds_nobody():
    seat(EventFactory(starts_at=START))

    assert queue_due_reminders(at(1)) == 0


def test_reminders_are_the_coordinators_to_set(event):
    mine = seat(event)
    event.reminders.all().delete()
    EventReminder.objects.create(event=event, days_before=3, at=time(17, 30))

    queue_due_reminders(at(3, 17, 29))
    assert reminded() == []
    queue_due_reminders(at(3, 17, 30))

    assert reminded() == [mine.pk]


def test_a_reminder_moved_after_it_went_out_does_not_go_out_again(event):
    mine = seat(event)
    queue_due_reminders(at(1))
    event.reminders.filter(days_before=1).update(at=time(12))

    queue_due_reminders(at(1, 12))

    assert reminded() == [mine.pk]


def test_another_start_asks_again(event):
    mine = seat(event)
    queue_due_reminders(at(1))
    event.sessions.update(starts_at=START + DAY, ends_at=START + DAY + HOUR)
    actions.reschedule(event)

    queue_due_reminders(at(0))  # now the day before

    assert reminded() == [mine.pk] * 2


def test_the_cost_does_not_grow_with_people_or_events(django_assert_num_queries, event):
    seat(event)
    queue_due_reminders(at(1))
    for _seat in range(30):
        seat(event)
    with django_assert_num_queries(5):
        queue_due_reminders(at(0))
    # Nothing new: the ledger is asked, not filled.
    with django_assert_num_queries(4):
        assert queue_due_reminders(at(0)) == 0


# Once -----------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_the_task_fifty_times_at_once():
    now = datetime.now(UTC)
    event = EventFactory(starts_at=now + 3 * HOUR)
    # Due a minute ago: on the day itself, brought forward to two hours before the start.
    EventReminder.objects.create(event=event, days_before=0, at=time(23, 59))
    Event.objects.filter(pk=event.pk).update(starts_at=now + LATEST_NOTICE - MINUTE)
    seats = [seat(event, now - DAY) for _ in range(20)]

    def run(_number):
        try:
            queue_reminders()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(10) as pool:
        list(pool.map(run, range(50)))

    assert sorted(reminded()) == sorted(r.pk for r in seats)


@pytest.mark.django_db(transaction=True)
def test_people_who_withdraw_while_the_task_runs():
    now = datetime.now(UTC)
    event = EventFactory(starts_at=now + LATEST_NOTICE - MINUTE)
    EventReminder.objects.create(event=event, days_before=0, at=time(23, 59))
    seats = [seat(event, now - DAY) for _ in range(20)]

    def run(number):
        try:
            if number % 2:
                return queue_reminders()
            return actions.withdraw(seats[number], by=seats[number].user)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(10) as pool:
        list(pool.map(run, range(20)))

    assert len(reminded()) == len(set(reminded()))
    still = Registration.objects.confirmed().values_list("pk", flat=True)
    assert set(still) <= set(reminded()) <= {r.pk for r in seats}
