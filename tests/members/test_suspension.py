"""Suspending an account and lifting that again."""

from __future__ import annotations

import pytest
from django.test import Client

from events.models import Registration
from members.actions import Refused
from members.actions.suspension import Suspension, lift_suspension, suspend, suspension
from members.models import RosterRecord
from tests.factories import EventFactory, RegistrationFactory, UserFactory
from tests.permissions import BACKEND

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mail_quiet")]


def test_who_can_be_suspended(member, applicant, focal_point, coordinator, sponsor):
    assert suspension(member) == Suspension.POSSIBLE
    assert suspension(applicant) == Suspension.NO_MEMBER
    assert suspension(focal_point) == Suspension.IN_OFFICE
    assert suspension(coordinator) == Suspension.STAFF
    assert suspension(sponsor) == Suspension.STAFF
    assert suspension(UserFactory(membership="suspended")) == Suspension.SUSPENDED


def test_a_suspended_member_is_out_at_once_and_reads_why(member, coordinator, sent):
    member.language = "en"
    member.save()
    client = Client()
    client.force_login(member, backend=BACKEND)
    event = EventFactory(capacity=1)
    RegistrationFactory(event=event, user=member)
    waiting = RegistrationFactory(event=event, status=Registration.Status.WAITING)

    suspend(member, by=coordinator, reason="Repeated advertising.")

    assert client.get("/en/members/").status_code == 302
    waiting.refresh_from_db()
    assert waiting.is_confirmed
    record = RosterRecord.objects.get()
    assert (record.action, record.actor, record.person, record.detail) == (
        "suspended", coordinator, member, {"reason": "Repeated advertising."},
    )  # fmt: skip
    texts = [text for address, _s, text, _h in sent() if address == member.email]
    assert any("Repeated advertising." in text for text in texts)


def test_signing_in_says_that_the_account_is_suspended(member, coordinator, code_for, client):
    suspend(member, by=coordinator, reason="…")
    client.post("/en/account/login/", {"login": member.email, "by_code": "1"})
    code = code_for(member.email)
    page = client.post("/en/account/login/code/confirm/", {"code": code}, follow=True)
    assert "This account is suspended." in page.content.decode()


def test_lifting_opens_the_account_again(member, coordinator, told):
    suspend(member, by=coordinator, reason="…")
    lift_suspension(member, by=coordinator)

    member.refresh_from_db()
    assert member.membership == "member"
    assert RosterRecord.objects.filter(action="reinstated", actor=coordinator).exists()
    assert ("members.suspension_lifted", member.email, "ar") in told()
    with pytest.raises(Refused):
        lift_suspension(member, by=coordinator)


def test_a_refusal_changes_nothing(focal_point, coordinator, told):
    with pytest.raises(Refused, match=str(Suspension.IN_OFFICE.label)):
        suspend(focal_point, by=coordinator, reason="…")
    assert told() == []


def test_the_desk_asks_for_the_reason(as_user, coordinator, member):
    client = as_user(coordinator)
    path = f"/en/admin/members/user/{member.pk}/suspend/"
    assert client.get(path).status_code == 200
    assert client.post(path, {"reason": " "}).status_code == 422
    assert client.post(path, {"reason": "Spam."}).status_code == 302
    member.refresh_from_db()
    assert member.membership == "suspended"

    page = client.get(f"/en/admin/members/user/{member.pk}/change/").content.decode()
    assert f"/en/admin/members/user/{member.pk}/lift/" in page
    client.post(f"/en/admin/members/user/{member.pk}/lift/")
    member.refresh_from_db()
    assert member.membership == "member"
