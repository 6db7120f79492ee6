"""The events one has to do with."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from tests.events.reading import page, queries, titles
from tests.factories import EventFactory, RegistrationFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def now(time_machine):
    time_machine.move_to(NOW, tick=False)


def at(days, **fields):
    return EventFactory(starts_at=NOW + days * DAY, **fields)


def test_mine(as_user, member):
    seat = RegistrationFactory(user=member, event=at(9)).event
    waiting = RegistrationFactory(user=member, event=at(5), status="waiting").event
    past = RegistrationFactory(user=member, event=at(-9)).event
    RegistrationFactory(user=member, event=at(3), status="withdrawn")
    RegistrationFactory(event=at(4))

    response = page(as_user(member), name="events:mine")

    assert titles(response) == [waiting.title_en, seat.title_en, past.title_en]


def test_mine_is_empty_at_first(as_user, member):
    nothing = page(as_user(member), name="events:mine").one("div", "empty")

    assert "Events with a registration of mine appear here" in nothing.words


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
