"""What the tests about people share: a fresh cache, the ledger as it stands, a sign-up form."""

import uuid
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.utils import timezone, translation

from members import tasks
from members.actions.imports import take_in, work_on
from members.forms.joining import stamp
from notifications.models import Delivery
from notifications.sending import send_due
from tests.factories import CountryFactory
from tests.members.importing import HEADINGS
from tests.members.sheets import csv_file


@pytest.fixture(autouse=True)
def fresh_cache(settings):
    """Limits on tries are counted in the cache: each test starts from none."""
    backend = "django.core.cache.backends.locmem.LocMemCache"
    settings.CACHES = {"default": {"BACKEND": backend, "LOCATION": uuid.uuid4().hex}}


@pytest.fixture(autouse=True)
def quick_passwords(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def in_english():
    """Sentences as the source has them."""
    with translation.override("en"):
        yield


@pytest.fixture
def told():
    """Return what the ledger holds as (kind, address, language), oldest first."""

    def rows(**filters):
        found = Delivery.objects.filter(**filters).order_by("pk")
        return [(row.kind, row.address, row.language) for row in found]

    return rows


@pytest.fixture
def code_for():
    """Return the newest code on its way to an address."""

    def newest(address):
        row = Delivery.objects.filter(address=address, context__has_key="code").latest("pk")
        return row.context["code"]

    return newest


@pytest.fixture
def sent():
    """Send what is due; return the messages as (address, subject, text, html)."""

    def send():
        mail.outbox.clear()
        send_due()
        return [(m.to[0], m.subject, m.body, m.alternatives[0].content) for m in mail.outbox]

    return send


@pytest.fixture
def request_to_join(db):
    """Return what a person fills in to join, opened a minute ago."""
    CountryFactory(iso="JO")
    with time_machine.travel(timezone.now() - timedelta(minutes=1), tick=False):
        opened = stamp()

    def fill(**changes):
        return {
            "full_name": "سهى المومني",
            "email": "suha@cop.example",
            "country": "JO",
            "organisation": "وزارة التنمية الاجتماعية",
            "function": "رئيسة قسم الشكاوى",
            "language": "ar",
            "motivation": "أعمل على آلية التظلّم في ثلاث محافظات.",
            "subject_line": "",
            "opened": opened,
            **changes,
        }

    return fill


@pytest.fixture
def import_queue(monkeypatch):
    """The imports that would be handed to a worker; the tests work on them themselves."""
    handed = []
    monkeypatch.setattr("notifications.actions.announce", lambda: None)
    monkeypatch.setattr(tasks.work_on_import, "delay", handed.append)
    return handed


@pytest.fixture
def hand_in(jordan, focal_point):
    """Take a file of rows in, for Jordan unless said otherwise."""

    def take(rows, *, country=None, by=None, language="ar", make=csv_file):
        return take_in(
            country or jordan,
            file_name="قائمة.csv",
            content=make([HEADINGS, *rows]),
            language=language,
            by=by or focal_point,
        )

    return take


@pytest.fixture
def checked(hand_in):
    def check(rows, **how):
        new = hand_in(rows, **how)
        work_on(new.pk)
        new.refresh_from_db()
        return new

    return check
