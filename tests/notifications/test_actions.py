import pytest
from django.db import transaction
from kombu.exceptions import OperationalError

from notifications import actions
from notifications.models import Delivery
from tests.factories import UserFactory


def test_telling_writes_a_row_in_the_readers_language(note, member):
    actions.tell("tests.note", member, key="1", word="نعم")

    row = Delivery.objects.get()
    assert (row.kind, row.key, row.recipient, row.address, row.language, row.context) == (
        "tests.note",
        "tests.note:1",
        member,
        "member@cop.example",
        "ar",
        {"word": "نعم"},
    )
    assert (row.state, row.attempts) == (Delivery.State.QUEUED, 0)


def test_telling_the_same_again_does_nothing(note, member):
    actions.tell("tests.note", member, key="1", word="أولى")
    actions.tell("tests.note", member, key="1", word="ثانية")

    assert [row.context["word"] for row in Delivery.objects.all()] == ["أولى"]


def test_a_row_shares_the_fate_of_its_cause(note, member):
    def fails():
        with transaction.atomic():
            actions.tell("tests.note", member, key="1")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fails()

    assert not Delivery.objects.exists()


def test_many_are_told_with_one_statement(note, db, django_assert_num_queries):
    people = UserFactory.create_batch(30)

    with django_assert_num_queries(1):
        actions.tell_all("tests.note", [(person, str(person.pk), {}) for person in people])

    assert Delivery.objects.count() == 30


def test_a_worker_is_woken_after_the_commit(
    note, member, monkeypatch, django_capture_on_commit_callbacks
):
    woken = []
    monkeypatch.setattr("notifications.tasks.send_due_deliveries.delay", lambda: woken.append(1))

    with django_capture_on_commit_callbacks(execute=True):
        actions.tell("tests.note", member, key="1")
        assert woken == []

    assert woken == [1]


def test_a_queue_that_is_away_loses_nothing(
    note, member, monkeypatch, django_capture_on_commit_callbacks
):
    asked = []

    def away():
        asked.append(1)
        raise OperationalError("connection refused")

    monkeypatch.setattr("notifications.tasks.send_due_deliveries.delay", away)

    for number in range(500):
        with django_capture_on_commit_callbacks(execute=True):
            actions.tell("tests.note", member, key=str(number))

    assert Delivery.objects.filter(state=Delivery.State.QUEUED).count() == 500
    # Whoever does five hundred things at once does not wait for the queue five hundred times.
    assert asked == [1]


def test_only_failed_rows_that_still_have_content_are_sent_again(note, member):
    for number, (kind, state) in enumerate(
        [
            ("tests.note", Delivery.State.FAILED),
            ("tests.note", Delivery.State.SENT),
            ("tests.code", Delivery.State.FAILED),
        ]
    ):
        Delivery.objects.create(
            kind=kind, key=str(number), recipient=member, address=member.email, language="ar",
            state=state, attempts=8,
        )  # fmt: skip

    assert actions.resend(Delivery.objects.all()) == 1

    states = list(Delivery.objects.order_by("key").values_list("state", "attempts"))
    assert states == [("queued", 0), ("sent", 8), ("failed", 8)]
