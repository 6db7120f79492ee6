"""The ways in, the account's own pages, and the ways back out, over HTTP."""

import re

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from allauth.usersessions.models import UserSession
from django.core.cache import cache
from django.test import Client

from members.backends import Backend
from members.models import User
from notifications.models import Delivery
from tests.factories import UserFactory
from tests.members.pages import flat

pytestmark = pytest.mark.django_db

LOGIN = "/en/account/login/"
CODE = "/en/account/login/code/confirm/"
ARABIC_DIGITS = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
PASSWORD = "a long enough phrase"


@pytest.fixture
def amina(jordan):
    user = UserFactory(email="amina@cop.example", country=jordan, language="en")
    user.set_password(PASSWORD)
    user.save()
    return user


def sign_in(client, email="amina@cop.example", password=PASSWORD, **more):
    return client.post(LOGIN, {"login": email, "password": password, **more})


def is_in(client):
    return "_auth_user_id" in client.session


# Ways in -------------------------------------------------------------------------------------


def test_both_ways_in_stand_on_the_sign_in_page(client, db):
    page = flat(client.get("/ar/account/login/"))

    assert 'type="password"' in page
    assert re.search(r'<button[^>]*form="sign-in" name="by_code"', page)
    assert 'id="passkey_login"' in page
    assert "placeholder" not in page


def test_signing_in_with_a_password_in_any_case_of_the_address(client, amina):
    response = sign_in(client, email="AMINA@Cop.Example")

    assert (response.status_code, response.url) == (302, "/en/")
    assert is_in(client)
    assert client.session.get_expire_at_browser_close()


def test_staying_signed_in_is_a_choice(client, amina, settings):
    sign_in(client, remember="on")

    assert client.session.get_expiry_age() == settings.SESSION_COOKIE_AGE


def test_a_wrong_password_is_refused_and_the_address_kept(client, amina):
    response = sign_in(client, password="wrong")

    assert response.status_code == 422
    assert 'value="amina@cop.example"' in flat(response)
    assert not is_in(client)


def test_a_missing_password_is_asked_for_and_no_code_is_sent(client, amina):
    response = sign_in(client, password="")

    assert response.status_code == 422
    assert "Enter the password, or ask for a code by email." in flat(response)
    assert not Delivery.objects.exists()


def test_signing_in_with_a_code_asked_for_on_the_same_page(client, amina, code_for, told):
    response = sign_in(client, password="", by_code="1", next="/en/account/profile/")

    assert response.status_code == 302
    assert response.url.startswith(CODE)
    assert told() == [("account.login_code", "amina@cop.example", "en")]
    assert not is_in(client)

    response = client.post(
        CODE, {"code": code_for("amina@cop.example"), "next": "/en/account/profile/"}
    )

    assert (response.status_code, response.url) == (302, "/en/account/profile/")
    assert is_in(client)


def test_an_unknown_address_gets_a_mail_and_the_same_page(client, amina, told):
    response = sign_in(client, email="nobody@cop.example", password="", by_code="1")

    assert response.url == CODE
    assert told() == [("account.unknown_account", "nobody@cop.example", "en")]
    assert client.post(CODE, {"code": "0000-0000"}).status_code == 422


def test_an_unconfirmed_address_is_confirmed_on_the_way_in(client, jordan, code_for, told):
    user = UserFactory(
        email="late@cop.example", country=jordan, membership="applicant", confirmed_address=False
    )
    user.set_password(PASSWORD)
    user.save()

    response = sign_in(client, email="late@cop.example")

    assert response.url == "/en/account/confirm-email/"
    client.post(response.url, {"code": code_for("late@cop.example")})
    assert is_in(client)
    assert ("members.received", "late@cop.example", "ar") in told()


@pytest.mark.parametrize(
    ("standing", "sentence"),
    [
        ({"membership": "declined"}, "The request to join was not approved."),
        ({"membership": "suspended"}, "This account is suspended."),
        ({"membership": "left"}, "This membership has ended."),
        ({"is_active": False}, "This account is closed."),
    ],
)
@pytest.mark.parametrize("by_code", [False, True])
def test_whoever_may_not_come_in_reads_why(client, amina, code_for, standing, sentence, by_code):
    User.objects.filter(pk=amina.pk).update(decision_reason="<i>الجهة</i> غير معروفة", **standing)
    if by_code and "is_active" in standing:
        sign_in(client, password="", by_code="1")
        [told] = Delivery.objects.all()
        assert told.kind == "account.unknown_account"
        return

    if by_code:
        sign_in(client, password="", by_code="1")
        response = client.post(CODE, {"code": code_for("amina@cop.example")})
    else:
        response = sign_in(client)

    assert response.url == "/en/account/closed/"
    page = flat(client.get(response.url))
    assert sentence in page
    reason = "&lt;i&gt;الجهة&lt;/i&gt; غير معروفة"
    assert (reason in page) == (standing.get("membership") == "declined")
    assert not is_in(client)


