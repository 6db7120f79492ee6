"""Signing in without a password on a device that keeps a passkey, and with an app's digits."""

import pytest
from allauth.mfa.models import Authenticator
from django.utils.translation import gettext as _

from tests.e2e.conftest import PASSWORD
from tests.factories import CountryFactory, UserFactory

AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def amina(transactional_db, language):
    user = UserFactory(
        email="amina@cop.example", country=CountryFactory(iso="JO"), language=language
    )
    user.set_password(PASSWORD)
    user.save()
    return user


def with_a_device(visitor):
    """Give a visitor's browser a device that answers for its owner at once."""
    session = visitor.page.context.new_cdp_session(visitor.page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    return visitor


def test_a_passkey_is_added_and_signs_in_alone_and_as_the_second_step(visitor, amina, language):
    reader = with_a_device(visitor())
    page = reader.page
    reader.sign_in("amina@cop.example")

    reader.goto("account/2fa/webauthn/add/")
    reader.check_page()
    page.locator("#id_password").fill(PASSWORD)  # who one is, once more
    reader.press(_("Confirm"))
    page.wait_for_url(f"**/{language}/account/2fa/webauthn/add/")
    reader.check_page()
    page.locator("#id_name").fill("هاتفي")
    reader.press(_("Add a passkey"))
    page.wait_for_url(f"**/{language}/account/2fa/recovery-codes/")
    reader.check_page()
    assert Authenticator.objects.filter(user=amina).count() == 2  # the passkey and the codes

    for path in ("account/2fa/", "account/2fa/webauthn/", "account/2fa/totp/activate/"):
        reader.goto(path)
        reader.check_page()
    picture = page.locator("img.qr")
    assert picture.evaluate("image => image.complete && image.naturalWidth > 0")

    sign_out(reader)
    reader.goto("account/login/")
    reader.press(_("Sign in with a passkey"))
    page.wait_for_url(f"**/{language}/")
    assert page.locator("details.menu").count() == 1

    sign_out(reader)
    reader.goto("account/login/")
    page.locator("#id_login").fill("amina@cop.example")
    page.locator("#id_password").fill(PASSWORD)
    page.locator("form#sign-in").get_by_role("button").first.click()
    page.wait_for_url(f"**/{language}/account/2fa/authenticate/")
    reader.check_page()
    reader.press(_("Use a passkey"))
    page.wait_for_url(f"**/{language}/")
    assert page.locator("details.menu").count() == 1
    assert reader.faults == []


def sign_out(reader):
    reader.goto("account/logout/")
    reader.page.locator("main").get_by_role("button", name=_("Sign out")).click()
    reader.page.wait_for_load_state()
