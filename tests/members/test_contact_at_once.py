"""Two clicks at the same moment: one message, and no more than the daily limit."""

import pytest

from members import actions
from members.models import ContactMessage
from tests.factories import UserFactory
from tests.members.together import together

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_same_message_is_sent_once(member, mail_quiet, told):
    other = UserFactory()

    together(*[lambda: actions.send_message(member, other, subject="x", body="y")] * 6)

    assert ContactMessage.objects.count() == 1
    assert len(told(kind="members.contact")) == 1


def test_the_daily_limit_holds(member, mail_quiet):
    other = UserFactory()
    for number in range(actions.DAILY_LIMIT - 2):
        actions.send_message(member, other, subject=f"before {number}", body="y")

    outcomes = together(
        *(
            lambda number=number: actions.send_message(member, other, subject=f"{number}", body="y")
            for number in range(6)
        )
    )

    assert outcomes.count("done") == 2
    assert ContactMessage.objects.count() == actions.DAILY_LIMIT
