"""Calendar files over HTTP: one event's, and the private feed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation

from events import actions
from events.models import CalendarFeed
from tests.events.ical import read
from tests.factories import EventFactory, RegistrationFactory, UserFactory

pytestmark = pytest.mark.django_db


def feed_url(user):
    return reverse("feed", args=[actions.reset_feed(user).token])


def entries(response):
    return read(response.content).all("VEVENT")


# One event ------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["ar", "en"])
def test_the_file_of_an_event(client, language):
    event = EventFactory()
    with translation.override(language):
        response = client.get(reverse("events:ics", args=[event.pk]))

    assert response.status_code == 200
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert response["Content-Disposition"] == f'attachment; filename="event-{event.pk}.ics"'
    assert "private" in response["Cache-Control"]
    [entry] = entries(response)
    assert entry.text("SUMMARY") == getattr(event, f"title_{language}")
    assert "https://meet.example" not in response.content.decode()


@pytest.mark.parametrize(
    ("status", "sees"), [("confirmed", True), ("waiting", False), ("withdrawn", False)]
)
def test_how_to_join_is_in_the_file_of_people_with_a_seat(as_user, member, status, sees):
    event = RegistrationFactory(user=member, status=status).event

    [entry] = entries(as_user(member).get(reverse("events:ics", args=[event.pk])))

    assert ("https://meet.example/room" in entry.text("DESCRIPTION")) == sees


def test_a_file_that_is_known_is_not_sent_again(client):
    address = reverse("events:ics", args=[EventFactory().pk])
    tag = client.get(address)["ETag"]

    response = client.get(address, headers={"if-none-match": tag})

    assert response.status_code == 304
    assert response.content == b""


# The feed -------------------------------------------------------------------------------------


def test_the_feed(client, member):
    seat = RegistrationFactory(user=member).event
    waiting = RegistrationFactory(user=member, status="waiting").event
    cancelled = RegistrationFactory(user=member, event__status="cancelled").event
    RegistrationFactory(user=member, status="withdrawn")
    RegistrationFactory()

    response = client.get(feed_url(member))

    assert response.status_code == 200
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert "private" in response["Cache-Control"]
    assert response["X-Robots-Tag"] == "noindex"
    found = {entry.get("UID")[1]: entry for entry in entries(response)}
    shown = {
        event: found.pop(f"session-{event.sessions.get().pk}@{settings.SITE_DOMAIN}")
        for event in (seat, waiting, cancelled)
    }
    assert found == {}
    assert {e: entry.get("STATUS")[1] for e, entry in shown.items()} == {
        seat: "CONFIRMED",
        waiting: "TENTATIVE",
        cancelled: "CANCELLED",
    }
    assert "https://meet.example" in shown[seat].text("DESCRIPTION")
    assert "https://meet.example" not in shown[waiting].text("DESCRIPTION")
    assert "https://meet.example" not in shown[cancelled].text("DESCRIPTION")


@pytest.mark.parametrize("language", ["ar", "en"])
def test_the_feed_is_in_its_owners_language_whoever_asks(client, language):
    person = UserFactory(language=language)
    event = RegistrationFactory(user=person).event

    response = client.get(feed_url(person), headers={"accept-language": "en"})

    [entry] = entries(response)
    assert entry.text("SUMMARY") == getattr(event, f"title_{language}")
    assert f"/{language}/events/" in entry.get("URL")[1]


def test_the_feed_is_the_owners_not_the_readers(as_user, member):
    other = UserFactory()
    event = RegistrationFactory(user=other).event
    RegistrationFactory(user=member)

    [entry] = entries(as_user(member).get(feed_url(other)))

    assert str(event.sessions.get().pk) in entry.get("UID")[1]


def test_an_empty_feed_is_a_calendar(client, member):
    response = client.get(feed_url(member))

    assert entries(response) == []


@pytest.mark.parametrize("token", ["x", "x" * 32, "x" * 400, "%00" * 32, "%D8%A8" * 24, ".." * 16])
def test_unknown_addresses(client, member, token):
    feed_url(member)

    assert client.get(f"/calendar/{token}.ics").status_code in (400, 404)


def test_an_address_that_was_replaced(client, member):
    old = feed_url(member)
    new = feed_url(member)

    assert client.get(old).status_code == 404
    assert client.get(new).status_code == 200


def test_the_feed_of_a_closed_account(client, member):
    address = feed_url(member)
    member.is_active = False
    member.save()

    assert client.get(address).status_code == 404


def test_members_events_leave_the_feed_with_the_membership(client, member):
    address = feed_url(member)
    RegistrationFactory(user=member, event__visibility="members")
    member.membership = "applicant"
    member.save()

    assert entries(client.get(address)) == []


def test_a_feed_that_is_known_is_not_sent_again(client, member, time_machine):
    address = feed_url(member)
    event = RegistrationFactory(user=member).event
    tag = client.get(address)["ETag"]

    assert client.get(address, headers={"if-none-match": tag}).status_code == 304
    event.title_ar = "عنوان آخر"
    event.save()
    assert client.get(address, headers={"if-none-match": tag}).status_code == 200


def test_the_feed_costs_the_same_with_one_and_with_thirty(
    client, member, django_assert_num_queries
):
    address = feed_url(member)
    RegistrationFactory(user=member)
    with django_assert_num_queries(4):
        client.get(address)
    RegistrationFactory.create_batch(29, user=member)
    with django_assert_num_queries(4):
        client.get(address)


def test_the_feed_is_for_reading(client, member):
    assert client.post(feed_url(member)).status_code == 405


# The page about it ----------------------------------------------------------------------------


def test_the_address_is_made_on_request(as_user, member):
    client, address = as_user(member), reverse("events:subscribe")

    before = client.get(address).content.decode()
    assert not CalendarFeed.objects.exists()
    response = client.post(reverse("events:reset_feed"))
    after = client.get(address).content.decode()

    assert response.url == address
    token = CalendarFeed.objects.get(user=member).token
    assert token not in before
    assert f'value="{settings.SITE_URL}/calendar/{token}.ics"' in after
    assert f'href="webcal://{settings.SITE_URL.partition("//")[2]}/calendar/{token}.ics"' in after


def test_a_new_address(as_user, member):
    client, old = as_user(member), actions.reset_feed(member).token

    client.post(reverse("events:reset_feed"))

    html = client.get(reverse("events:subscribe")).content.decode()
    assert old not in html
    assert CalendarFeed.objects.get().token in html


def test_replacing_is_never_done_by_reading(as_user, member):
    token = actions.reset_feed(member).token

    assert as_user(member).get(reverse("events:reset_feed")).status_code == 405
    assert CalendarFeed.objects.get().token == token


def test_visitors_have_no_address(client):
    assert client.post(reverse("events:reset_feed")).status_code == 302
    assert not CalendarFeed.objects.exists()


def test_a_moved_event_moves_in_the_feed(client, member, coordinator):
    start = timezone.now().replace(microsecond=0) + timedelta(days=9)
    event = actions.publish(EventFactory(status="draft", starts_at=start), by=coordinator)
    actions.register(event, by=member)
    address = feed_url(member)
    [before] = entries(client.get(address))
    session = event.sessions.get()
    session.starts_at += timedelta(hours=1)
    session.save()
    actions.reschedule(event)

    [after] = entries(client.get(address))

    assert after.get("UID") == before.get("UID")
    assert after.get("DTSTART") != before.get("DTSTART")
    assert int(after.get("SEQUENCE")[1]) == int(before.get("SEQUENCE")[1]) + 1
