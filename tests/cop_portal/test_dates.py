"""Dates in both languages, in every tradition of months, without a dash in Arabic."""

from datetime import UTC, date, datetime, time

import pytest
from django.template import Context, Template
from django.utils import timezone, translation

from cop_portal import dates
from cop_portal.reader import month_names, reading_as
from tests.factories import CountryFactory, UserFactory

FORUM = date(2015, 3, 26)
# 08:00 in Greenwich: 11:00 in Amman, 09:00 in Rabat.
MORNING = datetime(2026, 12, 9, 8, 0, tzinfo=UTC)
NOON = datetime(2026, 12, 9, 10, 0, tzinfo=UTC)


@pytest.fixture
def months():
    """Read with the month names of a tradition."""
    tokens = []

    def use(tradition):
        tokens.append(month_names.set(tradition))

    yield use
    for token in reversed(tokens):
        month_names.reset(token)


def drawn(source, **context):
    return Template(source).render(Context(context))


@pytest.mark.parametrize(
    ("tradition", "shown"),
    [
        ("both", "26 آذار/مارس 2015"),
        ("levant", "26 آذار 2015"),
        ("gregorian", "26 مارس 2015"),
        ("maghreb", "26 مارس 2015"),
        ("morocco", "26 مارس 2015"),
        ("mauritania", "26 مارس 2015"),
        ("one that a release removed", "26 آذار/مارس 2015"),
    ],
)
def test_an_arabic_date_has_the_month_of_the_readers_tradition(months, tradition, shown):
    months(tradition)

    with translation.override("ar"):
        assert dates.format_date(FORUM) == shown


@pytest.mark.parametrize(
    ("tradition", "july", "august", "december"),
    [
        ("gregorian", "يوليو", "أغسطس", "ديسمبر"),
        ("levant", "تموز", "آب", "كانون الأول"),
        ("maghreb", "جويلية", "أوت", "ديسمبر"),
        ("morocco", "يوليوز", "غشت", "دجنبر"),
        ("mauritania", "يوليو", "أغشت", "دجمبر"),
        ("both", "تموز/يوليو", "آب/أغسطس", "كانون الأول/ديسمبر"),
    ],
)
def test_the_traditions_differ_where_they_should(months, tradition, july, august, december):
    months(tradition)

    with translation.override("ar"):
        assert [dates.month_name(month) for month in (7, 8, 12)] == [july, august, december]


def test_every_tradition_names_twelve_months():
    assert {len(names) for names in dates.ARABIC_MONTHS.values()} == {12}


@pytest.mark.parametrize(
    ("language", "shown"),
    [("ar", "الخميس 26 آذار/مارس 2015"), ("en", "Thursday 26 March 2015")],
)
def test_a_date_may_name_its_weekday(language, shown):
    with translation.override(language):
        assert dates.format_date(FORUM, weekday=True) == shown


def test_the_seven_weekdays_in_arabic():
    with translation.override("ar"):
        names = [dates.weekday_name(day) for day in range(7)]
        letters = [dates.weekday_short(day) for day in (6, 0, 1, 2, 3, 4, 5)]

    assert names == ["الاثنين", "الثلاثاء", "الأربعاء", "الخميس", "الجمعة", "السبت", "الأحد"]
    assert "".join(letters) == "حنثرخجس"


@pytest.mark.parametrize(
    ("start", "end", "arabic", "english"),
    [
        (FORUM, None, "26 آذار/مارس 2015", "26 March 2015"),
        (FORUM, FORUM, "26 آذار/مارس 2015", "26 March 2015"),
        (FORUM, date(2015, 3, 27), "من 26 إلى 27 آذار/مارس 2015", "26–27 March 2015"),
        (
            FORUM,
            date(2015, 4, 2),
            "من 26 آذار/مارس إلى 2 نيسان/أبريل 2015",
            "26 March – 2 April 2015",
        ),
        (
            date(2026, 12, 30),
            date(2027, 1, 2),
            "من 30 كانون الأول/ديسمبر 2026 إلى 2 كانون الثاني/يناير 2027",
            "30 December 2026 – 2 January 2027",
        ),
        (
            date(2026, 3, 26),
            date(2027, 3, 26),
            "من 26 آذار/مارس 2026 إلى 26 آذار/مارس 2027",
            "26 March 2026 – 26 March 2027",
        ),
    ],
)
def test_a_range_of_days_says_nothing_twice(start, end, arabic, english):
    with translation.override("ar"):
        assert dates.format_date_range(start, end) == arabic
    with translation.override("en"):
        assert dates.format_date_range(start, end) == english


def test_an_end_at_midnight_belongs_to_the_day_before():
    start = datetime(2026, 12, 9, 18, 0, tzinfo=UTC)
    midnight = datetime(2026, 12, 10, 0, 0, tzinfo=UTC)

    with translation.override("en"):
        assert dates.format_date_range(start, midnight) == "9 December 2026"
        assert dates.format_date_range(start, midnight, zone="Asia/Amman") == "9–10 December 2026"


