"""Who speaks, chairs and facilitates in a session: on the page, on the desk, in the database."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from events.models import SessionRole
from members.models import Guest
from tests.desk import count_queries, filled, markup
from tests.events.reading import parse, queries
from tests.factories import EventFactory, GuestFactory, SessionFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def session():
    return EventFactory().sessions.get()


def people_of(client, session):
    """The lines of the agenda that name people, and the links in them."""
    page = parse(client.get(session.event.get_absolute_url()))
    agenda = page.one("ol", "agenda")
    lines = [line for line in agenda.all("p", "small") if line.words]
    links = [link.attrs["href"] for line in lines for link in line.all("a")]
    return [line.words for line in lines], links


def salma(**fields):
    names = {"full_name": "سلمى بناني", "full_name_latin": "Salma Bennani"}
    return UserFactory(**{**names, **fields})


def karim(**fields):
    names = {"full_name": "كريم قباني", "full_name_latin": "Karim Kabbani"}
    return GuestFactory(**{**names, **fields})


# On the page ---------------------------------------------------------------------------------


def test_each_role_is_a_line_and_a_guest_is_named_with_the_post(client, session, jordan, morocco):
    salma_bennani = salma(country=morocco)
    SessionRole.objects.create(session=session, user=salma_bennani, role="speaker", position=1)
    SessionRole.objects.create(session=session, guest=karim(country=jordan), position=2)
    SessionRole.objects.create(session=session, user=salma_bennani, role="moderator")

    lines, links = people_of(client, session)

    assert lines == [
        "Chaired by: Salma Bennani (Morocco)",
        (
            "Presented by: Salma Bennani (Morocco), "
            "Karim Kabbani (Senior researcher, Policy Centre, Jordan)"
        ),
    ]
    assert links == []
    assert "policy.example" not in client.get(session.event.get_absolute_url()).content.decode()


@pytest.mark.parametrize(
    ("who", "linked"),
    [
        ("applicant", False), ("member", True), ("expert", True), ("focal_point", True),
        ("sponsor", True), ("coordinator", True), ("administrator", True),
    ],
)  # fmt: skip
def test_a_profile_is_linked_for_those_who_may_see_it(request, as_user, session, who, linked):
    speaker = salma()
    SessionRole.objects.create(session=session, user=speaker)
    reader = request.getfixturevalue(who)
    client = as_user(reader)

    with translation.override(reader.language):
        _lines, links = people_of(client, session)

    assert [link.endswith(f"/members/{speaker.pk}/") for link in links] == [True] * linked


@pytest.mark.parametrize("fields", [{"membership": "left"}, {"is_active": False}])
def test_no_profile_of_someone_who_left_is_linked(as_user, coordinator, session, fields):
    SessionRole.objects.create(session=session, user=salma(country=None, **fields))

    with translation.override("ar"):
        lines, links = people_of(as_user(coordinator), session)

    assert ([line.split(": ")[1] for line in lines], links) == (["سلمى بناني"], [])


def test_once_claimed_pages_name_the_account(as_user, member, session):
    speaker = salma(country=None)
    guest = karim(claimed_by=speaker)
    SessionRole.objects.create(session=session, guest=guest)

    client = as_user(member)
    with translation.override("ar"):
        lines, links = people_of(client, session)

    assert [line.partition(": ")[2] for line in lines] == ["سلمى بناني (باحث أول، Policy Centre)"]
    assert links == [f"/ar/members/{speaker.pk}/"]


def test_a_person_and_the_guest_they_claimed_are_named_once(client, session):
    speaker = salma(country=None)
    SessionRole.objects.create(session=session, user=speaker)
    SessionRole.objects.create(session=session, guest=karim(claimed_by=speaker), position=1)

    assert people_of(client, session)[0] == ["Presented by: Salma Bennani"]


def test_an_event_whose_only_session_says_nothing_but_who_speaks_has_an_agenda(client):
    event = EventFactory()
    event.sessions.update(title_ar="", title_en="")
    session = event.sessions.get()
    assert not parse(client.get(event.get_absolute_url())).all("ol", "agenda")

    SessionRole.objects.create(session=session, guest=karim(country=None, function_latin=""))

    assert people_of(client, session)[0] == [
        "Presented by: Karim Kabbani (باحث أول, Policy Centre)"
    ]


def test_the_page_costs_the_same_with_one_and_with_thirty(as_user, member, session):
    client = as_user(member)
    event = session.event

    def add(count):
        for number in range(count):
            row = SessionFactory(event=event, title_en=f"Session {number}")
            SessionRole.objects.create(session=row, user=UserFactory())
            guest = GuestFactory(claimed_by=UserFactory() if number % 2 else None)
            SessionRole.objects.create(session=row, guest=guest)

    add(2)
    few = queries(client, event.get_absolute_url())
    add(28)

    assert queries(client, event.get_absolute_url()) == few


# In the database -----------------------------------------------------------------------------


def test_a_role_belongs_to_a_person_or_to_a_guest(session):
    for fields in ({}, {"user": UserFactory(), "guest": GuestFactory()}):
        with pytest.raises(IntegrityError), transaction.atomic():
            SessionRole.objects.create(session=session, **fields)


def test_nobody_has_the_same_role_twice(session):
    for who in ({"user": UserFactory()}, {"guest": GuestFactory()}):
        SessionRole.objects.create(session=session, role="speaker", **who)
        SessionRole.objects.create(session=session, role="moderator", **who)
        with pytest.raises(IntegrityError), transaction.atomic():
            SessionRole.objects.create(session=session, role="speaker", **who)


# On the desk ---------------------------------------------------------------------------------


@pytest.fixture
def desk(as_user, coordinator):
    return as_user(coordinator)


def page_of(session):
    return f"/en/admin/events/session/{session.pk}/change/"


def test_the_event_page_of_the_desk_leads_to_the_people_of_each_session(desk, session):
    SessionRole.objects.create(session=session, guest=karim())

    page = markup(desk.get(f"/en/admin/events/event/{session.event_id}/change/"))

    assert f'<a href="{page_of(session)}">Speakers and facilitation</a>' in page
    assert "\u2068Karim Kabbani\u2069 (Speaker)" in page


def test_naming_people_in_a_session(desk, session):
    speaker, guest = salma(), karim()
    url = page_of(session)

    desk.post(
        url, filled(desk.get(url), **{"roles-0-role": "moderator", "roles-0-user": speaker.pk})
    )
    response = desk.post(
        url, filled(desk.get(url), **{"roles-1-role": "speaker", "roles-1-guest": guest.pk}),
        follow=True,
    )  # fmt: skip

    assert response.status_code == 200
    assert list(session.roles.values_list("role", "user", "guest")) == [
        ("moderator", speaker.pk, None),
        ("speaker", None, guest.pk),
    ]


def test_both_or_the_same_twice_is_refused_with_a_sentence(desk, session):
    speaker = salma()
    SessionRole.objects.create(session=session, user=speaker, role="speaker")
    url = page_of(session)

    both = desk.post(
        url,
        filled(desk.get(url), **{"roles-1-user": speaker.pk, "roles-1-guest": karim().pk}),
    )
    again = desk.post(url, filled(desk.get(url), **{"roles-1-user": speaker.pk}))

    assert "Choose a person or a guest, one of the two." in markup(both)
    assert "Please correct the duplicate" in markup(again) or "already" in markup(again)
    assert session.roles.count() == 1


@pytest.mark.parametrize(
    "who", ["applicant", "member", "expert", "focal_point", "other_focal_point", "sponsor"]
)
def test_only_the_secretariat_names_people(request, as_user, session, who):
    client = as_user(request.getfixturevalue(who))

    assert client.get(page_of(session)).status_code == 403
    assert client.post(page_of(session), {}).status_code == 403


def test_sessions_are_neither_added_nor_deleted_there(desk, session):
    assert desk.get("/en/admin/events/session/add/").status_code == 403
    assert desk.get(f"/en/admin/events/session/{session.pk}/delete/").status_code == 403
    assert "events/session/" not in markup(desk.get("/en/admin/"))


def test_the_pages_of_the_desk_cost_the_same_with_one_and_with_thirty(desk, session):
    def add(count):
        for _ in range(count):
            row = SessionFactory(event=session.event)
            for target in (session, row):
                SessionRole.objects.create(session=target, user=UserFactory())
                SessionRole.objects.create(session=target, guest=GuestFactory())

    urls = [
        "/en/admin/events/session/", page_of(session),
        f"/en/admin/events/event/{session.event_id}/change/",
    ]  # fmt: skip
    add(1)
    few = [count_queries(desk, url) for url in urls]
    add(29)

    assert [count_queries(desk, url) for url in urls] == few


def test_a_guest_who_is_named_cannot_be_deleted(desk, session):
    guest = karim()
    SessionRole.objects.create(session=session, guest=guest)

    page = markup(desk.post(f"/en/admin/members/guest/{guest.pk}/delete/", {"post": "yes"}))

    assert "would require deleting the following protected related objects" in page
    assert Guest.objects.filter(pk=guest.pk).exists()


# On the profile ------------------------------------------------------------------------------


def test_the_profile_names_the_sessions_one_speaks_in(as_user, member, coordinator):
    speaker = salma()
    spoken, claimed, draft = (
        EventFactory(title_en="Registries"),
        EventFactory(title_en="Complaints"),
        EventFactory(title_en="Not announced", status="draft"),
    )
    SessionRole.objects.create(session=spoken.sessions.get(), user=speaker, role="moderator")
    guest = GuestFactory(claimed_by=speaker)
    SessionRole.objects.create(session=claimed.sessions.get(), guest=guest)
    for session in (draft.sessions.get(), SessionFactory(event=draft)):
        SessionRole.objects.create(session=session, user=speaker)

    member.language = "en"
    page = markup(as_user(member).get(f"/en/members/{speaker.pk}/"))
    of_staff = markup(as_user(coordinator).get(f"/en/members/{speaker.pk}/"))

    for shown in (page, of_staff):
        assert "Registries" in shown
        assert "Moderator" in shown
        assert "Complaints" in shown
        assert "Not announced" not in shown


def test_a_profile_costs_the_same_with_one_session_and_with_thirty(as_user, member):
    speaker = salma()
    client = as_user(member)

    def add(count):
        for _ in range(count):
            SessionRole.objects.create(session=SessionFactory(), user=speaker)

    add(1)
    one = count_queries(client, f"/en/members/{speaker.pk}/")
    add(29)

    assert count_queries(client, f"/en/members/{speaker.pk}/") == one
