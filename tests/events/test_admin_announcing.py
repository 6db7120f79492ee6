"""Publishing, moving, cancelling and deleting events at the desk."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from events.models import Event, Session
from notifications.models import Delivery
from tests.desk import EVENTS, event_page, filled, messages_of, new_event, session_fields
from tests.factories import EventFactory, RegistrationFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
START = datetime(2026, 12, 9, 8, tzinfo=UTC)


@pytest.fixture(autouse=True)
def now(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def quiet(monkeypatch):
    monkeypatch.setattr("notifications.actions.announce", lambda: None)


@pytest.fixture
def desk(as_user, coordinator):
    return as_user(coordinator)


# Publishing ----------------------------------------------------------------------------------


def test_save_and_publish(desk, coordinator):
    response = new_event(desk, title_en="Updating a social registry", _publish="x")

    event = Event.objects.get()
    assert (event.status, event.published_at) == ("published", NOW)
    assert response.redirect_chain[-1][0] == event_page(event)
    assert messages_of(response)[0] == "Updating a social registry is saved."
    assert event.get_absolute_url() in messages_of(response)[1]
    assert event.reminders.count() == 3


def test_publishing_is_refused_with_reasons_and_what_was_written_is_kept(desk):
    response = new_event(
        desk, title_en="Registry", **session_fields(starts_at="", ends_at=""), _publish="x"
    )

    event = Event.objects.get()
    assert event.status == "draft"
    assert messages_of(response)[-1] == (
        "Registry was not published. An event needs a session before it is published."
    )


def test_publish_from_the_list(desk):
    ready = EventFactory(status="draft", title_en="Ready", starts_at=START)
    bare = EventFactory(status="draft", title_en="Bare", starts_at=None, session=False)

    response = desk.post(
        EVENTS, {"action": "publish_selected", "_selected_action": [ready.pk, bare.pk]}, follow=True
    )

    assert dict(Event.objects.values_list("pk", "status")) == {
        ready.pk: "published", bare.pk: "draft",
    }  # fmt: skip
    assert min(messages_of(response)) == (
        "Bare was not published. An event needs a session before it is published."
    )


def test_reading_a_page_publishes_nothing(desk):
    event = EventFactory(status="draft", starts_at=START)

    desk.get(event_page(event), {"_publish": "x"})
    desk.get(EVENTS, {"action": "publish_selected", "_selected_action": event.pk})

    assert Event.objects.get().status == "draft"


def test_the_status_is_not_a_field(desk):
    event = EventFactory(status="draft", starts_at=START)
    url = event_page(event)

    desk.post(url, filled(desk.get(url), status="published"))

    assert Event.objects.get().status == "draft"


def test_moving_a_session_tells_everyone_with_a_seat_once(desk):
    event = EventFactory(starts_at=START)
    registration = RegistrationFactory(event=event)
    url = event_page(event)

    desk.post(
        url, filled(desk.get(url), **session_fields(starts_at="2026-12-10 11:00", ends_at="13:00"))
    )

    event.refresh_from_db()
    assert event.starts_at == START + timedelta(days=1)
    assert event.revision == 1
    assert [(d.kind, d.recipient) for d in Delivery.objects.all()] == [
        ("events.changed", registration.user)
    ]


def test_an_announced_event_keeps_a_session(desk):
    event = EventFactory(starts_at=START)
    url = event_page(event)

    response = desk.post(url, filled(desk.get(url), **session_fields(DELETE="on")))

    formset = response.context["inline_admin_formsets"][0].formset
    assert formset.non_form_errors() == ["An announced event keeps at least one session."]
    assert Session.objects.count() == 1


def test_more_seats_promote_those_who_wait(desk):
    event = EventFactory(capacity=1, starts_at=START)
    RegistrationFactory(event=event)
    first, second = (RegistrationFactory(event=event, status="waiting") for _ in range(2))
    url = event_page(event)

    response = desk.post(url, filled(desk.get(url), capacity="2"), follow=True)

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.status, second.status) == ("confirmed", "waiting")
    assert "1 person was given a seat and told." in messages_of(response)
    assert [d.kind for d in Delivery.objects.all()] == ["events.promoted"]


def test_fewer_seats_take_nobodys(desk):
    event = EventFactory(capacity=2, starts_at=START)
    RegistrationFactory.create_batch(2, event=event)
    url = event_page(event)

    response = desk.post(url, filled(desk.get(url), capacity="1"), follow=True)

    assert event.registrations.confirmed().count() == 2
    assert "More people have a seat than the capacity says: nobody loses theirs." in (
        messages_of(response)
    )


# Cancelling ----------------------------------------------------------------------------------


def test_cancelling_asks_first_and_tells_the_reason_in_both_languages(desk):
    event = EventFactory(starts_at=START)
    registration = RegistrationFactory(event=event)
    url = reverse("admin:events_event_cancel", args=[event.pk])

    asked = desk.get(url)
    assert Event.objects.get().status == "published"
    assert list(asked.context["adminform"].form.fields) == ["note_ar", "note_en"]

    posted = {"confirmed": "yes", "note_ar": "تعذّر السفر", "note_en": "Travel is not possible"}
    response = desk.post(url, posted, follow=True)

    event.refresh_from_db()
    assert (event.status, event.cancelled_at) == ("cancelled", timezone.now())
    assert (event.cancellation_note_ar, event.cancellation_note_en) == (
        "تعذّر السفر", "Travel is not possible",
    )  # fmt: skip
    assert [(d.kind, d.recipient) for d in Delivery.objects.all()] == [
        ("events.cancelled", registration.user)
    ]
    assert "is cancelled, and the people concerned are being told." in messages_of(response)[0]


def test_cancel_from_the_list_asks_first(desk):
    event = EventFactory(starts_at=START, title_en="Registry")
    chosen = {"action": "cancel_selected", "_selected_action": [event.pk]}

    asked = desk.post(EVENTS, chosen)
    assert "Registry" in asked.content.decode()
    assert Event.objects.get().status == "published"

    desk.post(EVENTS, {**chosen, "confirmed": "yes", "note_ar": "", "note_en": ""})
    assert Event.objects.get().status == "cancelled"


def test_a_draft_cannot_be_cancelled(desk):
    event = EventFactory(status="draft", starts_at=START, title_en="Registry")

    response = desk.post(
        reverse("admin:events_event_cancel", args=[event.pk]), {"confirmed": "yes"}, follow=True
    )

    assert messages_of(response) == [
        "Registry was not cancelled. A draft is deleted, not cancelled: nobody knows of it yet."
    ]
    assert Event.objects.get().status == "draft"


def test_what_people_know_of_is_not_deleted(as_user, administrator):
    draft, announced = EventFactory(status="draft"), EventFactory()
    client = as_user(administrator)

    answers = [
        client.post(f"{EVENTS}{event.pk}/delete/", {"post": "yes"}).status_code
        for event in (draft, announced)
    ]

    assert answers == [302, 403]
    assert list(Event.objects.all()) == [announced]


@pytest.mark.parametrize("role", ["member", "focal_point", "sponsor"])
def test_nobody_else_can_cancel(as_user, request, role):
    event = EventFactory(starts_at=START)
    client = as_user(request.getfixturevalue(role))

    response = client.post(f"{EVENTS}{event.pk}/cancel/", {"confirmed": "yes"})

    assert response.status_code == 403
    assert Event.objects.get().status == "published"


def test_an_event_that_is_not_there_is_not_found(desk):
    assert desk.get(f"{EVENTS}999/cancel/").status_code == 404
