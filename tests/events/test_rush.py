"""Many people at once, over real connections."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import connection, connections
from django.test import Client
from django.urls import reverse

from events import actions
from events.models import Registration
from members.models import User
from notifications.models import Delivery
from tests.factories import CountryFactory, EventFactory, UserFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("connections")]


@pytest.fixture(name="connections")
def many_connections(transactional_db):
    """As many connections as the server spares, up to one for each of two hundred people."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW max_connections")
        spare = int(cursor.fetchone()[0]) // 2
    pool = connection.pool
    before = (pool.max_size, pool.timeout)
    pool.timeout = 300
    pool.resize(0, min(200, spare))
    yield
    pool.resize(0, before[0])
    pool.timeout = before[1]


def at_once(calls):
    """Run every call in a thread of its own, all let go together; return what they return."""
    gate = Barrier(len(calls))

    def run(call):
        gate.wait(timeout=60)
        try:
            return call()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def crowd(count):
    """Members of one country, made in one go."""
    country = CountryFactory()
    return User.objects.bulk_create(UserFactory.build_batch(count, country=country, language="en"))


def signed_in(people):
    """A client for each person, their sessions made in one go."""
    stores = []
    for person in people:
        store = SessionStore(uuid.uuid4().hex)
        store[SESSION_KEY] = str(person.pk)
        store[BACKEND_SESSION_KEY] = "members.backends.Backend"
        store[HASH_SESSION_KEY] = person.get_session_auth_hash()
        stores.append(store)
    Session.objects.bulk_create(
        store.create_model_instance(store._get_session(no_load=True)) for store in stores
    )
    return [client_of(store.session_key) for store in stores]


def client_of(session_key):
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = session_key
    return client


def queue(event):
    return list(event.registrations.waiting())


def test_two_hundred_people_for_twenty_seats():
    event = EventFactory(capacity=20)
    address = reverse("events:register", args=[event.pk])
    clients = signed_in(crowd(200))

    answers = at_once([lambda client=client: client.post(address) for client in clients])

    assert {answer.status_code for answer in answers} == {302}
    assert {answer.url for answer in answers} == {event.get_absolute_url()}
    arrived = list(event.registrations.order_by("queued_at", "pk"))
    assert len({r.queued_at for r in arrived}) == 200
    assert [r.status for r in arrived] == ["confirmed"] * 20 + ["waiting"] * 180
    assert [r.position() for r in arrived[20::60]] == [1, 61, 121]
    assert Delivery.objects.filter(kind="events.confirmed").count() == 20
    assert Delivery.objects.filter(kind="events.waiting").count() == 180


def test_one_person_pressing_many_times():
    event = EventFactory(capacity=5)
    [client] = signed_in(crowd(1))
    key = client.cookies[settings.SESSION_COOKIE_NAME].value
    address = reverse("events:register", args=[event.pk])

    answers = at_once([lambda: client_of(key).post(address)] * 12)

    assert {answer.status_code for answer in answers} == {302}
    assert Registration.objects.count() == 1
    assert Delivery.objects.count() == 1


def test_people_come_and_go_at_once():
    event = EventFactory(capacity=20)
    early = [actions.register(event, by=person) for person in crowd(60)]
    late = crowd(60)
    leaving = [*early[:15], *early[30:40]]

    at_once(
        [lambda r=r: actions.withdraw(r, by=r.user) for r in leaving]
        + [lambda person=person: actions.register(event, by=person) for person in late]
    )

    confirmed = list(event.registrations.confirmed())
    waiting = queue(event)
    assert len(confirmed) == 20
    assert len(waiting) == 120 - 25 - 20
    assert max(r.queued_at for r in confirmed) < min(r.queued_at for r in waiting)
    assert {r.pk for r in confirmed} == {r.pk for r in [*early[15:30], *early[40:45]]}
    promoted = list(
        Delivery.objects.filter(kind="events.promoted").values_list("recipient", flat=True)
    )
    moved_up = {r.user_id for r in [*early[20:30], *early[40:45]]}
    assert len(promoted) == len(set(promoted))
    # Some who left the queue had been given a seat a moment before.
    assert moved_up <= set(promoted) <= moved_up | {r.user_id for r in early[30:40]}
    assert Delivery.objects.filter(kind="events.withdrawn").count() == 25


def test_more_seats_while_people_come():
    event = EventFactory(capacity=5)
    people = crowd(40)

    def widen():
        type(event).objects.filter(pk=event.pk).update(capacity=25)
        return actions.promote_waiting(event)

    at_once([widen, *(lambda p=person: actions.register(event, by=p) for person in people)])
    actions.promote_waiting(event)

    arrived = list(event.registrations.order_by("queued_at", "pk"))
    assert [r.status for r in arrived] == ["confirmed"] * 25 + ["waiting"] * 15
    told = Delivery.objects.filter(kind__in=["events.confirmed", "events.promoted"])
    assert told.values("recipient").distinct().count() == 25
