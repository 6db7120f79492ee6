"""Registrations at the desk: finding, registering, withdrawing, exporting."""

from __future__ import annotations

import csv
from datetime import UTC, datetime, timedelta
from io import BytesIO, StringIO

import pytest
from django.utils import translation
from openpyxl import load_workbook

from cop_portal.spreadsheets import neutral
from events.admin.exports import as_csv, as_xlsx
from events.models import Registration
from members.models import User
from notifications.models import Delivery
from tests.desk import count_queries, messages_of
from tests.factories import (
    CountryFactory,
    EventFactory,
    OrganisationFactory,
    RegistrationFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
START = datetime(2026, 12, 9, 8, tzinfo=UTC)
LIST = "/en/admin/events/registration/"
HEADER = [
    "Name", "Email", "Country", "Organisation", "Job title", "Language", "Status",
    "Arrived (Rabat time)",
]  # fmt: skip


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
def desk(as_user, coordinator, morocco):
    """A coordinator in Rabat."""
    coordinator.country = morocco
    coordinator.save()
    return as_user(coordinator)


@pytest.fixture
def event(db):
    return EventFactory(capacity=1, starts_at=START, title_en="Registry")


def withdraw_page(registration):
    return f"{LIST}{registration.pk}/withdraw/"


# The list ------------------------------------------------------------------------------------


def test_the_list_of_one_event_sums_up_its_seats_in_the_order_of_arrival(desk, event):
    later = RegistrationFactory(event=event, status="waiting", queued_at=NOW)
    first = RegistrationFactory(event=event, queued_at=NOW - timedelta(hours=1))
    RegistrationFactory()

    response = desk.get(LIST, {"event": event.pk})

    assert list(response.context["cl"].result_list) == [first, later]
    seats = response.context["seats"]
    assert (seats.capacity, seats.confirmed, seats.waiting, seats.seats_left) == (1, 1, 1, 0)


def test_people_are_found_by_folded_name_email_status_and_country(desk, event):
    salma = RegistrationFactory(
        event=event,
        user=UserFactory(
            full_name="سلمى أحمد", email="salma@cop.example", country=CountryFactory(iso="EG")
        ),
    )
    RegistrationFactory(event=event, status="withdrawn")

    for query in (
        {"q": "سلمي احمد"}, {"q": "SALMA@"}, {"country": "EG"}, {"status__exact": "confirmed"},
    ):  # fmt: skip
        found = desk.get(LIST, {"event": event.pk, **query}).context["cl"].result_list
        assert list(found) == [salma], query


@pytest.mark.parametrize("number", ["0", "abc", "999999999999999999999", "١"])
def test_an_event_that_is_not_there_has_no_registrations(desk, event, number):
    RegistrationFactory(event=event)

    response = desk.get(LIST, {"event": number})

    assert response.status_code == 200
    assert list(response.context["cl"].result_list) == []


def test_the_list_asks_as_much_with_many_rows_as_with_one(desk, event):
    RegistrationFactory(event=event, user__organisation=OrganisationFactory())
    lists = [LIST, f"{LIST}?event={event.pk}"]
    one = [count_queries(desk, url) for url in lists]
    for _number in range(29):
        RegistrationFactory(event=event, user__organisation=OrganisationFactory())

    assert [count_queries(desk, url) for url in lists] == one


def test_a_registration_is_read_not_edited(desk, event):
    registration = RegistrationFactory(event=event)
    url = f"{LIST}{registration.pk}/change/"

    assert desk.get(url).status_code == 200
    assert desk.post(url, {"status": "withdrawn"}).status_code == 403
    assert desk.post(f"{LIST}{registration.pk}/delete/", {"post": "yes"}).status_code == 403
    registration.refresh_from_db()
    assert registration.status == "confirmed"


# Registering ---------------------------------------------------------------------------------


def test_a_coordinator_registers_people_until_the_seats_are_gone(desk, event):
    first, second = UserFactory.create_batch(2)

    for person in (first, second):
        response = desk.post(f"{LIST}add/", {"event": event.pk, "person": person.pk}, follow=True)

    assert response.redirect_chain[-1][0] == f"{LIST}?event={event.pk}"
    assert messages_of(response)[0].endswith("On the waiting list. A mail says so.")
    assert dict(event.registrations.values_list("user", "status")) == {
        first.pk: "confirmed", second.pk: "waiting",
    }  # fmt: skip
    assert [(d.kind, d.recipient) for d in Delivery.objects.order_by("pk")] == [
        ("events.confirmed", first), ("events.waiting", second),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("fields", "field", "sentence"),
    [
        ({"starts_at": NOW - timedelta(days=9)}, "event", "The event is over"),
        ({"registration_deadline": NOW - timedelta(days=1)}, "event", "Registration closed"),
    ],
)
def test_the_actions_refusal_stands_in_the_form(desk, fields, field, sentence):
    event = EventFactory(**{"starts_at": START, **fields})

    response = desk.post(f"{LIST}add/", {"event": event.pk, "person": UserFactory().pk})

    assert response.status_code == 422
    assert response.context["adminform"].form.errors == {field: [sentence]}
    assert not Registration.objects.exists()


def test_only_those_who_may_take_part_are_registered(desk, event, sponsor, applicant):
    sponsored = desk.post(f"{LIST}add/", {"event": event.pk, "person": sponsor.pk})
    applied = desk.post(f"{LIST}add/", {"event": event.pk, "person": applicant.pk})

    assert "Registration is for members" in str(sponsored.context["adminform"].form.errors)
    assert list(applied.context["adminform"].form.errors) == ["person"]
    assert not Registration.objects.exists()


def test_suggestions_tell_namesakes_apart(desk):
    UserFactory(full_name="سلمى أحمد", email="salma@cop.example")

    response = desk.get(
        "/en/admin/autocomplete/",
        {"app_label": "events", "model_name": "registration", "field_name": "user", "term": "سلمي"},
    )

    assert [found["text"] for found in response.json()["results"]] == [
        "\u2068سلمى أحمد\u2069 · \u2068salma@cop.example\u2069"
    ]


# Withdrawing ---------------------------------------------------------------------------------


def test_withdrawing_asks_first_and_promotes_the_next(desk, event):
    seat = RegistrationFactory(event=event, queued_at=NOW - timedelta(hours=2))
    waiting = RegistrationFactory(event=event, status="waiting", queued_at=NOW)

    assert desk.get(withdraw_page(seat)).status_code == 200
    seat.refresh_from_db()
    assert seat.status == "confirmed"

    response = desk.post(withdraw_page(seat), {"confirmed": "yes"}, follow=True)

    statuses = dict(event.registrations.values_list("pk", "status"))
    assert statuses == {seat.pk: "withdrawn", waiting.pk: "confirmed"}
    assert messages_of(response) == ["1 registration withdrawn."]
    assert [d.kind for d in Delivery.objects.order_by("pk")] == [
        "events.withdrawn", "events.promoted",
    ]  # fmt: skip


def test_several_are_withdrawn_from_the_list(desk, event):
    chosen = [RegistrationFactory(event=event).pk for _number in range(3)]
    posted = {"action": "withdraw_selected", "_selected_action": chosen}

    asked = desk.post(f"{LIST}?event={event.pk}", posted)
    assert [name for name, _value in asked.context["hidden"]] == ["action"] + [
        "_selected_action"
    ] * 3
    assert event.registrations.confirmed().count() == 3

    desk.post(f"{LIST}?event={event.pk}", {**posted, "confirmed": "yes"})
    assert event.registrations.confirmed().count() == 0


def test_a_seat_at_an_event_that_is_over_stays(desk):
    event = EventFactory(starts_at=NOW - timedelta(days=9))
    registration = RegistrationFactory(event=event)

    response = desk.post(withdraw_page(registration), {"confirmed": "yes"}, follow=True)

    registration.refresh_from_db()
    assert registration.status == "confirmed"
    assert messages_of(response) == [f"{registration.user}: The event is over"]


@pytest.mark.parametrize("role", ["member", "focal_point", "sponsor"])
def test_nobody_else_can_withdraw_register_or_export(as_user, request, role, event):
    registration = RegistrationFactory(event=event)
    client = as_user(request.getfixturevalue(role))

    answers = [
        client.post(withdraw_page(registration), {"confirmed": "yes"}),
        client.post(f"{LIST}add/", {"event": event.pk, "person": registration.user.pk}),
        client.get(f"{LIST}export.csv"),
        client.get(f"{LIST}export.xlsx"),
    ]

    assert [answer.status_code for answer in answers] == [403] * 4
    registration.refresh_from_db()
    assert registration.status == "confirmed"


# Exporting -----------------------------------------------------------------------------------


@pytest.fixture
def two(event, jordan):
    """A seat and a place in the queue, with what spreadsheets take for a formula."""
    RegistrationFactory(
        event=event,
        queued_at=datetime(2026, 11, 18, 22, 30, tzinfo=UTC),
        user=UserFactory(
            full_name="أمينة الزعبي",
            full_name_latin="Amina Al-Zoubi",
            email="amina@cop.example",
            country=jordan,
            organisation=OrganisationFactory(name_ar="وزارة التنمية", name_en="Ministry"),
            function="مديرة، المساعدة الاجتماعية",
            function_latin="Director, assistance",
        ),
    )
    RegistrationFactory(
        event=event,
        status="waiting",
        queued_at=datetime(2026, 11, 19, 8, 0, tzinfo=UTC),
        user=UserFactory(
            full_name="=1+1",
            full_name_latin="",
            email="+212@cop.example",
            country=None,
            organisation=None,
            organisation_text="@SUM(A1)",
            function="-2",
            function_latin="",
            language="en",
        ),
    )


def rows_of(response):
    assert response.content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(StringIO(response.content.decode("utf-8-sig"))))


