"""What holds on every page of the demonstration, in both languages, for each who may see it."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from io import StringIO

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from events.models import Event
from members.models import FocalPointAppointment, User

pytestmark = pytest.mark.django_db
BACKEND = "members.backends.Backend"
VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "use"}
# Words that stay Latin in Arabic text wherever they stand.
LATIN_IN_ARABIC = {
    "AA", "CSV", "Cities", "CommonMark", "Connective", "DOCX", "JPEG", "PDF", "PNG", "UTF", "WCAG",
    "WebP", "Windows", "XLSX",
}  # fmt: skip

PAGES = {
    None: [
        "", "events/", "events/?time=past", "events/?kind=forum&kind=training",
        "events/?topic=none",
        "events/calendar/", "about/", "privacy/", "accessibility/", "terms/", "account/login/",
        "account/signup/", "account/activate/", "account/password/reset/", "privacy/retention/",
        "no-such-page/",
    ],
    "member.jo": [
        "", "events/", "events/mine/", "events/subscribe/", "members/", "members/?q=karim",
        "members/?expert=on&topic=targeting", "countries/JO/", "countries/YE/",
        "account/messages/", "account/messages/?box=sent", "account/posts/add/",
        "account/profile/", "account/claims/", "account/email/", "account/password/change/",
        "account/2fa/", "account/sessions/", "account/data/", "account/leave/", "account/confirm/",
        "notifications/",
    ],
    "applicant.jo": ["", "account/profile/"],
    "focal.jo": [
        "", "office/", "office/invite/", "office/import/", "office/invitations/",
        "office/invitations/?state=expired", "office/invitations/?state=unused", "account/welcome/",
        "office/roster/", "office/roster/?show=due", "office/roster/?show=former",
        "office/roster/?q=none", "office/roster/export/", "office/announcements/",
        "office/announcements/new/",
    ],
    "sponsor": ["", "events/"],
    "coordinator": [
        "", "office/", "office/?country=YE", "office/focal-points/", "office/focal-points/JO/",
        "office/roster/?country=JO", "office/invite/?country=JO", "office/announcements/",
        "members/?expert=on", "account/profile/",
    ],
}  # fmt: skip


class Outline(HTMLParser):
    """What a page says of itself, and its words with the language they are marked as."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.stack: list[tuple[str, dict[str, str | None]]] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.stack.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        while self.stack and self.stack.pop()[0] != tag:
            pass

    def handle_data(self, data):
        if data.strip() and not self._is_set_apart():
            self.words.append(data)

    def _is_set_apart(self) -> bool:
        """Whether the text is code, a name, or marked as another language than the page's."""
        return any(
            tag in {"bdi", "code", "script", "style", "option"}
            or (tag != "html" and attributes.get("lang") not in (None, "ar"))
            for tag, attributes in self.stack
        )

    def count(self, tag: str) -> int:
        return sum(name == tag for name, _attributes in self.tags)


@pytest.fixture(scope="module")
def demonstration(django_db_setup, django_db_blocker):
    """The demonstration community, loaded once for all tests of this module."""
    from django.db import transaction

    with django_db_blocker.unblock():
        atomic = transaction.atomic()
        atomic.__enter__()
        try:
            from django.test import override_settings

            with override_settings(DEMONSTRATION=True):
                call_command("load_demonstration", stdout=StringIO())
            yield
        finally:
            transaction.set_rollback(True)
            atomic.__exit__(None, None, None)


def read(language, person, path):
    client = Client()
    if person:
        client.force_login(User.objects.get(email=f"{person}@cop.example"), backend=BACKEND)
    response = client.get(f"/{language}/{path}")
    if response.status_code == 301:
        response = client.get(response["Location"])
    return response


