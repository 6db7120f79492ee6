"""What the mails say, in both languages, and that each is still true when it goes out."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy

import pytest
from django.conf import settings
from django.utils.html import strip_tags

from cop_portal.models import Site
from events import actions, emails
from events.models import Event, EventReminder, Registration
from events.reminders import queue_due_reminders
from notifications.actions import mute
from notifications.kinds import KINDS
from notifications.models import Delivery
from tests.events.ical import read
from tests.factories import CountryFactory, EventFactory, RegistrationFactory, UserFactory

pytestmark = pytest.mark.django_db
# Wednesday 9 December, 11:00 in Amman and 09:00 in Rabat.
START = datetime(2026, 12, 9, 8, tzinfo=UTC)
NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
SECRETS = ("https://meet.example/room", "+962 6 555 0100", "447190")


@pytest.fixture(autouse=True)
def now(time_machine):
    time_machine.move_to(NOW, tick=False)
    Site.objects.update_or_create(pk=1, defaults={"name_en": "Community", "name_ar": "المجتمع"})
    return time_machine


@pytest.fixture
def event(coordinator):
    event = EventFactory(
        status="draft", starts_at=START, capacity=1, title_en="Registries & shocks"
    )
    event.sessions.update(dial_in="Jordan: +962 6 555 0100", dial_in_code="447190")
    return actions.publish(event, by=coordinator)


@pytest.fixture
def reader():
    """Someone in Rabat who reads English."""
    return UserFactory(country=CountryFactory(iso="MA"), language="en", email="reader@cop.example")


def html_of(mail):
    [(html, mimetype)] = mail.alternatives
    assert mimetype == "text/html"
    return html


def words(text):
    """What a reader sees, spaces evened out."""
    return " ".join(strip_tags(text).replace("&amp;", "&").split())


def file_of(mail):
    [attachment] = mail.attachments
    return attachment


def states():
    return dict(Delivery.objects.values_list("kind", "state"))


def notes():
    return list(Delivery.objects.filter(state="skipped").values_list("note", flat=True))


# What they say --------------------------------------------------------------------------------


def test_confirmed(event, reader, post):
    actions.register(event, by=reader)

    [mail] = post()

    assert mail.to == ["reader@cop.example"]
    assert mail.subject == "Registered: Registries & shocks"
    for body in (mail.body, words(html_of(mail))):
        assert "There is a seat at this event." in body
        assert "Wednesday 9 December 2026" in body
        assert "09:00–11:00 in Rabat" in body
        assert "11:00–13:00 in Amman" in body
        assert body.index("Rabat") < body.index("Amman")
        for secret in SECRETS:
            assert secret in body
    withdraw = f"{settings.SITE_URL}/en/events/{event.pk}/withdraw/"
    assert withdraw in mail.body
    assert f'href="{withdraw}"' in html_of(mail)
    assert f"{settings.SITE_URL}{event.get_absolute_url()}" in mail.body.replace("/en/", "/ar/")


def test_the_calendar_file_of_a_seat(event, reader, post):
    actions.register(event, by=reader)

    [mail] = post()

    parsed = message_from_bytes(mail.message().as_bytes(), policy=policy.default)
    [part] = [p for p in parsed.walk() if p.get_content_type() == "text/calendar"]
    assert part.get_filename() == f"event-{event.pk}.ics"
    assert part.get_param("method") == "PUBLISH"
    assert part.get_content_charset() == "utf-8"
    [entry] = read(file_of(mail)[1].encode()).all("VEVENT")
    assert entry.get("STATUS")[1] == "CONFIRMED"
    assert all(secret in entry.text("DESCRIPTION") for secret in SECRETS)


def test_waiting(event, reader, post):
    actions.register(event, by=UserFactory())
    actions.register(event, by=reader)

    mail = post()[-1]

    assert mail.subject == "On the waiting list: Registries & shocks"
    assert mail.attachments == []
    for body in (mail.body, words(html_of(mail))):
        assert "its position today: 1." in body
        for secret in SECRETS:
            assert secret not in body


def test_promoted(event, reader, post):
    seat = actions.register(event, by=UserFactory())
    actions.register(event, by=reader)
    post()
    actions.withdraw(seat, by=seat.user)

    mail = post()[-1]

    assert mail.to == ["reader@cop.example"]
    assert mail.subject == "A seat has become free: Registries & shocks"
    assert all(secret in mail.body for secret in SECRETS)
    assert read(file_of(mail)[1].encode()).all("VEVENT")


def test_withdrawn(event, reader, post):
    registration = actions.register(event, by=reader)
    post()
    actions.withdraw(registration, by=reader)

    [mail] = post()

    assert mail.subject == "Registration withdrawn: Registries & shocks"
    assert mail.attachments == []
    assert not any(secret in mail.body for secret in SECRETS)
    assert "/withdraw/" not in mail.body


def test_cancelled(event, reader, post, coordinator):
    actions.register(event, by=reader)
    post()
    actions.cancel(event, by=coordinator, note={"en": "A storm & no power.", "ar": "عاصفة."})

    [mail] = post()

    assert mail.subject == "Cancelled: Registries & shocks"
    for body in (mail.body, words(html_of(mail))):
        assert "This event does not take place." in body
        assert "A storm & no power." in body
        assert not any(secret in body for secret in SECRETS)
        assert "withdraw" not in body.lower()
    calendar = read(file_of(mail)[1].encode())
    assert file_of(mail)[2] == "text/calendar; method=CANCEL"
    assert calendar.get("METHOD")[1] == "CANCEL"
    [entry] = calendar.all("VEVENT")
    assert entry.get("STATUS")[1] == "CANCELLED"
    assert entry.get("SEQUENCE")[1] == "1"
    assert entry.get("ATTENDEE")[1] == "mailto:reader@cop.example"


def test_cancelled_for_those_who_waited(event, reader, post, coordinator):
    actions.register(event, by=UserFactory())
    actions.register(event, by=reader)
    post()
    actions.cancel(event, by=coordinator)

    mail = next(m for m in post() if m.to == ["reader@cop.example"])

    assert mail.subject == "Cancelled: Registries & shocks"
    assert mail.attachments == []


def test_changed(event, reader, post):
    actions.register(event, by=reader)
    post()
    session = event.sessions.get()
    session.starts_at, session.ends_at = (
        START + timedelta(days=1),
        START + timedelta(days=1, hours=1),
    )
    session.save()
    actions.reschedule(event)

    [mail] = post()

    assert mail.subject == "New time or place: Registries & shocks"
    for body in (mail.body, words(html_of(mail))):
        assert "Thursday 10 December 2026" in body
        assert "09:00–10:00 in Rabat" in body
    [entry] = read(file_of(mail)[1].encode()).all("VEVENT")
    assert entry.get("SEQUENCE")[1] == "1"
    assert entry.get("DTSTART")[1] == "20261210T110000"


def test_changed_for_those_who_wait(event, reader, post):
    event.capacity = 1
    event.save()
    actions.register(event, by=UserFactory())
    actions.register(event, by=reader)
    post()
    session = event.sessions.get()
    session.starts_at += timedelta(days=1)
    session.ends_at += timedelta(days=1)
    session.save()
    actions.reschedule(event)

    mail = next(m for m in post() if m.to == ["reader@cop.example"])

    assert mail.subject == "New time or place: Registries & shocks"
    assert mail.attachments == []
    for body in (mail.body, words(html_of(mail))):
        assert "Thursday 10 December 2026" in body
        assert "stays on the waiting list; its position today: 1." in body
        assert not any(secret in body for secret in SECRETS)


@pytest.mark.parametrize(
    ("days", "moment", "subject"),
    [
        (7, datetime(2026, 12, 2, 5, tzinfo=UTC), "In 7 days: Registries & shocks"),
        (1, datetime(2026, 12, 8, 5, tzinfo=UTC), "Tomorrow: Registries & shocks"),
        (0, datetime(2026, 12, 9, 5, tzinfo=UTC), "Today: Registries & shocks"),
    ],
)
def test_reminder(event, reader, post, now, days, moment, subject):
    actions.register(event, by=reader)
    post()
    now.move_to(moment, tick=False)
    queue_due_reminders()

    [mail] = post()

    assert mail.subject == subject
    for body in (mail.body, words(html_of(mail))):
        assert "09:00–11:00 in Rabat" in body
        assert "11:00–13:00 in Amman" in body
        assert all(secret in body for secret in SECRETS)
    assert "/withdraw/" in mail.body
    assert mail.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_reminders_alone_can_be_switched_off(event, reader, post, now):
    optional = [
        name for name, kind in KINDS.items() if name.startswith("events.") and kind.optional
    ]
    assert optional == ["events.reminder"]
    actions.register(event, by=reader)
    mute(reader, "events.reminder")
    post()
    now.move_to(START - timedelta(hours=3), tick=False)
    queue_due_reminders()

    assert post() == []
    assert states()["events.reminder"] == "skipped"


def test_several_sessions_are_all_there(event, reader, post):
    event.sessions.update(title_en="Opening")
    event.sessions.create(
        title_en="Closing", place_en="Hall 2", city_en="Irbid",
        starts_at=START + timedelta(days=1), ends_at=START + timedelta(days=1, hours=1),
    )  # fmt: skip
    actions.reschedule(event)
    actions.register(event, by=reader)

    [mail] = post()

    for body in (mail.body, words(html_of(mail))):
        assert re.search(
            r"Opening.*9 December.*Closing.*10 December.*Hall 2, Irbid", body, re.DOTALL
        )


ALL = ("confirmed", "waiting", "promoted", "withdrawn", "cancelled", "changed", "reminder")


def delivery(name, event, person):
    """A row of this kind whose mail is true right now."""
    status = {"waiting": "waiting", "withdrawn": "withdrawn"}.get(name, "confirmed")
    registration = RegistrationFactory(event=event, user=person, status=status)
    if name == "cancelled":
        Event.objects.filter(pk=event.pk).update(status="cancelled")
    context = {
        "registration": registration.pk,
        "change": registration.changes,
        "revision": event.revision,
        "starts_at": event.starts_at.isoformat(),
    }
    return Delivery.objects.create(
        kind=f"events.{name}", key=f"events.{name}:test", recipient=person,
        address=person.email, language=person.language, context=context,
    )  # fmt: skip


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("language", ["ar", "en"])
def test_every_mail_in_both_languages(event, reader, post, name, language):
    reader.language = language
    reader.save()
    delivery(name, event, reader)

    [mail] = post()

    html = html_of(mail)
    direction = {"ar": "rtl", "en": "ltr"}[language]
    assert f'<html lang="{language}" dir="{direction}">' in html
    title = getattr(event, f"title_{language}")
    assert title in mail.subject
    assert title in words(html)
    assert f"/{language}/events/{event.pk}/" in mail.body
    assert f"/{language}/events/{event.pk}/" in html
    assert "&amp;" not in mail.subject + mail.body
    assert "<" not in mail.body
    assert not re.search(r"\{[{%]|None", mail.body + html)


@pytest.mark.parametrize("name", ALL)
def test_text_and_html_say_the_same(event, reader, post, name):
    delivery(name, event, reader)

    [mail] = post()

    in_html = words(re.sub(r"<(head|title)>.*?</\1>", "", html_of(mail), flags=re.DOTALL))
    missing = [
        line
        for line in map(str.strip, mail.body.splitlines())
        if line
        and not line.startswith(("http", "--", "+"))
        and " ".join(line.split()) not in in_html
    ]
    assert [line for line in missing if not line.startswith("To stop messages")] == []


@pytest.mark.parametrize("name", ALL)
def test_a_title_that_exists_in_the_other_language_only(event, reader, post, name):
    Event.objects.filter(pk=event.pk).update(title_en="", title="عنوان عربي", title_ar="عنوان عربي")
    delivery(name, event, reader)

    [mail] = post()

    assert "\u2068عنوان عربي\u2069" in mail.subject


@pytest.mark.parametrize("name", ALL)
def test_an_event_in_one_mails_cost_is_constant(event, reader, name, django_assert_max_num_queries):
    row = delivery(name, event, reader)

    with django_assert_max_num_queries(5):
        getattr(emails, name)(row)


# Whether it still holds -----------------------------------------------------------------------


def change(event, **fields):
    Event.objects.filter(pk=event.pk).update(**fields)


def resettle(status):
    def act(event):
        confirmed_at = NOW if status == "confirmed" else None
        registrations = Registration.objects.filter(event=event)
        registrations.update(status=status, confirmed_at=confirmed_at)

    return act


OBSOLETE = {
    "the registration changed again": (
        ("confirmed", "waiting", "promoted", "withdrawn"),
        lambda event: Registration.objects.update(changes=9),
    ),
    "withdrawn meanwhile": (
        ("confirmed", "waiting", "promoted", "cancelled", "changed", "reminder"),
        resettle("withdrawn"),
    ),
    "a seat instead of the queue": (("waiting", "withdrawn"), resettle("confirmed")),
    "back in the queue": (("confirmed", "promoted", "changed", "reminder"), resettle("waiting")),
    "deleted": (ALL, lambda event: Registration.objects.all().delete()),
    "the event was cancelled": (
        ("confirmed", "waiting", "promoted", "changed", "reminder"),
        lambda event: change(event, status="cancelled"),
    ),
    "the event is on after all": (("cancelled",), lambda event: change(event, status="published")),
    "the event has begun": (
        ("confirmed", "waiting", "promoted", "changed", "reminder"),
        lambda event: change(event, starts_at=NOW - timedelta(minutes=1)),
    ),
    "a later change": (("changed",), lambda event: change(event, revision=7)),
    "the event was moved": (
        ("reminder",),
        lambda event: change(
            event, starts_at=START + timedelta(days=1), ends_at=START + timedelta(days=2)
        ),
    ),
    "the account was closed": (ALL, lambda event: close_accounts()),
}


def close_accounts():
    from members.models import User

    User.objects.update(is_active=False)


@pytest.mark.parametrize(
    ("why", "name"), [(why, name) for why, (names, _act) in OBSOLETE.items() for name in names]
)
def test_no_longer_true(event, reader, post, why, name):
    delivery(name, event, reader)
    OBSOLETE[why][1](event)

    assert post() == []
    assert states() == {f"events.{name}": "skipped"}
    assert notes()[0]


def test_withdrawing_at_once_says_so_only(event, reader, post):
    """Both rows are written; by the time they are sent only the second is true."""
    registration = actions.register(event, by=reader)
    actions.withdraw(registration, by=reader)

    mails = post()

    assert [m.subject for m in mails] == ["Registration withdrawn: Registries & shocks"]
    assert states() == {"events.confirmed": "skipped", "events.withdrawn": "sent"}


def test_reminders_of_an_event_that_moved_come_again_and_once(event, reader, post, now):
    EventReminder.objects.filter(event=event).exclude(days_before=1).delete()
    actions.register(event, by=reader)
    post()
    now.move_to(START - timedelta(days=1), tick=False)
    queue_due_reminders()
    session = event.sessions.get()
    session.starts_at, session.ends_at = (
        START + timedelta(days=1),
        START + timedelta(days=1, hours=1),
    )
    session.save()
    actions.reschedule(event)
    sent = [m.subject for m in post()]
    now.move_to(START, tick=False)
    queue_due_reminders()
    queue_due_reminders()

    assert sent == ["New time or place: Registries & shocks"]
    assert [m.subject for m in post()] == ["Tomorrow: Registries & shocks"]