def test_csv_of_one_event(desk, event, two):
    response = desk.get(f"{LIST}export.csv", {"event": event.pk})

    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == (
        f'attachment; filename="registrations-{event.pk}.csv"'
    )
    assert rows_of(response) == [
        HEADER,
        ["Amina Al-Zoubi", "amina@cop.example", "Jordan", "Ministry", "Director, assistance",
         "Arabic", "Registered", "2026-11-18 23:30"],
        ["'=1+1", "'+212@cop.example", "", "'@SUM(A1)", "'-2", "English", "On the waiting list",
         "2026-11-19 09:00"],
    ]  # fmt: skip


def test_csv_in_arabic_has_its_header_and_words_in_arabic(desk, event, two):
    response = desk.get(f"/ar/admin/events/registration/export.csv?event={event.pk}")

    header, first, _second = rows_of(response)
    with translation.override("ar"):
        names = [translation.gettext(name) for name in HEADER[:-1]]
    assert header[:-1] == names
    assert first[:5] == [
        "أمينة الزعبي", "amina@cop.example", "الأردن", "وزارة التنمية",
        "مديرة، المساعدة الاجتماعية",
    ]  # fmt: skip


def test_an_export_follows_the_filters_and_names_the_events_when_there_are_several(
    desk, event, two
):
    RegistrationFactory(event=EventFactory(title_en="Other", starts_at=START))

    everything = rows_of(desk.get(f"{LIST}export.csv"))
    waiting = rows_of(desk.get(f"{LIST}export.csv", {"status__exact": "waiting"}))

    assert everything[0] == ["Event", *HEADER]
    assert sorted(row[0] for row in everything[1:]) == ["Other", "Registry", "Registry"]
    assert [row[2] for row in waiting[1:]] == ["'+212@cop.example"]


