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

EVERYONE = ("visitor", "member")
MEMBER = ("member",)
FOCAL_POINT = ("focal point",)


def addresses(country: str) -> dict[str, tuple[str, tuple[str, ...]]]:
    """The pages that are measured, in Arabic, and as whom. The office is that of `country`."""
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
    roster = reverse("members:roster")
    return {
        "home": (reverse("home"), EVERYONE),
        "event list": (events, EVERYONE),
        "event list, narrowed": (f"{events}?topic={topic}&time=past", EVERYONE),
        "event list, far back": (f"{events}?time=past&after={long_ago}", EVERYONE),
        "event page": (flagship.get_absolute_url(), EVERYONE),
        "directory": (directory, MEMBER),
        "directory, far on": (f"{directory}?after={middle}", MEMBER),
        "directory, search": (f"{directory}?q=%D9%86%D9%88%D8%B1+%D8%AD%D8%AF%D8%A7%D8%AF", MEMBER),
        "profile": (reverse("members:profile", args=[middle]), MEMBER),
        "country": (reverse("members:country", args=[country]), MEMBER),
        "office": (reverse("members:office"), FOCAL_POINT),
        "roster": (roster, FOCAL_POINT),
        "roster, last seen first": (f"{roster}?sort=-seen", FOCAL_POINT),
        "roster, search": (f"{roster}?q=%D9%86%D9%88%D8%B1", FOCAL_POINT),
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
    reader = User.objects.get(pk=READER)
    lead = User.objects.leads_of(reader.country_id).get()
    clients = {"visitor": Client(), "member": Client(), "focal point": Client()}
    # The last one is the one that knows people; those before it only know permissions.
    backend = settings.AUTHENTICATION_BACKENDS[-1]
    clients["member"].force_login(reader, backend=backend)
    clients["focal point"].force_login(lead, backend=backend)
    pages = []
    for name, (path, roles) in addresses(reader.country_id).items():
        for role in roles:
            client = clients[role]
            client.get(path, SERVER_NAME="127.0.0.1")
            cache.clear()
            work = {
                "cold_statements": statements(client, path),
                "statements": statements(client, path),
                "calls": calls(client, path),
            }
            pages.append({"name": name, "path": path, "role": role, "work": work})
    session = settings.SESSION_COOKIE_NAME
    cookies = {
        role: f"{session}={client.cookies[session].value}"
        for role, client in clients.items()
        if session in client.cookies
    }
    json.dump({"pages": pages, "cookies": cookies}, sys.stdout)


if __name__ == "__main__":
    main()
