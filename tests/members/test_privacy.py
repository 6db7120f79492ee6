"""One's own data in one archive, and proving who one is without a password."""

from __future__ import annotations

import io
import json
import re
import zipfile
from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone, translation

from cop_portal.storage import private_storage
from members.actions.privacy import DOWNLOADS_A_DAY
from members.merging import relations
from members.models import ContactMessage, FormerPost, RosterRecord, User
from members.own_data.account import NOT_GIVEN
from members.personal_data import NOT_PERSONAL, SECTIONS, archive_of
from notifications.actions import tell
from tests.factories import AppointmentFactory, RegistrationFactory, TopicFactory, UserFactory
from tests.members.test_merging import everything_for
from tests.members.uploads import keep_private_files_in
from tests.permissions import BACKEND

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mail_quiet")]
DATA = "/en/account/data/"


@pytest.fixture
def person(jordan):
    """Someone who signs in by mailed codes, as everybody who signed up here does at first."""
    person = UserFactory(email="salma@cop.example", full_name="سلمى الخالدي", country=jordan)
    person.set_unusable_password()
    person.save()
    return person


@pytest.fixture
def client(person):
    client = Client()
    client.force_login(person, backend=BACKEND)
    return client


def opened(content):
    archive = zipfile.ZipFile(io.BytesIO(content))
    return archive, json.loads(archive.read("data.json"))


# Nothing is forgotten ------------------------------------------------------------------------


def test_every_relation_to_a_person_is_given_or_named_with_the_reason_why_not():
    """Whoever adds a relation to people says in which section of the archive it is."""
    given = {name for section in SECTIONS.values() for name in section.covers}
    assert set(relations()) == given | set(NOT_PERSONAL)
    assert given & set(NOT_PERSONAL) == set()


def test_every_column_of_a_person_is_given_but_the_hash_and_the_search_keys(person):
    _archive, data = opened(archive_of(person))
    columns = {field.attname for field in User._meta.concrete_fields}
    assert columns - set(data["profile"][0]) == NOT_GIVEN
    assert data["profile"][0]["full_name"] == "سلمى الخالدي"


def test_every_section_has_rows_of_the_columns_it_names(person):
    everything_for(person)
    AppointmentFactory(user=person, country=person.country, role="alternate")
    _archive, data = opened(archive_of(person))
    for key, section in SECTIONS.items():
        for row in data[key]:
            assert set(row) == set(section.columns), key
    empty = {key for key in SECTIONS if not data[key]}
    assert empty == {"former_addresses", "invitations", "imports", "desk"}


# The archive ---------------------------------------------------------------------------------


def test_the_archive_is_for_machines_and_for_people(person):
    tell("members.approved", person, key="1", applicant=person.pk)
    registration = RegistrationFactory(user=person)
    other = UserFactory(full_name="أمينة")
    ContactMessage.objects.create(sender=other, recipient=person, subject="سؤال", body="نصّ")
    person.topics.add(TopicFactory(name_ar="السجل الاجتماعي"))

    archive, data = opened(archive_of(person))

    assert set(archive.namelist()) == {"data.json", "index.html"}
    assert (data["format"], data["person"]) == (1, person.pk)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+Z", data["written_at"])
    [row] = data["registrations"]
    assert row["event"] == str(registration.event_id)
    assert row["status"] == "confirmed"
    assert re.match(r"\d{4}-\d\d-\d\dT", row["queued_at"])
    assert data["messages_received"][0]["by"] == "أمينة"
    page = archive.read("index.html").decode()
    for text in ("السجل الاجتماعي", "سؤال", "نصّ", str(registration.event)):
        assert text in page


@pytest.mark.parametrize(("language", "direction"), [("ar", "rtl"), ("en", "ltr")])
def test_the_page_is_in_the_readers_language_and_needs_nothing_else(person, language, direction):
    with translation.override(language):
        archive, _data = opened(archive_of(person))
    page = archive.read("index.html").decode()

    assert f'<html lang="{language}" dir="{direction}">' in page
    assert re.findall(r"(?:src|href)=\"(?!#)[^\"]*\"|https?:|url\(|@import", page) == []
    assert "<script" not in page


