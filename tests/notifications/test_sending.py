import smtplib
import uuid
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy

import pytest
import time_machine
from django.core import mail as outbox
from django.utils import timezone

from notifications import actions, sending
from notifications.models import Delivery, MutedKind
from tests.factories import UserFactory

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.fixture
def frozen():
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


def tell(user, key="1", kind="tests.note", **context):
    actions.tell(kind, user, key=key, **context)
    return Delivery.objects.get(key=f"{kind}:{key}")


def parsed(content):
    return message_from_bytes(content, policy=policy.default)


def test_a_message_is_sent_in_the_language_and_zone_of_its_reader(note, member, smtp, frozen):
    row = tell(member, word="أهلًا")

    assert sending.send_due() == 1

    [(recipients, content)] = smtp.messages
    message = parsed(content)
    assert recipients == ["member@cop.example"]
    assert message["Subject"] == "ar: أهلًا"
    text = message.get_body(("plain",)).get_content()
    html = message.get_body(("html",)).get_content()
    assert "أهلًا 15:00" in text  # Amman
    assert '<html lang="ar" dir="rtl">' in html
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"] == f"<20261122120000.{row.pk}@localhost>"
    row.refresh_from_db()
    assert (row.state, row.attempts, row.subject, row.sent_at, row.claim) == (
        Delivery.State.SENT, 1, "ar: أهلًا", NOON, None,
    )  # fmt: skip


def test_an_optional_kind_carries_a_one_click_unsubscribe(note, member, smtp, client):
    tell(member)
    sending.send_due()

    message = parsed(smtp.messages[0][1])
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = message["List-Unsubscribe"].strip(" <>").removeprefix("http://localhost:8000")

    assert client.get(address).status_code == 200
    assert not MutedKind.objects.exists()
    client.post(address, {"List-Unsubscribe": "One-Click"})
    assert list(MutedKind.objects.values_list("user", "kind")) == [(member.pk, "tests.note")]

    tell(member, key="2")
    sending.send_due()
    row = Delivery.objects.get(key="tests.note:2")
    assert (row.state, row.note) == (Delivery.State.SKIPPED, "switched off by the recipient")
    assert len(smtp.messages) == 1


def test_arabic_is_not_sent_at_three_times_its_size(note, member, smtp):
    tell(member, word="السجل الاجتماعي الموحّد " * 60)
    sending.send_due()

    content = smtp.messages[0][1]
    encodings = {part["Content-Transfer-Encoding"] for part in parsed(content).walk()}
    assert encodings <= {None, "8bit", "7bit"}
    assert max(len(line) for line in content.split(b"\r\n")) < 998


def test_what_no_longer_applies_is_not_sent(note, member):
    row = tell(member, needed=False)
    sending.send_due()

    row.refresh_from_db()
    assert (row.state, row.note) == (Delivery.State.SKIPPED, "the cause is gone")
    assert outbox.outbox == []


def test_a_closed_account_gets_nothing(note, member):
    row = tell(member)
    member.is_active = False
    member.save()
    sending.send_due()

    row.refresh_from_db()
    assert row.state == Delivery.State.SKIPPED
    assert outbox.outbox == []


def test_a_code_is_forgotten_once_sent(note, member):
    row = tell(member, kind="tests.code", word="123456")
    sending.send_due()

    row.refresh_from_db()
    assert (row.state, row.context) == (Delivery.State.SENT, {})


def test_urgent_messages_go_first(note, member):
    tell(member, word="later")
    tell(member, kind="tests.code", word="first")
    sending.send_due()

    assert [message.subject.split(": ")[1] for message in outbox.outbox] == ["first", "later"]


def test_nothing_is_sent_before_it_is_due(note, member, frozen):
    row = tell(member)
    Delivery.objects.update(due_at=NOON + timedelta(minutes=5))

    assert sending.send_due() == 0
    frozen.shift(timedelta(minutes=5))
    assert sending.send_due() == 1
    row.refresh_from_db()
    assert row.state == Delivery.State.SENT


def test_a_refused_address_is_not_tried_again(note, member, smtp):
    smtp.answers = ["550 no such user"]
    row = tell(member)
    sending.send_due()

    row.refresh_from_db()
    assert (row.state, row.attempts) == (Delivery.State.FAILED, 1)
    assert "no such user" in row.note


