"""Times on a wall, zones, weekdays, and folding done by the database."""

from __future__ import annotations

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from cop_portal.admin_fields import WallClockEndField, WallClockField, WeekdaysField, ZoneSelect
from cop_portal.admin_search import folded
from cop_portal.models import Page
from cop_portal.text import fold
from tests.desk import markup

RABAT = ZoneInfo("Africa/Casablanca")
AMMAN = ZoneInfo("Asia/Amman")


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def wall(zone, field=WallClockField):
    clock = field()
    clock.read_in(zone, hint="%(example)s %(city)s")
    return clock


# Times on a wall -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed",
    [
        "2026-12-09 11:00",
        "2026-12-09T11:00",
        "2026-12-09، 11:00",
        "  2026-12-09   11:00 ",
        "٢٠٢٦-١٢-٠٩ ١١:٠٠",
        "۲۰۲۶-۱۲-۰۹ ۱۱:۰۰",
        "9/12/2026 11:00",
        "09-12-2026 11:00",
        "\u200f2026-12-09 11:00",
    ],
)
def test_a_time_is_read_in_its_zone_however_it_is_typed(typed):
    assert wall(RABAT).clean(typed) == datetime(2026, 12, 9, 10, tzinfo=UTC)
    assert wall(AMMAN).clean(typed) == datetime(2026, 12, 9, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    "typed",
    ["tomorrow", "11:00", "2026-12-09", "2026-13-09 11:00", "0001-01-01 00:00", "9" * 40,
     "2026-12-09 25:00", "1" * 5000],
)  # fmt: skip
def test_what_is_no_time_is_refused_with_an_example(typed):
    with translation.override("en"), pytest.raises(ValidationError) as refusal:
        wall(RABAT).clean(typed)

    assert refusal.value.messages == [
        "Enter a date and a time, for example \u20682026-12-09 11:00\u2069."
    ]


def test_morocco_in_ramadan_has_another_hour():
    before, within = wall(RABAT).clean("2027-02-01 11:00"), wall(RABAT).clean("2027-02-15 11:00")

    assert before == datetime(2027, 2, 1, 10, tzinfo=UTC)
    assert within == datetime(2027, 2, 15, 11, tzinfo=UTC)


def test_an_hour_that_clocks_skip_is_refused():
    with translation.override("en"), pytest.raises(ValidationError) as refusal:
        wall(ZoneInfo("Africa/Cairo")).clean("2026-04-24 00:30")

    assert refusal.value.messages == ["Clocks in Cairo skip this time: choose another."]


def test_of_an_hour_that_comes_twice_the_first_is_meant():
    assert wall(ZoneInfo("Europe/Brussels")).clean("2026-10-25 02:30") == datetime(
        2026, 10, 25, 0, 30, tzinfo=UTC
    )


def test_a_moment_is_shown_again_on_the_same_wall():
    moment = datetime(2026, 12, 9, 10, tzinfo=UTC)

    assert wall(RABAT).prepare_value(moment) == "2026-12-09 11:00"
    assert wall(RABAT).prepare_value("as typed") == "as typed"
    assert not wall(RABAT).has_changed(moment, "2026-12-09 11:00")
    assert wall(AMMAN).has_changed(moment, "2026-12-09 11:00")
    assert wall(RABAT).has_changed(moment, "nonsense")


def test_a_bare_time_belongs_to_the_day_of_the_start():
    field = wall(RABAT, WallClockEndField)
    start = datetime(2026, 12, 9, 23, 30, tzinfo=UTC)  # the 10th in Rabat

    assert field.to_python("٩:٣٠") == time(9, 30)
    assert field.on_day_of(start, time(9, 30)) == datetime(2026, 12, 10, 8, 30, tzinfo=UTC)
    assert field.clean("2026-12-09 13:00") == datetime(2026, 12, 9, 12, tzinfo=UTC)
    with pytest.raises(ValidationError):
        field.clean("25:00")


# Choices -------------------------------------------------------------------------------------


def test_zones_of_the_community_come_first_by_city():
    widget = ZoneSelect(empty="—", first=["Asia/Amman", "Africa/Casablanca"])

    html = markup(widget.render("zone", "Africa/Casablanca"))

    places = [
        html.index(text)
        for text in (
            '<option value="">—</option>',
            '<option value="Asia/Amman">Amman</option>',
            '<option value="Africa/Casablanca" selected>Rabat</option>',
            '<option value="Europe/Paris">Paris \u2068Europe/Paris\u2069</option>',
        )
    ]
    assert places == sorted(places)
    assert (html.count("selected"), html.count("<optgroup")) == (1, 2)


def test_a_short_choice_has_the_zones_of_the_community_only():
    html = ZoneSelect(first=["Asia/Amman"], short=True).render("zone", "")

    assert html.count("<option") == 1


def test_weekdays_are_kept_in_order_and_nothing_else_is_taken():
    field = WeekdaysField()

    assert field.clean(["7", "6"]) == [6, 7]
    assert not field.has_changed([6, 7], ["7", "6"])
    assert field.has_changed([5, 6], ["6"])
    with pytest.raises(ValidationError):
        field.clean(["8"])


# Folding -------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    "text",
    ["الأسرة", "إدارة الهيئة", "مُؤسَّسة", "شؤون", "Ministère de l’Éducation", "ألف ليلة", "ىيی",
     "كِتَـــاب", "گرگان", "پارس", "PLAIN Text", "São Tomé"],
)  # fmt: skip
def test_the_database_folds_letters_as_the_application_does(text):
    Page.objects.create(slug="x", title_ar=text, body_ar="x")

    stored = Page.objects.annotate(key=folded("title_ar")).get().key

    assert " ".join(fold(word) for word in text.split()) == " ".join(
        " ".join(word.replace("’", " ").split()) for word in stored.split()
    )
