"""Messages between members: who may write, what arrives, blocks and reports."""

from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from members import actions
from members.actions import Refused
from members.models import Block, ContactMessage, RosterRecord
from members.own_data.correspondence import messages_received, messages_sent
from notifications.models import Delivery
from tests.factories import UserFactory
from tests.members.pages import flat

pytestmark = pytest.mark.django_db
TYPED = {"subject": "آلية التظلّم", "body": "سؤال عن المهلة.\n<b>عاجل</b>"}


@pytest.fixture
def salwa(morocco):
    return UserFactory(
        email="salwa@cop.example",
        full_name="سلوى بناني",
        full_name_latin="Salwa Bennani",
        country=morocco,
        language="en",
    )


@pytest.fixture
def letter(member, salwa):
    return actions.send_message(member, salwa, **TYPED)


# Writing -------------------------------------------------------------------------------------


def test_a_message_arrives_without_either_address(as_user, member, salwa, sent):
    client = as_user(member)
    assert "Salwa Bennani" in flat(client.get(f"/en/members/{salwa.pk}/contact/"))

    done = client.post(f"/en/members/{salwa.pk}/contact/", TYPED, follow=True)

    assert done.redirect_chain == [(f"/en/members/{salwa.pk}/", 302)]
    assert "The message to \u2068Salwa Bennani\u2069 is on its way." in flat(done)
    message = ContactMessage.objects.get()
    ((address, subject, text, html),) = sent()
    assert (address, subject) == ("salwa@cop.example", f"Message from \u2068{latin(member)}\u2069")
    assert mail.outbox[0].reply_to == []
    assert mail.outbox[0].from_email.endswith("portal@localhost")
    whole = str(mail.outbox[0].message()) + text + html
    assert member.email not in whole
    assert "> \u2068سؤال عن المهلة.\u2069\n> \u2068<b>عاجل</b>\u2069" in text
    assert "<p>سؤال عن المهلة.<br>&lt;b&gt;عاجل&lt;/b&gt;</p>" in html
    assert 'dir="rtl"' in html
    assert "(Jordan) writes through the portal" in text
    assert f"/en/members/{member.pk}/contact/?answers={message.pk}" in text
    assert f"/en/members/{member.pk}/contact/?answers={message.pk}" in html
    assert f"/en/account/messages/{message.pk}/" in html


def latin(person):
    return person.full_name_latin


def test_the_ledger_holds_nothing_of_what_was_written(letter, sent):
    sent()

    row = Delivery.objects.get(kind="members.contact")
    assert row.context == {"message": letter.pk}
    assert "التظلّم" not in row.subject


@pytest.mark.parametrize("changes", [{"subject": " "}, {"body": ""}, {"body": "x" * 4001}])
def test_an_incomplete_message_is_kept_as_typed(as_user, member, salwa, changes):
    answer = as_user(member).post(
        f"/en/members/{salwa.pk}/contact/", {"subject": "typed", "body": "typed", **changes}
    )

    assert answer.status_code == 422
    assert "typed" in flat(answer)
    assert not ContactMessage.objects.exists()


def test_the_same_words_are_sent_once(as_user, member, salwa, told):
    for _ in range(2):
        as_user(member).post(f"/en/members/{salwa.pk}/contact/", TYPED)

    assert ContactMessage.objects.count() == 1
    assert told(kind="members.contact") == [("members.contact", "salwa@cop.example", "en")]


def test_ten_messages_leave_in_a_day_and_the_next_when_the_first_is_a_day_old(
    as_user, member, salwa, morocco
):
    now = timezone.now()
    with time_machine.travel(now - timedelta(hours=2), tick=False):
        for number in range(10):
            actions.send_message(member, salwa, subject=f"{number}", body="x")
    client = as_user(member)

    refused = client.post(f"/en/members/{salwa.pk}/contact/", TYPED)
    assert refused.status_code == 422
    assert "At most 10 messages can be sent within 24 hours." in flat(refused)
    assert "سؤال عن المهلة" in flat(refused)
    with time_machine.travel(now + timedelta(hours=22, minutes=1), tick=False):
        actions.send_message(member, salwa, **TYPED)
    assert ContactMessage.objects.count() == 11


def test_who_takes_no_messages_gets_those_of_staff_and_answers_alone(
    as_user, member, salwa, coordinator
):
    salwa.takes_messages = False
    salwa.save(update_fields=["takes_messages"])
    path = f"/en/members/{salwa.pk}/contact/"

    refused = as_user(member).get(path)
    assert refused.status_code == 403
    assert "A message cannot be sent to this person." in flat(refused)
    assert "Takes no messages" in flat(as_user(member).get(f"/en/members/{salwa.pk}/"))
    assert as_user(coordinator).get(path).status_code == 200
    actions.send_message(salwa, member, **TYPED)
    assert as_user(member).get(path).status_code == 200


