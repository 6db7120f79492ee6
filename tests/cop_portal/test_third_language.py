"""French is a setting, a migration and a catalogue; nothing else changes."""

import json
import os
import shutil
import subprocess
import sys

import psycopg
import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from django.conf import settings
from django.db import connection

from tests.faults.conftest import database_url

APPS = ["cop_portal", "members", "notifications", "library", "surveys", "events", "discussions"]

LOOK = """
import json
from django.core.management import call_command
from django.test import Client
from events.models import Event
call_command("load_reference_data")
from django.utils import timezone
from datetime import timedelta
start = timezone.now() + timedelta(days=9)
event = Event.objects.create(
    title_ar="تحديث السجل الاجتماعي", title_fr="Mettre à jour un registre social", kind="forum",
    status="published", starts_at=start, ends_at=start + timedelta(hours=2))
only_arabic = Event.objects.create(
    title_ar="الأشغال العامة", kind="forum", status="published",
    starts_at=start, ends_at=start + timedelta(hours=2))
client = Client(headers={"host": "localhost"})
pages = {path: client.get(path).content.decode() for path in ["/fr/", "/fr/events/", "/ar/"]}
print("PAGES" + json.dumps(pages))
"""


@pytest.fixture
def french_portal(tmp_path, transactional_db):
    """A copy of the portal with French switched on, its migration made and its database."""
    for name in [*APPS, "templates", "locale", "vendor_locale", "manage.py"]:
        source = settings.BASE_DIR / name
        if source.is_dir():
            shutil.copytree(source, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, tmp_path / name)
    catalogue = Catalog(locale="fr")
    catalogue.add("Events", string="Activités", context="navigation")
    folder = tmp_path / "locale/fr/LC_MESSAGES"
    folder.mkdir(parents=True)
    with (folder / "django.mo").open("wb") as file:
        write_mo(file, catalogue)
    name = f"{connection.settings_dict['NAME']}_fr"
    with psycopg.connect(database_url().replace("postgres:", "postgresql:"), autocommit=True) as db:
        db.execute(f'DROP DATABASE IF EXISTS "{name}"')
        db.execute(f'CREATE DATABASE "{name}"')
        environment = {
            **os.environ,
            "COP_LANGUAGES": "ar,en,fr",
            "DATABASE_URL": database_url().rsplit("/", 1)[0] + f"/{name}",
            "COP_DATA_DIR": str(tmp_path / "var"),
            "ALLOWED_HOSTS": "localhost",
            "DEBUG": "true",
            "PYTHONPATH": str(tmp_path),
        }

        def manage(*arguments, **options):
            return subprocess.run(
                [sys.executable, "manage.py", *arguments], cwd=tmp_path, env=environment,
                check=True, capture_output=True, text=True, **options,
            ).stdout  # fmt: skip

        yield manage
        db.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.mark.slow
def test_french_is_a_setting_a_migration_and_a_catalogue(french_portal):
    planned = french_portal("makemigrations", "-v", "1")
    changes = [line.strip() for line in planned.splitlines() if line.strip()[:1] in "+-~"]
    assert changes
    assert all(
        line.startswith("+ Add field") and line.split(" to ")[0].endswith("_fr") for line in changes
    ), changes

    french_portal("migrate", "-v", "0")
    out = french_portal("shell", "-v", "0", input=LOOK)
    pages = json.loads(out.split("PAGES", 1)[1])

    assert '<html lang="fr" dir="ltr"' in pages["/fr/"]
    assert "Activités" in pages["/fr/"]
    assert 'hreflang="fr"' in pages["/ar/"]
    assert "Français" in pages["/ar/"]
    assert "Mettre à jour un registre social" in pages["/fr/events/"]
    assert '<span lang="ar" dir="rtl">الأشغال العامة</span>' in pages["/fr/events/"]
