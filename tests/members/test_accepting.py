"""Accepting an invitation: over HTTP, with an account or without, and at the same moment."""

from __future__ import annotations

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.test import Client

from members.actions.accepting import accept
from members.actions.invitations import invite
from members.models import Invitation, RosterRecord, User
from members.tokens import read_token
from notifications.models import Delivery
from tests.factories import CountryFactory, OrganisationFactory, UserFactory
from tests.members.inviting import SUHA, answers, path_to
from tests.members.pages import flat
from tests.members.together import together

pytestmark = pytest.mark.django_db
Action = RosterRecord.Action
PASSWORD = "a long walk at noon"


@pytest.fixture(autouse=True)
def quiet(mail_quiet):
    """No worker is woken."""


@pytest.fixture
def invitation(jordan, focal_point):
    invite(jordan, {**SUHA, "organisation_text": "الوزارة", "function": "رئيسة"}, by=focal_point)
    return Invitation.objects.get(email=SUHA["email"])


# Accepting -----------------------------------------------------------------------------------


def test_opening_the_link_shows_a_filled_form_and_changes_nothing(client, invitation):
    before = list(Invitation.objects.values())

    for _scanner in range(2):
        response = client.get(path_to(invitation))
        client.head(path_to(invitation))

    page = flat(response)
    assert response.status_code == 200
    assert 'value="سهى المومني"' in page
    assert 'value="رئيسة"' in page
    assert "suha@mosd.example" in page
    assert response["Cache-Control"].count("no-store") == 1
    assert list(Invitation.objects.values()) == before
    assert not User.objects.filter(email=SUHA["email"]).exists()


def test_accepting_makes_a_member_who_is_signed_in(client, invitation, focal_point, told):
    known = OrganisationFactory(country_id="JO", name_ar="وزارة التنمية الاجتماعية")

    response = client.post(path_to(invitation), answers(), follow=True)

    assert response.redirect_chain == [("/en/account/welcome/", 302)]
    person = User.objects.get(email=SUHA["email"])
    assert response.context["user"] == person
    assert (person.membership, person.decided_by, person.country_id, person.organisation) == (
        "member", focal_point, "JO", known,
    )  # fmt: skip
    assert (person.language, person.function) == ("ar", "رئيسة قسم الشكاوى")
    assert person.decided_at
    assert not person.has_usable_password()
    address = EmailAddress.objects.get(user=person)
    assert (address.email, address.verified, address.primary) == (SUHA["email"], True, True)
    invitation.refresh_from_db()
    assert (invitation.state, invitation.accepted_by) == ("accepted", person)
    assert [r.action for r in RosterRecord.objects.order_by("pk")] == [
        "invited",
        "invitation_accepted",
    ]
    assert told(recipient=focal_point) == []
    page = flat(response)
    assert "Next time: signing in without email" in page
    assert client.session["_auth_user_backend"] == "members.backends.Backend"


def test_a_password_is_optional_and_checked(client, invitation):
    short = client.post(path_to(invitation), answers(password1="short", password2="short"))
    unequal = client.post(path_to(invitation), answers(password1=PASSWORD, password2="other one"))
    assert (short.status_code, unequal.status_code) == (422, 422)
    assert "too short" in flat(short)
    assert "not the same" in flat(unequal)

    client.post(path_to(invitation), answers(password1=PASSWORD, password2=PASSWORD))
    client.post("/en/account/logout/")
    response = client.post("/en/account/login/", {"login": SUHA["email"], "password": PASSWORD})

    assert response.status_code == 302
    assert "Next time" not in flat(client.get("/en/account/welcome/"))


@pytest.mark.parametrize("field", ["full_name", "organisation_text", "function"])
def test_nothing_needed_may_stay_empty(client, invitation, field):
    response = client.post(path_to(invitation), answers(**{field: " \u200f"}))

    assert response.status_code == 422
    assert not User.objects.filter(email=SUHA["email"]).exists()


