"""Make the measure's tables and rows where there are none, and print the cookie of its reader."""

import json
import os
from datetime import UTC, datetime, timedelta

import django

LENGTH = 12_000
SENTENCE = "Several countries asked for a practical meeting after they had begun a broad reform. "


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.bare.settings"
    django.setup()
    from django.conf import settings
    from django.contrib.auth.models import User
    from django.core.management import call_command
    from django.test import Client

    from benchmarks.bare.models import Item

    call_command("migrate", verbosity=0)
    call_command(
        "migrate", run_syncdb=True, verbosity=0
    )  # the item's table, which needs the user's
    reader, _made = User.objects.get_or_create(username="reader")
    if not Item.objects.exists():
        text = (SENTENCE * (LENGTH // len(SENTENCE) + 1))[:LENGTH]
        start = datetime(2026, 1, 1, tzinfo=UTC)
        Item.objects.bulk_create(
            Item(
                title=f"Item number {number}",
                author=reader,
                created_at=start + timedelta(hours=number),
                text=text,
            )
            for number in range(200)
        )
    client = Client()
    client.force_login(reader)
    print(json.dumps({"cookie": client.cookies[settings.SESSION_COOKIE_NAME].value}))


if __name__ == "__main__":
    main()
