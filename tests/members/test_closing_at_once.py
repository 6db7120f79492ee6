"""Two at the same moment: one goes through, the other is told what happened."""

from __future__ import annotations

import pytest

from members.actions import Refused
from members.actions.merging import merge
from members.actions.privacy import leave
from members.models import RosterRecord, User
from tests.events.test_rush import at_once, many_connections  # noqa: F401  a fixture
from tests.factories import UserFactory

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("connections", "mail_quiet"),
]


def tried(call):
    try:
        call()
    except Refused as refusal:
        return str(refusal.sentence)
    return "done"


def test_the_last_two_administrators_cannot_both_leave():
    pair = [UserFactory(is_superuser=True) for _number in range(2)]

    answers = at_once([lambda p=p: tried(lambda: leave(p, remove_content=False)) for p in pair])

    assert answers.count("done") == 1
    assert User.objects.filter(is_superuser=True, is_active=True).count() == 1


def test_two_coordinators_merge_the_same_accounts_in_both_directions():
    one, two = UserFactory(), UserFactory()
    coordinator = UserFactory(is_coordinator=True)

    answers = at_once(
        [
            lambda: tried(lambda: merge(one, two, by=coordinator)),
            lambda: tried(lambda: merge(two, one, by=coordinator)),
        ]
    )

    assert answers.count("done") == 1
    assert User.objects.exclude(merged_into=None).count() == 1
    assert RosterRecord.objects.filter(action="merged").count() == 1