def check(response, language):
    html = response.content.decode()
    outline = Outline(html)
    attributes = dict(outline.tags)["html"]
    assert attributes["lang"] == language
    assert attributes["dir"] == ("rtl" if language == "ar" else "ltr")
    assert outline.count("h1") == 1
    assert outline.count("main") == 1
    assert re.search(r"<title>\s*[^<·]*\w[^<]*</title>", html)
    assert not re.search(r"\sstyle=|<style|\son\w+=", html)
    for tag, attributes in outline.tags:
        for name in ("src", "srcset", "action"):
            assert not str(attributes.get(name) or "").startswith(("http", "//")), attributes
        if tag == "img":
            assert "alt" in attributes
    if language == "ar":
        assert latin_words(outline) == []


def latin_words(outline: Outline) -> list[str]:
    # Nor addresses, be they of mail or, in a text as it is edited, of pages.
    texts = [re.sub(r"\S+@\S+|\]\(\S+?\)", "", text) for text in outline.words]
    found = [word for text in texts for word in re.findall(r"[A-Za-z]{2,}", text)]
    return [word for word in found if word not in LATIN_IN_ARABIC]


@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize(
    ("person", "path"), [(person, path) for person, paths in PAGES.items() for path in paths]
)
def test_every_page_is_whole(demonstration, person, path, language):
    response = read(language, person, path)

    assert response.status_code == (404 if path == "no-such-page/" else 200)
    check(response, language)


@pytest.mark.parametrize("language", ["ar", "en"])
def test_every_profile_and_the_page_to_write_on_are_whole(demonstration, language):
    names = ["expert", "member.ma", "member.jo", "hoda.mansour", "focal.sy"]
    for person in User.objects.filter(email__in=[f"{name}@cop.example" for name in names]):
        check(read(language, "member.jo", f"members/{person.pk}/"), language)
        if person.email != "member.jo@cop.example" and person.takes_messages:
            check(read(language, "member.jo", f"members/{person.pk}/contact/"), language)


@pytest.mark.parametrize("language", ["ar", "en"])
def test_what_the_office_shows_of_one_person_is_whole(demonstration, language):
    for person in User.objects.filter(country="JO").members():
        row = f"office/roster/{person.pk}/"
        steps = ["leave", "transfer"]
        paths = [row, f"{row}correct/", f"{row}post/"]
        paths += [f"office/roster/{step}/?country=JO&person={person.pk}" for step in steps]
        for path in paths:
            check(read(language, "focal.jo", path), language)


@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize("person", [None, "member.jo", "coordinator"])
def test_every_event_is_whole(demonstration, person, language):
    user = User.objects.get(email=f"{person}@cop.example") if person else None
    for event in Event.objects.all():
        response = read(language, person, f"events/{event.pk}/")
        if response.status_code == 404:
            assert user is None or not user.is_staff
            continue
        check(response, language)


def test_text_in_one_language_only_is_shown_and_marked(demonstration):
    event = Event.objects.get(code="green-jobs-dialogue")

    page = read("en", None, f"events/{event.pk}/").content.decode()

    assert f'<span lang="ar" dir="rtl">{event.title_ar}</span>' in page
    assert "available in Arabic only" in page


def test_loading_twice_changes_nothing(demonstration, settings):
    from django.apps import apps

    settings.DEMONSTRATION = True
    models = [
        m for m in apps.get_models() if m._meta.app_label in {"members", "events", "cop_portal"}
    ]
    before = {model: list(model.objects.order_by("pk").values()) for model in models}

    call_command("load_demonstration", stdout=StringIO())

    assert {model: list(model.objects.order_by("pk").values()) for model in models} == before


def test_loading_leaves_out_what_its_users_left_no_room_for(demonstration, settings):
    """A lead who was left in office stays, and the one to come of the demonstration is left out."""
    settings.DEMONSTRATION = True
    leads = FocalPointAppointment.objects.filter(country="TN", role="lead")
    leads.filter(starts_on__gt=timezone.now()).delete()
    leads.filter(user__email="focal.tn@cop.example").update(ends_on=None)
    before = list(leads.order_by("pk").values())

    call_command("load_demonstration", stdout=StringIO())

    assert list(leads.order_by("pk").values()) == before
