"""The ledger at the desk: read, found, sent again; never a code."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from notifications.kinds import KINDS, Kind
from notifications.models import Delivery
from tests.desk import count_queries, messages_of
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
LIST = "/en/admin/notifications/delivery/"


@pytest.fixture(autouse=True)
def kinds(monkeypatch):
    def compose(delivery):
        raise AssertionError

    monkeypatch.setattr("notifications.actions.announce", lambda: None)
    monkeypatch.setitem(KINDS, "test.news", Kind("test.news", "News", compose))
    monkeypatch.setitem(KINDS, "test.code", Kind("test.code", "A code", compose, secret=True))


@pytest.fixture
def desk(as_user, coordinator):
    return as_user(coordinator)


def delivery(number=0, **fields):
    known = {
        "kind": "test.news",
        "key": f"test:{number}",
        "address": "person@cop.example",
        "state": "failed",
        "attempts": 5,
        "note": "550 no such mailbox",
        "subject": "Hello",
        "context": {"word": "hidden-in-context"},
    }
    return Delivery.objects.create(**{**known, **fields})


def test_a_row_is_shown_without_what_it_carried(desk):
    news = delivery()
    code = delivery(1, kind="test.code", subject="Your code 123456")

    pages = [desk.get(f"{LIST}{row.pk}/change/").content.decode() for row in (news, code)] + [
        desk.get(LIST).content.decode()
    ]

    assert "Hello" in pages[0]
    assert "Not shown: it may hold a code." in pages[1]
    assert not any("123456" in page or "hidden-in-context" in page for page in pages)
    assert all(word in pages[2] for word in ("News", "A code", "550 no such mailbox"))


def test_rows_are_written_by_nobody_at_the_desk(as_user, administrator):
    row = delivery()
    client = as_user(administrator)

    answers = [
        client.get(f"{LIST}add/"),
        client.post(f"{LIST}{row.pk}/change/", {"state": "sent"}),
        client.post(f"{LIST}{row.pk}/delete/", {"post": "yes"}),
    ]

    assert [answer.status_code for answer in answers] == [403] * 3
    row.refresh_from_db()
    assert row.state == "failed"


def test_only_what_failed_is_sent_again_and_never_a_code(desk):
    failed = [delivery(number) for number in range(2)]
    sent = delivery(2, state="sent")
    code = delivery(3, kind="test.code")
    rows = [*failed, sent, code]

    response = desk.post(
        LIST,
        {"action": "send_again", "_selected_action": [row.pk for row in rows]},
        follow=True,
    )

    states = [Delivery.objects.get(pk=row.pk).state for row in rows]
    assert states == ["queued", "queued", "sent", "failed"]
    assert Delivery.objects.get(pk=failed[0].pk).attempts == 0
    waiting, left_alone = messages_of(response)
    assert waiting == "2 messages wait to be sent again."
    assert left_alone.startswith("2 messages were left alone")


def test_reading_sends_nothing(desk):
    row = delivery()

    desk.get(LIST, {"action": "send_again", "_selected_action": row.pk})

    row.refresh_from_db()
    assert row.state == "failed"


@pytest.mark.parametrize("role", ["member", "focal_point", "sponsor"])
def test_others_neither_read_nor_send(as_user, request, role):
    row = delivery()
    client = as_user(request.getfixturevalue(role))

    response = client.post(LIST, {"action": "send_again", "_selected_action": [row.pk]})

    assert response.status_code == 403
    assert client.get(f"{LIST}{row.pk}/change/").status_code == 403
    row.refresh_from_db()
    assert row.state == "failed"


def test_rows_are_found_by_recipient_kind_and_state(desk):
    person = UserFactory(full_name="سلمى أحمد")
    news = delivery(recipient=person, address=person.email)
    other = delivery(1, kind="test.code", state="sent")

    def found(**query):
        return set(desk.get(LIST, query).context["cl"].result_list)

    assert found(q="سلمي") == {news}
    assert found(q="person@cop") == {other}
    assert found(kind="test.code") == {other}
    assert found(state__exact="failed") == {news}


def test_the_list_asks_as_much_with_many_rows_as_with_one(desk):
    delivery(recipient=UserFactory())
    one = count_queries(desk, LIST)
    for number in range(1, 30):
        delivery(number, recipient=UserFactory(), created_at=datetime(2026, 1, 1, tzinfo=UTC))

    assert count_queries(desk, LIST) == one
