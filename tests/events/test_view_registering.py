"""Registering for an event and withdrawing, over HTTP."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from events import actions
from events.models import Registration
from notifications.models import Delivery
from tests.events.reading import messages, parse
from tests.factories import EventFactory, RegistrationFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
# Wednesday 9 December, 11:00 in Amman.
START = datetime(2026, 12, 9, 8, tzinfo=UTC)
DAY = timedelta(days=1)
CAST = (
    "anonymous", "applicant", "member", "expert", "focal_point", "sponsor", "coordinator",
    "administrator",
)  # fmt: skip
SECRETS = ("https://meet.example/room", "+962 6 555 0100", "447190")


@pytest.fixture(autouse=True)
def now(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def visit(request, client):
    """Return a client for one of the cast, and who that is."""

    def come(who):
        user = request.getfixturevalue(who)
        if who != "anonymous":
            client.force_login(user, backend="members.backends.Backend")
        return client, user

    return come


def to_come(**fields):
    return EventFactory(**{"starts_at": START, **fields})


def register(client, event, **headers):
    return client.post(reverse("events:register", args=[event.pk]), **headers)


@pytest.mark.parametrize("who", CAST)
def test_who_registers(visit, who):
    client, user = visit(who)
    event = to_come()

    response = register(client, event)

    if who == "anonymous":
        assert response.status_code == 302
        assert response.url == f"{reverse('account_login')}?next={event.get_absolute_url()}"
    elif who in ("applicant", "sponsor"):
        assert response.status_code == 403
        assert "Registration is for members of the community." in response.content.decode()
    else:
        assert response.status_code == 302
        assert response.url == event.get_absolute_url()
        assert event.registrations.get().user == user
    assert Registration.objects.exists() == (who not in ("anonymous", "applicant", "sponsor"))


def test_registering_says_what_comes_next(visit):
    client, _member = visit("member")

    register(client, to_come())

    assert messages(client) == [
        "Registered. A confirmation with the calendar file is on its way by mail."
    ]
    assert Delivery.objects.get().kind == "events.confirmed"


def test_pressing_twice_is_one_registration_and_says_so(visit):
    client, _member = visit("member")
    event = to_come()

    register(client, event)
    messages(client)
    response = register(client, event)

    assert response.url == event.get_absolute_url()
    assert messages(client) == ["This registration was made already; there is one seat."]
    assert Registration.objects.count() == Delivery.objects.count() == 1


def test_a_full_event_puts_on_the_waiting_list(visit):
    client, _member = visit("member")
    event = to_come(capacity=1)
    RegistrationFactory(event=event)
    RegistrationFactory(event=event, status="waiting")

    register(client, event)

    assert messages(client) == [
        "The event is full. The registration is on the waiting list (position 2)."
    ]


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"registration_deadline": NOW - DAY}, "Registration closed"),
        ({"status": "cancelled"}, "The event was cancelled"),
        ({"starts_at": NOW - DAY, "ends_at": NOW + DAY}, "Under way, registration closed"),
        ({"starts_at": NOW - 9 * DAY}, "The event is over"),
    ],
)
def test_too_late_is_said(visit, fields, sentence):
    client, _member = visit("member")
    event = to_come(**fields)

    response = register(client, event)

    assert response.url == event.get_absolute_url()
    assert messages(client) == [sentence]
    assert not Registration.objects.exists()


@pytest.mark.parametrize("fields", [{"status": "draft"}, {"visibility": "members"}])
def test_what_one_cannot_see_one_cannot_register_for(visit, fields):
    client, _applicant = visit("applicant")

    assert register(client, to_come(**fields)).status_code == 404


def test_reading_never_registers(visit):
    client, _member = visit("member")
    event = to_come()

    response = client.get(reverse("events:register", args=[event.pk]))

    assert response.status_code == 405
    assert not Registration.objects.exists()


def test_a_forged_form_is_refused(visit, member):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(member, backend="members.backends.Backend")
    event = to_come()

    assert register(strict, event).status_code == 403
    assert not Registration.objects.exists()


# Withdrawing ----------------------------------------------------------------------------------


def withdraw_url(event):
    return reverse("events:withdraw", args=[event.pk])


def test_withdrawing_asks_first(visit):
    client, member = visit("member")
    event = to_come()
    RegistrationFactory(event=event, user=member)

    response = client.get(withdraw_url(event))

    assert response.status_code == 200
    shown = parse(response).one("main")
    assert shown.one("h1").words == "Withdraw the registration?"
    assert event.title_en in shown.words
    assert "The seat goes to the next person on the waiting list." in shown.words
    assert shown.one("form").attrs["method"] == "post"
    assert event.registrations.get().is_confirmed


def test_withdrawing(visit):
    client, member = visit("member")
    event = to_come(capacity=1)
    RegistrationFactory(event=event, user=member)
    waiting = RegistrationFactory(event=event, status="waiting")

    response = client.post(withdraw_url(event))

    assert response.status_code == 302
    assert response.url == event.get_absolute_url()
    assert messages(client) == ["The registration was withdrawn."]
    waiting.refresh_from_db()
    assert waiting.is_confirmed
    assert event.registrations.get(user=member).status == "withdrawn"


def test_withdrawing_twice_is_once_and_says_so(visit):
    client, member = visit("member")
    event = to_come()
    RegistrationFactory(event=event, user=member)

    client.post(withdraw_url(event))
    messages(client)
    response = client.post(withdraw_url(event))

    assert response.url == event.get_absolute_url()
    assert messages(client) == ["There is no registration to withdraw."]
    assert Delivery.objects.filter(kind="events.withdrawn").count() == 1


@pytest.mark.parametrize("method", ["get", "post"])
def test_nobody_withdraws_for_another(visit, method):
    client, _member = visit("member")
    theirs = RegistrationFactory(event=to_come())

    response = getattr(client, method)(withdraw_url(theirs.event))

    assert response.status_code == 302
    theirs.refresh_from_db()
    assert theirs.is_confirmed


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"starts_at": NOW - 9 * DAY}, "The event is over"),
        ({"status": "cancelled"}, "The event was cancelled"),
    ],
)
def test_what_is_over_is_not_withdrawn_from(visit, method, fields, sentence):
    client, member = visit("member")
    event = to_come(**fields)
    registration = RegistrationFactory(event=event, user=member)

    response = getattr(client, method)(withdraw_url(event))

    assert response.url == event.get_absolute_url()
    assert messages(client) == [sentence]
    registration.refresh_from_db()
    assert registration.is_confirmed


def test_cancelled_between_the_question_and_the_answer(visit, monkeypatch):
    client, member = visit("member")
    event = to_come()
    RegistrationFactory(event=event, user=member)

    def refuse(registration, *, by):
        raise actions.Refused("The event was cancelled")

    monkeypatch.setattr(actions, "withdraw", refuse)
    client.post(withdraw_url(event))

    assert messages(client) == ["The event was cancelled"]


def test_a_mail_leads_through_signing_in_to_the_question(client):
    event = to_come()

    response = client.get(withdraw_url(event))

    assert response.url == f"{reverse('account_login')}?next={withdraw_url(event)}"


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
@pytest.mark.parametrize("name", ["detail", "register", "withdraw", "ics"])
def test_other_methods(visit, method, name):
    client, _member = visit("member")
    event = to_come()

    response = getattr(client, method)(reverse(f"events:{name}", args=[event.pk]))

    assert response.status_code == 405
