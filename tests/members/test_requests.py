"""Deciding on many requests at once, and mentioning those that wait too long."""

from datetime import timedelta

import pytest
from django.utils import timezone

from members.actions.joining import remind_of_requests
from members.models import RosterRecord, User
from tests.factories import AppointmentFactory, UserFactory
from tests.members.pages import flat
from tests.members.together import together

pytestmark = pytest.mark.django_db


@pytest.fixture
def waiting(jordan):
    """Thirty applicants, the longest wait first."""
    start = timezone.now() - timedelta(days=2)
    return [
        UserFactory(
            country=jordan,
            membership="applicant",
            full_name_latin=f"Applicant {n:02}",
            applied_at=start + timedelta(minutes=n),
        )
        for n in range(30)
    ]


def ids(people):
    return [person.pk for person in people]


# Many at once --------------------------------------------------------------------------------


def test_ticks_survive_the_turning_of_pages(as_user, focal_point, waiting, told):
    client = as_user(focal_point)
    first, second = waiting[:20], waiting[20:]
    page = flat(client.get("/en/office/"))
    assert page.count('name="shown"') == 20

    turned = client.post(
        "/en/office/requests/choose/?country=JO",
        {"shown": ids(first), "ticked": ids(first[:2]), "to": f"?after={first[-1].pk}&country=JO"},
        follow=True,
    )
    assert turned.redirect_chain == [(f"/en/office/?after={first[-1].pk}&country=JO", 302)]
    assert "2 selected" in flat(turned)
    answer = client.post(
        "/en/office/requests/approve/?country=JO",
        {"shown": ids(second), "ticked": ids(second[:1]), "next": "/en/office/"},
        follow=True,
    )

    assert "3 requests have been approved" in flat(answer)
    members = User.objects.filter(pk__in=ids(waiting), membership="member")
    assert set(ids(members)) == set(ids([*first[:2], second[0]]))
    assert len(told(kind="members.approved")) == 3
    assert RosterRecord.objects.filter(action="approved", actor=focal_point).count() == 3
    assert "selected" not in flat(client.get("/en/office/"))


def test_a_tick_taken_back_is_taken_back(as_user, focal_point, waiting):
    client = as_user(focal_point)
    shown = {"shown": ids(waiting[:20])}
    url = "/en/office/requests/choose/?country=JO"
    client.post(url, {**shown, "ticked": ids(waiting[:2])})
    page = flat(client.post(url, {**shown, "ticked": ids(waiting[1:2])}, follow=True))
    assert "1 selected" in page
    assert page.count("checked") == 1
    assert "1 selected" not in flat(client.post(url, {**shown, "clear": "1"}, follow=True))


def test_one_reason_for_many_is_read_by_each(as_user, focal_point, waiting, told, sent):
    client = as_user(focal_point)
    chosen = waiting[:2]
    asked = client.post(
        "/en/office/requests/choose/?country=JO",
        {"shown": ids(waiting[:20]), "ticked": ids(chosen), "do": "decline"},
        follow=True,
    )
    assert asked.redirect_chain == [("/en/office/requests/decline/?country=JO", 302)]
    page = flat(asked)
    assert "Applicant 00" in page
    assert "Applicant 02" not in page
    fields = {"person": ids(chosen), "next": "/en/office/"}
    url = "/en/office/requests/decline/?country=JO"
    assert client.post(url, fields).status_code == 422

    answer = flat(client.post(url, {**fields, "reason": "يُرجى التقديم ببريد العمل."}, follow=True))

    assert "2 requests have been rejected" in answer
    assert {user.decision_reason for user in User.objects.filter(pk__in=ids(chosen))} == {
        "يُرجى التقديم ببريد العمل."
    }
    assert len(told(kind="members.declined")) == 2
    assert all("يُرجى التقديم ببريد العمل." in text for _to, _subject, text, _html in sent())


def test_a_second_click_does_nothing_and_says_for_whom(as_user, focal_point, waiting, told):
    client = as_user(focal_point)
    ticked = {"shown": ids(waiting[:3]), "ticked": ids(waiting[:3])}
    url = "/en/office/requests/approve/?country=JO"
    User.objects.filter(pk=waiting[1].pk).update(membership="declined")

    client.post(url, ticked)
    session = client.session
    session["selections"] = {"requests:JO": ids(waiting[:3])}
    session.save()
    again = flat(client.post(url, {}, follow=True))

    assert "\u2068Applicant 00\u2069, \u2068Applicant 02\u2069: This request has been approved" in (
        again
    )
    assert "\u2068Applicant 01\u2069: This request has been rejected already." in again
    assert len(told(kind="members.approved")) == 2


def test_nothing_ticked_is_said(as_user, focal_point, waiting):
    client = as_user(focal_point)
    for response in (
        client.post("/en/office/requests/approve/", {}, follow=True),
        client.post("/en/office/requests/choose/", {"do": "decline"}, follow=True),
    ):
        assert "Nothing is selected" in flat(response)
    assert client.get("/en/office/requests/decline/").status_code == 404


