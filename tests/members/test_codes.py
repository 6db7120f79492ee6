"""Activation codes: who gets one, how often, what it opens and what it never opens."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from members.actions import codes
from members.actions.codes import (
    NOT_TOGETHER,
    TooManyTries,
    issue_for_invitation,
    issue_for_user,
    redeem,
)
from members.actions.invitations import invite, withdraw_invitation
from members.actions.refusal import Refused
from members.models import ActivationCode, CodeAttempt, Invitation, RosterRecord, User
from tests.factories import AppointmentFactory, CountryFactory, UserFactory
from tests.members.pages import flat
from tests.members.together import together

pytestmark = pytest.mark.django_db
Action = RosterRecord.Action
ACTIVATE = "/en/account/activate/"
ARABIC_DIGITS = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")


@pytest.fixture(autouse=True)
def quiet(mail_quiet, in_english):
    """No worker is woken; sentences as the source has them."""


@pytest.fixture
def unused(jordan):
    """A member who was approved and has never signed in."""
    person = UserFactory(email="unused@mosd.example", country=jordan, language="en")
    person.set_unusable_password()
    person.save()
    return person


@pytest.fixture
def lost(jordan):
    """An applicant whom the code that confirms the address never reached."""
    return UserFactory(
        email="lost@mosd.example", country=jordan, membership="applicant", confirmed_address=False
    )


@pytest.fixture
def invitation(jordan, focal_point):
    person = {"email": "suha@mosd.example", "full_name": "سهى", "language": "en"}
    invite(jordan, person, by=focal_point)
    return Invitation.objects.get()


def try_code(client, email, code):
    return client.post(ACTIVATE, {"email": email, "code": code})


def another(code):
    return f"{(int(code) + 1) % 10**8:08}"


def actions():
    return list(RosterRecord.objects.order_by("pk").values_list("action", flat=True))


# Issuing -------------------------------------------------------------------------------------


def test_a_code_is_shown_once_grouped_and_for_print(as_user, focal_point, unused):
    client = as_user(focal_point)

    response = client.post(f"/ar/office/people/{unused.pk}/code/")

    page = flat(response)
    [(first, second)] = re.findall(r">(\d{4})&nbsp;(\d{4})<", page)
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    assert f'<span class="sr">{" ".join(first + second)}</span>' in page
    # The sheet speaks the person's language, whatever the page of the focal point speaks.
    assert 'lang="en" dir="ltr"' in page
    assert "Open this address in a browser:" in page
    assert "/en/account/activate/" in page
    assert "unused@mosd.example" in page
    row = ActivationCode.objects.get()
    assert first + second not in str(vars(row))
    assert (row.user, row.issued_by) == (unused, focal_point)
    assert row.expires_at - row.issued_at == pytest.approx(
        timedelta(hours=24), abs=timedelta(seconds=1)
    )
    record = RosterRecord.objects.get()
    assert (record.action, record.actor, record.person) == ("code_issued", focal_point, unused)
    assert first + second not in str(record.detail)
    assert client.get(f"/ar/office/people/{unused.pk}/code/").status_code == 405
    listed = flat(client.get("/en/office/invitations/?state=unused"))
    assert first not in listed


@pytest.mark.parametrize(
    "fields",
    [
        {"last_login": timezone.now()},
        {"last_seen_on": timezone.now().date()},
        {"is_coordinator": True},
        {"is_superuser": True},
        {"is_sponsor": True},
        {"membership": "applicant"},  # the address is confirmed: mail arrives
        {"membership": "left"},
        {"membership": "suspended"},
        {"membership": "declined"},
        {"is_active": False},
    ],
)
def test_only_accounts_that_were_never_used_get_one(as_user, focal_point, unused, fields):
    User.objects.filter(pk=unused.pk).update(**fields)

    response = as_user(focal_point).post(f"/en/office/people/{unused.pk}/code/", follow=True)

    assert "A code is for accounts that have never been used." in flat(response)
    assert not ActivationCode.objects.exists()


def test_a_second_step_at_sign_in_is_never_gone_around(focal_point, unused):
    Authenticator.objects.create(user=unused, type="totp", data={"secret": "x"})

    with pytest.raises(Refused):
        issue_for_user(unused, by=focal_point)


def test_for_another_focal_point_the_secretariat_issues_it(
    focal_point, coordinator, unused, jordan
):
    AppointmentFactory(country=jordan, user=unused, role="alternate")

    with pytest.raises(Refused, match="the secretariat issues the code"):
        issue_for_user(unused, by=focal_point)
    assert issue_for_user(unused, by=coordinator).code


@pytest.mark.parametrize("state", ["expired", "withdrawn", "accepted", "has account"])
def test_only_an_open_invitation_gets_one(focal_point, invitation, state):
    if state == "expired":
        Invitation.objects.update(expires_at=timezone.now())
    elif state == "has account":
        UserFactory(email=invitation.email)
    else:
        Invitation.objects.update(state=state)

    with pytest.raises(Refused):
        issue_for_invitation(invitation, by=focal_point)


def test_five_a_day_for_a_person_and_fifty_from_one_issuer(
    focal_point, coordinator, unused, jordan
):
    for _time in range(5):
        issue_for_user(unused, by=focal_point)
    with pytest.raises(Refused, match="Five codes"):
        issue_for_user(unused, by=coordinator)

    other = UserFactory(country=jordan)
    ActivationCode.objects.bulk_create(
        [ActivationCode(user=other, digest="x", issued_by=focal_point) for _n in range(45)]
    )
    fresh = UserFactory(country=jordan)
    with pytest.raises(Refused, match="Fifty codes"):
        issue_for_user(fresh, by=focal_point)

    with time_machine.travel(timezone.now() + timedelta(days=1, minutes=1), tick=False):
        issue_for_user(unused, by=focal_point)
        issue_for_user(fresh, by=focal_point)


# Using ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "write",
    [
        str,
        lambda code: f"{code[:4]}-{code[4:]}",
        lambda code: f" {code[:4]} {code[4:]} ",
        lambda code: code.translate(ARABIC_DIGITS),
        lambda code: "\u200f" + " ".join(code),
    ],
)
def test_a_member_comes_in_and_is_led_to_a_way_back(client, focal_point, unused, write):
    issued = issue_for_user(unused, by=focal_point)

    response = client.post(
        ACTIVATE, {"email": "\u200eUNUSED@mosd.example ", "code": write(issued.code)}, follow=True
    )

    assert response.redirect_chain == [("/en/account/welcome/", 302)]
    assert response.context["user"] == unused
    assert 'href="/en/account/password/set/"' in flat(response)
    assert 'href="/en/account/2fa/"' in flat(response)
    assert actions() == ["code_issued", "code_used"]
    assert RosterRecord.objects.last().person == unused
    issued.row.refresh_from_db()
    assert issued.row.used_at
    assert client.get("/en/account/password/set/").status_code == 200


def test_a_code_works_once(client, focal_point, unused):
    code = issue_for_user(unused, by=focal_point).code
    try_code(client, unused.email, code)
    client.post("/en/account/logout/")

    again = try_code(client, unused.email, code)

    assert again.status_code == 422
    assert str(NOT_TOGETHER) in flat(again).replace("&#x27;", "'")


def test_an_applicant_is_confirmed_and_put_before_those_who_decide(client, focal_point, lost, told):
    code = issue_for_user(lost, by=focal_point).code

    response = try_code(client, lost.email, code)

    assert response.url == "/en/account/welcome/"
    lost.refresh_from_db()
    assert lost.membership == "applicant"
    assert EmailAddress.objects.get(user=lost).verified
    assert User.objects.applicants().get() == lost
    assert told() == [
        ("members.received", "lost@mosd.example", "ar"),
        ("members.waiting", focal_point.email, "ar"),
    ]
    assert "on its way to those who decide" in flat(client.get(response.url))


def test_an_invitation_opens_the_form_that_accepts_it(client, focal_point, invitation):
    code = issue_for_invitation(invitation, by=focal_point).code

    response = client.post(ACTIVATE, {"email": invitation.email, "code": code}, follow=True)

    assert response.status_code == 200
    assert response.context["invitation"] == invitation
    assert not User.objects.filter(email=invitation.email).exists()
    used = RosterRecord.objects.get(action=Action.CODE_USED)
    assert (used.country_id, used.detail["invitation"]) == ("JO", invitation.pk)
    accepted = client.post(
        response.redirect_chain[-1][0],
        {"full_name": "سهى", "organisation_text": "الوزارة", "function": "رئيسة", "language": "ar"},
    )
    assert accepted.url == "/en/account/welcome/"


def test_a_new_code_makes_the_older_useless(client, focal_point, unused):
    old = issue_for_user(unused, by=focal_point).code
    new = issue_for_user(unused, by=focal_point).code

    assert try_code(client, unused.email, old).status_code == 422
    assert try_code(client, unused.email, new).status_code == 302


def test_a_code_lasts_a_day(client, focal_point, unused):
    with time_machine.travel(timezone.now() - timedelta(hours=24, seconds=1), tick=False):
        late = issue_for_user(unused, by=focal_point).code

    assert try_code(client, unused.email, late).status_code == 422


def test_five_wrong_tries_end_a_code(client, focal_point, unused):
    code = issue_for_user(unused, by=focal_point).code
    for _time in range(5):
        assert try_code(client, unused.email, another(code)).status_code == 422

    assert try_code(client, unused.email, code).status_code == 422
    assert actions() == ["code_issued", *["code_refused"] * 5]
    assert ActivationCode.objects.get().wrong_tries == 5


def test_a_code_is_for_one_address_only(client, focal_point, unused, lost):
    code = issue_for_user(unused, by=focal_point).code

    assert try_code(client, lost.email, code).status_code == 422
    assert try_code(client, "nobody@mosd.example", code).status_code == 422


def test_every_refusal_reads_the_same(client, focal_point, unused, lost, invitation):
    code = issue_for_user(unused, by=focal_point).code
    withdrawn = issue_for_invitation(invitation, by=focal_point).code
    withdraw_invitation(invitation, by=focal_point)
    answers = [
        try_code(client, unused.email, another(code)),
        try_code(client, lost.email, code),
        try_code(client, "nobody@mosd.example", code),
        try_code(client, invitation.email, withdrawn),
    ]

    pages = set()
    for answer in answers:
        page = re.sub(r'value="[^"]*"', "", flat(answer))
        pages.add((answer.status_code, page))
    assert len(pages) == 1


@pytest.mark.parametrize("change", ["signed in", "suspended", "address taken"])
def test_what_happened_since_the_issue_counts(client, focal_point, unused, change):
    code = issue_for_user(unused, by=focal_point).code
    if change == "signed in":
        User.objects.update(last_login=timezone.now())
    elif change == "suspended":
        User.objects.filter(pk=unused.pk).update(membership="suspended")
    else:
        EmailAddress.objects.filter(user=unused).update(verified=False)
        EmailAddress.objects.create(user=UserFactory(), email=unused.email, verified=True)

    assert try_code(client, unused.email, code).status_code == 422
    assert "_auth_user_id" not in client.session
    assert ActivationCode.objects.get().used_at is None


@pytest.mark.parametrize("code", ["", "1234", "123456789", "abcdefgh", "١٢٣"])
def test_what_is_no_code_is_said_at_the_field(client, db, code):
    response = try_code(client, "a@b.example", code)

    assert response.status_code == 422
    assert not CodeAttempt.objects.exists()


def test_whoever_is_signed_in_needs_no_code(as_user, member):
    assert as_user(member).get(ACTIVATE).url == "/en/"


@pytest.mark.parametrize("path", ["/en/account/login/", "/ar/account/login/"])
def test_the_page_is_found_from_signing_in(client, db, path):
    assert "/account/activate/" in flat(client.get(path))
    assert client.get(ACTIVATE).status_code == 200


def test_the_page_is_found_from_confirming_an_address(client, request_to_join):
    client.post("/en/account/signup/", request_to_join())

    assert 'href="/en/account/activate/"' in flat(client.get("/en/account/confirm-email/"))


# Limits --------------------------------------------------------------------------------------


def test_one_place_tries_twenty_times_in_ten_minutes(client, focal_point, unused):
    for n in range(20):
        assert try_code(client, f"nobody{n}@b.example", "00000000").status_code == 422
    code = issue_for_user(unused, by=focal_point).code

    refused = try_code(client, unused.email, code)

    assert refused.status_code == 429
    assert "Too many tries." in flat(refused)
    elsewhere = Client(REMOTE_ADDR="203.0.113.9")
    assert try_code(elsewhere, unused.email, code).status_code == 302


def test_without_the_cache_the_database_limits_a_place(focal_point, unused):
    for n in range(codes.TRIES_FROM_ONE_PLACE):
        with pytest.raises(Refused):
            redeem(f"nobody{n}@b.example", "00000000", origin="203.0.113.7")
    code = issue_for_user(unused, by=focal_point).code

    with pytest.raises(TooManyTries):
        redeem(unused.email, code, origin="203.0.113.7")
    assert ActivationCode.objects.get().used_at is None
    with time_machine.travel(timezone.now() + timedelta(minutes=61), tick=False):
        assert redeem(unused.email, code, origin="203.0.113.7").user == unused


def test_an_address_is_limited_from_wherever_it_is_tried(focal_point, unused):
    for n in range(codes.TRIES_FOR_ONE_ADDRESS):
        with pytest.raises(Refused):
            redeem(unused.email, "00000000", origin=f"203.0.113.{n}")

    code = issue_for_user(unused, by=focal_point).code
    with pytest.raises(TooManyTries):
        redeem(unused.email, code, origin="198.51.100.1")


def test_a_cache_that_is_away_lets_people_in(client, focal_point, unused, settings):
    backend = "cop_portal.cache.ForgivingRedisCache"
    settings.CACHES = {"default": {"BACKEND": backend, "LOCATION": "redis://127.0.0.1:1/0"}}
    code = issue_for_user(unused, by=focal_point).code

    assert try_code(client, unused.email, code).status_code == 302


def test_what_is_kept_of_a_try_names_nobody(client, db):
    try_code(client, "nobody@b.example", "00000000")

    [attempt] = CodeAttempt.objects.all()
    assert "nobody" not in attempt.address
    assert "127.0.0.1" not in attempt.origin


# At the same moment --------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_two_who_type_a_code_at_once_use_it_once_and_no_try_is_lost():
    jordan = CountryFactory(iso="JO")
    person, issuer = UserFactory(country=jordan), AppointmentFactory(country=jordan).user
    code = issue_for_user(person, by=issuer).code

    assert together(*[lambda: redeem(person.email, code, origin="a")] * 2) == [
        str(NOT_TOGETHER),
        "done",
    ]

    second = UserFactory(country=jordan)
    right = issue_for_user(second, by=issuer).code
    wrong = together(*[lambda: redeem(second.email, another(right), origin="b")] * 8)
    assert wrong == [str(NOT_TOGETHER)] * 8
    assert ActivationCode.objects.get(user=second).wrong_tries == 5


@pytest.mark.django_db(transaction=True)
def test_the_limit_of_a_day_holds_when_several_are_issued_at_once():
    jordan = CountryFactory(iso="JO")
    person, issuer = UserFactory(country=jordan), AppointmentFactory(country=jordan).user

    results = together(*[lambda: issue_for_user(person, by=issuer)] * 7)

    assert [result == "done" for result in results] == [False] * 2 + [True] * 5
    assert ActivationCode.objects.filter(used_at=None, expires_at__gt=timezone.now()).count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_code_typed_while_another_is_issued_does_not_lock_either_out():
    jordan = CountryFactory(iso="JO")
    issuer = AppointmentFactory(country=jordan).user

    for _n in range(5):
        person = UserFactory(country=jordan)
        code = issue_for_user(person, by=issuer).code
        typed, issued = together(
            lambda code=code, person=person: redeem(person.email, code, origin="a"),
            lambda person=person: issue_for_user(person, by=issuer),
        )
        assert (typed, issued) in (("done", "done"), (str(NOT_TOGETHER), "done"))


def test_the_row_of_a_person_offers_a_code_that_can_be_issued(as_user, focal_point, unused):
    """Whoever has been here is offered none, nor is whom the office could not issue one for."""
    client = as_user(focal_point)
    path = reverse("members:roster_row", args=[unused.pk])
    button = reverse("members:issue_code_user", args=[unused.pk])
    assert button in client.get(path).content.decode()

    unused.last_seen_on = timezone.now().date()
    unused.save()
    assert button not in client.get(path).content.decode()

    unused.last_seen_on = None
    unused.save()
    AppointmentFactory(country=unused.country, user=unused, role="alternate")
    assert button not in client.get(path).content.decode()