@pytest.mark.parametrize(("language", "right_to_left"), [("ar", True), ("en", False)])
def test_xlsx(desk, event, two, language, right_to_left):
    response = desk.get(f"/{language}/admin/events/registration/export.xlsx?event={event.pk}")

    sheet = load_workbook(BytesIO(response.content)).active
    assert bool(sheet.sheet_view.rightToLeft) is right_to_left
    cells = [[cell.value or "" for cell in row] for row in sheet.iter_rows()]
    assert cells[2][:2] == ["=1+1", "+212@cop.example"]
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    assert cells[1][0] == ("أمينة الزعبي" if right_to_left else "Amina Al-Zoubi")


@pytest.mark.parametrize(
    ("cell", "safe"),
    [("=1+1", "'=1+1"), ("+962", "'+962"), ("-2", "'-2"), ("@x", "'@x"), ("\tx", "'\tx"),
     ("\rx", "'\rx"), ("أمينة", "أمينة"), ("1-2", "1-2"), ("", "")],
)  # fmt: skip
def test_what_a_spreadsheet_would_compute_is_neutralised(cell, safe):
    assert neutral(cell) == safe


def test_quotes_commas_lines_and_hidden_controls_survive():
    table = [['a "b"', "c,d", "e\nf"], ["ب،ج", "\x00\x1bx", ""]]

    assert list(csv.reader(StringIO(as_csv(table).decode("utf-8-sig"), newline=""))) == table
    sheet = load_workbook(BytesIO(as_xlsx(table))).active
    assert [[cell.value or "" for cell in row] for row in sheet.iter_rows()] == [
        ['a "b"', "c,d", "e\nf"], ["ب،ج", "x", ""],
    ]  # fmt: skip


def test_an_export_asks_as_much_with_many_rows_as_with_one(desk, event):
    RegistrationFactory(event=event, user__organisation=OrganisationFactory())
    url = f"{LIST}export.csv?event={event.pk}"
    one = count_queries(desk, url)
    for _number in range(29):
        RegistrationFactory(event=event, user__organisation=OrganisationFactory())

    assert count_queries(desk, url) == one
    assert User.objects.count() == 31
