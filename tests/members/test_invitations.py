"""Inviting one by one, the mail, sending again and withdrawing, the list."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.test import Client
from django.utils import timezone

from members.actions.invitations import NotInvited, invite, send_again, withdraw_invitation
from members.models import Invitation, RosterRecord, User
from notifications.models import Delivery
from tests.factories import UserFactory
from tests.members.inviting import SUHA, answers, path_to
from tests.members.pages import flat

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
    assert record.detail == {"invitation": row.pk, "times": 1}


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
