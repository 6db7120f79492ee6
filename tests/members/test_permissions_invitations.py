"""Who may invite, import and hand codes over: every address, every role, every other country."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from members.actions.imports import take_in, work_on
from members.models import ActivationCode, Invitation, RosterImport, User
from members.tokens import token_for
from tests.factories import CountryFactory, UserFactory
from tests.members.pages import flat
from tests.members.sheets import ARABIC, csv_file, people
from tests.permissions import BACKEND, ROLES, table

pytestmark = pytest.mark.django_db
OFFICE = table(sign_in="V", refused="AMES", yes="FOCX")
OWN = table(sign_in="V", invisible="AMEOS", yes="FCX")
FILE = csv_file([ARABIC[:2], *people(2)])


@pytest.fixture(autouse=True)
def no_queue(monkeypatch):
    monkeypatch.setattr("members.actions.imports.announce", lambda key: None)


def new_invitation(by, country="JO"):
    number = Invitation.objects.count()
    return Invitation.objects.create(
        email=f"invited{number}@mosd.example",
        full_name="سهى",
        country=CountryFactory(iso=country),
        language="ar",
        invited_by=by,
    )


def new_import(by, country="JO"):
    new = take_in(
        CountryFactory(iso=country), file_name="x.csv", content=FILE, language="ar", by=by
    )
    work_on(new.pk)
    return new


@pytest.mark.parametrize(
    "path",
    [
        "/en/office/invite/",
        "/en/office/invitations/",
        "/en/office/invitations/?state=unused",
        "/en/office/import/",
        "/en/office/import/template.xlsx",
        "/en/office/import/template.csv",
    ],
)
def test_the_pages_are_for_offices(ask, path):
    assert ask(path) == OFFICE


@pytest.mark.parametrize("path", ["invite", "invitations", "import"])
def test_the_office_of_another_country_is_invisible(ask, path):
    assert ask(f"/en/office/{path}/?country=JO") == table(
        sign_in="V", refused="AMES", invisible="O", yes="FCX"
    )


def test_inviting_into_a_country_is_for_its_office(ask):
    person = {"full_name": "سهى", "email": "suha@mosd.example", "language": "ar", "country": "JO"}

    def forget_earlier(_user):
        Invitation.objects.all().delete()
        return "/en/office/invite/"

    assert ask("", post=person, prepare=forget_earlier) == table(
        sign_in="V", refused="AMES", invisible="O", yes="FCX"
    )


def test_no_field_of_a_form_reaches_another_country(cast, focal_point, morocco):
    """The country in the address and the one in the form are asked for alike."""
    client = Client()
    client.force_login(focal_point, backend=BACKEND)
    person = {"full_name": "سهى", "email": "suha@mosd.example", "language": "ar"}
    file = {"language": "ar"}

    answers = [
        client.post("/en/office/invite/", {**person, "country": "MA"}),
        client.post("/en/office/invite/?country=MA", {**person, "country": "JO"}),
        client.post(
            "/en/office/import/",
            {**file, "country": "MA", "file": SimpleUploadedFile("x.csv", FILE)},
        ),
        client.post(
            "/en/office/import/?country=MA",
            {**file, "country": "JO", "file": SimpleUploadedFile("x.csv", FILE)},
        ),
    ]
    own = client.post("/en/office/invite/?country=JO", {**person, "country": "MA"})

    assert [answer.status_code for answer in answers] == [404] * 4
    assert own.status_code == 302
    assert not Invitation.objects.filter(country="MA").exists()
    assert not RosterImport.objects.exists()


@pytest.mark.parametrize("verb", ["again", "withdraw", "code"])
def test_an_invitation_is_for_the_office_of_its_country(ask, cast, verb):
    def prepare(_user):
        invitation = new_invitation(cast["F"])
        Invitation.objects.update(last_sent_at=timezone.now() - timedelta(days=2))
        return f"/en/office/invitations/{invitation.pk}/{verb}/"

    assert ask("", post={}, prepare=prepare) == OWN
    assert ActivationCode.objects.count() == (3 if verb == "code" else 0)
    assert Invitation.objects.filter(sent_count=2).count() == (3 if verb == "again" else 0)
    assert Invitation.objects.filter(state="withdrawn").count() == (3 if verb == "withdraw" else 0)


def test_a_code_for_a_person_is_for_the_office_of_the_country(ask):
    def prepare(_user):
        person = UserFactory(country=CountryFactory(iso="JO"))
        return f"/en/office/people/{person.pk}/code/"

    assert ask("", post={}, prepare=prepare) == OWN
    assert ActivationCode.objects.count() == 3


def test_nobody_without_a_country_gets_a_code(as_user, coordinator):
    person = UserFactory(country=None)

    response = as_user(coordinator).post(f"/en/office/people/{person.pk}/code/")

    assert response.status_code == 404


@pytest.mark.parametrize("tail", ["", "?verdict=new", "rows-to-correct/"])
def test_reading_an_import_is_for_the_office_of_its_country(ask, cast, tail):
    new = new_import(cast["F"])

    assert ask(f"/en/office/import/{new.pk}/{tail}") == OWN


@pytest.mark.parametrize(("verb", "state"), [("apply", "applied"), ("discard", "discarded")])
def test_applying_and_discarding_is_for_the_office_of_its_country(ask, cast, verb, state):
    def prepare(_user):
        Invitation.objects.all().delete()
        new = new_import(cast["F"])
        return f"/en/office/import/{new.pk}/{verb}/"

    assert ask("", post={}, prepare=prepare) == OWN
    assert RosterImport.objects.filter(state=state).count() == 3


@pytest.mark.parametrize(
    "path",
    [
        "/en/office/invitations/{invitation}/again/",
        "/en/office/invitations/{invitation}/withdraw/",
        "/en/office/invitations/{invitation}/code/",
        "/en/office/people/{person}/code/",
        "/en/office/import/{file}/apply/",
        "/en/office/import/{file}/discard/",
    ],
)
def test_nothing_is_done_by_opening_an_address(as_user, focal_point, jordan, path):
    address = path.format(
        invitation=new_invitation(focal_point).pk,
        person=UserFactory(country=jordan).pk,
        file=new_import(focal_point).pk,
    )
    before = (list(Invitation.objects.values()), list(RosterImport.objects.values()))

    assert as_user(focal_point).get(address).status_code == 405
    assert (list(Invitation.objects.values()), list(RosterImport.objects.values())) == before
    assert not ActivationCode.objects.exists()


def test_the_page_of_an_invitation_is_for_whoever_holds_the_link(cast, focal_point):
    invitation = new_invitation(focal_point)
    with translation.override("en"):
        path = reverse("members:accept_invitation", args=[token_for(invitation)])
    for role in ROLES:
        client = Client()
        if cast[role].is_authenticated:
            client.force_login(cast[role], backend=BACKEND)
        page = client.get(path)
        assert page.status_code == 200
        assert ("is for somebody else" in flat(page)) == (role != "V")
    assert not User.objects.filter(email=invitation.email).exists()


def test_welcome_is_for_whoever_is_signed_in(ask):
    assert ask("/en/account/welcome/") == table(sign_in="V", yes="AMEFOSCX")


def test_the_page_for_codes_is_public(client, db):
    assert client.get("/en/account/activate/").status_code == 200


@pytest.mark.parametrize("model", ["invitation", "rosterimport"])
def test_the_desk_shows_them_to_coordinators_and_changes_nothing(ask, cast, model):
    invitation, new = new_invitation(cast["F"]), new_import(cast["F"])
    pk = invitation.pk if model == "invitation" else new.pk
    root = f"/en/admin/members/{model}/"

    expected = table(sign_in="V", refused="AMEFOS", yes="CX")
    assert ask(root) == expected
    assert ask(f"{root}{pk}/change/") == expected
    nobody = table(sign_in="V", refused="AMEFOSCX")
    assert ask(f"{root}add/") == nobody
    assert ask(f"{root}{pk}/delete/") == nobody
    assert ask(f"{root}{pk}/change/", post={"state": "withdrawn"}) == nobody


def test_the_desk_tells_of_imports_that_stand_still(as_user, coordinator, focal_point):
    client = as_user(coordinator)
    new = new_import(focal_point)
    RosterImport.objects.update(state="applying", moved_at=timezone.now() - timedelta(minutes=16))

    desk = flat(client.get("/en/admin/"))
    listed = flat(client.get("/en/admin/members/rosterimport/?standing=stalled"))

    assert "Imports that stand still" in desk
    assert f"/en/admin/members/rosterimport/{new.pk}/change/" in listed
    RosterImport.objects.update(moved_at=timezone.now())
    assert "Imports that stand still" not in flat(client.get("/en/admin/"))