def test_the_day_is_the_zones_day():
    late = datetime(2026, 12, 9, 22, 30, tzinfo=UTC)

    with translation.override("en"):
        assert dates.format_date(late) == "9 December 2026"
        assert dates.format_date(late, zone="Asia/Amman") == "10 December 2026"
        with timezone.override("Asia/Amman"):
            assert dates.format_date(late) == "10 December 2026"


@pytest.mark.parametrize(
    ("zone", "arabic", "english"),
    [
        (None, "من 08:00 إلى 10:00", "08:00–10:00"),
        ("Asia/Amman", "من 11:00 إلى 13:00", "11:00–13:00"),
        ("Africa/Casablanca", "من 09:00 إلى 11:00", "09:00–11:00"),
    ],
)
def test_a_range_of_hours_in_a_zone(zone, arabic, english):
    with translation.override("ar"):
        assert dates.format_time_range(MORNING, NOON, zone=zone) == arabic
    with translation.override("en"):
        assert dates.format_time_range(MORNING, NOON, zone=zone) == english


def test_a_time_of_day_needs_no_zone():
    assert dates.format_time(time(9, 5)) == "09:05"
    assert dates.format_time_range(time(9, 5), None) == "09:05"


def test_summer_time_is_the_zones_business():
    winter = datetime(2026, 1, 15, 9, 0, tzinfo=UTC)
    summer = datetime(2026, 7, 15, 9, 0, tzinfo=UTC)

    assert dates.format_time(winter, zone="Africa/Cairo") == "11:00"
    assert dates.format_time(summer, zone="Africa/Cairo") == "12:00"


@pytest.mark.django_db
def test_a_reader_sees_their_own_zone_and_months():
    reader = UserFactory(country=CountryFactory(iso="MA"))

    with reading_as(reader, language="ar"):
        shown = dates.format_date(datetime(2026, 7, 1, 23, 30, tzinfo=UTC))

    assert shown == "2 يوليوز 2026"
    with translation.override("ar"):
        assert dates.month_name(7) == "تموز/يوليو"


@pytest.mark.django_db
def test_a_reader_without_a_country_sees_what_everyone_sees():
    with reading_as(UserFactory(country=None), language="ar"):
        assert dates.format_date(FORUM) == "26 آذار/مارس 2015"
        assert dates.format_time(MORNING) == "08:00"


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        (
            "{% date day weekday=True %}",
            '<time datetime="2015-03-26">Thursday 26 March 2015</time>',
        ),
        ("{% date day year=False %}", '<time datetime="2015-03-26">26 March</time>'),
        (
            "{% date moment zone=zone %}",
            '<time datetime="2026-12-09">9 December 2026</time>',
        ),
        (
            "{% time moment zone=zone %}",
            '<time dir="ltr" datetime="2026-12-09T11:00+03:00">11:00</time>',
        ),
        (
            "{% time_range moment later zone=zone %}",
            (
                '<time dir="ltr" datetime="2026-12-09T11:00+03:00">11:00</time>–'
                '<time dir="ltr" datetime="2026-12-09T13:00+03:00">13:00</time>'
            ),
        ),
        (
            "{% date_range day next_day %}",
            (
                '<time datetime="2015-03-26">26</time>–'
                '<time datetime="2015-03-27">27 March 2015</time>'
            ),
        ),
        ("{% date_range day day %}", '<time datetime="2015-03-26">26 March 2015</time>'),
        ("{{ day|month_year }}", "March 2015"),
        ("{{ day|month_name }}", "March"),
        ("{{ day|weekday_name }}", "Thursday"),
        ("{% date none %}{% time none %}{% time_range none none %}{% date_range none none %}", ""),
    ],
)
def test_the_tags_carry_the_machines_form(source, shown):
    context = {
        "day": FORUM,
        "next_day": date(2015, 3, 27),
        "moment": MORNING,
        "later": NOON,
        "zone": "Asia/Amman",
        "none": None,
    }

    with translation.override("en"):
        assert drawn(source, **context) == shown


def test_the_tags_in_arabic():
    with translation.override("ar"):
        days = drawn("{% date_range a b %}", a=FORUM, b=date(2015, 3, 27))
        hours = drawn("{% time_range a b %}", a=MORNING, b=NOON)

    assert days == (
        'من <time datetime="2015-03-26">26</time> إلى '
        '<time datetime="2015-03-27">27 آذار/مارس 2015</time>'
    )
    assert hours == (
        'من <time dir="ltr" datetime="2026-12-09T08:00+00:00">08:00</time> إلى '
        '<time dir="ltr" datetime="2026-12-09T10:00+00:00">10:00</time>'
    )
