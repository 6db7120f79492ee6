"""The handover by mail: to both, at once or on the day, each in their language, told once."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from members import actions
from members.actions.appointments import tell_of_handovers
from members.models import FocalPointAppointment, Invitation, Transfer, User
from members.tasks import tell_of_handovers as task
from notifications.kinds import KINDS, NotNeeded
from notifications.models import Delivery
from tests.factories import AppointmentFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]
Role = FocalPointAppointment.Role
NOW = datetime(2026, 5, 1, 9, tzinfo=UTC)
DAY = date(2026, 5, 4)
FIRST_HOUR = datetime(2026, 5, 4, 4, tzinfo=UTC)


@pytest.fixture(autouse=True)
def now(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def lead(jordan):
    """The outgoing lead, reading English."""
    names = {"full_name": "كريم حدّاد", "full_name_latin": "Karim Haddad"}
    person = UserFactory(email="lead@cop.example", country=jordan, language="en", **names)
    AppointmentFactory(country=jordan, user=person)
    return person


@pytest.fixture
def newcomer(jordan):
    names = {"full_name": "سهى المومني", "full_name_latin": "Suha Momani"}
    return UserFactory(email="new@cop.example", country=jordan, language="en", **names)


@pytest.fixture
def appoint(jordan, coordinator):
    def do(user, role=Role.LEAD, starts_on=DAY):
        return actions.appoint(jordan, user, role=role, starts_on=starts_on, by=coordinator)

    return do


@pytest.fixture
def open_office(jordan, morocco, coordinator):
    """An office in which one of each waits."""
    UserFactory.create_batch(2, country=jordan, membership="applicant")
    moving = UserFactory(country=morocco)
    for person, to_country in ((moving, jordan), (UserFactory(country=jordan), morocco)):
        Transfer.objects.create(
            person=person, from_country=person.country, to_country=to_country,
            proposed_by=coordinator,
        )  # fmt: skip
    for number, days in enumerate((3, -3)):
        Invitation.objects.create(
            email=f"invited{number}@cop.example", full_name="هدى", country=jordan, language="ar",
            invited_by=coordinator, expires_at=timezone.now() + timedelta(days=days),
        )  # fmt: skip
    User.objects.update(decided_at=timezone.now(), confirmed_on=timezone.now().date())
    UserFactory(country=jordan, confirmed_on=date(2025, 1, 1))


OPEN = [
    "2 requests wait for a decision.",
    "1 transfer from another country waits to be accepted.",
    "1 transfer to another country waits for that country.",
    "1 invitation has not been answered yet.",
    "1 person of the roster is due to be confirmed in post.",
]


def plain(html):
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def by_address(mails):
    """Subject and both bodies, which say the same, by address."""
    return {address: (subject, text, plain(html)) for address, subject, text, html in mails}


def test_a_handover_on_the_day_says_everything_at_once(appoint, lead, newcomer, open_office, sent):
    appoint(newcomer, starts_on=NOW.date())

    mails = by_address(sent())
    subject, *bodies = mails["new@cop.example"]
    assert subject == "Appointment as focal point: Jordan"
    for body in bodies:
        assert "holds from 1 May 2026 on" in body
        assert "The focal point before was \u2068Karim Haddad\u2069." in body
        assert all(sentence in body for sentence in OPEN)
        assert "second message" not in body
    assert "/en/office/" in bodies[0]

    subject, *bodies = mails["lead@cop.example"]
    assert subject == "End of the appointment as focal point: Jordan"
    for body in bodies:
        assert "ends on 1 May 2026" in body
        assert "From that day on the focal point is \u2068Suha Momani\u2069." in body
        assert all(sentence in body for sentence in OPEN)
        assert "The community owes thanks for the work." in body
    assert tell_of_handovers() == 0


def test_a_later_day_is_announced_and_told_again_when_it_comes(
    appoint, lead, newcomer, open_office, sent, time_machine
):
    appoint(newcomer)

    announced = by_address(sent())
    for body in announced["new@cop.example"][1:]:
        assert "holds from 4 May 2026 on" in body
        assert "A second message then says what is open." in body
        assert not any(sentence in body for sentence in OPEN)
        assert "/en/office/" not in body
    for body in announced["lead@cop.example"][1:]:
        assert "ends on 4 May 2026" in body
        assert "Suha Momani" in body
        assert not any(sentence in body for sentence in OPEN)
    assert tell_of_handovers() == 0

    time_machine.move_to(FIRST_HOUR, tick=False)
    task()
    task()

    mails = sent()
    assert len(mails) == 2
    told = by_address(mails)
    assert told["new@cop.example"][0] == "From today on focal point: Jordan"
    assert told["lead@cop.example"][0] == "The office of focal point has passed on: Jordan"
    for address in told:
        for body in told[address][1:]:
            assert all(sentence in body for sentence in OPEN)
    time_machine.move_to(FIRST_HOUR + timedelta(days=1), tick=False)
    task()
    assert sent() == []


def test_a_day_without_tasks_is_made_up_for_but_not_for_long(
    appoint, lead, newcomer, sent, time_machine
):
    appoint(newcomer)
    sent()

    time_machine.move_to(FIRST_HOUR + timedelta(days=3), tick=False)
    task()
    assert sent() == []
    time_machine.move_to(FIRST_HOUR + timedelta(days=2), tick=False)
    task()
    assert len(sent()) == 2


def test_nothing_is_told_on_the_day_of_what_was_withdrawn_or_ended_meanwhile(
    appoint, lead, newcomer, coordinator, sent, time_machine
):
    new = appoint(newcomer)
    actions.end_appointment(new, by=coordinator)
    mails = by_address(sent())
    assert mails["new@cop.example"][0] == "Appointment withdrawn: Jordan"
    assert "does not take effect" in " ".join(mails["new@cop.example"][1].split())

    time_machine.move_to(FIRST_HOUR, tick=False)
    task()

    [(address, _subject, text, _html)] = sent()
    assert address == "lead@cop.example"
    assert "Nobody has been appointed to follow yet." in text


def test_who_changes_roles_hears_of_the_new_one_only(appoint, newcomer, sent, time_machine):
    appoint(newcomer, role=Role.ALTERNATE, starts_on=date(2026, 1, 1))
    sent()
    appoint(newcomer)
    sent()

    time_machine.move_to(FIRST_HOUR, tick=False)
    task()

    assert [mail[:2] for mail in sent()] == [
        ("new@cop.example", "From today on focal point: Jordan")
    ]


def test_an_alternate_is_told_without_who_came_before(appoint, lead, newcomer, sent):
    appoint(newcomer, role=Role.ALTERNATE, starts_on=NOW.date())

    [(_address, subject, text, _html)] = sent()
    assert subject == "Appointment as alternate focal point: Jordan"
    assert "Karim" not in text


@pytest.mark.parametrize("fields", [{"membership": "suspended"}, {"is_active": False}])
def test_nothing_is_said_to_a_closed_account(appoint, lead, newcomer, sent, fields):
    appoint(newcomer, starts_on=NOW.date())
    User.objects.filter(pk=lead.pk).update(**fields)

    assert [mail[0] for mail in sent()] == ["new@cop.example"]


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("members.appointed", {"ends_on": NOW.date()}),
        ("members.appointed", {"starts_on": DAY, "ends_on": DAY}),
        ("members.appointment_ended", {}),
        ("members.office_begins", {"starts_on": DAY}),
        ("members.office_begins", {"ends_on": NOW.date()}),
        ("members.office_ends", {"ends_on": DAY}),
        ("members.appointment_withdrawn", {}),
    ],
)
def test_what_no_longer_holds_is_not_composed(kind, fields):
    row = AppointmentFactory(**fields)

    for pk in (row.pk, 10**9):
        with pytest.raises(NotNeeded):
            KINDS[kind].compose(Delivery(kind=kind, context={"appointment": pk}))


@pytest.mark.parametrize("language", ["ar", "en"])
def test_every_mail_in_both_languages(
    appoint, lead, newcomer, coordinator, open_office, sent, time_machine, language
):
    User.objects.filter(pk__in=[lead.pk, newcomer.pk]).update(language=language)
    lead.refresh_from_db()
    newcomer.refresh_from_db()
    appoint(newcomer)
    mails = sent()
    time_machine.move_to(FIRST_HOUR, tick=False)
    task()
    mails += sent()
    later = appoint(lead, starts_on=date(2026, 6, 1))
    actions.end_appointment(later, by=coordinator)
    mails += sent()

    assert len(mails) == 6
    direction = {"ar": "rtl", "en": "ltr"}[language]
    name = {"ar": "الأردن", "en": "Jordan"}[language]
    for _address, subject, _text, html in mails:
        assert name in subject
        assert f'<html lang="{language}" dir="{direction}">' in html
