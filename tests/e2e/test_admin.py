"""A coordinator at the desk, in a real browser: schedules an event and publishes it."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from events.models import Event
from tests.e2e.conftest import DESK, PASSWORD, accessibility_faults
from tests.factories import EventFactory, OrganisationFactory, RegistrationFactory, UserFactory


@pytest.fixture
def desk(transactional_db, visitor, language):
    """A coordinator, signed in at a wide screen."""
    call_command("load_reference_data", verbosity=0, stdout=StringIO())
    coordinator = UserFactory(
        email="coordinator@cop.example", country=None, language=language, is_coordinator=True
    )
    coordinator.set_password(PASSWORD)
    coordinator.save()
    seated = visitor(screen=DESK)
    seated.sign_in(coordinator.email)
    return seated


def check(desk):
    """As for every page; of the admin's own search box (select2) only what can be set from here:
    the inner part of an empty one has no name that a screen reader could say."""
    desk.page.wait_for_load_state("networkidle")
    assert desk.faults == []
    assert desk.page.locator("h1").count() == 1
    faults = accessibility_faults(desk.page)
    assert [f for f in faults if not ("select2" in f and "aria-input-field-name" in f)] == []
    desk.faults.clear()  # axe itself trips over the policy where it measures a select2 box


def add_row(page, prefix):
    page.locator(f"#{prefix}-group .add-row a").click()


def test_an_event_is_scheduled_and_published(desk, language):
    organisation = OrganisationFactory(name_ar="وكالة التشغيل", name_en="Employment agency")
    page = desk.goto("admin/events/event/add/")

    page.locator("#id_title_ar").fill("خدمات التوظيف")
    page.locator("#id_title_en").fill("Employment services")
    page.locator("#id_kind").select_option("workshop")
    page.locator("#id_time_zone").select_option("Africa/Casablanca")
    page.locator("#id_sessions-0-starts_at").fill("٢٠٢٧-١١-١٠ ١١:٠٠")
    page.locator("#id_sessions-0-ends_at").fill("13:00")
    add_row(page, "sessions")
    page.locator("#id_sessions-1-starts_at").fill("2027-11-11 09:00")
    page.locator("#id_sessions-1-ends_at").fill("2027-11-11 10:30")
    add_row(page, "organisers")
    page.locator("#organisers-group .dynamic-organisers .select2-selection").click()
    page.locator(".select2-search__field").fill("تشغيل" if language == "ar" else "employment")
    page.locator(".select2-results__option", has_text=str(organisation)).click()
    desk.press(pgettext("button", "Save and publish"))

    page.wait_for_url("**/change/")
    event = Event.objects.get()
    assert event.status == "published"
    assert [str(s.starts_at) for s in event.sessions.all()] == [
        "2027-11-10 10:00:00+00:00", "2027-11-11 08:00:00+00:00",
    ]  # fmt: skip
    assert event.organisers.get().organisation == organisation
    assert page.locator("#id_sessions-0-starts_at").input_value() == "2027-11-10 11:00"
    assert desk.faults == []


def test_the_pages_of_the_desk_can_be_used_by_everyone(desk, language):
    event = EventFactory(capacity=1)
    RegistrationFactory(event=event)

    for path in (
        "", "events/event/", f"events/event/{event.pk}/change/", f"events/event/{event.pk}/cancel/",
        f"events/registration/?event={event.pk}", "members/focalpointappointment/",
    ):  # fmt: skip
        desk.goto(f"admin/{path}")
        check(desk)


def test_the_desk_fits_a_phone(desk, language):
    event = EventFactory()
    RegistrationFactory(event=event)
    desk.page.set_viewport_size({"width": 320, "height": 700})

    for path in ("", "events/event/", f"events/event/{event.pk}/change/", "members/user/"):
        page = desk.goto(f"admin/{path}")
        wider = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert wider <= 0, f"{path} scrolls sideways by {wider} px"
    assert page.locator(f'#result_list td[data-label="{_("Email")}"]').first.is_visible()
