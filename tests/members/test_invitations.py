"""Inviting one by one, the list, and accepting: over HTTP, in mails, and at the same moment."""

from __future__ import annotations

from datetime import timedelta
from threading import Barrier, Thread

import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db import connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from members.actions.invitations import NotInvited, accept, invite, send_again, withdraw_invitation
from members.actions.refusal import Refused
from members.models import Invitation, RosterRecord, User
from members.tokens import read_token, token_for
from notifications.models import Delivery
from tests.factories import CountryFactory, OrganisationFactory, UserFactory
from tests.members.pages import flat

pytestmark = pytest.mark.django_db
Action = RosterRecord.Action
SUHA = {"email": "suha@mosd.example", "full_name": "سهى المومني", "language": "ar"}
PASSWORD = "a long walk at noon"


@pytest.fixture(autouse=True)
def quiet(mail_quiet):
    """No worker is woken."""


def path_to(invitation, language="en"):
    with translation.override(language):
        return reverse("members:accept_invitation", args=[token_for(invitation)])


def answers(**changes):
    return {
        "full_name": "سهى المومني",
        "organisation_text": "وزارة التنمية الاجتماعية",
        "function": "رئيسة قسم الشكاوى",
        "language": "ar",
        "password1": "",
        "password2": "",
        **changes,
    }


@pytest.fixture
def invitation(jordan, focal_point):
    invite(jordan, {**SUHA, "organisation_text": "الوزارة", "function": "رئيسة"}, by=focal_point)
    return Invitation.objects.get(email=SUHA["email"])


# Inviting ------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["focal_point", "coordinator", "administrator"])
def test_inviting_sends_a_mail_and_is_on_record(request, as_user, role, jordan, told):
    by = request.getfixturevalue(role)

    response = as_user(by).post(
        "/en/office/invite/",
        {**SUHA, "email": "\u200fSuha@MOSD.example ", "country": "JO", "language": "en"},
        follow=True,
    )

    assert response.redirect_chain == [("/en/office/invitations/?country=JO", 302)]
    assert "is on its way" in flat(response)
    row = Invitation.objects.get()
    assert (row.email, row.country_id, row.invited_by, row.state) == (
        "suha@mosd.example",
        "JO",
        by,
        "open",
    )
    assert row.expires_at - row.invited_at == pytest.approx(timedelta(days=30), abs=timedelta(1))
    assert told() == [("members.invited", "suha@mosd.example", "en")]
    record = RosterRecord.objects.get()
    assert (record.action, record.actor, record.country_id) == ("invited", by, "JO")
    assert record.detail == {"invitation": row.pk, "email": "suha@mosd.example", "times": 1}


@pytest.mark.usefixtures("in_english")
@pytest.mark.parametrize(
    ("person", "sentence"),
    [
        ({"membership": "member"}, "This person is a member of the country already."),
        ({"is_coordinator": True}, "This person is a member of the country already."),
        ({"membership": "applicant"}, "This person has asked to join"),
        ({"membership": "declined"}, "The request to join was rejected earlier."),
        ({"membership": "left"}, "The person left the community"),
        ({"membership": "suspended"}, "The account is suspended."),
        ({"is_active": False}, "This address belongs to a closed account. The account is closed."),
        ({"elsewhere": True}, "has an account in another country"),
        ({"elsewhere": True, "membership": "left"}, "has an account in another country"),
        ({"country": None}, "has an account in another country"),
    ],
)
@pytest.mark.parametrize("by_alias", [False, True])
def test_who_is_known_already_is_not_invited(
    jordan, morocco, focal_point, told, person, sentence, by_alias
):
    fields = {"country": morocco if person.get("elsewhere") else jordan, **person}
    fields.pop("elsewhere", None)
    known = UserFactory(**fields)
    address = known.email
    if by_alias:
        alias = EmailAddress.objects.create(
            user=known, email="Old.Name@mosd.example", verified=True
        )
        EmailAddress.objects.filter(pk=alias.pk).update(email="Old.Name@mosd.example")
        address = "old.name@mosd.example"

    with pytest.raises(NotInvited) as refusal:
        invite(jordan, {**SUHA, "email": address}, by=focal_point)

    assert sentence in str(refusal.value)
    assert not Invitation.objects.exists()
    assert told() == []


def test_an_unconfirmed_applicant_is_named_as_such_and_an_unconfirmed_alias_is_nobodys(
    jordan, focal_point, in_english
):
    UserFactory(email="lost@mosd.example", membership="applicant", confirmed_address=False)
    other = UserFactory()
    EmailAddress.objects.create(user=other, email="claimed@mosd.example", verified=False)

    with pytest.raises(NotInvited, match="its address is not confirmed"):
        invite(jordan, {**SUHA, "email": "lost@mosd.example"}, by=focal_point)
    invite(jordan, {**SUHA, "email": "claimed@mosd.example"}, by=focal_point)

    assert Invitation.objects.count() == 1


