"""Registering, withdrawing and moving up."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from events import actions
from events.models import Registration
from notifications.models import Delivery
from tests.factories import EventFactory, RegistrationFactory, UserFactory

pytestmark = pytest.mark.django_db


def rows(event):
    """Who has what, in order of arrival."""
    return [(r.user, r.status) for r in event.registrations.order_by("queued_at", "pk")]


def test_a_seat(member, told):
    event = EventFactory(capacity=1)

    registration = actions.register(event, by=member)

    assert registration.status == "confirmed"
    assert registration.confirmed_at == registration.queued_at
    assert told() == [("events.confirmed", member)]


def test_twice_is_once(member, told):
    event = EventFactory()

    first = actions.register(event, by=member)
    second = actions.register(event, by=member)

    assert second == first
    assert rows(event) == [(member, "confirmed")]
    assert told() == [("events.confirmed", member)]


def test_waiting_in_order_of_arrival(told):
    event = EventFactory(capacity=1)
    people = UserFactory.create_batch(4)

    made = [actions.register(event, by=person) for person in people]

    assert rows(event) == list(
        zip(people, ["confirmed", "waiting", "waiting", "waiting"], strict=True)
    )
    assert [r.position() for r in made[1:]] == [1, 2, 3]
    assert told() == [
        ("events.confirmed", people[0]),
        *(("events.waiting", person) for person in people[1:]),
    ]


def test_arrivals_stay_in_order_when_the_clock_is_set_back(time_machine):
    event = EventFactory(capacity=1)
    people = UserFactory.create_batch(3)
    for person in people:
        actions.register(event, by=person)
        time_machine.move_to(timezone.now() - timedelta(minutes=5))

    assert [person for person, _status in rows(event)] == people


def test_nobody_is_overtaken_while_somebody_waits():
    event = EventFactory(capacity=1)
    first, second, third = UserFactory.create_batch(3)
    actions.register(event, by=first)
    actions.register(event, by=second)
    event.capacity = 5
    event.save()

    registration = actions.register(event, by=third)

    assert registration.is_waiting
    assert registration.position() == 2


def test_withdrawing_promotes_the_next(told):
    event = EventFactory(capacity=1)
    first, second, third = UserFactory.create_batch(3)
    seat, next_in_line, _last = [actions.register(event, by=p) for p in (first, second, third)]
    Delivery.objects.all().delete()

    withdrawn = actions.withdraw(seat, by=first)

    assert withdrawn.status == "withdrawn"
    assert withdrawn.withdrawn_at is not None
    assert rows(event) == [(first, "withdrawn"), (second, "confirmed"), (third, "waiting")]
    next_in_line.refresh_from_db()
    assert next_in_line.confirmed_at > next_in_line.queued_at
    assert told() == [("events.withdrawn", first), ("events.promoted", second)]


def test_withdrawing_from_the_queue_promotes_nobody(told):
    event = EventFactory(capacity=1)
    first, second, third = UserFactory.create_batch(3)
    _seat, waiting, last = [actions.register(event, by=p) for p in (first, second, third)]
    Delivery.objects.all().delete()

    actions.withdraw(waiting, by=second)

    assert rows(event) == [(first, "confirmed"), (second, "withdrawn"), (third, "waiting")]
    assert last.position() == 1
    assert told() == [("events.withdrawn", second)]


def test_withdrawing_twice_is_once(member, told):
    registration = actions.register(EventFactory(), by=member)

    actions.withdraw(registration, by=member)
    again = actions.withdraw(registration, by=member)

    assert again.status == "withdrawn"
    assert told() == [("events.confirmed", member), ("events.withdrawn", member)]


def test_coming_back_goes_to_the_end_of_the_line(told):
    event = EventFactory(capacity=1)
    first, second, third = UserFactory.create_batch(3)
    seat = actions.register(event, by=first)
    actions.register(event, by=second)
    actions.register(event, by=third)
    actions.withdraw(seat, by=first)
    Delivery.objects.all().delete()

    again = actions.register(event, by=first)

    assert again.pk == seat.pk
    assert again.withdrawn_at is None
    assert rows(event) == [(second, "confirmed"), (third, "waiting"), (first, "waiting")]
    assert told() == [("events.waiting", first)]


def test_each_change_is_told_once_for_itself(member):
    event = EventFactory()
    for _round in range(3):
        registration = actions.register(event, by=member)
        actions.withdraw(registration, by=member)

    assert Delivery.objects.filter(kind="events.confirmed").count() == 3
    assert Delivery.objects.filter(kind="events.withdrawn").count() == 3


@pytest.mark.parametrize(
    ("fields", "label"),
    [
        ({"status": "cancelled"}, "The event was cancelled"),
        ({"starts_at": timezone.now() - timedelta(days=2)}, "The event is over"),
    ],
)
def test_what_is_over_stays_as_it_was(member, told, fields, label, settings):
    event = EventFactory(**fields)
    registration = RegistrationFactory(event=event, user=member)

    with pytest.raises(actions.Refused):
        actions.withdraw(registration, by=member)

    registration.refresh_from_db()
    assert registration.is_confirmed
    assert told() == []


def test_a_seat_given_up_during_the_event_stays_empty(told):
    now = timezone.now()
    event = EventFactory(
        capacity=1, starts_at=now - timedelta(hours=1), ends_at=now + timedelta(days=2)
    )
    seat = RegistrationFactory(event=event)
    waiting = RegistrationFactory(event=event, status="waiting")

    actions.withdraw(seat, by=seat.user)

    waiting.refresh_from_db()
    assert waiting.is_waiting
    assert told() == [("events.withdrawn", seat.user)]


def test_seats_given_up_after_the_deadline_go_to_those_who_wait():
    event = EventFactory(capacity=1, registration_deadline=timezone.now() - timedelta(hours=1))
    seat = RegistrationFactory(event=event)
    waiting = RegistrationFactory(event=event, status="waiting")

    actions.withdraw(seat, by=seat.user)

    waiting.refresh_from_db()
    assert waiting.is_confirmed


@pytest.mark.parametrize(("capacity", "promoted"), [(1, 0), (2, 1), (3, 2), (10, 3), (None, 3)])
def test_more_seats_promote_as_many_as_fit(told, capacity, promoted):
    event = EventFactory(capacity=1)
    people = UserFactory.create_batch(4)
    for person in people:
        actions.register(event, by=person)
    Delivery.objects.all().delete()
    event.capacity = capacity
    event.save()

    result = actions.promote_waiting(event)

    assert [r.user for r in result] == people[1 : 1 + promoted]
    assert event.registrations.confirmed().count() == 1 + promoted
    assert told() == [("events.promoted", person) for person in people[1 : 1 + promoted]]


@pytest.mark.parametrize("status", ["draft", "cancelled"])
def test_nobody_moves_up_at_an_event_that_is_not_on(status):
    event = EventFactory(capacity=5, status=status)
    RegistrationFactory(event=event, status="waiting")

    assert actions.promote_waiting(event) == []


def test_fewer_seats_take_none_away():
    event = EventFactory(capacity=2)
    RegistrationFactory.create_batch(2, event=event)
    event.capacity = 1
    event.save()

    assert actions.promote_waiting(event) == []
    assert event.registrations.confirmed().count() == 2


def test_the_cost_of_registering_does_not_grow(member):
    def cost(event):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            actions.register(event, by=UserFactory())
        return len([q for q in queries if "registration" in q["sql"] or "delivery" in q["sql"]])

    empty, crowded = EventFactory(), EventFactory(capacity=1)
    RegistrationFactory.create_batch(30, event=crowded)

    assert cost(crowded) == cost(empty)


def test_moving_up_is_written_in_one_go():
    def cost(count):
        event = EventFactory(capacity=100)
        RegistrationFactory.create_batch(count, event=event, status="waiting")
        with CaptureQueriesContext(connection) as queries:
            assert len(actions.promote_waiting(event)) == count
        return len(queries)

    assert cost(30) == cost(1)


def test_a_failed_registration_tells_nobody(member, told, monkeypatch):
    event = EventFactory()
    monkeypatch.setattr(actions, "tell", lambda *args, **kwargs: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        actions.register(event, by=member)

    assert not Registration.objects.exists()
    assert told() == []
