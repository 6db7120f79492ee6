"""Every state of registration, and that what a page prints is what an action refuses with."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone, translation

from events import actions
from events.models import Event
from events.models.states import RegistrationStatus as Status
from tests.factories import EventFactory, RegistrationFactory, UserFactory

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def event(*, starts_in=240, lasts=2, deadline_in=None, **fields):
    now = timezone.now()
    return EventFactory(
        starts_at=now + starts_in * HOUR,
        ends_at=now + (starts_in + lasts) * HOUR,
        registration_deadline=None if deadline_in is None else now + deadline_in * HOUR,
        **fields,
    )


def fill(event, *, confirmed=0, waiting=0):
    RegistrationFactory.create_batch(confirmed, event=event)
    RegistrationFactory.create_batch(waiting, event=event, status="waiting")
    return event


CASES = {
    "open": (lambda: event(), Status.OPEN),
    "open until the deadline": (lambda: event(deadline_in=1), Status.OPEN),
    "one seat left": (lambda: fill(event(capacity=2), confirmed=1), Status.OPEN),
    "no limit": (lambda: fill(event(), confirmed=3), Status.OPEN),
    "full": (lambda: fill(event(capacity=2), confirmed=2), Status.WAITING_LIST),
    "fuller than full": (lambda: fill(event(capacity=1), confirmed=2), Status.WAITING_LIST),
    "a seat, but somebody waits": (
        lambda: fill(event(capacity=3), confirmed=2, waiting=1),
        Status.WAITING_LIST,
    ),
    "no limit any more, but somebody waits": (
        lambda: fill(event(), waiting=1),
        Status.WAITING_LIST,
    ),
    "after the deadline": (lambda: event(deadline_in=-1), Status.CLOSED),
    "under way": (lambda: event(starts_in=-1), Status.STARTED),
    "under way, a later deadline is void": (
        lambda: event(starts_in=-1, deadline_in=1),
        Status.STARTED,
    ),
    "over": (lambda: event(starts_in=-3), Status.OVER),
    "cancelled": (lambda: event(status="cancelled"), Status.CANCELLED),
    "cancelled and over": (lambda: event(starts_in=-3, status="cancelled"), Status.CANCELLED),
    "draft": (lambda: event(status="draft"), Status.NOT_PUBLISHED),
    "draft of the past": (lambda: event(starts_in=-3, status="draft"), Status.NOT_PUBLISHED),
    "draft without dates": (
        lambda: EventFactory(status="draft", starts_at=None, ends_at=None),
        Status.NOT_PUBLISHED,
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_state(name):
    build, expected = CASES[name]
    shown = build()

    assert shown.registration_state().status == expected


@pytest.mark.parametrize("name", CASES)
def test_counts_of_a_list_give_the_same_state(name):
    shown = CASES[name][0]()

    assert Event.objects.with_counts().get(pk=shown.pk).registration_state() == (
        shown.registration_state()
    )


@pytest.mark.parametrize("name", CASES)
def test_the_action_agrees_with_the_state(name):
    build, status = CASES[name]
    shown, person = build(), UserFactory(language="en")
    state = shown.registration_state()

    with translation.override("en"):
        if state.accepts:
            registration = actions.register(shown, by=person)
            assert registration.is_confirmed == state.has_seat
            assert registration.is_waiting == (status == Status.WAITING_LIST)
        else:
            with pytest.raises(actions.Refused) as refusal:
                actions.register(shown, by=person)
            assert str(refusal.value) == state.label
            assert not shown.registrations.filter(user=person).exists()


def test_seats():
    shown = fill(event(capacity=8), confirmed=3, waiting=0)

    state = shown.registration_state()

    assert (state.capacity, state.confirmed, state.seats_left, state.taken_percent) == (8, 3, 5, 37)


def test_no_limit_has_no_number_of_seats():
    state = fill(event(), confirmed=1).registration_state()

    assert (state.seats_left, state.taken_percent) == (None, 0)


def test_more_people_than_seats_leave_none():
    state = fill(event(capacity=1), confirmed=2).registration_state()

    assert (state.seats_left, state.taken_percent) == (0, 100)


def test_it_closes_at_the_deadline_or_the_start():
    later = event(starts_in=10, deadline_in=20)
    earlier = event(starts_in=10, deadline_in=5)

    assert later.registration_state().closes_at == later.starts_at
    assert earlier.registration_state().closes_at == earlier.registration_deadline
    assert later.deadline_clocks is None
    assert earlier.deadline_clocks is not None


@pytest.mark.parametrize("status", Status)
def test_every_state_has_a_sentence_in_each_language(status):
    sentences = set()
    for language in ("ar", "en"):
        with translation.override(language):
            sentences.add(str(status.label))

    assert all(sentences)
