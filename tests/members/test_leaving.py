"""Leaving the community: what is refused, what ends, what is erased and what stays."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone, translation

from cop_portal.names import name_of
from cop_portal.storage import private_storage
from events.models import CalendarFeed, Registration
from members.actions import Refused
from members.actions.privacy import (
    EMPTIED,
    Departure,
    departure,
    erase,
    leave,
)
from members.models import (
    ActivationCode,
    Block,
    ContactMessage,
    FormerPost,
    Guest,
    Invitation,
    RosterRecord,
    User,
)
from notifications.actions import tell
from notifications.models import Delivery, MutedKind
from tests.factories import (
    AppointmentFactory,
    CountryFactory,
    EventFactory,
    RegistrationFactory,
    TopicFactory,
    UserFactory,
)
from tests.members.uploads import keep_private_files_in
from tests.permissions import BACKEND

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mail_quiet")]

# What an erased row still says: nothing of it tells who it was.
STAYS = {
    "id", "country", "language", "membership", "applied_at", "decided_at", "decided_by",
    "reminded_at", "escalated_at", "left_on", "confirmed_on", "merged_into", "date_joined",
}  # fmt: skip
# Written from other columns, or with a value of their own.
DERIVED = {"email", "password", "name_key", "function_key", "organisation_key", "erased_at"}


@pytest.fixture(autouse=True)
def uploads(monkeypatch, tmp_path):
    keep_private_files_in(tmp_path, monkeypatch)


@pytest.fixture
def person(jordan):
    person = UserFactory(
        email="leaver@cop.example",
        full_name="سلمى الخالدي",
        full_name_latin="Salma Al-Khalidi",
        country=jordan,
        bio="عملت في ثلاث وزارات.",
        motivation="للتعلّم",
    )
    person.set_unusable_password()
    person.save()
    return person


# Whether -------------------------------------------------------------------------------------


def test_who_can_leave(person, focal_point, administrator, applicant):
    coming = AppointmentFactory(
        country=CountryFactory(iso="MA"),
        user=UserFactory(),
        starts_on=timezone.now().date() + timedelta(days=3),
    )
    former = AppointmentFactory(
        country=CountryFactory(iso="TN"), user=UserFactory(), ends_on=date(2021, 1, 1)
    )
    begins = timezone.now().date() + timedelta(days=3)
    withdrawn = AppointmentFactory(
        country=CountryFactory(iso="EG"), user=UserFactory(), starts_on=begins, ends_on=begins
    )
    assert departure(person) == Departure.OPEN
    assert departure(withdrawn.user) == Departure.OPEN
    assert departure(applicant) == Departure.OPEN
    assert departure(former.user) == Departure.OPEN
    assert departure(focal_point) == Departure.IN_OFFICE
    assert departure(coming.user) == Departure.IN_OFFICE
    assert departure(administrator) == Departure.LAST_ADMINISTRATOR
    UserFactory(is_superuser=True)
    assert departure(administrator) == Departure.OPEN
    assert departure(UserFactory(erased_at=timezone.now())) == Departure.GONE


def test_a_refused_leaving_changes_nothing(focal_point, told):
    with pytest.raises(Refused, match=str(Departure.IN_OFFICE.label)):
        leave(focal_point, remove_content=True)

    focal_point.refresh_from_db()
    assert (focal_point.membership, focal_point.email) == ("member", "focal@cop.example")
    assert told() == []


# What ends and what is erased ----------------------------------------------------------------


def test_every_column_of_a_person_is_erased_or_says_nothing():
    """Whoever adds a column says which."""
    columns = {field.name for field in User._meta.concrete_fields}
    assert columns - set(EMPTIED) - STAYS - DERIVED == {"photo"}
    assert set(EMPTIED) <= columns


def test_nothing_that_tells_who_it_was_is_left(person, django_capture_on_commit_callbacks):
    storage = private_storage()
    photo = storage.save("photos/face.jpg", ContentFile(b"face"))
    storage.save("photos/face-96.jpg", ContentFile(b"face"))
    letter = storage.save("letters/letter.pdf", ContentFile(b"letter"))
    User.objects.filter(pk=person.pk).update(photo=photo)
    AppointmentFactory(
        country=CountryFactory(iso="MA"), user=person, ends_on=date(2021, 1, 1), letter=letter
    )
    person.topics.add(TopicFactory())
    FormerPost.objects.create(user=person, organisation_text="وزارة أخرى")
    Guest.objects.create(full_name=person.full_name, email=person.email, claimed_by=person)
    Invitation.objects.create(
        email=person.email, full_name=person.full_name, country=person.country, language="ar",
        invited_by=person, accepted_by=person, state="accepted",
    )  # fmt: skip
    ActivationCode.objects.create(user=person, digest="x", issued_by=person)
    Authenticator.objects.create(user=person, type=Authenticator.Type.TOTP, data={})
    CalendarFeed.objects.create(user=person)
    MutedKind.objects.create(user=person, kind="events.reminder")
    tell("members.approved", person, key="1", applicant=person.pk)
    LogEntry.objects.create(
        user=person, content_type=ContentType.objects.get_for_model(User), object_id=person.pk,
        object_repr=str(person), action_flag=CHANGE, change_message="[]",
    )  # fmt: skip
    names = ("سلمى", "Salma", "leaver@cop.example", "ثلاث وزارات", "وزارة أخرى")

    with django_capture_on_commit_callbacks(execute=True):
        leave(person, remove_content=False)

    Delivery.objects.filter(kind="members.farewell").delete()
    assert leftovers(names) == []
    assert not storage.exists(photo)
    assert not storage.exists("photos/face-96.jpg")
    assert not storage.exists(letter)
    person.refresh_from_db()
    assert person.country_id == "JO"
    assert (person.membership, person.is_active) == ("left", False)
    assert person.left_on == timezone.now().date()
    assert person.email == f"erased-{person.pk}@invalid"
    assert person.topics.count() == 0


def leftovers(names):
    """Every text in the database with one of `names` in it."""
    from django.apps import apps
    from django.db.models import TextField
    from django.db.models.functions import Cast

    found = []
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.concrete_fields:
            rows = model._base_manager.annotate(as_text=Cast(field.name, TextField()))
            found += [
                (model._meta.label, field.name, name)
                for name in names
                if rows.filter(as_text__contains=name).exists()
            ]
    return found


def test_seats_are_given_back_and_past_events_keep_the_place(person):
    coming = EventFactory(capacity=1)
    RegistrationFactory(event=coming, user=person)
    next_in_line = RegistrationFactory(event=coming, status=Registration.Status.WAITING)
    begun = timezone.now() - timedelta(days=30)
    past = RegistrationFactory(
        event=EventFactory(starts_at=begun, ends_at=begun + timedelta(hours=2)), user=person
    )

    leave(person, remove_content=False)

    next_in_line.refresh_from_db()
    past.refresh_from_db()
    assert next_in_line.is_confirmed
    assert past.is_confirmed
    assert past.event.registrations.by_country()[0]["country"].iso == "JO"


def test_mail_on_its_way_does_not_leave_any_more_but_the_farewell_does(person, sent):
    tell("members.approved", person, key="1", applicant=person.pk)

    leave(person, remove_content=False)

    [(address, subject, text, _html)] = sent()
    assert (address, subject) == ("leaver@cop.example", "The membership has ended") or (
        address == "leaver@cop.example"
    )
    assert "سلمى" not in text
    assert Delivery.objects.get(kind="members.approved").state == Delivery.State.SKIPPED
    assert Delivery.objects.get(kind="members.farewell").context == {}


@pytest.mark.parametrize("language", ["ar", "en"])
def test_a_former_member_is_named_as_such(person, language):
    leave(person, remove_content=False)
    person.refresh_from_db()
    with translation.override(language):
        assert name_of(person) == translation.gettext("Former member")


def test_a_merged_account_goes_by_the_one_kept(person):
    kept = UserFactory(full_name="أمينة")
    stub = UserFactory(merged_into=kept, erased_at=timezone.now())
    assert name_of(stub) == "أمينة"


def correspondence(person):
    other = UserFactory()
    return [
        ContactMessage.objects.create(sender=a, recipient=b, subject=s, body="…", report_state=r)
        for a, b, s, r in (
            (person, other, "sent", ""),
            (person, other, "sent and reported", "open"),
            (other, person, "received", ""),
            (other, person, "received and reported", "open"),
        )
    ]


@pytest.mark.parametrize(
    ("remove", "left"),
    [
        (False, {"sent", "sent and reported", "received and reported"}),
        (True, {"sent and reported", "received and reported"}),
    ],
)
def test_what_one_wrote_stays_or_goes_as_chosen(person, remove, left):
    messages = correspondence(person)
    Block.objects.create(blocker=person, blocked=messages[0].recipient)

    leave(person, remove_content=remove)

    assert set(ContactMessage.objects.values_list("subject", flat=True)) == left
    assert not Block.objects.exists()


def test_leaving_is_noted_without_the_name(person):
    leave(person, remove_content=True)

    record = RosterRecord.objects.get()
    assert (record.action, record.actor, record.person, record.country_id) == (
        "left", person, person, "JO",
    )  # fmt: skip
    assert record.detail == {"content": "removed"}


def test_the_same_address_may_ask_to_join_again(person, client, request_to_join, code_for):
    leave(person, remove_content=False)

    client.post("/ar/account/signup/", request_to_join(email="leaver@cop.example"))
    client.post("/ar/account/confirm-email/", {"code": code_for("leaver@cop.example")})

    again = User.objects.get(email="leaver@cop.example")
    assert again.pk != person.pk
    assert again.membership == "applicant"
    assert EmailAddress.objects.get(email=again.email).user == again


def test_erasing_twice_is_erasing_once(person):
    assert erase(person, by=None) is True
    assert erase(person, by=None) is False
    assert RosterRecord.objects.filter(action=RosterRecord.Action.ERASED).count() == 1


# The page ------------------------------------------------------------------------------------


@pytest.fixture
def signed_in(person):
    client = Client()
    client.force_login(person, backend=BACKEND)
    client.get("/en/notifications/")
    assert UserSession.objects.exists()
    return client


ANSWER = {"content": "kept", "certain": "on"}


def test_leaving_asks_who_one_is_and_then_goes_on_by_itself(signed_in, person, code_for):
    asked = signed_in.post("/en/account/leave/", ANSWER)
    assert asked.url == "/en/account/confirm/?next=%2Fen%2Faccount%2Fleave%2F"
    person.refresh_from_db()
    assert person.is_active

    sent = signed_in.post(asked.url, {"action": "send", "next": "/en/account/leave/"})
    done = signed_in.post(
        sent.url, {"code": code_for(person.email), "next": "/en/account/leave/"}, follow=True
    )

    assert done.redirect_chain == [("/en/", 302)]
    assert "The membership has ended and the personal data has been erased." in (
        done.content.decode()
    )
    person.refresh_from_db()
    assert person.erased_at
    assert not UserSession.objects.exists()
    assert signed_in.get("/en/account/data/").status_code == 302


def test_the_box_must_be_ticked(signed_in, person, code_for):
    signed_in.post("/en/account/confirm/", {"action": "send"})
    signed_in.post("/en/account/confirm/", {"code": code_for(person.email)})

    response = signed_in.post("/en/account/leave/", {"content": "kept"})

    assert response.status_code == 422
    assert "Tick the box if leaving is what is wished." in response.content.decode()


def test_whoever_cannot_leave_reads_why_and_finds_no_button(as_user, focal_point):
    page = as_user(focal_point).get("/en/account/leave/").content.decode()

    assert str(Departure.IN_OFFICE.label) in page
    assert 'name="certain"' not in page


def test_the_profile_of_who_left_is_gone(as_user, person, member):
    leave(person, remove_content=False)

    assert as_user(member).get(f"/en/members/{person.pk}/").status_code == 404
