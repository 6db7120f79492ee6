"""The way of a newcomer: asks to join, is approved, finds an event, waits, comes, leaves."""

from datetime import time, timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import call_command
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from events.models import Event, EventReminder, Registration
from events.reminders import queue_due_reminders
from members.models import User
from tests.e2e.conftest import DESK, PASSWORD, code_in, mail_to
from tests.factories import (
    AppointmentFactory,
    CountryFactory,
    EventFactory,
    RegistrationFactory,
    UserFactory,
)

NEWCOMER = "suha.momani@cop.example"


def person(email, **fields):
    user = UserFactory(email=email, **fields)
    user.set_password(PASSWORD)
    user.save()
    return user


@pytest.fixture
def community(transactional_db, language):
    """Jordan with its focal point; a workshop with one seat, taken; another event."""
    call_command("load_reference_data", verbosity=0, stdout=StringIO())
    jordan = CountryFactory(iso="JO")
    focal = person("focal@cop.example", country=jordan, language=language)
    AppointmentFactory(country=jordan, user=focal)
    workshop = EventFactory(kind=Event.Kind.TRAINING, capacity=1)
    EventReminder.objects.create(event=workshop, days_before=7, at=time(8, 0))
    EventFactory(kind=Event.Kind.FORUM)
    RegistrationFactory(
        event=workshop,
        user=person("first@cop.example", country=jordan, language=language),
        queued_at=timezone.now() - timedelta(days=1),
    )
    return workshop


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_from_asking_to_join_to_making_room(visitor, community, language, scripts):
    newcomer = visitor(scripts=scripts)
    ask_to_join(newcomer, check=scripts)
    approve(visitor(screen=DESK, scripts=scripts), check=scripts)
    sign_in_by_code(newcomer)
    find_and_wait(newcomer, community, check=scripts)
    someone_else_leaves(visitor(scripts=scripts), community)
    promoted_with_calendar(newcomer, community)
    reminded(community)
    leave_and_promote_the_next(newcomer, community, language)


def ask_to_join(newcomer, *, check):
    page = newcomer.goto("")
    newcomer.follow(_("Ask to join"))
    if check:
        newcomer.check_page()
    page.wait_for_timeout(1100)  # what is filled in faster than this is taken for a machine's
    page.locator("#id_full_name").fill("سهى المومني")
    page.locator("#id_email").fill(NEWCOMER)
    page.locator("#id_country").select_option("JO")
    page.locator("#id_organisation").fill("وزارة التنمية الاجتماعية")
    page.locator("#id_function").fill("رئيسة قسم الشكاوى")
    page.locator(f"input[name=language][value={newcomer.language}]").check()
    newcomer.press(_("Send the request"))
    newcomer.sees(_("This field is required."))  # the reason is missing; the rest was kept
    assert page.locator("#id_full_name").input_value() == "سهى المومني"
    page.locator("#id_motivation").fill("أدير آلية التظلّم في ثلاث محافظات.")
    newcomer.press(_("Send the request"))

    page.locator("#id_code").wait_for()
    [message] = mail_to(NEWCOMER)
    page.locator("#id_code").fill(code_in(message))
    newcomer.press(_("Continue"))
    page.wait_for_url(f"{newcomer.site}/{newcomer.language}/**")
    assert User.objects.get(email=NEWCOMER).membership == "applicant"
    newcomer.goto("")
    if check:
        newcomer.check_page()


def approve(focal, *, check):
    [_asked] = mail_to("focal@cop.example")
    focal.sign_in("focal@cop.example")
    page = focal.goto("office/")
    focal.sees("سهى المومني")
    if check:
        focal.check_page()
    with page.expect_navigation():
        page.get_by_role("button", name=pgettext("button", "Approve")).click()
    assert User.objects.get(email=NEWCOMER).is_member
    latest = mail_to(NEWCOMER)[0]
    assert "سهى المومني" in latest.get_body(("plain",)).get_content()


def sign_in_by_code(newcomer):
    newcomer.page.context.clear_cookies()
    page = newcomer.goto("account/login/")
    page.locator("#id_login").fill(NEWCOMER)
    newcomer.press(_("Email me a code"))
    page.locator("#id_code").wait_for()
    page.locator("#id_code").fill(code_in(mail_to(NEWCOMER)[0]))
    newcomer.press(_("Continue"))
    page.wait_for_url(f"{newcomer.site}/{newcomer.language}/")


def find_and_wait(newcomer, event, *, check):
    page = newcomer.goto(f"events/?kind={event.kind}")
    links = page.locator("main .event h3 a")
    assert links.count() == 1
    if check:
        newcomer.check_page()
    links.first.click()
    if check:
        newcomer.check_page()
    with page.expect_navigation():
        page.locator("form[action$='/register/'] button").click()
    seat = Registration.objects.get(user__email=NEWCOMER)
    assert seat.status == Registration.Status.WAITING
    if check:
        newcomer.check_page()


def someone_else_leaves(other, event):
    other.sign_in("first@cop.example")
    withdraw(other, event)


def withdraw(who, event):
    page = who.goto(f"events/{event.pk}/withdraw/")
    with page.expect_navigation():
        page.locator("form[action$='/withdraw/'] button, main form button").first.click()


def promoted_with_calendar(newcomer, event):
    assert Registration.objects.get(user__email=NEWCOMER).is_confirmed
    latest = mail_to(NEWCOMER)[0]
    [calendar] = latest.iter_attachments()
    assert calendar.get_content_type() == "text/calendar"
    assert "BEGIN:VEVENT" in calendar.get_payload(decode=True).decode()
    page = newcomer.goto(f"events/{event.pk}/")
    with page.expect_download() as download:
        page.locator("a[href$='calendar.ics']").first.click()
    assert download.value.path().read_text("utf-8").startswith("BEGIN:VCALENDAR")


def reminded(event):
    # The seat was confirmed just now, the event is in ten days: the reminder of a week before.
    with time_machine.travel(event.starts_at - timedelta(days=6, hours=20), tick=True):
        queue_due_reminders()
        queue_due_reminders()
        before = mail_to(NEWCOMER)
    assert [
        message["Subject"]
        for message in before
        if "https://meet.example" in str(message.get_body(("plain",)).get_content())
    ]


def leave_and_promote_the_next(newcomer, event, language):
    third = person("third@cop.example", language=language)
    RegistrationFactory(event=event, user=third, status=Registration.Status.WAITING)
    withdraw(newcomer, event)

    assert Registration.objects.get(user__email=NEWCOMER).status == Registration.Status.WITHDRAWN
    assert Registration.objects.get(user=third).is_confirmed
    [told] = mail_to("third@cop.example")
    assert [part.get_content_type() for part in told.iter_attachments()] == ["text/calendar"]
