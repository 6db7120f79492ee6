"""Who may do what: the table of the documentation, asked of every role over HTTP.

V visitor, A applicant, M member, E expert, F focal point of the country, O focal point of
another country, S sponsor, C coordinator, X administrator.
"""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from events.models import Event, Registration
from members.models import FocalPointAppointment, User
from notifications.models import Delivery
from tests.factories import (
    CountryFactory,
    EventFactory,
    RegistrationFactory,
    SessionFactory,
    UserFactory,
)
from tests.permissions import BACKEND, ROLES, table

JOIN_LINK = "https://meet.example/secret-room"


@pytest.mark.parametrize("path", ["/en/", "/ar/", "/en/events/", "/en/events/calendar/"])
def test_home_and_public_events_are_for_everyone(ask, path):
    assert ask(path) == table(yes=ROLES)


def test_a_public_event_is_for_everyone(ask):
    event = EventFactory()
    assert ask(event.get_absolute_url()) == table(yes=ROLES)
    assert ask(f"/en/events/{event.pk}/calendar.ics") == table(yes=ROLES)


def test_a_members_event_is_for_members_and_sponsors(ask):
    event = EventFactory(visibility=Event.Visibility.MEMBERS)
    expected = table(invisible="VA", yes="MEFOSCX")
    assert ask(event.get_absolute_url()) == expected
    assert ask(f"/en/events/{event.pk}/calendar.ics") == expected


def test_a_draft_is_for_coordinators(ask):
    event = EventFactory(status=Event.Status.DRAFT)
    assert ask(event.get_absolute_url()) == table(invisible="VAMEFOS", yes="CX")


@pytest.mark.parametrize("registered", [True, False])
def test_the_join_link_is_for_those_who_are_registered(cast, registered):
    event = EventFactory(session=False)
    SessionFactory(event=event, join_url=JOIN_LINK, dial_in="+962 6 555 0100", dial_in_code="4471")
    if registered:
        for role in "MEF":
            RegistrationFactory(event=event, user=cast[role])
        RegistrationFactory(event=event, user=cast["O"], status=Registration.Status.WAITING)
    on_page, in_calendar = set(), set()
    for role in ROLES:
        client = Client()
        if cast[role].is_authenticated:
            client.force_login(cast[role], backend=BACKEND)
        page = client.get(event.get_absolute_url(), follow=True).content.decode()
        calendar = client.get(f"/en/events/{event.pk}/calendar.ics").content.decode()
        assert (JOIN_LINK in page) == ("4471" in page)
        if JOIN_LINK in page:
            on_page.add(role)
        if JOIN_LINK in calendar.replace("\r\n ", ""):
            in_calendar.add(role)

    participants = set("MEF" if registered else "")
    assert on_page == participants | set("CX")
    assert in_calendar == participants


def test_the_directory_and_profiles_are_for_members(ask, member):
    expected = table(sign_in="V", refused="A", yes="MEFOSCX")
    assert ask("/en/members/") == expected
    assert ask(f"/en/members/{member.pk}/") in (
        expected,
        table(sign_in="V", invisible="A", yes="MEFOSCX"),
    )


@pytest.mark.parametrize(
    "path",
    [
        "/en/account/profile/",
        "/en/account/2fa/",
        "/en/account/sessions/",
        "/en/account/email/",
        "/en/notifications/",
    ],
)
def test_ones_own_account_is_for_everyone_who_has_one(ask, path):
    assert ask(path) == table(sign_in="V", yes="AMEFOSCX")


@pytest.mark.parametrize("decision", ["approve", "decline"])
def test_applicants_are_decided_by_their_own_focal_point_and_coordinators(ask, decision):
    def new_applicant(_user):
        person = UserFactory(country=CountryFactory(iso="JO"), membership=User.Membership.APPLICANT)
        return f"/en/office/requests/{person.pk}/{decision}/"

    answers = ask("", post={"reason": "Not in this field."}, prepare=new_applicant)

    assert answers == table(sign_in="V", invisible="AMEOS", yes="FCX")
    decided = User.objects.exclude(decided_at=None).values_list("decided_by__email", flat=True)
    assert sorted(decided) == ["admin@cop.example", "coordinator@cop.example", "focal@cop.example"]


def test_the_office_is_for_focal_points_and_coordinators(ask):
    assert ask("/en/office/") == table(sign_in="V", refused="AMES", yes="FOCX")


def test_a_focal_point_sees_no_other_country_in_the_office(cast, other_focal_point):
    stranger = UserFactory(country=other_focal_point.country, full_name="سلوى بناني")
    client = Client()
    client.force_login(cast["F"], backend=BACKEND)

    assert stranger.full_name not in client.get("/ar/office/").content.decode()
    assert client.get("/ar/office/?country=MA").status_code == 404


def test_focal_points_are_appointed_by_coordinators(ask, member):
    member.country = CountryFactory(iso="TN")
    member.save()

    def nobody_yet(_user):
        FocalPointAppointment.objects.filter(country="TN").delete()

    answers = ask(
        "/en/office/focal-points/TN/",
        post={
            "email": member.email,
            "role": "lead",
            "starts_on": timezone.now().date().isoformat(),
        },
        prepare=nobody_yet,
    )

    assert answers == table(sign_in="V", refused="AMEFOS", yes="CX")


def test_registering_and_withdrawing_are_for_members(ask):
    event = EventFactory()

    assert ask(f"/en/events/{event.pk}/register/", post={}) == table(
        sign_in="V", refused="AS", yes="MEFOCX"
    )
    confirmed = event.registrations.confirmed().values_list("user__email", flat=True)
    assert len(confirmed) == len("MEFOCX")
    assert ask(f"/en/events/{event.pk}/withdraw/", post={}) == table(sign_in="V", yes="AMEFOSCX")
    assert event.registrations.confirmed().count() == 0


@pytest.mark.parametrize(
    "path",
    [
        "/en/admin/",
        "/en/admin/events/event/",
        "/en/admin/events/event/add/",
        "/en/admin/events/registration/",
        "/en/admin/members/user/",
        "/en/admin/members/country/",
        "/en/admin/notifications/delivery/",
    ],
)
def test_the_desk_is_for_coordinators(ask, path):
    assert ask(path) == table(sign_in="V", refused="AMEFOS", yes="CX")


def test_the_settings_of_the_installation_are_for_administrators(ask, db):
    from cop_portal.models import Site

    Site.objects.create(pk=1, name_en="Community")

    assert ask("/en/admin/cop_portal/site/1/change/") == table(
        sign_in="V", refused="AMEFOSC", yes="X"
    )


def test_the_ledger_of_others_is_for_coordinators(cast, member):
    row = Delivery.objects.create(
        kind="events.reminder", key="1", recipient=member, address=member.email, language="ar",
        subject="تذكير لا يراه غيري",
    )  # fmt: skip
    sees = set()
    for role in "AMEFOSCX":
        client = Client()
        client.force_login(cast[role], backend=BACKEND)
        if row.subject in client.get("/ar/notifications/").content.decode():
            sees.add(role)

    assert sees == {"M"}
