"""Both times of a span: whose comes first, and when one date holds for both."""

from __future__ import annotations

import zoneinfo
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone, translation
from django.utils.html import strip_tags

from events.clocks import clocks, reader_city

AMMAN = zoneinfo.ZoneInfo("Asia/Amman")
START = datetime(2026, 12, 9, 8, tzinfo=UTC)
HOUR = timedelta(hours=1)


def read(reader, zone="Asia/Amman", start=START, hours=2):
    with timezone.override(zoneinfo.ZoneInfo(reader)), translation.override("en"):
        return clocks(start, start + hours * HOUR, zoneinfo.ZoneInfo(zone))


def shown(clock):
    return clock and (str(clock.zone), f"{clock.start:%H:%M}", f"{clock.end:%H:%M}")


def test_the_reader_comes_first():
    both = read("Africa/Casablanca")

    assert shown(both.first) == ("Africa/Casablanca", "09:00", "11:00")
    assert shown(both.second) == ("Asia/Amman", "11:00", "13:00")
    assert not both.dates_differ


def test_of_a_reader_without_a_zone_the_place_comes_first():
    both = read("UTC")

    assert shown(both.first) == ("Asia/Amman", "11:00", "13:00")
    assert shown(both.second) == ("UTC", "08:00", "10:00")


@pytest.mark.parametrize("zone", ["Asia/Amman", "UTC"])
def test_one_zone_is_said_once(zone):
    assert read(zone, zone).second is None


def test_the_same_time_under_another_name_is_said():
    assert shown(read("Asia/Riyadh").second) == ("Asia/Amman", "11:00", "13:00")


def test_another_date():
    both = read("Africa/Casablanca", start=datetime(2026, 12, 9, 22, 30, tzinfo=UTC))

    assert both.dates_differ
    assert (both.first.first_day.day, both.second.first_day.day) == (9, 10)


@pytest.mark.parametrize(
    ("start", "hours", "fits", "days"),
    [
        (START, 2, True, (9, 9)),
        (datetime(2026, 12, 9, 20, tzinfo=UTC), 2, True, (9, 10)),
        (datetime(2026, 12, 9, 20, tzinfo=UTC), 1, True, (9, 9)),
        (START, 26, False, (9, 10)),
        (datetime(2026, 12, 8, 21, tzinfo=UTC), 24, True, (9, 9)),
    ],
)
def test_one_sitting_or_several_days(start, hours, fits, days):
    clock = read("Asia/Amman", start=start, hours=hours).first

    assert clock.fits_one_day == fits
    assert (clock.first_day.day, clock.last_day.day) == days


def plain(words):
    return strip_tags(words)


def test_words():
    with translation.override("en"):
        both = read("Africa/Casablanca")
        assert plain(both.first_words) == "09:00–11:00 in Rabat"
        assert plain(both.second_words) == "11:00–13:00 in Amman"
        assert plain(both.first.moment) == "9 December, 09:00 in Rabat"
        assert plain(both.second.weekday_moment) == "Wednesday 9 December, 11:00 in Amman"
        assert 'datetime="2026-12-09T09:00+01:00"' in both.first_words


def test_words_of_several_days_say_when_it_begins():
    with translation.override("en"):
        both = read("Africa/Casablanca", hours=30)
        assert plain(both.first_words) == "from 09:00 in Rabat"
        assert plain(both.second_words) == "from 11:00 in Amman"


def test_words_with_another_date():
    late = datetime(2026, 12, 9, 22, 30, tzinfo=UTC)
    with translation.override("en"):
        short = read("Africa/Casablanca", start=late)
        assert plain(short.second_words) == "10 December, 01:30–03:30 in Amman"
        long = read("Africa/Casablanca", start=late, hours=50)
        assert plain(long.second_words) == "from 10 December, 01:30 in Amman"


def test_one_clock_has_no_second_words():
    assert read("Asia/Amman").second_words == ""


def test_the_city_of_the_reader():
    with timezone.override(AMMAN), translation.override("en"):
        assert reader_city() == "Amman"
    with timezone.override(UTC):
        assert reader_city() == ""
