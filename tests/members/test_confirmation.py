"""Still in post? Reminding offices of rows to confirm, by half-year, once for each stage."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from members.actions.roster import confirm, remind_to_confirm
from members.models import User
from members.tasks import remind_of_requests as requests_task
from members.tasks import remind_to_confirm as confirm_task
from members.waiting import confirmations
from tests.factories import AppointmentFactory, UserFactory
from tests.members.pages import flat
from tests.members.together import together

pytestmark = pytest.mark.django_db
START = datetime(2026, 5, 20, 5, tzinfo=UTC)
OFFICE = ("members.confirmation_due", "focal@cop.example", "ar")
SECRETARIAT = ("members.confirmation_late", "coordinator@cop.example", "ar")


def joined(country, day, **fields):
    moment = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return UserFactory(country=country, decided_at=moment, date_joined=moment, **fields)


@pytest.fixture
def clock(time_machine):
    """Run the task each morning from one day to another; return what it told on which day."""

    def run(first, last):
        from notifications.models import Delivery

        heard = []
        day = first
        while day <= last:
            time_machine.move_to(datetime(day.year, day.month, day.day, 5, tzinfo=UTC), tick=False)
            before = set(Delivery.objects.values_list("pk", flat=True))
            remind_to_confirm()
            remind_to_confirm()
            new = Delivery.objects.exclude(pk__in=before).order_by("pk")
            heard += [(day, (row.kind, row.address, row.language)) for row in new]
            day += timedelta(days=1)
        return heard

    return run


@pytest.fixture
def office(jordan, focal_point, coordinator):
    User.objects.filter(pk=focal_point.pk).update(confirmed_on=date(2027, 12, 31))
    return focal_point


def test_a_round_in_stages(jordan, office, clock):
    joined(jordan, date(2026, 1, 10))

    heard = clock(date(2026, 7, 1), date(2027, 2, 20))

    assert heard == [
        (date(2026, 7, 10), OFFICE),
        (date(2026, 7, 24), OFFICE),
        (date(2026, 8, 9), SECRETARIAT),
        # Nobody answered: after another half-year it is asked again.
        (date(2027, 1, 10), OFFICE),
        (date(2027, 1, 24), OFFICE),
        (date(2027, 2, 9), SECRETARIAT),
    ]


def test_what_was_missed_is_made_up_for_by_one_mail_each(jordan, office, clock):
    joined(jordan, date(2025, 1, 10))
    joined(jordan, date(2026, 1, 10))
    joined(jordan, date(2026, 2, 10))

    heard = clock(date(2026, 8, 20), date(2026, 8, 25))

    assert [mail for _day, mail in heard] == [OFFICE, SECRETARIAT]


def test_confirming_ends_the_round_and_half_a_year_later_the_next_begins(
    jordan, office, clock, time_machine
):
    people = [joined(jordan, date(2026, 1, day)) for day in (10, 12, 20)]
    assert clock(date(2026, 7, 10), date(2026, 7, 20)) == [(date(2026, 7, 10), OFFICE)]
    confirm(people, by=office)  # on 20 July
    assert clock(date(2026, 7, 21), date(2027, 1, 19)) == []
    assert clock(date(2027, 1, 20), date(2027, 1, 25)) == [(date(2027, 1, 20), OFFICE)]


def test_an_office_at_work_is_left_alone(jordan, office, clock):
    first, _second = (joined(jordan, date(2026, 1, day)) for day in (10, 11))
    clock(date(2026, 7, 10), date(2026, 7, 22))
    confirm([first], by=office)  # on 22 July
    assert clock(date(2026, 7, 23), date(2026, 7, 28)) == []
    assert clock(date(2026, 7, 29), date(2026, 7, 31)) == [(date(2026, 7, 29), OFFICE)]


def test_a_row_that_falls_due_later_begins_its_own_round(jordan, office, clock):
    first = joined(jordan, date(2026, 1, 10))
    joined(jordan, date(2026, 2, 15))
    clock(date(2026, 7, 10), date(2026, 7, 10))
    confirm([first], by=office)
    assert clock(date(2026, 7, 11), date(2026, 8, 20)) == [(date(2026, 8, 15), OFFICE)]


def test_only_rows_of_members_count(jordan, morocco, office, told):
    joined(jordan, date(2020, 1, 1), membership="left")
    joined(jordan, date(2020, 1, 1), membership="applicant")
    joined(jordan, date(2020, 1, 1), is_active=False)
    joined(None, date(2020, 1, 1))
    User.objects.filter(is_coordinator=True).update(country=None)
    assert remind_to_confirm() == 0
    assert told() == []


def test_lead_and_alternates_are_told_and_coordinators_get_one_mail_for_all_countries(
    jordan, morocco, office, told, sent
):
    AppointmentFactory(
        country=jordan, role="alternate", user__language="en", user__confirmed_on=date(2027, 1, 1)
    )
    for _n in range(3):
        joined(jordan, date(2020, 1, 1))
    joined(morocco, date(2020, 1, 1))

    remind_to_confirm()

    assert len(told(kind="members.confirmation_due")) == 2
    assert told(kind="members.confirmation_late") == [SECRETARIAT]
    mails = {subject: text for _to, subject, text, _html in sent()}
    assert "Still in post? 3 people to confirm" in mails
    [late] = [text for text in mails.values() if "المغرب" in text and "الأردن" in text]
    assert late.count("country=") == 0


def test_a_mail_that_no_longer_applies_is_not_sent(jordan, office, sent):
    person = joined(jordan, date(2026, 1, 1))
    remind_to_confirm(datetime(2026, 7, 2, tzinfo=UTC))
    User.objects.filter(pk=person.pk).update(confirmed_on=timezone.now().date())
    assert sent() == []


def test_the_tasks_are_scheduled(settings):
    scheduled = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert {requests_task.name, confirm_task.name} <= scheduled
    requests_task()
    confirm_task()


@pytest.mark.django_db(transaction=True)
def test_two_workers_tell_once(jordan, office, told):
    joined(jordan, date(2020, 1, 1))

    together(remind_to_confirm, remind_to_confirm)

    assert sorted(told()) == [OFFICE, SECRETARIAT]


def test_the_office_and_the_home_page_say_how_many(as_user, jordan, office):
    for _n in range(2):
        joined(jordan, date(2020, 1, 1))
    client = as_user(office)
    page = flat(client.get("/en/office/"))
    assert "2 people to confirm in post" in page
    assert "/en/office/roster/?country=JO&amp;show=due" in page
    [due] = confirmations(office)
    assert due.url.endswith("/office/roster/?country=JO&show=due")
    assert not list(confirmations(UserFactory(country=jordan)))


def test_when_all_is_done_the_office_says_so(as_user, office):
    page = flat(as_user(office).get("/en/office/"))
    assert "Nothing waits at the moment" in page
