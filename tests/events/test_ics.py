"""Calendar files, checked as the octets they are and read back by a small reader of our own."""

from __future__ import annotations

import zoneinfo
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.utils import translation
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from cop_portal.models import Site
from events import actions, ics
from events.models import Event
from notifications.models import Delivery
from tests.events.ical import moment, read
from tests.factories import EventFactory, RegistrationFactory, SessionFactory

START = datetime(2026, 12, 9, 8, tzinfo=UTC)


def file_of(event, language="en", **options):
    event = Event.objects.prefetch_related("sessions").get(pk=event.pk)
    with translation.override(language):
        return read(ics.event_file(event, **options))


# What is in a file ----------------------------------------------------------------------------


@pytest.mark.django_db
def test_one_event():
    Site.objects.update_or_create(pk=1, defaults={"name_en": "Community, of; Practice"})
    event = EventFactory(starts_at=START)
    session = event.sessions.get()
    session.place_en, session.city_en = "Hall 1; second floor", "Amman"
    session.save()

    calendar = file_of(event)

    assert calendar.get("METHOD")[1] == "PUBLISH"
    [entry] = calendar.all("VEVENT")
    assert entry.get("UID")[1] == f"session-{session.pk}@{settings.SITE_DOMAIN}"
    assert entry.get("SEQUENCE")[1] == "0"
    assert entry.get("STATUS")[1] == "CONFIRMED"
    assert entry.get("SUMMARY")[0] == {"LANGUAGE": "en"}
    assert entry.text("SUMMARY") == event.title_en
    assert entry.text("LOCATION") == "Hall 1; second floor, Amman"
    assert entry.get("URL")[1] == f"{settings.SITE_URL}/en/events/{event.pk}/{event.slug}/"
    assert entry.get("DTSTART") == ({"TZID": "Asia/Amman"}, "20261209T110000")
    assert moment(calendar, entry, "DTSTART") == START
    assert moment(calendar, entry, "DTEND") == START + timedelta(hours=2)
    organiser, address = entry.get("ORGANIZER")
    assert organiser["CN"] == '"Community, of; Practice"'
    assert address == f"mailto:{settings.DEFAULT_FROM_EMAIL}"


@pytest.mark.django_db
def test_one_language_per_file():
    event = EventFactory()

    [entry] = file_of(event, "ar").all("VEVENT")

    languages = {p["LANGUAGE"] for _name, p, _value in entry.lines if "LANGUAGE" in p}
    assert languages == {"ar"}
    assert entry.text("SUMMARY") == event.title_ar
    assert event.summary_ar in entry.text("DESCRIPTION")
    assert "/ar/events/" in entry.get("URL")[1]


@pytest.mark.django_db
def test_a_foreign_title_is_isolated():
    event = EventFactory(title_ar="")

    [entry] = file_of(event, "ar").all("VEVENT")

    assert entry.text("SUMMARY") == f"\u2068{event.title_en}\u2069"


@pytest.mark.django_db
def test_long_arabic_lines_are_folded_between_letters():
    title = "تحديث السجل الاجتماعي بعد الصدمات: متى وكيف؟ " * 4
    event = EventFactory(title_ar=title.strip(), summary_ar="سطر أول؛ فيه، فواصل\nوسطر ثانٍ\\")

    [entry] = file_of(event, "ar").all("VEVENT")

    assert entry.text("SUMMARY") == title.strip()
    assert entry.text("DESCRIPTION").startswith("سطر أول؛ فيه، فواصل\nوسطر ثانٍ\\")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("status", "sees", "calendar_status"),
    [("", False, "CONFIRMED"), ("waiting", False, "TENTATIVE"), ("confirmed", True, "CONFIRMED")],
)
def test_how_to_join_is_for_people_with_a_seat(status, sees, calendar_status):
    event = EventFactory()
    event.sessions.update(
        join_url="https://meet.example/secret", dial_in="+962 6 555 0100", dial_in_code="447190"
    )

    [entry] = file_of(event, status=status).all("VEVENT")

    for secret in ("https://meet.example/secret", "+962 6 555 0100", "447190"):
        assert (secret in entry.text("DESCRIPTION")) == sees
    assert entry.get("STATUS")[1] == calendar_status


@pytest.mark.django_db
def test_the_waiting_list_is_marked():
    event = EventFactory()

    [entry] = file_of(event, status="waiting").all("VEVENT")

    assert entry.text("SUMMARY") == f"Waiting list: {event.title_en}"
    assert entry.get("TRANSP")[1] == "TRANSPARENT"


@pytest.mark.django_db
def test_sessions_are_entries_of_their_own_with_their_own_zones():
    event = EventFactory(starts_at=START)
    SessionFactory(
        event=event,
        title_en="Second",
        time_zone="Europe/Brussels",
        starts_at=START + timedelta(days=1),
        ends_at=START + timedelta(days=1, hours=1),
    )

    calendar = file_of(event)

    first, second = calendar.all("VEVENT")
    assert first.text("SUMMARY") == f"{event.title_en}: First session"
    assert second.text("SUMMARY") == f"{event.title_en}: Second"
    assert second.get("DTSTART") == ({"TZID": "Europe/Brussels"}, "20261210T090000")
    assert moment(calendar, second, "DTSTART") == START + timedelta(days=1)
    assert {z.get("TZID")[1] for z in calendar.all("VTIMEZONE")} == {
        "Asia/Amman",
        "Europe/Brussels",
    }


@pytest.mark.django_db
def test_greenwich_needs_no_zone():
    calendar = file_of(EventFactory(starts_at=START, time_zone="UTC"))

    assert calendar.all("VTIMEZONE") == []
    assert calendar.all("VEVENT")[0].get("DTSTART") == ({}, "20261209T080000Z")


