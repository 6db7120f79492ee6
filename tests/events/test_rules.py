"""Who may do what: every predicate against every role."""

from __future__ import annotations

import pytest
from django.utils import translation

from cop_portal.permissions import denial
from members.models import User
from tests.factories import EventFactory, RegistrationFactory, UserFactory

pytestmark = pytest.mark.django_db

CAST = (
    "anonymous", "applicant", "member", "expert", "focal_point", "sponsor", "coordinator",
    "administrator",
)  # fmt: skip
PRACTITIONERS = {"member", "expert", "focal_point"}
STAFF = {"coordinator", "administrator"}
ADMIN_MODELS = (
    "event", "session", "organiser", "highlight", "figure", "eventreminder", "registration",
)  # fmt: skip


@pytest.mark.parametrize("who", CAST)
def test_register(request, who):
    user = request.getfixturevalue(who)

    assert user.has_perm("events.register", EventFactory()) == (who in PRACTITIONERS | STAFF)


@pytest.mark.parametrize("membership", User.Membership)
def test_only_members_register(membership):
    user = UserFactory(membership=membership)

    assert user.has_perm("events.register") == (membership == "member")


def test_closed_accounts_do_nothing():
    user = UserFactory(is_active=False, is_coordinator=True)
    event = RegistrationFactory(user=user).event

    for perm in ("register", "view_access", "manage", "change_event"):
        assert not user.has_perm(f"events.{perm}", event)


@pytest.mark.parametrize("who", CAST)
def test_withdraw_ones_own(request, who):
    user = request.getfixturevalue(who)
    own = None if who == "anonymous" else RegistrationFactory(user=user)
    others = RegistrationFactory()

    assert user.has_perm("events.withdraw", others) == (who in STAFF)
    if own:
        assert user.has_perm("events.withdraw", own)


@pytest.mark.parametrize("who", CAST)
@pytest.mark.parametrize("status", [None, "waiting", "withdrawn", "confirmed"])
def test_access(request, who, status):
    user, event = request.getfixturevalue(who), EventFactory()
    RegistrationFactory(event=event)
    if status and who != "anonymous":
        RegistrationFactory(event=event, user=user, status=status)

    expected = who in STAFF or (status == "confirmed" and who != "anonymous")
    assert user.has_perm("events.view_access", event) == expected


@pytest.mark.parametrize("who", CAST)
def test_staff_alone_manage(request, who):
    user = request.getfixturevalue(who)

    assert user.has_perm("events.manage") == (who in STAFF)
    assert user.has_module_perms("events") == (who in STAFF)
    for model in ADMIN_MODELS:
        for verb in ("view", "add", "change", "delete"):
            assert user.has_perm(f"events.{verb}_{model}") == (who in STAFF), (verb, model)


@pytest.mark.parametrize(
    ("status", "allowed"), [("draft", True), ("published", False), ("cancelled", False)]
)
def test_what_people_know_of_is_not_deleted(coordinator, status, allowed):
    assert coordinator.has_perm("events.delete_event", EventFactory(status=status)) == allowed


@pytest.mark.parametrize("perm", ["register", "withdraw", "view_access", "manage", "delete_event"])
def test_each_denial_says_why(perm):
    with translation.override("en"):
        assert denial(f"events.{perm}") != denial("events.unknown")
