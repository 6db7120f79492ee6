"""Every page on the narrowest phone: accessible, nothing sideways, light, and by keyboard."""

from __future__ import annotations

import gzip
from io import StringIO

import pytest
from django.core.management import call_command
from playwright.sync_api import expect

from events.models import Event
from tests.e2e.conftest import DESK, accessibility_faults

NARROW = {"width": 320, "height": 640}
# A first visit, compressed, without fonts; then one page more.
FIRST_VISIT, LATER_PAGE, REQUESTS = 100_000, 40_000, 10

OPEN = [
    "",
    "events/",
    "events/calendar/",
    "account/login/",
    "account/signup/",
    "about/",
    "nothing/",
]
SIGNED_IN = [
    "", "events/mine/", "events/subscribe/", "members/", "account/profile/", "account/2fa/",
    "account/sessions/", "account/data/", "account/leave/", "account/confirm/", "notifications/",
]  # fmt: skip


@pytest.fixture
def demonstration(transactional_db, settings):
    settings.DEMONSTRATION = True
    call_command("load_demonstration", stdout=StringIO())


def events():
    chosen = Event.objects.filter(code__in=["study-tour-tunis", "integrated-delivery-systems-2015"])
    return [f"events/{event.pk}/" for event in chosen]


def test_every_page_fits_the_narrowest_phone(demonstration, visitor):
    reader = visitor(screen=NARROW)
    for path in [*OPEN, *events()]:
        reader.goto(path)
        reader.check_page()
    reader.sign_in("member.jo@cop.example")
    for path in [*SIGNED_IN, *events()]:
        reader.goto(path)
        reader.check_page()
    reader.page.context.clear_cookies()
    reader.sign_in("focal.jo@cop.example")
    reader.goto("office/")
    reader.check_page()


def test_pages_weigh_little(demonstration, visitor):
    reader = visitor()
    for paths, limit in [([""], FIRST_VISIT), (["events/", *events()], LATER_PAGE)]:
        for path in paths:
            taken = []

            def note(response, taken=taken):
                taken.append(response)

            reader.page.on("response", note)
            reader.goto(path)
            reader.page.wait_for_load_state("networkidle")
            reader.page.remove_listener("response", note)
            weights = {
                response.url: len(gzip.compress(response.body()))
                for response in taken
                if response.status == 200 and not response.url.endswith(".woff2")
            }
            assert len(taken) <= REQUESTS, [response.url for response in taken]
            assert sum(weights.values()) <= limit, weights
    assert reader.faults == []


def test_the_keyboard_is_enough(demonstration, visitor):
    reader = visitor(screen=DESK)
    page = reader.goto("events/")
    page.keyboard.press("Tab")
    skip = page.locator(".skip")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineWidth")
    assert outline == "3px"


def test_print_leaves_the_frame_out(demonstration, visitor):
    page = visitor(screen=DESK).goto(events()[0])
    page.emulate_media(media="print")

    expect(page.locator("main h1")).to_be_visible()
    for part in (".site-nav", ".site-tools", ".site-foot"):
        expect(page.locator(part)).to_be_hidden()


@pytest.mark.parametrize("text", ["نص عربي لا يكاد يُقرأ", "Text that can hardly be read"])
def test_the_guard_sees_faint_text_in_both_scripts(page, text):
    page.set_content(
        f'<html lang="ar"><title>x</title><main><p style="color:#bbb;background:#fff">{text}</p>'
    )

    assert [fault for fault in accessibility_faults(page) if fault.startswith("color-contrast")]
