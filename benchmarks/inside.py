"""What is learnt of the portal from inside it: addresses, a session, the work for each page.

Run as a program with the portal's environment; prints JSON.
"""

import cProfile
import json
import os
import pstats
import sys
from typing import Any

import django

ROLES = ("visitor", "member")


def addresses() -> dict[str, str]:
    """The pages that are measured, in Arabic."""
    from django.urls import reverse

    from events.models import Event
    from members.models import Topic, User

    people = User.objects.members().order_by("name_key", "pk")
    middle = people[people.count() // 2].pk
    past = Event.objects.published().filter(visibility="public").past()
    long_ago = past[past.count() // 2].pk
    flagship = Event.objects.published().filter(visibility="public").upcoming()[0]
    events = reverse("events:list")
    topic = Topic.objects.order_by("pk").values_list("slug", flat=True)[0]
    directory = reverse("members:directory")
    return {
        "home": reverse("home"),
        "event list": events,
        "event list, narrowed": f"{events}?topic={topic}&time=past",
        "event list, far back": f"{events}?time=past&after={long_ago}",
        "event page": flagship.get_absolute_url(),
        "directory": directory,
        "directory, far on": f"{directory}?after={middle}",
        "directory, search": f"{directory}?q=%D9%86%D9%88%D8%B1+%D8%AD%D8%AF%D8%A7%D8%AF",
    }


def statements(client: Any, path: str) -> int:
    """How many SQL statements one answer takes."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        client.get(path, SERVER_NAME="127.0.0.1")
    return len(captured)


def calls(client: Any, path: str) -> int:
    """How many functions, of Python and of C, are called for one answer."""
    profile = cProfile.Profile()
    profile.runcall(client.get, path, SERVER_NAME="127.0.0.1")
    return int(pstats.Stats(profile).total_calls)  # type: ignore[attr-defined]


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "cop_portal.settings"
    django.setup()
    from django.conf import settings
    from django.core.cache import cache
    from django.test import Client
    from django.utils import translation

    from benchmarks.people import READER
    from members.models import User

    translation.activate("ar")
    clients = {role: Client() for role in ROLES}
    reader = User.objects.get(pk=READER)
    # The last one is the one that knows people; those before it only know permissions.
    clients["member"].force_login(reader, backend=settings.AUTHENTICATION_BACKENDS[-1])
    work: dict[str, dict[str, dict[str, int]]] = {}
    paths = addresses()
    for page, path in paths.items():
        work[page] = {}
        for role, client in clients.items():
            client.get(path, SERVER_NAME="127.0.0.1")
            cache.clear()
            work[page][role] = {
                "cold_statements": statements(client, path),
                "statements": statements(client, path),
                "calls": calls(client, path),
            }
    session = settings.SESSION_COOKIE_NAME
    cookie = f"{session}={clients['member'].cookies[session].value}"
    json.dump({"paths": paths, "cookie": cookie, "work": work}, sys.stdout)


if __name__ == "__main__":
    main()