def test_a_merged_account_stands_for_the_one_it_was_merged_into(jordan, focal_point, in_english):
    kept = UserFactory(country=jordan)
    UserFactory(email="old@mosd.example", is_active=False, merged_into=kept)

    with pytest.raises(NotInvited, match="is a member of the country"):
        invite(jordan, {**SUHA, "email": "old@mosd.example"}, by=focal_point)


def test_the_form_says_what_to_do_instead(as_user, focal_point, applicant, invitation):
    client = as_user(focal_point)

    waiting = client.post("/en/office/invite/", {**SUHA, "email": applicant.email})
    invited = client.post("/en/office/invite/", SUHA)
    wrong = client.post("/en/office/invite/", {**SUHA, "email": "suha@"})

    assert [r.status_code for r in (waiting, invited, wrong)] == [422, 422, 422]
    assert 'href="/en/office/?country=JO">To the request' in flat(waiting)
    assert 'href="/en/office/invitations/?country=JO">To the invitations' in flat(invited)
    assert "This address has been invited already." in flat(invited)
    assert 'value="سهى المومني"' in flat(wrong)
    lost = UserFactory(membership="applicant", confirmed_address=False)
    unconfirmed = client.post("/en/office/invite/", {**SUHA, "email": lost.email})
    assert "?country=JO&amp;state=unused" in flat(unconfirmed)
    member = client.post("/en/office/invite/", {**SUHA, "email": focal_point.email})
    assert f'href="/en/members/{focal_point.pk}/"' in flat(member)
    assert Invitation.objects.count() == 1


def test_an_invitation_of_another_country_is_told_without_naming_it(
    morocco, other_focal_point, invitation, in_english
):
    with pytest.raises(NotInvited) as refusal:
        invite(morocco, SUHA, by=other_focal_point)

    assert "Another country has invited this address" in str(refusal.value)
    assert "Jordan" not in str(refusal.value)
    assert "الأردن" not in str(refusal.value)


def test_an_expired_invitation_is_renewed_and_that_of_another_country_gives_way(
    jordan, morocco, focal_point, other_focal_point, invitation, told
):
    later = timezone.now() + timedelta(days=31)
    with time_machine.travel(later, tick=False):
        invite(jordan, {**SUHA, "function": "مديرة"}, by=focal_point)
        invitation.refresh_from_db()
        assert (invitation.sent_count, invitation.function, invitation.has_expired) == (
            2, "مديرة", False,
        )  # fmt: skip
    with time_machine.travel(later + timedelta(days=31), tick=False):
        invite(morocco, SUHA, by=other_focal_point)

    assert list(Invitation.objects.order_by("pk").values_list("country", "state")) == [
        ("JO", "withdrawn"),
        ("MA", "open"),
    ]
    assert len(told()) == 3
    withdrawn = RosterRecord.objects.get(action=Action.INVITATION_WITHDRAWN)
    assert (withdrawn.actor, withdrawn.country_id) == (None, "JO")
    assert withdrawn.detail["reason"] == "expired"


# The mail ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "subject", "button"),
    [("en", "Invitation to join, from", "Accept the invitation"), ("ar", "", "")],
)
def test_the_mail_is_in_the_language_chosen_and_holds_the_link(
    jordan, focal_point, sent, language, subject, button
):
    invite(jordan, {**SUHA, "language": language}, by=focal_point)
    row = Invitation.objects.get()

    [(address, found, text, html)] = sent()

    assert address == "suha@mosd.example"
    assert subject in found
    assert button in text
    assert f'lang="{language}"' in html
    for part in (text, html):
        assert path_to(row, language) in part


def test_a_mail_that_came_too_late_is_not_sent(jordan, focal_point, sent, invitation):
    withdraw_invitation(invitation, by=focal_point)

    assert sent() == []
    row = Delivery.objects.get(kind="members.invited")
    assert (row.state, row.note) == ("skipped", "the invitation is withdrawn")


# Again and back ------------------------------------------------------------------------------


def test_it_is_sent_again_once_a_day_and_five_times_in_all(as_user, focal_point, invitation, told):
    client = as_user(focal_point)
    path = f"/en/office/invitations/{invitation.pk}/again/"
    start = timezone.now()

    too_soon = client.post(path, {"next": "/en/office/invitations/?q=suha"}, follow=True)
    assert too_soon.redirect_chain == [("/en/office/invitations/?q=suha", 302)]
    assert "sent less than a day ago" in flat(too_soon)
    for day in range(1, 5):
        with time_machine.travel(start + timedelta(days=day, minutes=1), tick=False):
            assert f"sent {day + 1} times" in flat(client.post(path, follow=True))
    with time_machine.travel(start + timedelta(days=6), tick=False):
        assert "sent five times" in flat(client.post(path, follow=True))

    assert len(told()) == 5
    assert [r.detail["times"] for r in RosterRecord.objects.order_by("pk")] == [1, 2, 3, 4, 5]