def test_what_a_browser_sends_leads_nowhere_else(as_user, focal_point):
    client = as_user(focal_point)
    for to in ("https://evil.example/", "//evil.example", "?after=x&country=JO"):
        answer = client.post("/en/office/requests/choose/", {"to": to, "ticked": ["x", "9" * 40]})
        assert answer.url.startswith("/en/office/")


@pytest.mark.django_db(transaction=True)
def test_two_who_approve_the_same_at_once(coordinator, administrator, waiting, told):
    from members import actions
    from members.actions.many import for_each

    outcomes = []

    def decide(by):
        outcomes.append(for_each(waiting[:5], lambda user: actions.approve(user, by=by)))

    together(lambda: decide(coordinator), lambda: decide(administrator))

    assert sum(len(outcome.done) for outcome in outcomes) == 5
    assert len(told(kind="members.approved")) == 5


# Those that wait too long --------------------------------------------------------------------


def applicant_for(country, days, **fields):
    return UserFactory(
        country=country,
        membership="applicant",
        applied_at=timezone.now() - timedelta(days=days, hours=1),
        **fields,
    )


def test_after_three_days_the_deciders_hear_of_it_once(
    jordan, focal_point, other_focal_point, coordinator, told
):
    alternate = AppointmentFactory(country=jordan, role="alternate", user__language="en").user
    applicant_for(jordan, 3)
    applicant_for(jordan, 4)
    applicant_for(jordan, 2)

    assert remind_of_requests() == 2
    assert remind_of_requests() == 0

    assert told(kind="members.requests_reminder") == [
        ("members.requests_reminder", "focal@cop.example", "ar"),
        ("members.requests_reminder", alternate.email, "en"),
    ]
    assert told(kind="members.requests_escalated") == []


def test_after_seven_days_the_coordinators_hear_of_it_once(
    jordan, focal_point, coordinator, told, sent
):
    late = applicant_for(jordan, 4, full_name="ليث حمدان")
    remind_of_requests()
    User.objects.filter(pk=late.pk).update(applied_at=timezone.now() - timedelta(days=7, hours=1))

    assert remind_of_requests() == 1
    assert remind_of_requests() == 0

    assert told(kind="members.requests_escalated") == [
        ("members.requests_escalated", "coordinator@cop.example", "ar")
    ]
    assert len(told(kind="members.requests_reminder")) == 1
    assert all("ليث حمدان" in text and "ليث حمدان" in html for _to, _s, text, html in sent())


def test_after_a_standstill_everyone_gets_one_mail(jordan, morocco, focal_point, coordinator, told):
    for days in (4, 9, 12):
        applicant_for(jordan, days)
        applicant_for(morocco, days)  # nobody is focal point there: coordinators decide

    remind_of_requests()

    assert told(kind="members.requests_escalated") == [
        ("members.requests_escalated", "coordinator@cop.example", "ar")
    ]
    reminders = told(kind="members.requests_reminder")
    assert reminders == [
        ("members.requests_reminder", "focal@cop.example", "ar"),
        ("members.requests_reminder", "coordinator@cop.example", "ar"),
    ]


def test_who_was_decided_meanwhile_is_not_mentioned(jordan, focal_point, sent):
    decided, still = applicant_for(jordan, 4), applicant_for(jordan, 5, full_name="ما زال")
    remind_of_requests()
    User.objects.filter(pk=decided.pk).update(membership="member")

    [(to, _subject, text, _html)] = sent()

    assert to == "focal@cop.example"
    assert "ما زال" in text
    assert decided.full_name not in text
    assert still.full_name in text


def test_a_mail_about_nobody_is_not_sent(jordan, focal_point, sent):
    person = applicant_for(jordan, 4)
    remind_of_requests()
    User.objects.filter(pk=person.pk).update(membership="declined")
    assert sent() == []


def test_an_unconfirmed_address_is_not_mentioned(jordan, focal_point, told):
    applicant_for(jordan, 9, confirmed_address=False)
    assert remind_of_requests() == 0
    assert told() == []


@pytest.mark.django_db(transaction=True)
def test_two_workers_mention_each_once(jordan, focal_point, coordinator, told):
    for _n in range(5):
        applicant_for(jordan, 8)

    together(remind_of_requests, remind_of_requests)
    remind_of_requests()

    mentioned = []
    from notifications.models import Delivery

    for context in Delivery.objects.filter(kind="members.requests_reminder").values_list(
        "context", flat=True
    ):
        mentioned += context["applicants"]
    assert len(mentioned) == len(set(mentioned)) == 5


def test_the_office_marks_a_long_wait(as_user, focal_point, jordan):
    applicant_for(jordan, 5)
    applicant_for(jordan, 1)
    page = flat(as_user(focal_point).get("/en/office/"))
    assert page.count("Waits for 5 days") == 1
    assert "Waits for 1 day" not in page
