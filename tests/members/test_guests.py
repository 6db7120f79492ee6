"""Guests of sessions and the accounts that claim them: actions, pages by role, the desk."""

from __future__ import annotations

import pytest
from allauth.account.models import EmailAddress
from django.utils import timezone

from cop_portal.waiting import waiting_for
from events.models import SessionRole
from members.actions import Refused
from members.actions.guests import claim, deny, release
from members.models import Guest, RosterRecord
from members.naming import mentions_of
from tests.desk import filled, markup, messages_of
from tests.factories import EventFactory, GuestFactory, SessionFactory, UserFactory
from tests.members.pages import flat
from tests.permissions import table

pytestmark = pytest.mark.django_db


@pytest.fixture
def guest(member):
    """A guest who bears the address of the cast's member."""
    return GuestFactory(
        email=member.email.upper(), full_name="أ. الزعبي", full_name_latin="A. Zoubi"
    )


def records():
    rows = RosterRecord.objects.order_by("pk")
    return [(row.action, row.actor, row.person, row.country_id, row.detail) for row in rows]


# Which names a person can claim --------------------------------------------------------------


def test_a_guest_with_a_confirmed_address_can_be_claimed(member, guest):
    GuestFactory(email="")
    GuestFactory(email="other@cop.example")
    EmailAddress.objects.create(user=member, email="Second@cop.example", verified=True)
    EmailAddress.objects.create(user=member, email="third@cop.example", verified=False)
    second = GuestFactory(email="second@cop.example")
    GuestFactory(email="third@cop.example")

    assert set(Guest.objects.claimable_by(member)) == {guest, second}


@pytest.mark.parametrize("fields", ["claimed_by", "denied_at"])
def test_what_was_claimed_or_denied_is_not_offered(member, guest, fields):
    setattr(guest, fields, UserFactory() if fields == "claimed_by" else timezone.now())
    guest.save()

    assert not Guest.objects.claimable_by(member).exists()


# The actions ---------------------------------------------------------------------------------


def test_claiming_links_and_is_recorded_once(member, guest):
    claim(guest, member, by=member)
    again = claim(guest, member, by=member)

    guest.refresh_from_db()
    assert (guest.claimed_by, again.claimed_at) == (member, guest.claimed_at)
    assert records() == [("guest_claimed", member, member, "JO", {"guest": guest.pk})]


def test_claiming_refuses(member, guest, coordinator):
    other = GuestFactory()
    with pytest.raises(Refused):
        claim(other, member, by=member)
    member.is_active = False
    with pytest.raises(Refused):
        claim(guest, member, by=coordinator)
    member.is_active = True
    claim(guest, member, by=member)
    with pytest.raises(Refused):
        claim(guest, UserFactory(), by=coordinator)

    guest.refresh_from_db()
    assert guest.claimed_by == member
    assert len(records()) == 1


def test_a_coordinator_links_and_parts_any(member, coordinator):
    guest = GuestFactory(email="", denied_at=timezone.now())

    claim(guest, member, by=coordinator)
    guest.refresh_from_db()
    assert (guest.claimed_by, guest.denied_at) == (member, None)
    release(guest, by=coordinator)
    release(guest, by=coordinator)

    guest.refresh_from_db()
    assert (guest.claimed_by, guest.claimed_at) == (None, None)
    assert [row[:3] for row in records()] == [
        ("guest_claimed", coordinator, member),
        ("guest_released", coordinator, member),
    ]


def test_saying_that_it_is_someone_else(member, guest):
    with pytest.raises(Refused):
        deny(guest, UserFactory())
    deny(guest, member)

    guest.refresh_from_db()
    assert guest.denied_at
    assert not guest.claimed_by
    with pytest.raises(Refused):
        claim(guest, member, by=member)


# The page ------------------------------------------------------------------------------------


def test_the_page_names_the_sessions_one_may_see(as_user, member, guest):
    public = EventFactory(title_en="Registries")
    draft = EventFactory(title_en="Not announced", status="draft")
    for event in (public, draft):
        SessionRole.objects.create(session=event.sessions.get(), guest=guest)

    page = flat(as_user(member).get("/en/account/claims/"))

    assert "A. Zoubi" in page
    assert "Registries" in page
    assert "Speaker" in page
    assert "Not announced" not in page


def test_claiming_on_the_page(as_user, member, guest):
    client = as_user(member)

    done = flat(client.post(f"/en/account/claims/{guest.pk}/claim/", follow=True))
    again = client.post(f"/en/account/claims/{guest.pk}/claim/", follow=True)

    assert "name this account from now on" in done
    assert "Linked to this account" in done
    assert "This is my name" not in done
    assert again.status_code == 200
    assert len(records()) == 1


