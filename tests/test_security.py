"""What an attacker tries, signed in or not, and what must come of it: nothing."""

from __future__ import annotations

import logging

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.urls import reverse

from cop_portal import errors, loading
from cop_portal.spreadsheets import neutral
from events import actions
from events.models import Event
from members.actions import change_post
from members.adapter import AccountAdapter
from members.forms import ProfileForm
from members.models import User
from notifications.models import Delivery
from tests.factories import EventFactory, RegistrationFactory, UserFactory

pytestmark = pytest.mark.django_db
PROFILE = {
    "full_name": "أمينة حداد",
    "function": "مديرة",
    "organisation_name": "وزارة التنمية",
    "language": "ar",
    "time_zone": "",
}


# Guessing by narrowing a list of the desk -------------------------------------------------------


@pytest.mark.parametrize(
    "query",
    [
        "context__code__startswith=1",
        "context__contains=1",
        "context=x",
        "key__startswith=account",
        "claim__isnull=1",
        "recipient__password__startswith=p",
    ],
)
@pytest.mark.parametrize("role", ["coordinator", "administrator"])
def test_the_ledger_answers_no_guess_at_a_code(as_user, request, administrator, role, query):
    Delivery.objects.create(
        kind="account.login_code",
        key="a",
        recipient=administrator,
        address=administrator.email,
        language="ar",
        context={"code": "1234-5678"},
    )
    client = as_user(request.getfixturevalue(role))

    answer = client.get(f"/en/admin/notifications/delivery/?{query}")

    assert answer.status_code == 400
    assert administrator.email not in answer.content.decode()


@pytest.mark.parametrize("query", ["password__startswith=p", "password=x", "name_key__contains=a"])
def test_the_list_of_people_answers_no_guess_at_a_password(as_user, coordinator, query):
    assert as_user(coordinator).get(f"/en/admin/members/user/?{query}").status_code == 400


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("members/user", "membership__exact=member&country=JO"),
        ("members/user", "organisation__id__exact=1"),
        ("members/user", "applied_at__year=2026"),
        ("events/event", "status__exact=draft&topics__id__exact=1&starts_at__year=2026"),
        ("events/registration", "status__exact=waiting"),
        ("notifications/delivery", "state__exact=failed&language__exact=ar"),
    ],
)
def test_what_the_desk_itself_offers_is_still_narrowed_by(as_user, coordinator, path, query):
    assert as_user(coordinator).get(f"/en/admin/{path}/?{query}").status_code == 200


# Closed accounts ----------------------------------------------------------------------------------


@pytest.mark.parametrize("membership", ["suspended", "left", "declined"])
def test_the_calendar_of_a_closed_account_is_closed(client, member, membership):
    RegistrationFactory(user=member)
    address = reverse("feed", args=[actions.reset_feed(member).token])
    before = client.get(address)
    User.objects.filter(pk=member.pk).update(membership=membership)

    assert b"meet.example" in before.content.replace(b"\r\n ", b"")
    assert client.get(address).status_code == 404


def test_saving_ones_profile_does_not_undo_what_was_decided_meanwhile(member, coordinator):
    read_before = User.objects.get(pk=member.pk)
    form = ProfileForm(PROFILE, instance=read_before)
    assert form.is_valid()
    User.objects.filter(pk=member.pk).update(is_active=False, membership="suspended")

    form.save()
    change_post(read_before, by=read_before, **form.post())

    member.refresh_from_db()
    assert (member.is_active, member.membership) == (False, "suspended")
    assert (member.full_name, member.function) == ("أمينة حداد", "مديرة")
    assert member.name_key.startswith("امينه حداد")
    assert member.organisation_name == "وزارة التنمية"


def test_a_new_password_does_not_undo_what_was_decided_meanwhile(member):
    read_before = User.objects.get(pk=member.pk)
    User.objects.filter(pk=member.pk).update(is_active=False)

    AccountAdapter().set_password(read_before, "a-new-long-password")

    member.refresh_from_db()
    assert not member.is_active
    assert member.check_password("a-new-long-password")


# What stays in a browser --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", ["/en/", "/en/members/", "/en/account/profile/", "/en/notifications/", "/en/events/"]
)
def test_pages_of_a_person_are_kept_by_no_browser_and_no_proxy(as_user, member, path):
    kept = as_user(member).get(path)["Cache-Control"]

    assert "no-store" in kept
    assert "private" in kept


def test_a_visitors_page_may_be_gone_back_to(client):
    assert "no-store" not in client.get("/en/").get("Cache-Control", "")


def test_a_calendar_keeps_its_own_rule(as_user, member):
    event = EventFactory()

    kept = as_user(member).get(reverse("events:ics", args=[event.pk]))["Cache-Control"]

    assert "max-age=300" in kept


# Places in lists ----------------------------------------------------------------------------------


@pytest.mark.parametrize("hidden", [{"status": Event.Status.DRAFT}, {"visibility": "members"}])
@pytest.mark.parametrize("time", ["past", "upcoming"])
def test_a_hidden_event_marks_no_place_in_a_list(client, hidden, time):
    shown, secret = EventFactory(), EventFactory(**hidden)

    here = client.get(f"/en/events/?time={time}&after={shown.pk}").context["page"]
    there = client.get(f"/en/events/?time={time}&after={secret.pk}").context["page"]

    assert here.has_previous
    assert not there.has_previous


@pytest.mark.parametrize("language", ["ar", "en"])
def test_a_hidden_person_marks_no_place_in_the_directory(as_user, member, applicant, language):
    client = as_user(member)

    def asked(person):
        return client.get(f"/{language}/members/?after={person.pk}").context["page"]

    assert asked(member).has_previous
    assert not asked(applicant).has_previous


# What people type ---------------------------------------------------------------------------------


def test_a_name_whose_letters_unfold_is_saved(as_user, member):
    """One sign may stand for eighteen letters."""
    name = "\ufdfa" * 150

    answer = as_user(member).post("/ar/account/profile/", {**PROFILE, "full_name": name})

    member.refresh_from_db()
    assert answer.status_code == 302
    assert member.full_name == name
    assert len(member.name_key) <= 310


@pytest.mark.parametrize(
    ("cell", "safe"),
    [
        ("Ministry;=HYPERLINK(1)", "Ministry;'=HYPERLINK(1)"),
        ("a; +1", "a; '+1"),
        ("a\n=1", "a\n'=1"),
        ("＝1+1", "'＝1+1"),
        ("one; two", "one; two"),
    ],
)
def test_no_formula_begins_within_a_cell(cell, safe):
    assert neutral(cell) == safe


def test_an_address_begins_no_line_of_the_log(rf, caplog):
    with caplog.at_level(logging.ERROR, logger="cop_portal.errors"):
        errors.server_error(rf.get("/ar/x%0A2026-01-01 CRITICAL forged/"))

    [record] = caplog.records
    assert "\n" not in record.getMessage()


# The demonstration --------------------------------------------------------------------------------


@pytest.mark.parametrize(("is_demonstration", "gets_in"), [(True, True), (False, False)])
def test_the_published_password_opens_a_demonstration_only(
    client, settings, is_demonstration, gets_in
):
    settings.DEMONSTRATION = is_demonstration
    person = UserFactory(password=make_password(loading.DEMONSTRATION_PASSWORD))
    EmailAddress.objects.get_or_create(
        user=person, email=person.email, defaults={"primary": True, "verified": True}
    )

    client.post(
        "/en/account/login/", {"login": person.email, "password": loading.DEMONSTRATION_PASSWORD}
    )

    assert ("_auth_user_id" in client.session) is gets_in
