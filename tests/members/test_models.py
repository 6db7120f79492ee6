import threading
from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction

from members.models import FocalPointAppointment, User
from tests.factories import AppointmentFactory, OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("fields", "confirmed", "expected"),
    [
        ({"membership": "applicant"}, True, "open"),
        ({"membership": "applicant"}, False, "unconfirmed"),
        ({"membership": "applicant", "is_active": False}, True, "closed"),
        ({"membership": "member"}, True, "approved"),
        ({"membership": "declined"}, True, "declined"),
        ({"membership": "left"}, True, "closed"),
        ({"membership": "suspended"}, True, "closed"),
    ],
)
def test_whether_a_request_can_be_decided(fields, confirmed, expected):
    person = UserFactory(confirmed_address=confirmed, **fields)

    assert person.decision() == expected


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"membership": "applicant"}, "open"),
        ({"membership": "member"}, "open"),
        ({"membership": "declined"}, "declined"),
        ({"membership": "left"}, "left"),
        ({"membership": "suspended"}, "suspended"),
        ({"membership": "member", "is_active": False}, "inactive"),
        ({"membership": "left", "is_coordinator": True}, "open"),
        ({"membership": "left", "is_superuser": True}, "open"),
        ({"membership": "left", "is_sponsor": True}, "open"),
        ({"membership": "member", "is_coordinator": True, "is_active": False}, "inactive"),
    ],
)
def test_whether_a_person_may_sign_in(fields, expected):
    assert UserFactory.build(country=None, **fields).entry == expected


def test_an_address_is_kept_in_small_letters_and_belongs_to_one_person():
    first = UserFactory(email="Amina.Zoubi@COP.Example")

    assert first.email == "amina.zoubi@cop.example"
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.bulk_create([User(email="AMINA.zoubi@cop.example", full_name="x")])


def test_names_lose_hidden_characters_and_keep_the_search_key_in_step():
    person = UserFactory(full_name="\u202eأمينة\u0007  الزعبي\u2069", full_name_latin="")
    assert (person.full_name, person.name_key) == ("أمينة الزعبي", "امينه الزعبي")

    person.full_name = "هدى الزعبي"
    person.save(update_fields=["full_name"])

    person.refresh_from_db()
    assert person.name_key == "هدي الزعبي"


def test_an_organisation_is_recognised_in_both_languages_however_it_is_spelt(jordan, morocco):
    known = OrganisationFactory(
        country=jordan, name_ar="وزارة التنمية الاجتماعية", name_en="Ministry of Social Development"
    )
    OrganisationFactory(
        country=morocco, name_ar="وزارة التنمية الاجتماعية", name_en="Ministry of Development"
    )
    person = UserFactory(country=jordan)

    for text in ("وزاره التنميه الإجتماعية", "  MINISTRY of social development "):
        person.set_organisation(text)
        assert (person.organisation, person.organisation_text) == (known, "")

    person.set_organisation("مركز لا نعرفه")
    assert (person.organisation, person.organisation_text) == (None, "مركز لا نعرفه")
    assert person.organisation_name == "مركز لا نعرفه"


def test_one_lead_at_a_time_but_any_number_of_alternates(jordan):
    AppointmentFactory(country=jordan, starts_on=date(2020, 1, 1), ends_on=date(2021, 1, 1))
    AppointmentFactory(country=jordan, starts_on=date(2021, 1, 1))
    AppointmentFactory(country=jordan, role="alternate", starts_on=date(2021, 1, 1))
    AppointmentFactory(country=jordan, role="alternate", starts_on=date(2021, 1, 1))

    with pytest.raises(IntegrityError), transaction.atomic():
        AppointmentFactory(country=jordan, starts_on=date(2022, 1, 1))
    with pytest.raises(IntegrityError), transaction.atomic():
        AppointmentFactory(country=jordan, starts_on=date(2020, 6, 1), ends_on=date(2020, 7, 1))
    with pytest.raises(IntegrityError), transaction.atomic():
        AppointmentFactory(
            country=jordan, role="alternate", starts_on=date(2022, 1, 1), ends_on=date(2021, 12, 31)
        )


def test_a_lead_withdrawn_before_the_first_day_makes_room_for_another(jordan):
    withdrawn = AppointmentFactory(
        country=jordan, starts_on=date(2021, 1, 1), ends_on=date(2021, 1, 1)
    )
    other = AppointmentFactory(country=jordan, starts_on=date(2020, 6, 1))

    assert withdrawn.was_withdrawn
    assert not other.was_withdrawn
    for day in (date(2020, 12, 31), date(2021, 1, 1), date(2021, 1, 2)):
        assert list(FocalPointAppointment.objects.current(day)) == [other]


@pytest.mark.django_db(transaction=True)
def test_of_many_leads_appointed_at_the_same_moment_one_remains(jordan):
    people = [UserFactory(country=jordan) for _ in range(8)]
    start = threading.Barrier(len(people))
    outcomes = []

    def appoint(person):
        start.wait()
        try:
            FocalPointAppointment.objects.create(
                country=jordan, user=person, role="lead", starts_on=date(2026, 1, 1)
            )
            outcomes.append("appointed")
        except IntegrityError:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=appoint, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["appointed"] + ["refused"] * 7
    assert FocalPointAppointment.objects.count() == 1
