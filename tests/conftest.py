"""The cast of the tests: one person for each role of the permission table."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone, translation

from cop_portal import queue
from members.models import User
from tests.factories import AppointmentFactory, CountryFactory, UserFactory
from tests.permissions import ROLES, answer


@pytest.fixture(autouse=True)
def plain_static_files(settings):
    """Static files under their own names, so that a test needs no collected files."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}


@pytest.fixture(autouse=True)
def fresh_reader(settings):
    """Each test begins in the portal's first language and zone: a request leaves its own behind."""
    translation.activate(settings.LANGUAGE_CODE)
    timezone.deactivate()


@pytest.fixture(autouse=True)
def queue_at_hand(monkeypatch):
    """A queue that was away in one test is asked again in the next."""
    monkeypatch.setitem(queue._away, "until", 0.0)


@pytest.fixture
def jordan(db):
    return CountryFactory(iso="JO")


@pytest.fixture
def morocco(db):
    return CountryFactory(iso="MA")


@pytest.fixture
def anonymous():
    return AnonymousUser()


@pytest.fixture
def applicant(jordan):
    return UserFactory(
        email="applicant@cop.example", country=jordan, membership=User.Membership.APPLICANT
    )


@pytest.fixture
def member(jordan):
    return UserFactory(email="member@cop.example", country=jordan)


@pytest.fixture
def expert(db):
    return UserFactory(email="expert@cop.example", country=None, is_expert=True)


@pytest.fixture
def focal_point(jordan):
    """The lead focal point of Jordan."""
    user = UserFactory(email="focal@cop.example", country=jordan)
    AppointmentFactory(country=jordan, user=user)
    return user


@pytest.fixture
def other_focal_point(morocco):
    """The lead focal point of Morocco, reading English."""
    user = UserFactory(email="focal.ma@cop.example", country=morocco, language="en")
    AppointmentFactory(country=morocco, user=user)
    return user


@pytest.fixture
def sponsor(db):
    return UserFactory(email="sponsor@cop.example", country=None, language="en", is_sponsor=True)


@pytest.fixture
def coordinator(db):
    return UserFactory(email="coordinator@cop.example", country=None, is_coordinator=True)


@pytest.fixture
def administrator(db):
    return UserFactory(email="admin@cop.example", country=None, is_superuser=True)


@pytest.fixture
def as_user(client):
    """Return a client signed in as the given person."""

    def sign_in(user):
        client.force_login(user, backend="members.backends.Backend")
        return client

    return sign_in


@pytest.fixture
def cast(
    anonymous, applicant, member, expert, focal_point, other_focal_point, sponsor, coordinator,
    administrator,
):  # fmt: skip
    people = [
        anonymous, applicant, member, expert, focal_point, other_focal_point, sponsor,
        coordinator, administrator,
    ]  # fmt: skip
    return dict(zip(ROLES, people, strict=True))


@pytest.fixture
def ask(cast, mail_quiet):
    """Return a function that asks one address as every role and says what each was answered."""

    def ask_all(path, *, post=None, prepare=None):
        return {role: answer(cast[role], path, post, prepare) for role in ROLES}

    return ask_all


@pytest.fixture
def mail_quiet(monkeypatch):
    monkeypatch.setattr("notifications.actions.announce", lambda: None)
