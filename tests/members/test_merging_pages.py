"""Merging over HTTP: finding and comparing accounts, and signing in by either address."""

from __future__ import annotations

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.test import Client

from members.actions.merging import Union, merge
from members.models import FormerAddress, User
from notifications.models import Delivery
from tests.factories import CountryFactory, RegistrationFactory, UserFactory
from tests.members.test_merging import everything_for

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mail_quiet")]


@pytest.fixture
def duplicate(db):
    return UserFactory(email="old@old-ministry.example", country=CountryFactory(iso="JO"))


@pytest.fixture
def keep(duplicate):
    return UserFactory(email="new@new-ministry.example", country=duplicate.country)


# Addresses and signing in --------------------------------------------------------------------


def sign_in_by_code(address, code_for):
    client = Client()
    client.post("/en/account/login/", {"login": address, "by_code": "1"})
    response = client.post("/en/account/login/code/confirm/", {"code": code_for(address)})
    return client, response


@pytest.mark.parametrize("address", ["old@old-ministry.example", "new@new-ministry.example"])
def test_both_addresses_sign_in_to_the_account_kept(
    keep, duplicate, coordinator, code_for, address, told
):
    merge(keep, duplicate, by=coordinator)

    client, response = sign_in_by_code(address, code_for)

    assert response.status_code == 302
    assert client.session["_auth_user_id"] == str(keep.pk)
    assert told(kind="account.login_code") == [("account.login_code", address, "ar")]


def test_the_address_in_use_stays_the_kept_ones(keep, duplicate, coordinator):
    merge(keep, duplicate, by=coordinator)

    assert set(EmailAddress.objects.values_list("user", "email", "primary", "verified")) >= {
        (keep.pk, "new@new-ministry.example", True, True),
        (keep.pk, "old@old-ministry.example", False, True),
    }
    keep.refresh_from_db()
    assert keep.email == "new@new-ministry.example"


def test_an_address_nobody_confirmed_belongs_to_nobody(keep, coordinator):
    unsure = UserFactory(email="typo@old.example", confirmed_address=False)
    EmailAddress.objects.create(user=unsure, email=unsure.email, verified=False, primary=True)

    merge(keep, unsure, by=coordinator)

    assert not EmailAddress.objects.filter(email="typo@old.example").exists()
    assert Delivery.objects.get(kind="members.merged").context["is_alias"] is False


def test_former_addresses_survive_a_change_of_address(keep, duplicate, coordinator, code_for):
    merge(keep, duplicate, by=coordinator)
    client, _response = sign_in_by_code(keep.email, code_for)
    confirm(client, keep, code_for, "/en/account/email/")

    client.post("/en/account/email/", {"email": "third@cop.example", "action_add": ""})
    client.post("/en/account/confirm-email/", {"code": code_for("third@cop.example")}, follow=True)

    assert set(EmailAddress.objects.filter(user=keep).values_list("email", "primary")) == {
        ("third@cop.example", True),
        ("old@old-ministry.example", False),
    }


def confirm(client, person, code_for, path):
    """Prove who one is by a mailed code, on the way to `path`."""
    client.post(f"/en/account/confirm/?next={path}", {"action": "send"})
    client.post("/en/account/confirm/", {"code": code_for(person.email), "next": path})


def test_a_former_address_can_be_taken_off_by_its_owner(keep, duplicate, coordinator, code_for):
    merge(keep, duplicate, by=coordinator)
    client, _response = sign_in_by_code(keep.email, code_for)
    confirm(client, keep, code_for, "/en/account/email/")
    assert duplicate.email in client.get("/en/account/email/").content.decode()

    client.post("/en/account/email/", {"email": duplicate.email, "action_remove": ""})

    assert not EmailAddress.objects.filter(email=duplicate.email).exists()
    assert not FormerAddress.objects.exists()


def test_what_opened_the_duplicate_opens_nothing_any_more(keep, duplicate, coordinator):
    client = everything_for(duplicate)

    merge(keep, duplicate, by=coordinator)

    assert client.get("/en/notifications/").status_code == 302
    assert not Authenticator.objects.exists()
    assert not UserSession.objects.exists()
    assert not Session.objects.exists()


# The pages -----------------------------------------------------------------------------------


def test_a_coordinator_finds_compares_and_merges(as_user, coordinator, keep, duplicate):
    for person in (keep, duplicate):
        User.objects.filter(pk=person.pk).update(full_name="سلمى الخالدي", name_key="سلمي الخالدي")
    client = as_user(coordinator)

    found = client.get(f"/en/office/people/{keep.pk}/merge/")
    assert found.context["likely"] == [duplicate]
    page = client.get(f"/en/office/people/{keep.pk}/merge/{duplicate.pk}/")
    assert page.context["form"].initial["keep"] == keep.pk
    refused = client.post(f"/en/office/people/{keep.pk}/merge/{duplicate.pk}/", {"keep": keep.pk})
    assert refused.status_code == 422
    done = client.post(
        f"/en/office/people/{keep.pk}/merge/{duplicate.pk}/",
        {"keep": duplicate.pk, "certain": "on"},
    )

    assert done.status_code == 302
    keep.refresh_from_db()
    assert keep.merged_into == duplicate
    onward = client.get(f"/en/office/people/{keep.pk}/merge/")
    assert onward.url == f"/en/office/people/{duplicate.pk}/merge/"


@pytest.mark.parametrize("asked", ["old-ministry", "OLD@", "سلمى"])
def test_the_other_account_is_found_by_name_or_address(
    as_user, coordinator, keep, duplicate, asked
):
    duplicate.full_name = "سلمي الخالدي"
    duplicate.save()

    page = as_user(coordinator).get(f"/en/office/people/{keep.pk}/merge/", {"q": asked})

    assert page.context["found"] == [duplicate]


def test_a_refusal_stands_on_the_page(as_user, coordinator, keep, duplicate):
    User.objects.filter(pk=duplicate.pk).update(membership="suspended")

    response = as_user(coordinator).post(
        f"/en/office/people/{keep.pk}/merge/{duplicate.pk}/",
        {"keep": keep.pk, "certain": "on"},
    )

    assert response.status_code == 422
    assert str(Union.SUSPENDED.label) in response.content.decode()


def test_comparing_asks_as_often_however_much_there_is(
    as_user, coordinator, keep, duplicate, django_assert_max_num_queries
):
    client = as_user(coordinator)
    path = f"/en/office/people/{keep.pk}/merge/{duplicate.pk}/"
    with django_assert_max_num_queries(120):
        client.get(path)
    for _number in range(5):
        RegistrationFactory(user=duplicate)
    with django_assert_max_num_queries(120):
        client.get(path)


def test_an_account_that_is_over_is_read_only_at_the_desk(
    as_user, administrator, keep, duplicate, coordinator
):
    merge(keep, duplicate, by=coordinator)
    client = as_user(administrator)
    path = f"/en/admin/members/user/{duplicate.pk}/change/"

    assert client.get(path).status_code == 200
    assert client.post(path, {"full_name": "عودة"}).status_code == 403
    assert client.post(f"/en/admin/members/user/{duplicate.pk}/delete/").status_code == 403
    assert User.objects.get(pk=duplicate.pk).full_name == ""
