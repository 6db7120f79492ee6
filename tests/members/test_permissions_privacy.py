"""Merging, the audit trail, suspension and one's own data, asked of every role over HTTP."""

from __future__ import annotations

import pytest
from django.test import Client

from members.models import RosterRecord, User
from tests.factories import UserFactory
from tests.permissions import BACKEND, ROLES, table

pytestmark = pytest.mark.django_db
STAFF = table(sign_in="V", refused="AMEFOS", yes="CX")


@pytest.mark.parametrize("path", ["/en/account/data/", "/en/account/leave/"])
def test_ones_own_data_is_for_everyone_who_has_an_account(ask, path):
    assert ask(path) == table(sign_in="V", yes="AMEFOSCX")
    # A POST asks first who one is; nothing happens before that.
    assert ask(path, post={"content": "kept", "certain": "on"}) == table(
        sign_in="V", yes="AMEFOSCX"
    )
    assert not RosterRecord.objects.exists()
    assert not User.objects.exclude(erased_at=None).exists()


def test_confirming_who_one_is(ask):
    assert ask("/en/account/confirm/") == table(sign_in="V", yes="AMEFOSCX")
    assert ask("/en/account/confirm/", post={"action": "send"}) == table(
        sign_in="V", yes="AMEFOSCX"
    )


def test_what_is_kept_for_how_long_is_for_everyone(ask):
    assert ask("/en/privacy/retention/") == table(yes=ROLES)


def test_accounts_are_merged_by_coordinators(ask):
    one, two = UserFactory(), UserFactory()
    assert ask(f"/en/office/people/{one.pk}/merge/") == STAFF
    assert ask(f"/en/office/people/{one.pk}/merge/{two.pk}/") == STAFF

    def new_pair(_user):
        return f"/en/office/people/{UserFactory().pk}/merge/{one.pk}/"

    done = ask("", post={"keep": one.pk, "certain": "on"}, prepare=new_pair)

    assert done == STAFF
    actors = RosterRecord.objects.filter(action="merged").values_list("actor__email", flat=True)
    assert sorted(actors) == ["admin@cop.example", "coordinator@cop.example"]


def test_merging_takes_no_account_from_elsewhere(as_user, coordinator):
    one, two, third = UserFactory(), UserFactory(), UserFactory()
    response = as_user(coordinator).post(
        f"/en/office/people/{one.pk}/merge/{two.pk}/", {"keep": third.pk, "certain": "on"}
    )
    assert response.status_code == 422
    assert not User.objects.exclude(merged_into=None).exists()


def test_the_audit_trail_is_for_coordinators(ask):
    assert ask("/en/admin/members/rosterrecord/") == STAFF
    assert ask("/en/admin/members/rosterrecord/export/", post={}) == STAFF


def test_nobody_posts_to_the_audit_trail(ask):
    assert ask("/en/admin/members/rosterrecord/", post={"action": "delete"}) == table(
        sign_in="V", refused="AMEFOSCX"
    )


@pytest.mark.parametrize("verb", ["suspend", "lift"])
def test_accounts_are_suspended_by_coordinators(ask, verb):
    def new_member(_user):
        person = UserFactory(membership="member" if verb == "suspend" else "suspended")
        return f"/en/admin/members/user/{person.pk}/{verb}/"

    assert ask("", prepare=new_member) == STAFF
    assert ask("", post={"reason": "…"}, prepare=new_member) == STAFF


@pytest.mark.parametrize("path", ["/en/account/data/", "/en/account/leave/"])
def test_nobody_asks_for_the_data_of_another(cast, path):
    """The address names nobody: whose data it is follows from the session alone."""
    client = Client()
    client.force_login(cast["M"], backend=BACKEND)
    assert client.get(f"{path}?person={cast['C'].pk}").status_code == 200
    assert client.get(f"{path}{cast['C'].pk}/").status_code == 404
