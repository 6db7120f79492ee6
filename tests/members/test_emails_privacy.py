"""The mails about merged accounts, suspension, leaving and confirming who one is."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from members.actions.merging import merge
from members.actions.privacy import leave
from members.actions.suspension import lift_suspension, suspend
from notifications.actions import tell
from notifications.models import Delivery
from tests.factories import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mail_quiet")]


@pytest.fixture(params=["ar", "en"])
def person(request, jordan):
    return UserFactory(email="salma@cop.example", language=request.param, country=jordan)


def only(sent, person):
    [(address, subject, text, html)] = sent()
    assert address == "salma@cop.example"
    direction = "rtl" if person.language == "ar" else "ltr"
    assert f'lang="{person.language}"' in html
    assert f'dir="{direction}"' in html
    assert "{" not in subject + text
    return subject, text, html


def test_merged(person, coordinator, sent):
    merge(person, UserFactory(email="old@cop.example"), by=coordinator)
    _subject, text, html = only(sent, person)
    for part in (text, html):
        assert "old@cop.example" in part
        assert "salma@cop.example" in part
    assert f"/{person.language}/account/email/" in text


@pytest.mark.parametrize("remove", [True, False])
def test_farewell(person, sent, remove):
    leave(person, remove_content=remove)
    _subject, text, html = only(sent, person)
    assert f"/{person.language}/privacy/retention/" in text
    if person.language == "en":
        words = "has been removed" if remove else "stays, under “Former member”"
        assert words in text
        assert words in html


def test_suspended_and_lifted(person, coordinator, sent):
    suspend(person, by=coordinator, reason="Repeated advertising. <b>")
    _subject, text, html = only(sent, person)
    assert "Repeated advertising. <b>" in text
    assert "Repeated advertising. &lt;b&gt;" in html
    lift_suspension(person, by=coordinator)
    _subject, text, _html = only(sent, person)
    assert f"/{person.language}/account/login/" in text


def test_a_suspension_that_was_lifted_at_once_is_not_told(person, coordinator, sent):
    suspend(person, by=coordinator, reason="…")
    lift_suspension(person, by=coordinator)
    assert len(sent()) == 1
    assert Delivery.objects.get(kind="members.suspended").state == Delivery.State.SKIPPED


def test_the_code(person, sent):
    tell("members.confirm_access", person, key="1", code="1234-5678")
    subject, text, html = only(sent, person)
    assert "1234-5678" not in subject
    assert "1234-5678" in text
    assert "1234-5678" in html
    assert Delivery.objects.get().context == {}


def test_a_code_that_is_too_old_is_not_sent(person, sent):
    tell("members.confirm_access", person, key="1", code="1234-5678")
    with time_machine.travel(timezone.now() + timedelta(minutes=16)):
        assert sent() == []
