"""How long what is kept: every rule on both sides of its time, and the task that applies them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from celery import current_app
from django.conf import settings
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.sessions.models import Session
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection
from django.utils import timezone, translation

from cop_portal import retention
from cop_portal.retention import Period, apply_all, rules, waiting
from cop_portal.storage import private_storage
from cop_portal.tasks import apply_retention
from members.models import (
    ActivationCode,
    CodeAttempt,
    ContactMessage,
    FocalPointAppointment,
    Invitation,
    RosterImport,
    RosterRecord,
    User,
)
from notifications.models import Delivery
from tests.factories import AppointmentFactory, CountryFactory, UserFactory
from tests.members.uploads import keep_private_files_in

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 31, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def by_key(key):
    return next(rule for rule in rules() if rule.key == key)


# Periods -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("period", "before"),
    [
        (Period(days=30), datetime(2026, 3, 1, 12, tzinfo=UTC)),
        (Period(months=1), datetime(2026, 2, 28, 12, tzinfo=UTC)),
        (Period(months=6), datetime(2025, 9, 30, 12, tzinfo=UTC)),
        (Period(months=24), datetime(2024, 3, 31, 12, tzinfo=UTC)),
        (Period(years=5), datetime(2021, 3, 31, 12, tzinfo=UTC)),
    ],
)
def test_a_period_counts_by_the_calendar(period, before):
    assert period.before(NOW) == before


def test_a_period_says_itself():
    with translation.override("en"):
        assert [str(p) for p in (Period(days=1), Period(days=30), Period(months=6))] == [
            "1 day", "30 days", "6 months",
        ]  # fmt: skip
        assert str(Period(years=5)) == "5 years"


# The rules: each makes one row due and one not yet --------------------------------------------


@pytest.fixture
def someone(jordan):
    return UserFactory(country=jordan)


def unconfirmed(someone, at):
    person = UserFactory(membership="applicant", date_joined=at, confirmed_address=False)
    EmailAddress.objects.create(user=person, email=person.email, primary=True, verified=False)


def declined(someone, at):
    UserFactory(membership="declined", decided_at=at)


def former(someone, at):
    UserFactory(membership="left", left_on=at.date())


def invitation(someone, at):
    Invitation.objects.create(
        email=f"{at.timestamp()}@cop.example", full_name="…", country=someone.country,
        language="ar", invited_by=someone, expires_at=at,
    )  # fmt: skip


def code(someone, at):
    ActivationCode.objects.create(user=someone, digest="x", issued_by=someone, expires_at=at)


def attempt(someone, at):
    CodeAttempt.objects.create(at=at, origin="x", address="x")


def spreadsheet(someone, at):
    RosterImport.objects.create(
        country=someone.country, uploaded_by=someone, file_name="a.csv", language="ar", moved_at=at
    ).rows.create(number=1)


def message(someone, at):
    ContactMessage.objects.create(
        sender=someone, recipient=UserFactory(), subject="…", body="…", sent_at=at
    )


def mail(someone, at):
    Delivery.objects.create(
        kind="x", key=f"{at}", recipient=someone, address=someone.email, language="ar",
        created_at=at, state="sent",
    )  # fmt: skip


def mail_to_a_stranger(someone, at):
    Delivery.objects.create(
        kind="x", key=f"{at}", address="a@b.example", language="ar", created_at=at, state="failed"
    )


def letter(someone, at):
    name = private_storage().save("letters/a.pdf", ContentFile(b"letter"))
    country = CountryFactory(iso="MA" if FocalPointAppointment.objects.exists() else "TN")
    AppointmentFactory(country=country, user=someone, ends_on=at.date(), letter=name)


def session(someone, at):
    Session.objects.create(
        session_key=f"{at.timestamp()}", session_data="x",
        expire_date=at + timedelta(seconds=settings.SESSION_COOKIE_AGE),
    )  # fmt: skip


def device(someone, at):
    UserSession.objects.create(
        user=someone, ip="127.0.0.1", user_agent="x", session_key=f"{at.timestamp()}",
        last_seen_at=at,
    )  # fmt: skip


def desk(someone, at):
    LogEntry.objects.create(user=someone, action_flag=CHANGE, object_repr="x", action_time=at)


def record(someone, at):
    RosterRecord.objects.create(action="confirmed", person=someone, at=at)


CASES = {
    "unconfirmed_sign_ups": (unconfirmed, lambda: User.objects.filter(membership="applicant")),
    "declined_requests": (declined, lambda: User.objects.filter(membership="declined").exclude(
        full_name="")),
    "former_members": (former, lambda: User.objects.filter(membership="left").exclude(
        full_name="")),
    "invitations": (invitation, Invitation.objects.all),
    "activation_codes": (code, ActivationCode.objects.all),
    "code_attempts": (attempt, CodeAttempt.objects.all),
    "imports": (spreadsheet, RosterImport.objects.all),
    "messages": (message, ContactMessage.objects.all),
    "mails": (mail, Delivery.objects.all),
    "mails_without_account": (mail_to_a_stranger, Delivery.objects.all),
    "nomination_letters": (
        letter, lambda: FocalPointAppointment.objects.exclude(letter=""),
    ),
    "sessions": (session, Session.objects.all),
    "devices": (device, UserSession.objects.all),
    "desk_history": (desk, LogEntry.objects.all),
    "audit_trail": (record, RosterRecord.objects.all),
}  # fmt: skip


def test_every_rule_has_a_case():
    assert set(CASES) == {rule.key for rule in rules()}


@pytest.mark.parametrize("key", CASES)
def test_a_rule_deals_with_what_is_over_and_nothing_else(key, someone, monkeypatch, tmp_path):
    keep_private_files_in(tmp_path, monkeypatch)
    make, kept = CASES[key]
    now = timezone.now()
    over = by_key(key).period.before(now) - 3 * DAY
    make(someone, over)
    make(someone, by_key(key).period.before(now) + 3 * DAY)
    assert kept().count() == 2

    assert waiting(now)[key] == 1
    assert apply_all(now)[key] == 1

    assert kept().count() == 1
    assert waiting(now)[key] == 0
    assert apply_all(now)[key] == 0


# What a rule spares --------------------------------------------------------------------------


def test_a_message_whose_report_is_open_stays(someone):
    message(someone, timezone.now() - 200 * DAY)
    ContactMessage.objects.update(report_state="open")
    assert apply_all()["messages"] == 0


def test_a_mail_that_waits_to_be_sent_is_never_deleted(someone):
    mail(someone, timezone.now() - 800 * DAY)
    Delivery.objects.update(state="queued")
    assert apply_all()["mails"] == 0


def test_staff_and_merged_accounts_are_not_erased(someone):
    long_ago = (timezone.now() - 2000 * DAY).date()
    UserFactory(membership="left", left_on=long_ago, is_coordinator=True)
    UserFactory(membership="left", left_on=long_ago, is_sponsor=True)
    UserFactory(membership="left", left_on=long_ago, merged_into=someone)
    assert apply_all()["former_members"] == 0


def test_an_applicant_with_a_confirmed_address_waits_as_long_as_it_takes(someone):
    UserFactory(membership="applicant", date_joined=timezone.now() - 400 * DAY)
    assert apply_all()["unconfirmed_sign_ups"] == 0


def test_an_unconfirmed_account_that_something_speaks_of_is_emptied(someone):
    unconfirmed(someone, timezone.now() - 40 * DAY)
    person = User.objects.get(membership="applicant")
    RosterRecord.objects.create(action="code_issued", person=person)

    assert apply_all()["unconfirmed_sign_ups"] == 1

    person.refresh_from_db()
    assert person.full_name == ""
    assert apply_all()["unconfirmed_sign_ups"] == 0


def test_erasing_is_noted_as_the_portals_own_doing(someone):
    declined(someone, timezone.now() - 400 * DAY)
    apply_all()
    entry = RosterRecord.objects.get(action="erased")
    assert entry.actor is None


def test_the_country_of_an_erased_person_is_still_counted(someone):
    former(someone, timezone.now() - 2000 * DAY)
    apply_all()
    assert User.objects.get(membership="left").country_id == "JO"


# The database guards the audit trail --------------------------------------------------------


def refused(statement):
    with (
        connection.cursor() as cursor,
        pytest.raises(IntegrityError, match="audit trail cannot be changed"),
    ):
        cursor.execute(statement)


@pytest.mark.django_db(transaction=True)
def test_the_database_lets_go_of_nothing_younger_than_five_years():
    for days in (0, 5 * 365 - 2, 5 * 366 + 1):
        RosterRecord.objects.create(action="confirmed", at=timezone.now() - days * DAY)

    refused("UPDATE members_rosterrecord SET action = 'left'")
    refused("UPDATE members_rosterrecord SET actor_id = NULL")
    refused("DELETE FROM members_rosterrecord")
    RosterRecord.objects.filter(at__lt=timezone.now() - timedelta(days=5 * 366)).delete()
    assert RosterRecord.objects.count() == 2
    assert apply_all()["audit_trail"] == 0


# The task ------------------------------------------------------------------------------------


def test_a_rule_that_fails_stops_no_other(someone, monkeypatch, caplog):
    message(someone, timezone.now() - 200 * DAY)
    mail(someone, timezone.now() - 800 * DAY)
    broken = by_key("messages")

    def fail(rows):
        rows.delete()
        raise RuntimeError("no")

    monkeypatch.setitem(
        retention._RULES, "messages", retention.Rule(**{**vars(broken), "deal_with": fail})
    )
    done = apply_all()

    assert (done["messages"], done["mails"]) == (None, 1)
    assert ContactMessage.objects.count() == 1  # its batch was taken back
    assert "The retention rule messages failed" in caplog.text


def test_batches_follow_each_other(someone, monkeypatch):
    monkeypatch.setattr(retention, "BATCH", 2)
    for number in range(5):
        attempt(someone, timezone.now() - (10 + number) * DAY)
    assert apply_all()["code_attempts"] == 5
    assert not CodeAttempt.objects.exists()


def test_a_row_that_cannot_be_dealt_with_does_not_keep_the_task_busy(someone, monkeypatch):
    monkeypatch.setattr(retention, "BATCH", 2)
    for number in range(5):
        attempt(someone, timezone.now() - (10 + number) * DAY)
    rule = by_key("code_attempts")
    monkeypatch.setitem(
        retention._RULES,
        "code_attempts",
        retention.Rule(**{**vars(rule), "deal_with": lambda rows: 0}),
    )
    assert apply_all()["code_attempts"] == 0


def test_the_task_runs_every_night():
    entry = settings.CELERY_BEAT_SCHEDULE["apply-retention"]
    assert entry["task"] == apply_retention.name == "cop_portal.apply_retention"
    assert entry["task"] in current_app.tasks


def test_the_command_counts_and_applies(someone, monkeypatch):
    attempt(someone, timezone.now() - 10 * DAY)
    out = StringIO()
    call_command("apply_retention", dry_run=True, stdout=out)
    assert "code_attempts: 1 due" in out.getvalue()
    assert CodeAttempt.objects.exists()

    call_command("apply_retention", stdout=out)
    assert "code_attempts: 1\n" in out.getvalue()
    monkeypatch.setattr(retention.Rule, "apply", lambda *args: 1 / 0)
    with pytest.raises(CommandError):
        call_command("apply_retention", stdout=out)


# The page ------------------------------------------------------------------------------------


def test_the_page_says_what_runs(client, db):
    page = client.get("/en/privacy/retention/").content.decode()

    with translation.override("en"):
        for rule in rules():
            for words in (rule.what, rule.period, rule.since, rule.then):
                assert str(words) in page


def test_the_page_is_for_everyone_and_in_the_footer(client):
    assert client.get("/ar/privacy/retention/").status_code == 200
    assert 'href="/ar/privacy/retention/"' in client.get("/ar/account/login/").content.decode()


@pytest.mark.parametrize("language", ["ar", "en"])
def test_the_privacy_page_leads_there(client, language):
    call_command("load_reference_data", stdout=StringIO())
    page = client.get(f"/{language}/privacy/").content.decode()
    main = page[page.index("<main") : page.index("</main")]
    for path in ("privacy/retention/", "account/data/", "account/leave/"):
        assert f'href="/{language}/{path}"' in main
