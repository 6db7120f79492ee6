"""Every address, asked hostile things: the answer may be a refusal, never a fault."""

from itertools import product

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import translation

from cop_portal.models import Page
from tests.factories import EventFactory, RegistrationFactory

HUGE = "9" * 5000
NUMBERS = ["1", "99999999999999999999", HUGE]
WORDS = ["x", "%D8%AA%D9%82%D9%8A%25%27%22%3B--", "a" * 3000]
VALUES = ["", "-1", "99999999999999999999", HUGE, "%27%22%3C%3E%5C", "x" * 3000, "2026-13-45"]
# What the lists and forms of the portal read from an address.
NAMES = [
    "page", "after", "before", "roster_after", "roster_before", "q", "kind", "country", "topic",
    "organiser", "organisation", "time", "year", "month", "date", "next", "to", "o", "p", "e",
]  # fmt: skip
# Each name gets another value in each of them.
QUERIES = [
    "&".join(f"{name}={VALUES[(at + turn) % len(VALUES)]}" for at, name in enumerate(NAMES))
    for turn in (0, 3)
]
BODIES = [
    ("application/x-www-form-urlencoded", ""),
    ("application/x-www-form-urlencoded", "&".join(f"{name}={HUGE}" for name in NAMES[:4])),
    (
        "application/x-www-form-urlencoded",
        "id=x&action=%F0%9F%92%A3&language=zz&next=//evil.example",
    ),
    ("text/plain", "x"),
]


def routes(resolver=None, prefix=""):
    """Every route as Django writes it, in Arabic, except the admin's, which has its own tests."""
    for pattern in (resolver or get_resolver()).url_patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            if pattern.namespace != "admin":
                yield from routes(pattern, route)
        elif isinstance(pattern, URLPattern) and not route.startswith("^"):
            yield route


def addresses():
    """Every route with every combination of its arguments' hostile values."""
    for route in routes():
        if "(?P<" in route:
            continue
        parts = route.replace("<", "\0<").replace(">", ">\0").split("\0")
        options = [
            (NUMBERS if part.startswith("<int:") else WORDS) if part.startswith("<") else [part]
            for part in parts
        ]
        for chosen in product(*options):
            yield "/" + "".join(chosen).lstrip("/")


def pages():
    """Every route once, with arguments that may exist."""
    with translation.override("ar"):
        return sorted(
            {a for a in addresses() if not any(odd in a for odd in NUMBERS[1:] + WORDS[1:])}
        )


@pytest.fixture
def _community(member, focal_point):
    """Something to find behind the small numbers."""
    event = EventFactory()
    RegistrationFactory(event=event, user=member)
    Page.objects.create(slug="x", title_ar="صفحة", body_ar="نص")


@pytest.fixture
def reader(request, client):
    if request.param != "visitor":
        user = request.getfixturevalue(request.param)
        client.force_login(user, backend="members.backends.Backend")
    client.raise_request_exception = False
    return client


READERS = pytest.mark.parametrize("reader", ["visitor", "coordinator"], indirect=True)


def faults(answers):
    return {address: status for address, status in answers if status >= 500}


@pytest.mark.usefixtures("_community")
@READERS
def test_no_address_is_a_fault(reader):
    with translation.override("ar"):
        asked = sorted(set(addresses()))

    assert len(asked) > 60
    assert faults((address, reader.get(address).status_code) for address in asked) == {}


@pytest.mark.usefixtures("_community")
@READERS
def test_no_query_is_a_fault(reader):
    answers = (
        (f"{page}?{query[:99]}", reader.get(f"{page}?{query}").status_code)
        for page, query in product(pages(), QUERIES)
    )

    assert faults(answers) == {}


@pytest.mark.usefixtures("_community")
@READERS
def test_no_form_is_a_fault(reader):
    answers = (
        (f"{page} {body[:40]}", reader.generic("POST", page, body, content_type=sort).status_code)
        for page, (sort, body) in product(pages(), BODIES)
        if "logout" not in page
    )

    assert faults(answers) == {}


@pytest.mark.usefixtures("_community")
@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "HEAD", "BREW"])
def test_no_method_is_a_fault(method, db):
    client = Client(raise_request_exception=False)

    answers = [
        (page, client.generic(method, page).status_code)
        for page in ("/", "/ar/", "/ar/events/", "/ar/x/", "/ar/members/", "/healthz", "/theme.css")
    ]

    assert faults(answers) == {}