def test_an_answer_shows_what_it_answers(as_user, letter, salwa, member):
    path = f"/en/members/{member.pk}/contact/?answers={letter.pk}"

    page = flat(as_user(salwa).get(path))
    assert 'value="Re: آلية التظلّم"' in page
    assert "سؤال عن المهلة." in page
    stranger = flat(as_user(UserFactory()).get(path))
    assert "سؤال عن المهلة." not in stranger
    for odd in ("x", "9" * 30, "-1"):
        address = f"/en/members/{member.pk}/contact/?answers={odd}"
        assert as_user(salwa).get(address).status_code == 200


def test_a_message_is_not_delivered_to_whoever_left_meanwhile(letter, salwa, sent):
    salwa.membership = "left"
    salwa.save(update_fields=["membership"])

    assert sent() == []


def test_a_message_of_somebody_suspended_meanwhile_is_not_delivered(letter, member, sent):
    member.membership = "suspended"
    member.save(update_fields=["membership"])

    assert sent() == []


# Reading -------------------------------------------------------------------------------------


def test_only_the_two_people_read_a_message(
    as_user, client, letter, member, salwa, coordinator, focal_point, administrator
):
    path = f"/en/account/messages/{letter.pk}/"

    for person in (member, salwa):
        page = flat(as_user(person).get(path))
        assert "سؤال عن المهلة." in page
        assert ("Block the sender" in page) is (person == salwa)
    for person in (coordinator, focal_point, administrator, UserFactory()):
        assert as_user(person).get(path).status_code == 404
    client.logout()
    assert "/login/" in client.get(path)["Location"]


def test_the_correspondence_lists_received_and_sent_with_constant_queries(
    as_user, member, salwa, django_assert_max_num_queries
):
    def count(client, path):
        with django_assert_max_num_queries(30) as captured:
            assert client.get(path).status_code == 200
        return len(captured)

    client = as_user(salwa)
    actions.send_message(member, salwa, subject="Zero", body="x")
    client.get("/en/account/messages/")
    with_one = count(client, "/en/account/messages/")
    for number in range(29):
        sender = UserFactory()
        actions.send_message(sender, salwa, subject=f"Subject {number}", body="x")
        Block.objects.create(blocker=salwa, blocked=UserFactory())

    page = flat(client.get("/en/account/messages/"))
    assert count(client, "/en/account/messages/") == with_one
    assert "Subject 28" in page
    assert "Zero" not in page
    assert "Zero" in flat(as_user(member).get("/en/account/messages/?box=sent"))


# Blocking ------------------------------------------------------------------------------------


def test_a_blocked_sender_is_not_told_and_nothing_arrives(
    as_user, letter, member, salwa, told, sent
):
    sent()
    client = as_user(salwa)
    done = client.post(f"/en/account/messages/{letter.pk}/block/", follow=True)
    assert "No more messages from" in flat(done)
    client.post(f"/en/account/messages/{letter.pk}/block/")
    assert Block.objects.count() == 1

    again = as_user(member).post(
        f"/en/members/{salwa.pk}/contact/", {"subject": "Again", "body": "x"}, follow=True
    )

    assert "is on its way" in flat(again)
    assert sent() == []
    assert len(told(kind="members.contact")) == 1
    assert "Again" not in flat(as_user(salwa).get("/en/account/messages/"))
    assert "Again" in flat(as_user(member).get("/en/account/messages/?box=sent"))
    held = ContactMessage.objects.get(subject="Again")
    for page in ("", "report/"):
        address = f"/en/account/messages/{held.pk}/{page}"
        assert as_user(salwa).get(address).status_code == 404
    assert as_user(member).get(f"/en/account/messages/{held.pk}/").status_code == 200


def test_a_block_is_lifted_and_what_was_held_back_stays_so(as_user, member, salwa, sent):
    block = Block.objects.create(blocker=salwa, blocked=member)
    actions.send_message(member, salwa, subject="Held back", body="x")
    assert as_user(member).post(f"/en/account/blocks/{block.pk}/lift/").status_code == 404

    done = as_user(salwa).post(f"/en/account/blocks/{block.pk}/lift/", follow=True)

    assert "can write to me again." in flat(done)
    actions.send_message(member, salwa, **TYPED)
    assert [subject for _to, subject, _text, _html in sent()] == [
        f"Message from \u2068{latin(member)}\u2069"
    ]
    assert "Held back" not in flat(as_user(salwa).get("/en/account/messages/"))