@pytest.mark.django_db
def test_a_cancelled_event(coordinator, time_machine):
    time_machine.move_to(START - timedelta(days=9), tick=False)
    event = actions.publish(EventFactory(status="draft", starts_at=START), by=coordinator)
    uid = file_of(event).all("VEVENT")[0].get("UID")

    actions.cancel(event, by=coordinator, note={"en": "A storm."})
    [entry] = file_of(event, status="confirmed").all("VEVENT")

    assert entry.get("UID") == uid
    assert entry.get("SEQUENCE")[1] == "1"
    assert entry.get("STATUS")[1] == "CANCELLED"
    assert "A storm." in entry.text("DESCRIPTION")
    assert "https://meet.example" not in entry.text("DESCRIPTION")


@pytest.mark.django_db
def test_a_moved_event_replaces_the_old_entry_and_drops_the_lost_session(coordinator, time_machine):
    time_machine.move_to(START - timedelta(days=9), tick=False)
    event = EventFactory(status="draft", starts_at=START)
    lost = SessionFactory(
        event=event, starts_at=START + timedelta(days=1), ends_at=START + timedelta(days=1, hours=1)
    )
    actions.publish(event, by=coordinator)
    RegistrationFactory(event=event)
    kept, lost_uid = event.sessions.first(), f"session-{lost.pk}@{settings.SITE_DOMAIN}"
    lost.delete()
    type(kept).objects.filter(pk=kept.pk).update(ends_at=START + timedelta(hours=5))
    actions.reschedule(event)
    dropped = Delivery.objects.get(kind="events.changed").context["dropped"]

    calendar = file_of(event, status="confirmed", dropped=dropped)

    by_uid = {e.get("UID")[1]: e for e in calendar.all("VEVENT")}
    assert set(by_uid) == {f"session-{kept.pk}@{settings.SITE_DOMAIN}", lost_uid}
    assert {e.get("SEQUENCE")[1] for e in by_uid.values()} == {"1"}
    assert by_uid[lost_uid].get("STATUS")[1] == "CANCELLED"
    assert moment(calendar, by_uid[lost_uid], "DTSTART") == START + timedelta(days=1)


@pytest.mark.django_db
def test_a_file_is_the_same_until_something_changes(time_machine):
    event = EventFactory()

    with translation.override("en"):
        first = ics.event_file(event)
        time_machine.move_to(event.updated_at + timedelta(hours=1))
        assert ics.event_file(event) == first


@pytest.mark.django_db
def test_a_person_to_be_told_is_named():
    calendar = file_of(EventFactory(), method="CANCEL", attendee="a@cop.example")

    assert calendar.get("METHOD")[1] == "CANCEL"
    assert calendar.all("VEVENT")[0].get("ATTENDEE")[1] == "mailto:a@cop.example"


@pytest.mark.django_db
def test_many_entries_cost_as_much_as_one(django_assert_num_queries):
    def build(count):
        bookings = [ics.Booking(e) for e in Event.objects.prefetch_related("sessions")[:count]]
        return ics.calendar(bookings, is_feed=True)

    EventFactory.create_batch(30)
    with django_assert_num_queries(3):
        build(1)
    with django_assert_num_queries(3):
        build(30)


# Time zones -----------------------------------------------------------------------------------

ZONES = (
    "Africa/Casablanca", "Africa/Cairo", "Asia/Beirut", "Asia/Gaza", "Asia/Tehran", "Asia/Amman",
    "Africa/Tunis", "Europe/Brussels", "Australia/Lord_Howe", "America/St_Johns",
)  # fmt: skip


BOUNDS = [datetime(year, 1, 1, tzinfo=UTC).replace(tzinfo=None) for year in (2012, 2036)]


@hypothesis_settings(max_examples=200, deadline=None)
@given(
    zone=st.sampled_from(ZONES),
    start=st.datetimes(*BOUNDS, timezones=st.just(UTC)),
    length=st.timedeltas(timedelta(minutes=1), timedelta(days=400)),
)
def test_a_zone_is_exact_over_the_whole_span(zone, start, length):
    zone, start = zoneinfo.ZoneInfo(zone), start.replace(microsecond=0)
    end = start + length

    component = ics._timezone(zone, start.astimezone(zone), end.astimezone(zone))

    onsets = sorted(
        (part["DTSTART"].dt.replace(tzinfo=UTC) - part["TZOFFSETFROM"].td, part["TZOFFSETTO"].td)
        for part in component.subcomponents
    )
    probes = [start + (end - start) * n / 24 for n in range(25)]
    probes += [onset + shift for onset, _o in onsets for shift in (-SECOND, timedelta(0), SECOND)]
    for probe in probes:
        if onsets[0][0] <= probe <= end:
            current = [to for onset, to in onsets if onset <= probe][-1]
            assert current == probe.astimezone(zone).utcoffset(), probe


SECOND = timedelta(seconds=1)


def test_ramadan_in_morocco():
    """Clocks go back for the month and forward again after it."""
    zone = zoneinfo.ZoneInfo("Africa/Casablanca")

    component = ics._timezone(
        zone, datetime(2026, 2, 1, tzinfo=zone), datetime(2026, 4, 1, tzinfo=zone)
    )

    changes = [
        (p["DTSTART"].dt.isoformat(), p["TZOFFSETTO"].td)
        for p in component.subcomponents
        if p["TZOFFSETFROM"].td != p["TZOFFSETTO"].td
    ]
    assert changes == [
        ("2026-02-15T03:00:00", timedelta(0)),
        ("2026-03-22T02:00:00", timedelta(hours=1)),
    ]