def test_what_a_person_wrote_is_no_markup(person):
    FormerPost.objects.create(user=person, organisation_text="<script>alert(1)</script>")
    archive, _data = opened(archive_of(person))
    assert "<script" not in archive.read("index.html").decode()


def test_files_come_along(person, monkeypatch, tmp_path):
    keep_private_files_in(tmp_path, monkeypatch)
    person.photo = private_storage().save("photos/face.jpg", ContentFile(b"face"))
    person.save()
    letter = private_storage().save("letters/a.pdf", ContentFile(b"letter"))
    AppointmentFactory(user=person, country=person.country, letter=letter)
    lost = UserFactory(photo="photos/lost.jpg")

    archive, data = opened(archive_of(person))

    assert archive.read("photo.jpg") == b"face"
    assert archive.read("letters/JO-2020-01-01.pdf") == b"letter"
    assert data["files"] == ["photo.jpg", "letters/JO-2020-01-01.pdf"]
    assert opened(archive_of(lost))[1]["files"] == []


def test_secrets_are_not_in_it(person):
    person.set_password("a long enough phrase")
    person.save()
    Authenticator.objects.create(user=person, type="totp", data={"secret": "JBSWY3DPEHPK3PXP"})
    archive, _data = opened(archive_of(person))
    for name in archive.namelist():
        text = archive.read(name).decode()
        assert "JBSWY3DPEHPK3PXP" not in text
        assert person.password not in text


def test_of_what_one_did_for_others_the_details_are_the_others(person):
    other = UserFactory()
    for about, actor in ((other, person), (person, other)):
        RosterRecord.objects.create(
            action=RosterRecord.Action.CORRECTED, person=about, actor=actor,
            detail={"reason": f"about {about.pk}"},
        )  # fmt: skip

    _archive, data = opened(archive_of(person))

    assert [(row["mine"], row["detail"]) for row in data["actions"]] == [
        (True, {}),
        (False, {"reason": f"about {person.pk}"}),
    ]


# Downloading ---------------------------------------------------------------------------------


def confirm(client, person, code_for):
    client.post("/en/account/confirm/", {"action": "send"})
    return client.post("/en/account/confirm/", {"code": code_for(person.email)})


def test_downloading_asks_who_one_is_and_then_hands_out_the_archive(client, person, code_for):
    asked = client.post(DATA)
    assert asked.url == f"/en/account/confirm/?next={DATA.replace('/', '%2F')}"

    client.post(asked.url, {"action": "send", "next": DATA})
    response = client.post("/en/account/confirm/", {"code": code_for(person.email), "next": DATA})

    assert response["Content-Type"] == "application/zip"
    assert re.fullmatch(
        r'attachment; filename="my-data-\d{4}-\d\d-\d\d\.zip"', response["Content-Disposition"]
    )
    assert (
        response["Cache-Control"] == "private, no-store"
        or "no-store" in (response["Cache-Control"])
    )
    assert opened(response.content)[1]["person"] == person.pk
    record = RosterRecord.objects.get()
    assert (record.action, record.person, record.actor) == ("data_downloaded", person, person)


def test_the_page_downloads_nothing_by_itself(client):
    response = client.get(DATA)

    assert response.status_code == 200
    assert not RosterRecord.objects.exists()


def test_there_is_a_limit_for_a_day(client, person, code_for):
    confirm(client, person, code_for)
    for _number in range(DOWNLOADS_A_DAY):
        assert client.post(DATA).status_code == 200

    refused = client.post(DATA, follow=True)

    assert "downloaded often enough today" in refused.content.decode()
    assert RosterRecord.objects.count() == DOWNLOADS_A_DAY
    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        confirm(client, person, code_for)
        assert client.post(DATA)["Content-Type"] == "application/zip"


# Proving who one is --------------------------------------------------------------------------


