"""What machines ask: alive, ready, and how it is going; nothing told to strangers."""

from datetime import timedelta

import psycopg
import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.utils import timezone

from members.models import User
from notifications.models import Delivery
from tests.factories import UserFactory

CLOSED = 9  # a port on which nobody listens


@pytest.fixture
def no_database(monkeypatch):
    monkeypatch.setitem(connection.settings_dict, "HOST", "127.0.0.1")
    monkeypatch.setitem(connection.settings_dict, "PORT", CLOSED)


@pytest.fixture
def no_redis(settings):
    settings.CACHES = {
        "default": {
            **django_settings.CACHES["default"],
            "LOCATION": f"redis://127.0.0.1:{CLOSED}/0",
        }
    }


@pytest.mark.parametrize("address", ["/healthz", "/readyz", "/metrics"])
def test_machines_answers_are_never_kept(client, db, address):
    response = client.get(address)

    assert "no-store" in response.headers["Cache-Control"]
    assert response.headers["Content-Type"].startswith("text/plain")


def test_the_process_is_alive_without_database_or_redis(client, no_redis):
    response = client.get("/healthz")  # no db mark: a query would fail this test

    assert (response.status_code, response.content) == (200, b"alive\n")


@pytest.mark.django_db
def test_ready_with_database_and_redis(client):
    response = client.get("/readyz")

    assert (response.status_code, response.content) == (200, b"database: ok\nredis: ok\n")


@pytest.mark.django_db
def test_ready_without_redis_and_says_so(client, no_redis):
    response = client.get("/readyz")

    assert response.status_code == 200
    assert response.content == b"database: ok\nredis: away, mail waits\n"


@pytest.mark.django_db
def test_not_ready_without_the_database_and_quick_to_say_so(client, no_database, monkeypatch):
    asked, connect = [], psycopg.connect
    monkeypatch.setattr(
        psycopg, "connect", lambda **how: asked.append(how["connect_timeout"]) or connect(**how)
    )

    response = client.get("/readyz")

    assert response.status_code == 503
    assert response.content.startswith(b"database: away\n")
    assert asked == [2]


@pytest.fixture
def _ledger(db):
    now = timezone.now()
    person = UserFactory(membership=User.Membership.APPLICANT)
    for number, (state, due) in enumerate(
        [
            (Delivery.State.SENT, -500),
            (Delivery.State.QUEUED, -90),
            (Delivery.State.QUEUED, -30),
            (Delivery.State.QUEUED, 3600),
            (Delivery.State.FAILED, -900),
        ]
    ):
        Delivery.objects.create(
            kind="members.welcome", key=f"k{number}", recipient=person, address=person.email,
            language="ar", state=state, due_at=now + timedelta(seconds=due),
        )  # fmt: skip


@pytest.mark.usefixtures("_ledger")
def test_the_metrics_count_rows_and_the_age_of_what_is_due(client):
    body = client.get("/metrics").content.decode()

    figures = dict(line.split(" ") for line in body.splitlines() if not line.startswith("#"))
    age = float(figures.pop("cop_delivery_queue_age_seconds"))
    assert 90 <= age < 100
    assert figures == {
        "cop_up": "1",
        'cop_deliveries{state="queued"}': "3",
        'cop_deliveries{state="sending"}': "0",
        'cop_deliveries{state="sent"}': "1",
        'cop_deliveries{state="skipped"}': "0",
        'cop_deliveries{state="failed"}': "1",
        'cop_people{membership="applicant"}': "1",
        'cop_people{membership="member"}': "0",
        'cop_people{membership="declined"}': "0",
        'cop_people{membership="left"}': "0",
        'cop_people{membership="suspended"}': "0",
    }
    assert "person" not in body


@pytest.mark.django_db
def test_an_empty_queue_has_no_age(client):
    assert "cop_delivery_queue_age_seconds 0\n" in client.get("/metrics").content.decode()


@pytest.mark.django_db
def test_the_metrics_cost_the_same_with_many_rows(client, django_assert_num_queries):
    UserFactory.create_batch(12)

    with django_assert_num_queries(3):
        client.get("/metrics")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("request_made", "token", "proxy", "status"),
    [
        ({}, "", None, 200),
        ({"REMOTE_ADDR": "::1"}, "", None, 200),
        ({"REMOTE_ADDR": "10.1.2.3"}, "", None, 403),
        ({"REMOTE_ADDR": ""}, "", None, 403),
        ({"HTTP_X_FORWARDED_FOR": "10.1.2.3"}, "", None, 403),
        ({"HTTP_FORWARDED": "for=10.1.2.3"}, "", None, 403),
        ({}, "", ("HTTP_X_FORWARDED_PROTO", "https"), 403),
        ({}, "s3cret", None, 403),
        ({"HTTP_AUTHORIZATION": "Bearer wrong"}, "s3cret", None, 403),
        ({"HTTP_AUTHORIZATION": "s3cret"}, "s3cret", None, 403),
        ({"HTTP_AUTHORIZATION": "Bearer s3cret"}, "s3cret", None, 200),
        ({"HTTP_AUTHORIZATION": "Bearer s3cret", "REMOTE_ADDR": "10.1.2.3"}, "s3cret", None, 200),
        ({"HTTP_AUTHORIZATION": "Bearer "}, "", None, 200),
        ({"HTTP_AUTHORIZATION": "Bearer ", "REMOTE_ADDR": "10.1.2.3"}, "", None, 403),
        ({"HTTP_AUTHORIZATION": "Bearer \xe9"}, "s3cret", None, 403),
    ],
)
def test_the_metrics_are_for_this_machine_or_the_token(
    client, settings, request_made, token, proxy, status
):
    settings.METRICS_TOKEN = token
    settings.SECURE_PROXY_SSL_HEADER = proxy

    response = client.get("/metrics", **request_made)

    assert response.status_code == status
    assert (b"cop_people" in response.content) is (status == 200)
