"""The demonstration and its inbox, which a real installation has not."""

from __future__ import annotations

import pytest
from django.core.management import call_command

from members.models import User

pytestmark = pytest.mark.django_db


def test_a_real_installation_gets_no_demonstration(settings):
    settings.DEMONSTRATION = False

    with pytest.raises(Exception, match="DEMONSTRATION is not set"):
        call_command("load_demonstration")

    assert not User.objects.exists()


def test_the_inbox_exists_in_the_demonstration_only(client, settings, tmp_path):
    settings.INBOX_DIR = tmp_path / "inbox"
    for shown in (True, False):
        settings.DEMONSTRATION = shown
        assert client.get("/inbox/", follow=True).status_code == (200 if shown else 404)