def test_an_expired_invitation_runs_anew(focal_point, invitation, client):
    with time_machine.travel(timezone.now() + timedelta(days=40), tick=False):
        assert "This invitation has expired." in flat(client.get(path_to(invitation)))
        send_again(invitation, by=focal_point)
        assert client.get(path_to(invitation)).context["form"]


def test_withdrawing_closes_the_link(as_user, focal_point, invitation):
    client = as_user(focal_point)
    path = f"/en/office/invitations/{invitation.pk}/withdraw/"

    assert "has been withdrawn" in flat(client.post(path, follow=True))
    assert "has been withdrawn already" in flat(client.post(path, follow=True))
    page = Client().get(path_to(invitation))
    assert "This invitation was withdrawn." in flat(page)
    Client().post(path_to(invitation), answers())
    assert not User.objects.filter(email=SUHA["email"]).exists()
    assert RosterRecord.objects.filter(action=Action.INVITATION_WITHDRAWN).count() == 1


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


# The list ------------------------------------------------------------------------------------


def test_the_list_tells_open_from_expired_accepted_and_withdrawn(
    as_user, focal_point, jordan, morocco, other_focal_point
):
    now = timezone.now()
    rows = {
        "open": {},
        "expired": {"expires_at": now - timedelta(days=1)},
        "accepted": {"state": "accepted", "accepted_by": UserFactory(), "accepted_at": now},
        "withdrawn": {"state": "withdrawn"},
    }
    for name, fields in rows.items():
        Invitation.objects.create(
            email=f"{name}@mosd.example", full_name=f"اسم {name}", country=jordan,
            language="ar", invited_by=focal_point, **fields,
        )  # fmt: skip
    Invitation.objects.create(
        email="foreign@mosd.example", full_name="غريب", country=morocco, language="ar",
        invited_by=other_focal_point,
    )  # fmt: skip
    client = as_user(focal_point)

    for name in rows:
        page = flat(client.get(f"/en/office/invitations/?state={name}"))
        assert [n for n in [*rows, "foreign"] if f"{n}@mosd.example" in page] == [name]
    assert "open@mosd.example" in flat(client.get("/en/office/invitations/?q=OPEN@"))
    assert "open@mosd.example" not in flat(client.get("/en/office/invitations/?q=nobody"))
    assert "open@mosd.example" in flat(client.get("/en/office/invitations/?state=nonsense"))


@pytest.mark.parametrize("state", ["open", "unused"])
def test_the_number_of_queries_does_not_grow(
    as_user, focal_point, jordan, state, django_assert_max_num_queries
):
    client = as_user(focal_point)
    path = f"/en/office/invitations/?state={state}"

    def add(count, name):
        for n in range(count):
            Invitation.objects.create(
                email=f"{name}{n}@mosd.example", full_name="س", country=jordan, language="ar",
                invited_by=focal_point,
            )  # fmt: skip
        UserFactory.create_batch(count, country=jordan)

    def queries():
        with django_assert_max_num_queries(40) as captured:
            assert client.get(path).status_code == 200
        return len(captured)

    add(1, "a")
    client.get(path)
    with_one = queries()
    add(29, "b")

    assert queries() == with_one


# At the same moment --------------------------------------------------------------------------


def together(*calls):
    """Run each call in a thread of its own, let go together; return what each came to."""
    barrier, results = Barrier(len(calls)), [None] * len(calls)

    def run(place, call):
        try:
            barrier.wait(timeout=20)
            results[place] = call() or "done"
        except Refused as refusal:
            results[place] = type(refusal).__name__
        finally:
            connections.close_all()

    threads = [Thread(target=run, args=(n, call)) for n, call in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.mark.django_db(transaction=True)
def test_two_who_invite_or_accept_at_once_do_so_once():
    jordan = CountryFactory(iso="JO")
    first, second = UserFactory(country=jordan), UserFactory(country=jordan)

    invited = together(
        lambda: invite(jordan, SUHA, by=first), lambda: invite(jordan, SUHA, by=second)
    )
    row = Invitation.objects.get()
    accepted = together(
        lambda: accept(row, answers()) and None, lambda: accept(row, answers()) and None
    )

    assert sorted(invited) == ["NotInvited", "done"]
    assert sorted(accepted) == ["Refused", "done"]
    assert Delivery.objects.filter(kind="members.invited").count() == 1
    assert User.objects.filter(email=SUHA["email"]).count() == 1
    assert RosterRecord.objects.filter(action=Action.INVITATION_ACCEPTED).count() == 1