def test_denying_on_the_page(as_user, member, guest):
    done = flat(as_user(member).post(f"/en/account/claims/{guest.pk}/deny/", follow=True))

    assert "is someone else" in done
    assert "No session names a guest" in done


def test_it_waits_on_the_home_page(member, guest):
    member.topics.clear()

    due = [thing for thing in waiting_for(member) if thing.url.endswith("/account/claims/")]

    assert len(due) == 1
    claim(guest, member, by=member)
    assert not [thing for thing in waiting_for(member) if thing.url.endswith("/account/claims/")]


def test_the_number_of_queries_does_not_grow(as_user, member, django_assert_max_num_queries):
    client = as_user(member)

    def add(count):
        for _ in range(count):
            guest = GuestFactory(email=member.email)
            claimed = GuestFactory(claimed_by=member, claimed_at=timezone.now())
            session = SessionFactory()
            SessionRole.objects.create(session=session, guest=guest)
            SessionRole.objects.create(session=session, guest=claimed)

    def cost():
        client.get("/en/account/claims/")
        with django_assert_max_num_queries(40) as captured:
            assert client.get("/en/account/claims/").status_code == 200
        return len(captured)

    add(1)
    few = cost()
    add(29)

    assert cost() == few
    assert mentions_of([], member) == {}


# Who may what --------------------------------------------------------------------------------

OWN = table(yes="AMEFOSCX", sign_in="V")


def test_the_page_is_everyones_own(ask):
    assert ask("/en/account/claims/") == OWN


@pytest.mark.parametrize("verb", ["claim", "deny"])
def test_a_name_is_claimed_by_the_owner_of_the_address_alone(ask, cast, verb):
    def prepare(user):
        mine = GuestFactory(email=user.email if user.is_authenticated else "x@cop.example")
        return f"/en/account/claims/{mine.pk}/{verb}/"

    assert ask("", post={}, prepare=prepare) == OWN
    elsewhere = GuestFactory(email="elsewhere@cop.example")
    path = f"/en/account/claims/{elsewhere.pk}/{verb}/"
    assert ask(path, post={}) == table(invisible="AMEFOSCX", sign_in="V")
    elsewhere.refresh_from_db()
    assert (elsewhere.claimed_by, elsewhere.denied_at) == (None, None)


@pytest.mark.parametrize("verb", ["claim", "deny"])
def test_nothing_is_claimed_by_opening_an_address(as_user, member, guest, verb):
    assert as_user(member).get(f"/en/account/claims/{guest.pk}/{verb}/").status_code == 405


@pytest.mark.parametrize("path", ["", "add/", "{pk}/change/"])
def test_the_desk_is_the_secretariats(ask, guest, path):
    answers = ask(f"/en/admin/members/guest/{path.format(pk=guest.pk)}")

    assert answers == table(yes="CX", refused="AMEFOS", sign_in="V")


# On the desk ---------------------------------------------------------------------------------


@pytest.fixture
def desk(as_user, coordinator):
    return as_user(coordinator)


def change(desk, guest, **fields):
    url = f"/en/admin/members/guest/{guest.pk}/change/"
    return desk.post(url, filled(desk.get(url), **fields), follow=True)


def test_linking_and_parting_on_the_desk(desk, coordinator, member):
    guest = GuestFactory()

    change(desk, guest, claimed_by=member.pk)
    guest.refresh_from_db()
    assert guest.claimed_by == member
    change(desk, guest, claimed_by="", full_name="اسم جديد")

    guest.refresh_from_db()
    assert (guest.claimed_by, guest.full_name) == (None, "اسم جديد")
    assert [row[:3] for row in records()] == [
        ("guest_claimed", coordinator, member),
        ("guest_released", coordinator, member),
    ]


def test_an_account_that_is_not_open_is_not_linked(desk):
    guest = GuestFactory()

    response = change(desk, guest, claimed_by=UserFactory(membership="left").pk)

    guest.refresh_from_db()
    assert guest.claimed_by is None
    assert "This account is not open, so nothing can be linked to it." in messages_of(response)


def test_a_new_address_is_asked_again(desk, member, guest):
    deny(guest, member)
    page = markup(desk.get("/en/admin/members/guest/?account=denied"))
    assert "Said to be someone else" in page

    change(desk, guest, email="right@cop.example")

    guest.refresh_from_db()
    assert guest.denied_at is None


def test_a_guest_is_found_however_the_name_is_spelt(desk):
    GuestFactory(full_name="إلياس الأحمد", full_name_latin="Elias")

    page = markup(desk.get("/en/admin/members/guest/?q=الياس+الاحمد"))

    assert "Elias" in page
    assert "Elias" in markup(desk.get("/en/admin/members/guest/?q=elias"))
    assert "Elias" not in markup(desk.get("/en/admin/members/guest/?q=zzz"))
