"""What the tests of this app share: reading the ledger and sending what is in it."""

from __future__ import annotations

import uuid

import pytest
from django.core import mail

from notifications.models import Delivery
from notifications.sending import send_due


@pytest.fixture(autouse=True)
def fresh_cache(settings):
    """The choices of the list's filter are kept for a while: each test finds its own."""
    backend = "django.core.cache.backends.locmem.LocMemCache"
    settings.CACHES = {"default": {"BACKEND": backend, "LOCATION": uuid.uuid4().hex}}


@pytest.fixture
def told():
    """Return what was put in the ledger so far: pairs of kind and recipient, oldest first."""

    def read():
        rows = Delivery.objects.order_by("pk").select_related("recipient")
        return [(row.kind, row.recipient) for row in rows]

    return read


@pytest.fixture
def post(db):
    """Send all that is due; return the mails, oldest first."""

    def send():
        mail.outbox.clear()
        send_due()
        return list(mail.outbox)

    return send
