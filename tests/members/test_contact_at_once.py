"""Two clicks at the same moment: one message, and no more than the daily limit."""

import threading

import pytest
from django.db import connection

from members import actions
from members.models import ContactMessage
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(count, call):
    start, outcomes = threading.Barrier(count), []

    def run(number):
        start.wait()
        try:
            call(number)
            outcomes.append("sent")
        except actions.Refused:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(outcomes)


def test_the_same_message_is_sent_once(member, mail_quiet, told):
    other = UserFactory()

    at_once(6, lambda _n: actions.send_message(member, other, subject="x", body="y"))

    assert ContactMessage.objects.count() == 1
    assert len(told(kind="members.contact")) == 1


def test_the_daily_limit_holds(member, mail_quiet):
    other = UserFactory()
    for number in range(actions.DAILY_LIMIT - 2):
        actions.send_message(member, other, subject=f"before {number}", body="y")

    outcomes = at_once(
        6, lambda number: actions.send_message(member, other, subject=f"{number}", body="y")
    )

    assert outcomes == ["refused"] * 4 + ["sent"] * 2
    assert ContactMessage.objects.count() == actions.DAILY_LIMIT