def test_without_a_password_a_mailed_code_is_asked_for(client, person, code_for, told):
    response = client.post("/en/account/email/", {"email": "new@cop.example", "action_add": ""})

    assert response.url == "/en/account/confirm/?next=%2Fen%2Faccount%2Femail%2F"
    assert told() == []  # opening the page mails nothing
    client.get(response.url)
    assert told() == []
    client.post(response.url, {"action": "send"})
    assert told() == [("members.confirm_access", person.email, "ar")]


def test_the_request_goes_on_after_the_code(client, person, code_for, told):
    asked = client.post("/en/account/email/", {"email": "new@cop.example", "action_add": ""})
    client.post(asked.url, {"action": "send", "next": "/en/account/email/"})

    client.post(
        "/en/account/confirm/",
        {"code": code_for(person.email), "next": "/en/account/email/"},
    )

    assert ("account.email_confirmation", "new@cop.example", "ar") in told()


@pytest.mark.parametrize(
    "path", ["/en/account/2fa/totp/activate/", "/en/account/2fa/webauthn/add/"]
)
def test_a_second_step_is_not_added_by_whoever_finds_the_device(client, path):
    assert client.get(path).url.startswith("/en/account/confirm/?next=")


def test_a_code_works_once_in_any_digits(client, person, code_for):
    client.post("/en/account/confirm/", {"action": "send"})
    code = code_for(person.email).translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))

    assert client.post("/en/account/confirm/", {"code": code}).status_code == 302
    assert client.post("/en/account/confirm/", {"code": code}).status_code == 422


def test_three_tries_and_fifteen_minutes(client, person, code_for):
    client.post("/en/account/confirm/", {"action": "send"})
    code = code_for(person.email)
    for _number in range(3):
        assert client.post("/en/account/confirm/", {"code": "1234-5678"}).status_code == 422
    assert client.post("/en/account/confirm/", {"code": code}).status_code == 422

    client.post("/en/account/confirm/", {"action": "send"})
    with time_machine.travel(timezone.now() + timedelta(minutes=16)):
        late = client.post("/en/account/confirm/", {"code": code_for(person.email)})
    assert late.status_code == 422


def test_the_code_of_another_session_is_of_no_use(client, person, code_for):
    client.post("/en/account/confirm/", {"action": "send"})
    other = Client()
    other.force_login(person, backend=BACKEND)

    assert other.post("/en/account/confirm/", {"code": code_for(person.email)}).status_code == 422


def test_guessing_is_limited(client, person):
    answers = [
        client.post("/en/account/confirm/", {"action": "send"}).status_code for _n in range(12)
    ]
    assert answers[-1] == 429


def test_a_confirmation_lasts_five_minutes(client, person, code_for):
    confirm(client, person, code_for)
    assert client.post(DATA)["Content-Type"] == "application/zip"
    with time_machine.travel(timezone.now() + timedelta(minutes=6)):
        assert client.post(DATA).status_code == 302


def test_who_has_a_password_is_asked_for_it_and_may_take_a_code(client, person):
    person.set_password("a long enough phrase")
    person.save()
    client.force_login(person, backend=BACKEND)

    asked = client.post(DATA)
    assert asked.url.startswith("/en/account/reauthenticate/?next=")
    page = client.get(asked.url).content.decode()
    assert "/en/account/confirm/?next=" in page
    done = client.post(asked.url, {"password": "a long enough phrase"})
    assert done["Content-Type"] == "application/zip"


def test_the_mailbox_alone_does_not_replace_a_second_step(client, person):
    Authenticator.objects.create(user=person, type=Authenticator.Type.TOTP, data={})

    assert client.post(DATA).url.startswith("/en/account/2fa/reauthenticate/")
    response = client.post("/en/account/confirm/", {"action": "send"})
    assert response.url.startswith("/en/account/2fa/reauthenticate/")


def test_no_page_leads_out_of_the_portal(client, person, code_for):
    client.post("/en/account/confirm/?next=https://evil.example/", {"action": "send"})
    response = client.post(
        "/en/account/confirm/", {"code": code_for(person.email), "next": "https://evil.example/"}
    )
    assert response.url == "/en/account/profile/"
