"""Scheduling events at the desk: times, languages, publishing, cancelling, warnings."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.utils import translation

from events.models import Event, EventReminder, Highlight, Organiser, Session
from notifications.models import Delivery
from tests.desk import (
    EVENTS,
    count_queries,
    event_page,
    filled,
    messages_of,
    new_event,
    session_fields,
)
from tests.factories import (
    CountryFactory,
    EventFactory,
    OrganisationFactory,
    RegistrationFactory,
    SessionFactory,
    TopicFactory,
)

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
START = datetime(2026, 12, 9, 8, tzinfo=UTC)
ONLY = "only Monday to Thursday are working days in every country."


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


# Writing and scheduling ----------------------------------------------------------------------


def test_a_new_event_is_a_draft_with_its_times_its_span_and_its_reminders(desk, coordinator):
    topic, jordan = TopicFactory(), CountryFactory(iso="JO")

    response = new_event(
        desk,
        title_en="Updating a social registry",
        capacity="٢٠",
        registration_deadline="2026-12-01 18:00",
        topics=[str(topic.pk)],
        countries=["JO"],
    )

    event = Event.objects.get()
    assert response.redirect_chain[-1][0] == EVENTS
    assert (event.status, event.title_ar, event.title_en) == (
        "draft", "تحديث السجل الاجتماعي", "Updating a social registry",
    )  # fmt: skip
    assert event.capacity == 20
    assert event.registration_deadline == datetime(2026, 12, 1, 17, tzinfo=UTC)
    assert (event.starts_at, event.ends_at) == (
        datetime(2026, 12, 9, 10, tzinfo=UTC), datetime(2026, 12, 9, 12, tzinfo=UTC),
    )  # fmt: skip
    assert list(event.topics.all()) == [topic]
    assert list(event.countries.all()) == [jordan]
    reminders = event.reminders.values_list("days_before", "at")
    assert [(days, f"{at:%H:%M}") for days, at in reminders] == [
        (7, "08:00"), (1, "08:00"), (0, "08:00"),
    ]  # fmt: skip
    assert LogEntry.objects.get().user == coordinator


def test_reminders_can_be_changed_before_the_first_saving(desk):
    new_event(
        desk,
        **{
            "reminders-0-days_before": "١٤",
            "reminders-0-at": "٠٩:٣٠",
            "reminders-2-days_before": "",
        },
    )

    reminders = EventReminder.objects.values_list("days_before", "at")
    assert [(days, f"{at:%H:%M}") for days, at in reminders] == [(14, "09:30"), (1, "08:00")]


def test_times_are_shown_in_the_sessions_own_zone(desk):
    event = EventFactory(time_zone="Asia/Amman", starts_at=START, session=False)
    SessionFactory(event=event, starts_at=START, time_zone="Africa/Casablanca")
    SessionFactory(event=event, starts_at=START)

    form = desk.get(event_page(event)).context["inline_admin_formsets"][0].formset

    shown = [(f["starts_at"].value(), str(f["starts_at"].help_text)) for f in form.forms]
    assert shown == [
        ("2026-12-09 09:00", "For example \u20682026-12-09 11:00\u2069, in Rabat time."),
        ("2026-12-09 11:00", "For example \u20682026-12-09 11:00\u2069, in Amman time."),
    ]


def test_a_session_takes_its_own_zone_over_the_events(desk):
    new_event(desk, **session_fields(time_zone="Asia/Muscat"))

    assert Session.objects.get().starts_at == datetime(2026, 12, 9, 7, tzinfo=UTC)


def test_moving_an_event_to_another_zone_keeps_the_time_on_the_wall(desk):
    event = EventFactory(status="draft", time_zone="Asia/Amman", starts_at=START)
    url = event_page(event)

    desk.post(url, filled(desk.get(url), time_zone="Africa/Casablanca"))

    assert Session.objects.get().starts_at == START + timedelta(hours=2)
    event.refresh_from_db()
    assert event.starts_at == START + timedelta(hours=2)


def test_saving_an_untouched_page_changes_nothing(desk):
    event = EventFactory(starts_at=START)
    url = event_page(event)
    before = list(Session.objects.values())

    desk.post(url, filled(desk.get(url)))

    assert list(Session.objects.values()) == before
    assert not Delivery.objects.exists()
    assert Event.objects.get().revision == 0


@pytest.mark.parametrize(
    ("fields", "field", "sentence"),
    [
        ({"starts_at": "soon"}, "starts_at",
         "Enter a date and a time, for example \u20682026-12-09 11:00\u2069."),
        ({"ends_at": "2026-12-09 10:00"}, "__all__", "The end must come after the start."),
        ({"starts_at": ""}, "starts_at", "This field is required."),
    ],
)  # fmt: skip
def test_times_that_cannot_be_are_refused_and_what_was_typed_stays(desk, fields, field, sentence):
    response = new_event(desk, **session_fields(**fields))

    form = response.context["inline_admin_formsets"][0].formset.forms[0]
    assert form.errors[field] == [sentence]
    assert response.context["adminform"].form["title_ar"].value() == "تحديث السجل الاجتماعي"
    assert not Event.objects.exists()


def test_one_language_is_enough(desk):
    new_event(desk, title_ar="", title_en="Updating a social registry")

    event = Event.objects.get()
    assert (event.title_ar or "", event.title_en) == ("", "Updating a social registry")


def test_a_title_in_no_language_is_not(desk):
    response = new_event(desk, title_ar="")

    assert response.context["adminform"].form.errors == {
        "title_ar": ["Enter this in at least one language."]
    }


def test_organisers_highlights_and_figures_are_written_on_the_same_page(desk):
    organisation = OrganisationFactory()
    event = EventFactory(status="draft", session=False)
    url = event_page(event)

    desk.post(
        url,
        filled(
            desk.get(url),
            **{
                "organisers-TOTAL_FORMS": "1",
                "organisers-0-organisation": str(organisation.pk),
                "organisers-0-role": "host",
                "organisers-0-position": "٢",
                "highlights-TOTAL_FORMS": "1",
                "highlights-0-text_ar": "تجارب ثلاثة بلدان",
                "highlights-0-position": "0",
                "figures-TOTAL_FORMS": "1",
                "figures-0-value": "18",
                "figures-0-label_en": "officials",
                "figures-0-position": "0",
            },
        ),
    )

    organiser = Organiser.objects.get()
    assert (organiser.organisation, organiser.role, organiser.position) == (organisation, "host", 2)
    assert Highlight.objects.get().text_ar == "تجارب ثلاثة بلدان"
    assert event.figures.get().label_en == "officials"


# Languages -----------------------------------------------------------------------------------


def test_languages_stand_side_by_side_and_a_missing_one_is_marked(desk):
    event = EventFactory(title_en="", summary_ar="", summary_en="")

    page = desk.get(event_page(event))

    fields = page.context["adminform"].fieldsets[0][1]["fields"]
    assert ("title_ar", "title_en") in fields
    form = page.context["adminform"].form
    assert "Translation missing" in form["title_en"].help_text
    marks = [name for name in form.fields if "Translation missing" in str(form[name].help_text)]
    assert marks == ["title_en"]
    assert form["title_en"].field.widget.attrs["lang"] == "en"
    assert form["title_ar"].field.widget.attrs["dir"] == "rtl"


def test_the_list_says_which_languages_are_complete(desk):
    whole = EventFactory()
    half = EventFactory(title_en="")
    part = EventFactory(session=False)
    SessionFactory(event=part, title_ar="", title_en="Second")

    def missing(**query):
        events = desk.get(EVENTS, query).context["cl"].result_list
        return {event.pk: (event.missing_ar, event.missing_en) for event in events}

    assert missing() == {
        whole.pk: (False, False), half.pk: (False, True), part.pk: (True, False),
    }  # fmt: skip
    assert set(missing(missing="en")) == {half.pk}
    assert set(missing(missing="any")) == {half.pk, part.pk}
    page = desk.get(EVENTS, {"missing": "en"}).content.decode()
    assert '<span aria-hidden="true"><bdi>ع</bdi> ✓</span>' in page
    assert '<span aria-hidden="true"><bdi>EN</bdi> —</span>' in page


def test_a_title_in_the_other_language_is_marked_in_the_list(desk):
    EventFactory(title_ar="ملتقى", title_en="")

    assert '<span lang="ar" dir="rtl">ملتقى</span>' in desk.get(EVENTS).content.decode()


# Days off ------------------------------------------------------------------------------------


def test_a_weekend_is_a_warning_with_the_names_of_the_countries(desk):
    for iso in ("JO", "EG", "MA"):
        CountryFactory(iso=iso)

    response = new_event(
        desk, **session_fields(starts_at="2026-12-11 11:00", ends_at="13:00", title_en="Opening")
    )

    assert messages_of(response)[0] == (
        "Opening falls on Friday 11 December 2026: weekend in Egypt, Jordan."
    )
    assert Event.objects.count() == 1


@pytest.mark.parametrize(
    ("day", "chosen", "sentences"),
    [
        ("2026-12-09", [], []),
        ("2026-12-13", ["JO"], [f"Opening falls on Sunday 13 December 2026: {ONLY}"]),
        ("2026-12-13", ["MA"], ["Opening falls on Sunday 13 December 2026: weekend in Morocco."]),
        ("2026-12-11", ["MA"], [f"Opening falls on Friday 11 December 2026: {ONLY}"]),
    ],
)
def test_days_off_are_those_of_the_events_countries(desk, day, chosen, sentences):
    for iso in ("JO", "MA"):
        CountryFactory(iso=iso)

    response = new_event(
        desk,
        countries=chosen,
        **session_fields(starts_at=f"{day} 11:00", ends_at="13:00", title_en="Opening"),
    )

    assert messages_of(response)[:-1] == sentences


# Finding and the cost of it ------------------------------------------------------------------


def test_the_draft_can_be_seen_as_everyone_will_see_it(desk):
    event = EventFactory(status="draft", title_en="Registry")

    previews = desk.get(event_page(event)).context["previews"]

    assert [(code, url) for code, _name, url in previews] == [
        ("ar", f"/ar/events/{event.pk}/registry/"), ("en", f"/en/events/{event.pk}/registry/"),
    ]  # fmt: skip


def test_events_are_filtered_by_time_and_found_by_words(desk):
    coming = EventFactory(title_ar="تحديث السجلّ الاجتماعي", starts_at=START)
    past = EventFactory(title_ar="ملتقى إسطنبول", starts_at=datetime(2013, 1, 16, tzinfo=UTC))
    undated = EventFactory(title_ar="مسودة", status="draft", starts_at=None, session=False)

    def found(**query):
        return set(desk.get(EVENTS, query).context["cl"].result_list)

    assert found() == {coming, past, undated}
    assert found(when="upcoming") == {coming}
    assert found(when="past") == {past}
    assert found(when="undated") == {undated}
    assert found(when="nonsense") == {coming, past, undated}
    assert found(q="السجل") == {coming}
    assert found(q="اسطنبول ملتقي") == {past}


def test_the_list_asks_as_much_with_many_rows_as_with_one(desk):
    def add(number):
        for event in EventFactory.create_batch(number):
            RegistrationFactory(event=event)
            event.topics.add(TopicFactory())

    add(1)
    one = count_queries(desk, EVENTS)
    add(29)

    assert count_queries(desk, EVENTS) == one


def test_the_page_asks_as_much_with_many_rows_as_with_one(desk):
    event = EventFactory(starts_at=START)
    url = event_page(event)

    def add(number):
        for position in range(number):
            SessionFactory(event=event, title_ar="", title_en="")
            Organiser.objects.create(event=event, organisation=OrganisationFactory())
            Highlight.objects.create(event=event, text_ar="نص", position=position)
            event.topics.add(TopicFactory())

    add(1)
    one = count_queries(desk, url)
    add(29)

    assert count_queries(desk, url) == one