def test_the_page_of_a_closed_account_is_nothing_to_a_stranger(client, db):
    assert client.get("/en/account/closed/").url == LOGIN


def test_a_session_ends_with_the_account(as_user, member):
    client = as_user(member)
    assert client.get("/en/account/profile/").status_code == 200

    User.objects.filter(pk=member.pk).update(membership="suspended")

    assert client.get("/en/account/profile/").url == f"{LOGIN}?next=/en/account/profile/"


def test_the_person_comes_with_the_country_in_one_query(as_user, member, django_assert_num_queries):
    with django_assert_num_queries(1):
        person = Backend().get_user(member.pk)
        assert person.zone.key == "Asia/Amman"
    assert Backend().get_user(10**9) is None


def test_too_many_wrong_passwords_close_the_way_for_a_while(client, amina):
    for _try in range(5):
        sign_in(client, password="wrong")

    response = sign_in(client)

    assert response.status_code == 422
    assert "Too many failed login attempts" in flat(response)
    assert not is_in(client)


# Password ------------------------------------------------------------------------------------


def test_a_forgotten_password_is_reset_with_a_code(client, amina, code_for, told):
    client.post("/en/account/password/reset/", {"email": "amina@cop.example"})
    response = client.post(
        "/en/account/password/reset/confirm/", {"code": code_for("amina@cop.example")}
    )
    assert response.url == "/en/account/password/reset/complete/"

    weak = client.post(response.url, {"password1": "short", "password2": "short"})
    assert weak.status_code == 422
    new = {"password1": "another good phrase", "password2": "another good phrase"}
    response = client.post("/en/account/password/reset/complete/", new)

    assert response.url == "/en/account/password/reset/done/"
    assert "The new password has been saved" in flat(client.get(response.url))
    assert told() == [
        ("account.password_reset_code", "amina@cop.example", "en"),
        ("account.password_reset", "amina@cop.example", "en"),
    ]
    assert sign_in(client, password="another good phrase").status_code == 302


def test_a_password_is_set_by_whoever_has_none_and_changed_by_whoever_has_one(
    as_user, member, told
):
    member.set_unusable_password()
    member.save()
    client = as_user(member)
    assert client.get("/ar/account/password/change/").url == "/ar/account/password/set/"

    fields = {"password1": PASSWORD, "password2": PASSWORD}
    assert client.post("/ar/account/password/set/", fields).status_code == 302
    fields = {"oldpassword": PASSWORD, "password1": "y" * 5 + PASSWORD, "password2": "no"}
    assert client.post("/ar/account/password/change/", fields).status_code == 422
    fields["password2"] = fields["password1"]
    assert client.post("/ar/account/password/change/", fields).status_code == 302

    member.refresh_from_db()
    assert member.check_password(fields["password1"])
    assert [kind for kind, *_rest in told()] == ["account.password_set", "account.password_changed"]


# Email ---------------------------------------------------------------------------------------


def test_the_address_changes_once_the_new_one_is_confirmed(client, amina, code_for, told):
    sign_in(client)
    new = {"email": "New@cop.example", "action_add": ""}
    asked = client.post("/en/account/email/", new)
    assert asked.url.startswith("/en/account/reauthenticate/")
    assert ("account.email_confirmation", "new@cop.example", "en") not in told()

    client.post(asked.url, {"password": PASSWORD})  # and the request goes on by itself
    assert User.objects.get(pk=amina.pk).email == "amina@cop.example"
    client.post("/en/account/confirm-email/", {"code": code_for("new@cop.example")})

    amina.refresh_from_db()
    assert amina.email == "new@cop.example"
    assert list(EmailAddress.objects.values_list("email", "verified", "primary")) == [
        ("new@cop.example", True, True)
    ]
    assert ("account.email_changed", "amina@cop.example", "en") in told()
    assert not Delivery.objects.filter(kind__startswith="members.").exists()