def test_a_block_after_sending_still_keeps_the_mail_back(letter, member, salwa, sent):
    actions.block(member, by=salwa)

    assert sent() == []


def test_the_secretariat_cannot_be_blocked(as_user, coordinator, salwa, sent):
    letter = actions.send_message(coordinator, salwa, **TYPED)
    with pytest.raises(Refused):
        actions.block(coordinator, by=salwa)
    page = flat(as_user(salwa).post(f"/en/account/messages/{letter.pk}/block/", follow=True))
    assert "Messages of the secretariat cannot be blocked." in page
    with pytest.raises(Refused):
        actions.block(salwa, by=salwa)

    assert not Block.objects.exists()


# Reporting -----------------------------------------------------------------------------------


def test_a_report_reaches_the_coordinators_and_their_desk(
    as_user, letter, member, salwa, coordinator, sent
):
    path = f"/en/account/messages/{letter.pk}/report/"
    client = as_user(salwa)
    sent()
    assert client.get(path).status_code == 200
    assert client.post(path, {"reason": ""}).status_code == 422
    assert as_user(member).get(path).status_code == 404

    done = as_user(salwa).post(path, {"reason": "It sells things."}, follow=True)

    assert "The secretariat has been told" in flat(done)
    assert "Reported. The secretariat reads the message." in flat(done)
    again = as_user(salwa).post(path, {"reason": "Again"}, follow=True)
    assert "has been reported already" in flat(again)
    ((address, _subject, text, _html),) = sent()
    assert address == coordinator.email
    assert "It sells things." in text
    assert "سؤال عن المهلة" not in text
    desk = flat(as_user(coordinator).get("/en/admin/"))
    assert "Reported messages between members" in desk


@pytest.fixture
def report(letter, salwa):
    return actions.report(letter, by=salwa, reason="It sells things.")


def test_a_coordinator_reads_and_closes_a_report(as_user, report, coordinator, member):
    client = as_user(coordinator)
    base = f"/en/admin/members/contactmessage/{report.pk}"
    assert "آلية التظلّم" in flat(client.get("/en/admin/members/contactmessage/"))
    page = flat(client.get(f"{base}/change/"))
    for part in ("سؤال عن المهلة.", "&lt;b&gt;عاجل&lt;/b&gt;", "It sells things."):
        assert part in page
    assert client.get(f"{base}/handle/").status_code == 200

    done = client.post(f"{base}/handle/", {"confirmed": "yes"}, follow=True)

    assert "The report has been closed." in flat(done)
    report.refresh_from_db()
    assert (report.report_state, report.handled_by) == ("handled", coordinator)
    record = RosterRecord.objects.get()
    assert (record.action, record.actor, record.person) == ("report_handled", coordinator, member)
    assert record.detail == {"message": report.pk}
    with pytest.raises(Refused):
        actions.handle_report(report, by=coordinator)
    client.post(f"{base}/handle/", {"confirmed": "yes"})
    assert RosterRecord.objects.count() == 1


def test_what_nobody_reported_is_not_on_the_desk(as_user, letter, coordinator, administrator):
    for person in (coordinator, administrator):
        client = as_user(person)
        assert "آلية التظلّم" not in flat(client.get("/en/admin/members/contactmessage/"))
        for page in ("change/", "handle/", "history/", "delete/"):
            address = f"/en/admin/members/contactmessage/{letter.pk}/{page}"
            assert client.get(address, follow=True).content.find("التظلّم".encode()) == -1


def test_nobody_writes_messages_from_the_desk(as_user, report, administrator):
    client = as_user(administrator)

    assert client.get("/en/admin/members/contactmessage/add/").status_code == 403
    base = f"/en/admin/members/contactmessage/{report.pk}"
    assert client.post(f"{base}/change/", {"subject": "x"}).status_code == 403
    assert client.post(f"{base}/delete/", {"post": "yes"}).status_code == 403
    assert ContactMessage.objects.filter(pk=report.pk).exists()


def test_only_the_recipient_reports(letter, member):
    with pytest.raises(Refused):
        actions.report(letter, by=member, reason="x")


def test_the_data_one_downloads_tells_of_no_report_and_no_block(report, member, salwa):
    actions.block(member, by=salwa)
    actions.send_message(member, salwa, subject="Held back", body="x")

    sent_rows, received = list(messages_sent(member)), list(messages_received(salwa))

    assert [row["subject"] for row in sent_rows] == ["Held back", "آلية التظلّم"]
    assert {key for row in sent_rows for key in row} == {"to", "sent_at", "subject", "body"}
    assert [row["subject"] for row in received] == ["آلية التظلّم"]