def test_a_second_press_of_the_button_counts_once(client, invitation):
    browser = Client()
    first = browser.post(path_to(invitation), answers())
    second = client.post(path_to(invitation), answers(full_name="غيرها"))
    again = browser.post(path_to(invitation), answers())

    assert first.url == again.url == "/en/account/welcome/"
    assert "accepted already" in flat(second)
    assert User.objects.get(email=SUHA["email"]).full_name == "سهى المومني"


@pytest.mark.parametrize("token", ["x", "WzFd:bad:signature", "a:b"])
def test_a_link_nobody_signed_leads_nowhere(client, db, token):
    assert client.get(f"/en/account/invitation/{token}/").status_code == 404
    assert read_token(token) is None


def test_a_link_whose_invitation_was_forgotten_leads_nowhere(client, invitation):
    path = path_to(invitation)
    invitation.delete()

    assert client.get(path).status_code == 404


def test_an_address_that_has_an_account_meanwhile_is_led_to_sign_in(client, invitation):
    UserFactory(email=SUHA["email"])

    page = flat(client.get(path_to(invitation)))
    client.post(path_to(invitation), answers())

    assert "has an account already" in page
    invitation.refresh_from_db()
    assert invitation.state == "open"


def test_an_applicant_who_was_invited_is_approved_instead_of_doubled(
    client, invitation, focal_point
):
    applicant = UserFactory(
        email=SUHA["email"], membership="applicant", confirmed_address=False, full_name="سهى م."
    )
    assert "request to join with this address is there already" in flat(
        client.get(path_to(invitation))
    )

    response = client.post(path_to(invitation), follow=True)

    applicant.refresh_from_db()
    assert (applicant.membership, applicant.decided_by) == ("member", focal_point)
    assert applicant.full_name == "سهى م."
    assert EmailAddress.objects.get(user=applicant).verified
    assert response.context["user"] == applicant
    assert User.objects.filter(email__iexact=SUHA["email"]).count() == 1
    assert set(RosterRecord.objects.values_list("action", flat=True)) == {
        "invited", "approved", "invitation_accepted",
    }  # fmt: skip


def test_an_applicant_of_another_country_is_not_approved_by_an_invitation(
    client, invitation, morocco
):
    applicant = UserFactory(email=SUHA["email"], membership="applicant", country=morocco)

    client.post(path_to(invitation))

    applicant.refresh_from_db()
    assert applicant.membership == "applicant"


def test_an_applicant_with_a_second_step_is_still_asked_for_it(client, invitation):
    applicant = UserFactory(email=SUHA["email"], membership="applicant")
    Authenticator.objects.create(user=applicant, type="totp", data={"secret": "x"})

    response = client.post(path_to(invitation))

    assert "/2fa/authenticate/" in response.url
    assert "_auth_user_id" not in client.session


def test_somebody_elses_browser_signs_out_first(as_user, member, invitation):
    client = as_user(member)

    page = client.get(path_to(invitation))
    client.post(path_to(invitation), answers())

    assert "the invitation is for somebody else" in flat(page)
    assert not User.objects.filter(email=SUHA["email"]).exists()


# At the same moment --------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_two_who_invite_or_accept_at_once_do_so_once(in_english):
    jordan = CountryFactory(iso="JO")
    first, second = UserFactory(country=jordan), UserFactory(country=jordan)

    invited = together(
        lambda: invite(jordan, SUHA, by=first), lambda: invite(jordan, SUHA, by=second)
    )
    row = Invitation.objects.get()
    accepted = together(lambda: accept(row, answers()), lambda: accept(row, answers()))

    assert invited == ["This address has been invited already.", "done"]
    assert accepted == [str(Invitation.Standing.ACCEPTED.label), "done"]
    assert Delivery.objects.filter(kind="members.invited").count() == 1
    assert User.objects.filter(email=SUHA["email"]).count() == 1
    assert RosterRecord.objects.filter(action=Action.INVITATION_ACCEPTED).count() == 1