def test_a_temporary_refusal_is_tried_again_after_a_growing_pause(note, member, smtp, frozen):
    smtp.answers = ["451 try later"] * 3
    row = tell(member)
    pauses = []
    for _attempt in range(3):
        sending.send_due()
        row.refresh_from_db()
        assert row.state == Delivery.State.QUEUED
        pauses.append(row.due_at - timezone.now())
        frozen.move_to(row.due_at)
    sending.send_due()

    row.refresh_from_db()
    assert pauses == [timedelta(minutes=m) for m in (1, 5, 15)]
    assert (row.state, row.attempts) == (Delivery.State.SENT, 4)


def test_after_the_last_attempt_it_says_that_it_failed(note, member, smtp, frozen):
    smtp.answers = ["451 try later"] * 20
    row = tell(member)
    for _attempt in range(sending.MAX_ATTEMPTS):
        sending.send_due()
        row.refresh_from_db()
        frozen.move_to(max(row.due_at, timezone.now()))

    assert (row.state, row.attempts) == (Delivery.State.FAILED, sending.MAX_ATTEMPTS)


def test_a_relay_that_is_away_costs_the_others_no_attempt(note, db, settings, frozen):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    for person in UserFactory.create_batch(3):
        tell(person, key=str(person.pk))

    assert sending.send_due() == 0

    rows = Delivery.objects.order_by("pk").values_list("state", "attempts", "claim")
    assert list(rows) == [("queued", 0, None)] * 3


def test_a_fault_in_one_message_does_not_stop_the_next(note, member, smtp, monkeypatch):
    broken, whole = tell(member, key="1", word="x"), tell(member, key="2")
    compose = note

    def faulty(delivery):
        if delivery.pk == broken.pk:
            raise KeyError("event")
        return compose(delivery)

    kind = sending.KINDS["tests.note"]
    monkeypatch.setitem(sending.KINDS, "tests.note", type(kind)(kind.name, kind.label, faulty))
    sending.send_due()

    broken.refresh_from_db()
    whole.refresh_from_db()
    assert (broken.state, broken.note) == (Delivery.State.QUEUED, "KeyError: 'event'")
    assert whole.state == Delivery.State.SENT


def test_a_row_left_behind_is_taken_over_when_its_lease_ends(note, member, frozen):
    row = tell(member)
    [held] = sending.claim_rows(uuid.uuid4(), 10)

    assert sending.claim_rows(uuid.uuid4(), 10) == []
    frozen.shift(sending.LEASE + timedelta(seconds=1))
    assert sending.send_due() == 1

    row.refresh_from_db()
    assert (row.state, row.attempts) == (Delivery.State.SENT, 2)
    assert not sending.keep_claim(held)


def test_one_who_lost_the_lease_sends_nothing(note, member, frozen):
    tell(member)
    [held] = sending.claim_rows(uuid.uuid4(), 10)
    frozen.shift(sending.LEASE + timedelta(seconds=1))

    sending.deliver(held, connection=None)

    assert outbox.outbox == []


def test_a_batch_goes_over_one_connection(note, db, smtp, monkeypatch):
    opened = []
    connect = smtplib.SMTP.connect

    def counting(self, *args, **kwargs):
        opened.append(1)
        return connect(self, *args, **kwargs)

    monkeypatch.setattr(smtplib.SMTP, "connect", counting)
    for person in UserFactory.create_batch(60):
        tell(person, key=str(person.pk))

    assert sending.send_due() == 60
    assert len(smtp.messages) == 60
    assert len(opened) == 1


def test_a_relay_that_breaks_off_gives_back_what_was_not_tried(note, db, smtp, frozen):
    smtp.answers = ["", "421 closing", "", ""]
    people = UserFactory.create_batch(3)
    for person in people:
        tell(person, key=str(person.pk))

    sending.send_due()
    frozen.shift(timedelta(minutes=2))
    sending.send_due()

    rows = Delivery.objects.order_by("pk").values_list("state", "attempts")
    assert list(rows) == [("sent", 1), ("sent", 2), ("sent", 1)]
    assert sorted(to for [to], _content in smtp.messages) == sorted(p.email for p in people)
