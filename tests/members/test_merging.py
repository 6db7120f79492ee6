"""One person, one account: what becomes of two, whatever hangs on them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.db import models
from django.test import Client
from django.utils import timezone

from events.models import CalendarFeed, Registration, SessionRole
from members import merging
from members.actions import Refused
from members.actions.merging import Union, likely_to_keep, merge, union
from members.models import (
    ActivationCode,
    Announcement,
    Block,
    ContactMessage,
    FocalPointAppointment,
    FormerAddress,
    FormerPost,
    Guest,
    RosterRecord,
    Transfer,
    User,
)
from notifications.actions import tell
from notifications.models import Delivery, MutedKind
from tests.factories import (
    AppointmentFactory,
    CountryFactory,
    EventFactory,
    OrganisationFactory,
    RegistrationFactory,
    TopicFactory,
    UserFactory,
)
from tests.permissions import BACKEND

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mail_quiet")]


@pytest.fixture
def duplicate(db):
    return UserFactory(email="old@old-ministry.example", country=CountryFactory(iso="JO"))


@pytest.fixture
def keep(duplicate):
    return UserFactory(email="new@new-ministry.example", country=duplicate.country)


# The registry --------------------------------------------------------------------------------


def test_every_relation_to_a_person_is_safe_or_has_a_rule():
    """Whoever adds a relation to people with a rule in the database says how it is merged."""
    assert merging.unhandled() == []


def test_rules_name_relations_that_exist():
    assert {*merging._HANDLERS, *merging._STAYING} <= set(merging.relations())


def test_nothing_points_to_the_duplicate_afterwards_but_the_audit_trail(
    keep, duplicate, coordinator
):
    everything_for(duplicate)

    merge(keep, duplicate, by=coordinator)

    left = {
        name
        for name, field in merging.relations().items()
        if field.model._base_manager.filter(**{field.name: duplicate}).exists()
    }
    assert left == {"members.RosterRecord.actor", "members.RosterRecord.person"}


@pytest.mark.parametrize(
    ("constraints", "bound"),
    [
        ([models.UniqueConstraint(fields=["user", "other"], name="a")], True),
        ([models.UniqueConstraint(models.F("user"), name="b")], True),
        (
            [
                models.UniqueConstraint(
                    fields=["other"], condition=models.Q(user__isnull=False), name="c"
                )
            ],
            True,
        ),
        ([models.CheckConstraint(condition=models.Q(user__isnull=False), name="d")], False),
        ([models.UniqueConstraint(fields=["other"], name="e")], False),
        ([], False),
    ],
)
def test_a_rule_of_the_database_about_a_person_is_noticed(monkeypatch, constraints, bound):
    field = Guest._meta.get_field("claimed_by")
    for constraint in constraints:
        swap = {"user": "claimed_by", "other": "email"}
        if getattr(constraint, "fields", None):
            constraint.fields = tuple(swap[name] for name in constraint.fields)
        if getattr(constraint, "expressions", None):
            constraint.expressions = (models.F("claimed_by"),)
        if constraint.condition:
            constraint.condition = models.Q(claimed_by__isnull=False)
    monkeypatch.setattr(Guest._meta, "constraints", constraints)

    assert merging.is_bound(field) is bound


# What moves ----------------------------------------------------------------------------------


def everything_for(person):
    """One row of every relation that an ordinary person can have."""
    other = UserFactory()
    topic = TopicFactory()
    for name in ("topics", "topics_to_learn", "expertise"):
        getattr(person, name).add(topic)
    country = person.country
    AppointmentFactory(country=country, user=person, appointed_by=person, ended_by=person)
    Announcement.objects.create(country=country, author=person)
    ContactMessage.objects.create(sender=person, recipient=other, subject="1", body="…")
    ContactMessage.objects.create(
        sender=other, recipient=person, subject="2", body="…", handled_by=person
    )
    Block.objects.create(blocker=person, blocked=other)
    Block.objects.create(blocker=other, blocked=person)
    Guest.objects.create(full_name="ضيف", claimed_by=person)
    FormerPost.objects.create(user=person, organisation_text="وزارة أخرى")
    Transfer.objects.create(
        person=person, to_country=CountryFactory(iso="MA"), proposed_by=person, decided_by=person
    )
    ActivationCode.objects.create(user=person, digest="x", issued_by=person)
    User.objects.filter(pk=other.pk).update(decided_by=person, merged_into=person)
    tell("members.approved", person, key="1", applicant=person.pk)
    MutedKind.objects.create(user=person, kind="events.reminder")
    RegistrationFactory(user=person)
    CalendarFeed.objects.create(user=person)
    session = EventFactory().sessions.first()
    SessionRole.objects.create(session=session, user=person)
    Authenticator.objects.create(user=person, type=Authenticator.Type.TOTP, data={})
    client = Client()
    client.force_login(person, backend=BACKEND)
    client.get("/en/notifications/")
    RosterRecord.objects.create(action=RosterRecord.Action.CONFIRMED, person=person, actor=person)
    return client


def test_everything_of_the_duplicate_becomes_the_persons(keep, duplicate, coordinator):
    everything_for(duplicate)

    merge(keep, duplicate, by=coordinator)

    assert keep.topics.count() == keep.expertise.count() == keep.topics_to_learn.count() == 1
    for rows in (
        keep.registrations, keep.appointments, keep.messages_sent, keep.messages_received,
        keep.former_posts, keep.transfers, keep.guest_names, keep.announcements, keep.muted_kinds,
        keep.blocks, keep.session_roles,
    ):  # fmt: skip
        assert rows.count() == 1, rows.model
    assert CalendarFeed.objects.get().user == keep
    assert {row.recipient_id for row in Delivery.objects.filter(recipient__isnull=False)} == {
        keep.pk
    }


def test_lists_of_both_become_one_without_repeats(keep, duplicate, coordinator):
    shared, own = TopicFactory(), TopicFactory()
    keep.topics.add(shared)
    duplicate.topics.add(shared, own)
    for person in (keep, duplicate):
        MutedKind.objects.create(user=person, kind="events.reminder")
        Block.objects.create(blocker=person, blocked=coordinator)
    Block.objects.create(blocker=keep, blocked=duplicate)

    merge(keep, duplicate, by=coordinator)

    assert set(keep.topics.all()) == {shared, own}
    assert keep.muted_kinds.count() == 1
    assert list(Block.objects.values_list("blocker", "blocked")) == [(keep.pk, coordinator.pk)]


CONFIRMED, WAITING, WITHDRAWN = (
    Registration.Status.CONFIRMED,
    Registration.Status.WAITING,
    Registration.Status.WITHDRAWN,
)


@pytest.mark.parametrize(
    ("of_keep", "of_duplicate", "left"),
    [
        (WAITING, CONFIRMED, CONFIRMED),
        (CONFIRMED, WITHDRAWN, CONFIRMED),
        (WITHDRAWN, WAITING, WAITING),
        (CONFIRMED, CONFIRMED, CONFIRMED),
    ],
)
def test_of_two_registrations_the_better_stays(
    keep, duplicate, coordinator, of_keep, of_duplicate, left
):
    event = EventFactory(capacity=2)
    RegistrationFactory(event=event, user=keep, status=of_keep)
    RegistrationFactory(event=event, user=duplicate, status=of_duplicate)

    merge(keep, duplicate, by=coordinator)

    assert list(event.registrations.values_list("user", "status")) == [(keep.pk, left)]


def test_a_seat_held_twice_goes_to_the_next_in_line(keep, duplicate, coordinator, told):
    event = EventFactory(capacity=2)
    for person in (keep, duplicate):
        RegistrationFactory(event=event, user=person)
    next_in_line = RegistrationFactory(event=event, status=WAITING)

    merge(keep, duplicate, by=coordinator)

    next_in_line.refresh_from_db()
    assert next_in_line.status == CONFIRMED
    assert told(kind="events.promoted") == [("events.promoted", next_in_line.user.email, "ar")]


def test_two_appointments_in_one_country_become_one_and_history_stays(keep, duplicate, coordinator):
    lead = AppointmentFactory(country=keep.country, user=duplicate)
    alternate = AppointmentFactory(country=keep.country, user=keep, role="alternate")
    old = AppointmentFactory(
        country=CountryFactory(iso="MA"), user=duplicate, ends_on=date(2021, 1, 1)
    )

    merge(keep, duplicate, by=coordinator)

    rows = FocalPointAppointment.objects.filter(user=keep)
    assert set(rows) == {lead, alternate, old}
    assert list(rows.current()) == [lead]
    assert RosterRecord.objects.filter(
        action=RosterRecord.Action.APPOINTMENT_ENDED, person=keep
    ).exists()


def test_of_two_open_transfers_the_duplicates_is_withdrawn(keep, duplicate, coordinator):
    for person, iso in ((keep, "MA"), (duplicate, "TN")):
        Transfer.objects.create(
            person=person, to_country=CountryFactory(iso=iso), proposed_by=coordinator
        )

    merge(keep, duplicate, by=coordinator)

    states = Transfer.objects.filter(person=keep).values_list("to_country", "state")
    assert dict(states) == {"MA": "open", "TN": "withdrawn"}


# What the kept account says ------------------------------------------------------------------


def test_what_is_missing_is_taken_over_and_what_is_there_stays(keep, duplicate, coordinator):
    User.objects.filter(pk=keep.pk).update(bio="", full_name_latin="", last_seen_on=None)
    seen = date(2026, 1, 5)
    User.objects.filter(pk=duplicate.pk).update(
        bio="عملت في ثلاث وزارات.", full_name_latin="Amina", full_name="اسم آخر",
        is_expert=True, last_seen_on=seen, date_joined=timezone.now() - timedelta(days=900),
    )  # fmt: skip

    merge(keep, duplicate, by=coordinator)

    name = keep.full_name
    keep.refresh_from_db()
    assert (keep.full_name, keep.full_name_latin, keep.bio) == (
        name, "Amina", "عملت في ثلاث وزارات.",
    )  # fmt: skip
    assert keep.is_expert
    assert keep.last_seen_on == seen
    assert keep.date_joined < timezone.now() - timedelta(days=800)
    assert keep.name_key.endswith("amina")


def test_the_post_of_the_old_account_becomes_a_former_one(keep, duplicate, coordinator):
    ministry = OrganisationFactory(name_ar="وزارة التخطيط")
    User.objects.filter(pk=duplicate.pk).update(organisation=ministry, function="مستشار")
    User.objects.filter(pk=keep.pk).update(organisation_text="وزارة العمل", function="مدير")

    merge(keep, duplicate, by=coordinator)

    post = keep.former_posts.get()
    assert (post.organisation, post.function) == (ministry, "مستشار")
    keep.refresh_from_db()
    assert keep.organisation_text == "وزارة العمل"


def test_a_member_by_one_account_is_a_member(keep, duplicate, coordinator):
    User.objects.filter(pk=keep.pk).update(membership="applicant")

    merge(keep, duplicate, by=coordinator)

    keep.refresh_from_db()
    assert keep.membership == "member"


def test_the_duplicate_stays_as_an_empty_closed_row(keep, duplicate, coordinator):
    merge(keep, duplicate, by=coordinator)

    stub = User.objects.get(pk=duplicate.pk)
    assert (stub.email, stub.full_name, stub.name_key) == (f"merged-{stub.pk}@invalid", "", "")
    assert (stub.membership, stub.is_active, stub.merged_into) == ("left", False, keep)
    assert stub.left_on == timezone.now().date()
    assert not stub.has_usable_password()


def test_chains_lead_to_the_person_kept_last(keep, duplicate, coordinator):
    first = UserFactory()
    merge(duplicate, first, by=coordinator)
    merge(keep, duplicate, by=coordinator)

    assert set(keep.merged_accounts.all()) == {first, duplicate}
    assert FormerAddress.objects.filter(user=keep).count() == 2


# Told and noted ------------------------------------------------------------------------------


def test_the_person_is_told_at_the_address_kept_and_it_is_noted(keep, duplicate, coordinator, sent):
    merge(keep, duplicate, by=coordinator)

    record = RosterRecord.objects.get(action=RosterRecord.Action.MERGED)
    assert (record.actor, record.person, record.detail["merged"]) == (
        coordinator, keep, duplicate.pk,
    )  # fmt: skip
    [(address, _subject, text, html)] = sent()
    assert address == "new@new-ministry.example"
    for part in (text, html):
        assert "old@old-ministry.example" in part


def test_merging_changes_no_entry_of_the_audit_trail(keep, duplicate, coordinator):
    before = RosterRecord.objects.create(
        action=RosterRecord.Action.CONFIRMED, person=duplicate, actor=duplicate
    )
    merge(keep, duplicate, by=coordinator)

    before.refresh_from_db()
    assert (before.person, before.actor) == (duplicate, duplicate)


# Refusals ------------------------------------------------------------------------------------


def test_what_cannot_be_merged_is_refused_with_a_sentence(
    keep, duplicate, coordinator, administrator
):
    sponsor = UserFactory(is_sponsor=True)
    other_coordinator = UserFactory(is_coordinator=True)
    erased = UserFactory(erased_at=timezone.now())
    suspended = UserFactory(membership="suspended")
    closed = UserFactory(is_active=False)
    gone = UserFactory(merged_into=keep)

    assert union(keep, keep, by=coordinator) == Union.SAME
    assert union(keep, gone, by=coordinator) == Union.MERGED
    assert union(keep, erased, by=coordinator) == Union.ERASED
    assert union(keep, suspended, by=coordinator) == Union.SUSPENDED
    assert union(suspended, keep, by=coordinator) == Union.SUSPENDED
    assert union(closed, keep, by=coordinator) == Union.CLOSED
    assert union(keep, sponsor, by=coordinator) == Union.ROLES
    assert union(keep, other_coordinator, by=administrator) == Union.ROLES
    assert union(other_coordinator, keep, by=coordinator) == Union.STAFF
    assert union(other_coordinator, keep, by=administrator) == Union.OPEN
    assert union(keep, duplicate, by=coordinator) == Union.OPEN
    with pytest.raises(Refused, match=str(Union.SAME.label)):
        merge(keep, keep, by=coordinator)


def test_running_appointments_in_two_countries_are_settled_first(keep, duplicate, coordinator):
    AppointmentFactory(country=CountryFactory(iso="JO"), user=keep)
    AppointmentFactory(country=CountryFactory(iso="MA"), user=duplicate)

    with pytest.raises(Refused, match=str(Union.TWO_OFFICES.label)):
        merge(keep, duplicate, by=coordinator)

    assert User.objects.get(pk=duplicate.pk).merged_into is None


def test_the_open_and_newer_account_is_offered_to_be_kept(keep, duplicate):
    User.objects.filter(pk=duplicate.pk).update(date_joined=timezone.now() - timedelta(days=9))
    duplicate.refresh_from_db()
    assert likely_to_keep(duplicate, keep) == keep
    keep.membership = "left"
    assert likely_to_keep(duplicate, keep) == duplicate
