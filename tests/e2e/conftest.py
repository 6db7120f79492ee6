"""Real Chromium against the portal, its mail in a local inbox, one person to a browser context."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from email.message import EmailMessage

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import translation
from playwright.sync_api import BrowserContext, Page, expect

from cop_portal import inbox
from notifications.sending import send_due

PASSWORD = "community-of-practice"
PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 900}

# axe takes joined Arabic letters for an icon and passes over them: any text with a letter counts.
ARABIC_CONTRAST = """
(() => {
  const rule = axe._audit.rules.find((rule) => rule.id === "color-contrast");
  rule.matches = (node) =>
    [...node.childNodes].some((child) => child.nodeType === 3 && /[\\p{L}\\p{N}]/u.test(child.data))
    && !node.closest("[disabled], [aria-disabled='true'], [hidden], .sr");
})()
"""


def pytest_collection_modifyitems(items):
    for item in items:
        if "e2e" in item.path.parts:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session", autouse=True)
def _database_calls_beside_the_browser():
    """Playwright runs an event loop in this thread, which Django would take for async code."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    return {
        **browser_type_launch_args,
        "executable_path": os.environ.get("COP_CHROMIUM", "/usr/bin/chromium"),
        "args": [
            "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync",
        ],
    }  # fmt: skip


@pytest.fixture
def site(live_server, settings, tmp_path):
    """The address of a running portal whose mail stays in a folder of this test."""
    settings.DEMONSTRATION = True
    settings.EMAIL_BACKEND = "cop_portal.inbox.MaildirBackend"
    settings.INBOX_DIR = tmp_path / "inbox"
    settings.SITE_URL = live_server.url
    settings.ALLOWED_HOSTS = ["localhost", "127.0.0.1"]
    settings.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
    # Limits on sign-up and sign-in count each journey for itself, all being made from here.
    backend = "django.core.cache.backends.locmem.LocMemCache"
    settings.CACHES = {"default": {"BACKEND": backend, "LOCATION": live_server.url + str(tmp_path)}}
    return live_server.url


@pytest.fixture(params=["ar", "en"])
def language(request):
    """Each journey is made in both languages, Arabic first."""
    with translation.override(request.param):
        yield request.param


class Visitor:
    """One person at a browser: goes to pages, reads and presses what a person would."""

    def __init__(self, context: BrowserContext, site: str, language: str) -> None:
        self.page: Page = context.new_page()
        self.site, self.language = site, language
        self.faults: list[str] = []
        self.page.on("console", self._listen)
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("request", self._watch)

    def _listen(self, message) -> None:
        # A 4xx page that a step asks for on purpose is no fault of the page's own.
        if message.type == "error" and "the server responded with a status" not in message.text:
            self.faults.append(message.text)

    def _watch(self, request) -> None:
        if not request.url.startswith((self.site, "data:", "blob:", "about:")):
            self.faults.append(f"asked another host: {request.url}")

    def goto(self, path: str) -> Page:
        self.page.goto(f"{self.site}/{self.language}/{path}")
        return self.page

    def press(self, label: str) -> None:
        self.page.get_by_role("button", name=label, exact=True).first.click()

    def follow(self, label: str) -> None:
        self.page.get_by_role("link", name=label).first.click()

    def sees(self, text: str) -> None:
        expect(self.page.locator("main")).to_contain_text(text)

    def sign_in(self, email: str, password: str = PASSWORD) -> None:
        self.goto("account/login/")
        self.page.locator("#id_login").fill(email)
        self.page.locator("#id_password").fill(password)
        self.page.locator("form#sign-in").get_by_role("button").first.click()
        self.page.wait_for_url(re.compile(rf"/{self.language}/$"))

    def check_page(self) -> None:
        """What holds for every page: accessible, one heading, no sideways scrolling, silent."""
        assert self.faults == []
        assert self.page.locator("h1").count() == 1
        assert self.page.locator("html").get_attribute("dir") == (
            "rtl" if self.language == "ar" else "ltr"
        )
        wider = self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert wider <= 0, f"{self.page.url} scrolls sideways by {wider} px"
        assert accessibility_faults(self.page) == []


def accessibility_faults(page: Page) -> list[str]:
    """axe's findings at WCAG 2.2 AA, as "rule: selector" lines."""
    axe = Axe()
    page.evaluate(axe.axe_script)
    page.evaluate(ARABIC_CONTRAST)
    results = page.evaluate(
        "axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']})"
    )
    return [
        f"{violation['id']}: {node['target']} {node['failureSummary']}"
        for violation in results["violations"]
        for node in violation["nodes"]
    ]


@pytest.fixture
def visitor(new_context, site, language) -> Callable[..., Visitor]:
    """Return a function that seats one more person at a phone, or at a screen of that size."""

    def seat(*, screen: dict[str, int] = PHONE, scripts: bool = True) -> Visitor:
        context = new_context(
            locale="ar-JO" if language == "ar" else "en-GB",
            viewport=screen,
            java_script_enabled=scripts,
        )
        return Visitor(context, site, language)

    return seat


def mail_to(address: str) -> list[EmailMessage]:
    """Let the worker work, then open what `address` received, the latest first."""
    send_due()
    return [message for _key, message in inbox.newest(50) if address in str(message["To"])]


def code_in(message: EmailMessage) -> str:
    """The code that a mail asks to type in."""
    body = message.get_body(("plain",))
    assert body is not None
    return str(re.findall(r"^\W*(\d{4}-\d{4})\W*$", body.get_content(), re.MULTILINE)[0])