def test_an_address_of_someone_else_is_not_given_away(client, amina, told):
    UserFactory(email="taken@cop.example", language="ar")
    sign_in(client)

    asked = client.post("/en/account/email/", {"email": "taken@cop.example", "action_add": ""})
    response = client.post(asked.url, {"password": PASSWORD})
    assert response.url == "/en/account/confirm-email/"
    code = Delivery.objects.filter(context__has_key="code").last()
    client.post("/en/account/confirm-email/", {"code": code.context["code"]})

    amina.refresh_from_db()
    assert amina.email == "amina@cop.example"


# Two-step verification -----------------------------------------------------------------------


def reauthenticated(client, url):
    """Open a page that asks who one is once more."""
    response = client.get(url)
    if response.status_code == 302:
        assert "/reauthenticate/" in response.url
        response = client.post(response.url, {"password": PASSWORD}, follow=True)
    assert response.status_code == 200
    return response


def current_code(secret):
    counter = next(iter(totp.yield_hotp_counters_from_time()))
    return totp.format_hotp_value(totp.hotp_value(secret, counter))


def test_an_authenticator_app_is_switched_on_asked_for_and_switched_off(
    client, amina, told, django_capture_on_commit_callbacks
):
    sign_in(client)
    url = "/en/account/2fa/totp/activate/"
    page = reauthenticated(client, url)
    assert '<img class="qr" src="data:image/svg+xml;base64,' in flat(page)
    assert client.post(url, {"code": "000000"}).status_code == 422
    secret = client.session["mfa.totp.secret"]

    with django_capture_on_commit_callbacks(execute=True):
        response = client.post(url, {"code": current_code(secret)})
    assert response.url == "/en/account/2fa/recovery-codes/"
    codes = re.findall(r"<li><b>(\w+)</b>", flat(client.get(response.url)))
    assert len(codes) == 10

    other = Client()
    response = sign_in(other)
    assert response.url == "/en/account/2fa/authenticate/"
    assert other.post(response.url, {"code": "000000"}).status_code == 422
    assert not is_in(other)
    other.post(response.url, {"code": codes[0].translate(ARABIC_DIGITS)})
    assert is_in(other)

    reauthenticated(client, "/en/account/2fa/totp/deactivate/")
    client.post("/en/account/2fa/totp/deactivate/")
    assert not Authenticator.objects.exists()
    assert [kind for kind, *_rest in told()] == [
        "account.totp_activated",
        "account.totp_deactivated",
    ]


@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize(
    "path",
    [
        "profile/",
        "email/",
        "password/change/",
        "2fa/",
        "2fa/totp/activate/",
        "2fa/webauthn/",
        "2fa/webauthn/add/",
        "sessions/",
        "logout/",
    ],
)
def test_the_pages_of_the_account_are_whole_in_both_languages(client, amina, language, path):
    sign_in(client)
    response = reauthenticated(client, f"/{language}/account/{path}")

    page = flat(response)
    assert len(re.findall("<h1", page)) == 1
    assert f'<html lang="{language}"' in page
    assert "placeholder" not in page
    assert not re.search(r'<script(?![^>]*(src=|type="application/json"))', page)
    assert " style=" not in page


# Sessions ------------------------------------------------------------------------------------


def test_other_sessions_can_be_ended(client, amina):
    sign_in(client)
    other = Client(headers={"user-agent": "Mozilla/5.0 (Windows NT 10.0) Firefox/140.0"})
    sign_in(other)
    page = flat(client.get("/en/account/sessions/"))
    assert "<bdi>Firefox, Windows</bdi>" in page

    client.post("/en/account/sessions/")

    assert other.get("/en/account/profile/").status_code == 302
    assert client.get("/en/account/profile/").status_code == 200


def test_a_session_is_noted_at_most_every_five_minutes(client, amina):
    sign_in(client)
    client.get("/en/account/profile/")
    first = UserSession.objects.get().last_seen_at
    client.get("/en/account/profile/")
    assert UserSession.objects.get().last_seen_at == first

    cache.clear()
    client.get("/en/account/profile/")
    assert UserSession.objects.get().last_seen_at > first


def test_signing_out_takes_a_post(client, amina):
    sign_in(client)

    assert client.get("/en/account/logout/").status_code == 200
    assert is_in(client)
    assert client.post("/en/account/logout/").url == "/en/"
    assert not is_in(client)
