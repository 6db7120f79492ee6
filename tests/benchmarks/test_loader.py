"""The invented community is a possible one: everything the portal's own doors would refuse is
refused here by looking at the rows."""

from datetime import UTC, datetime

import pytest
from allauth.account.models import EmailAddress
from django.db.models import Count, F, Max, Min, Q

from benchmarks import filling
from benchmarks.people import READER, Community, load_organisations, people
from events.models import Event, Registration
from events.schedule import snapshot
from members.models import FocalPointAppointment, Organisation, User
from notifications.models import Delivery
from tests.factories import UserFactory

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
SIZE = 400


@pytest.fixture
def community(db):
    made = Community(seed=7, size=SIZE, today=NOON)
    filling.load(made)
    return made


def test_everyone_has_an_address_and_the_search_key_the_model_would_give(community):
    people = list(User.objects.all())

    assert len(people) == SIZE
    assert EmailAddress.objects.filter(user__email=F("email"), primary=True).count() == SIZE
    for person in people:
        stored = (person.full_name, person.full_name_latin, person.name_key)
        person.clean_names()
        assert stored == (person.full_name, person.full_name_latin, person.name_key)
    reader = User.objects.get(pk=READER)
    assert (reader.country_id, reader.language, reader.entry) == ("JO", "ar", User.Entry.OPEN)


def test_a_country_has_one_lead_and_the_lead_is_its_member(community):
    leads = FocalPointAppointment.objects.current().leads()

    assert leads.exists()
    assert not leads.values("country").annotate(n=Count("pk")).filter(n__gt=1)
    assert not leads.exclude(user__country=F("country"), user__membership="member")


def test_events_lie_before_and_after_and_span_their_sessions(community):
    events = Event.objects.annotate(first=Min("sessions__starts_at"), last=Max("sessions__ends_at"))

    assert events.count() == 50
    assert events.filter(starts_at__gt=NOON).count() == 8
    assert not events.exclude(starts_at=F("first"), ends_at=F("last"))
    for event in events.exclude(status="draft").prefetch_related("sessions__event"):
        assert event.announced == snapshot(event.sessions.all())
        assert not event.missing_for_publication()


def test_nobody_is_seated_beyond_the_capacity_or_waits_beside_a_free_seat(community):
    for event in Event.objects.with_counts():
        if event.capacity is None:
            assert event.waiting_count == 0
        else:
            assert event.confirmed_count <= event.capacity
            assert not event.waiting_count or event.confirmed_count == event.capacity
    assert Registration.objects.filter(event__status="draft").count() == 0
    assert set(Registration.objects.values_list("status", flat=True)) == {
        "confirmed",
        "waiting",
        "withdrawn",
    }


def test_seats_went_in_order_of_arrival(community):
    for event in Event.objects.annotate(n=Count("registrations")).filter(n__gt=0):
        waiting = event.registrations.waiting().first()
        if waiting is not None:
            seated = event.registrations.confirmed()
            assert not seated.filter(queued_at__gt=waiting.queued_at).exists()
    times = Q(confirmed_at__lt=F("queued_at")) | Q(withdrawn_at__lt=F("queued_at"))
    assert not Registration.objects.filter(times)


def test_the_ledger_tells_each_registration_and_approval_once(community):
    told = Delivery.objects.filter(kind__startswith="events.")

    assert told.count() == Registration.objects.count()
    keys = {f"events.{kind}:{r.change_key}" for kind, r in map(kind_of, Registration.objects.all())}
    assert set(told.values_list("key", flat=True)) == keys
    approvals = Delivery.objects.filter(kind="members.approved")
    assert approvals.count() == User.objects.filter(membership="member").count()
    assert not Delivery.objects.filter(state__in=["queued", "sending"])


def kind_of(registration):
    is_promoted = registration.is_confirmed and registration.changes > 1
    return ("promoted" if is_promoted else registration.status), registration


def test_rows_made_later_get_the_next_numbers(community):
    user = UserFactory(country_id="JO")

    assert user.pk == SIZE + 1


def test_the_same_seed_makes_the_same_people_and_another_seed_others(community):
    def made(seed):
        again = Community(seed=seed, size=50, today=NOON)
        again.countries = community.countries
        again.organisations = community.organisations
        return list(people(again))

    assert made(1) == made(1)
    assert made(1) != made(2)


@pytest.mark.django_db
def test_refuses_a_database_that_may_be_a_real_one(settings):
    settings.DEMONSTRATION = False

    with pytest.raises(filling.Refused, match="may be a real one"):
        filling.refuse_unless_safe()


def test_refuses_to_mix_with_what_is_there(settings, member):
    settings.DEMONSTRATION = True

    with pytest.raises(filling.Refused, match="is not empty"):
        filling.refuse_unless_safe()


@pytest.mark.parametrize("size", [0, 999, 1_000_001])
def test_refuses_a_size_out_of_range_before_it_asks_the_database(size):
    with pytest.raises(filling.Refused, match="1,000 to 1,000,000"):
        filling.fill(size, seed=1)


def test_organisations_get_numbers_no_other_has(db):
    community = Community(seed=1, size=SIZE, today=NOON)
    filling.call_command("load_reference_data", verbosity=0)
    taken = Organisation.objects.create(slug="taken", name_ar="جهة", kind="agency")

    load_organisations(community)

    assert taken.pk not in {key for keys in community.organisations.values() for key in keys}
