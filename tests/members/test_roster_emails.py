"""The mails of the office: each is written in its reader's language, whole, and leads somewhere."""

import re
from datetime import date, timedelta

import pytest
from django.utils import timezone, translation

from members.actions.joining import remind_of_requests
from members.actions.roster import correct, mark_left, reinstate, remind_to_confirm
from members.actions.transfers import accept_transfer, decline_transfer, propose_transfer
from members.models import User
from members.roster import today
from notifications.kinds import KINDS, NotNeeded
from notifications.models import Delivery
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
KINDS_HERE = {
    "members.requests_reminder", "members.requests_escalated", "members.corrected",
    "members.marked_left", "members.reinstated", "members.confirmation_due",
    "members.confirmation_late", "members.transfer_proposed", "members.transfer_decided",
    "members.transferred",
}  # fmt: skip


def everything_happens(jordan, morocco, focal_point, other_focal_point, coordinator, language):
    """Cause each mail; return those still to be read after what came later."""
    User.objects.update(language=language)
    for person in (focal_point, other_focal_point, coordinator):
        person.refresh_from_db()
    week_ago = timezone.now() - timedelta(days=8)
    UserFactory(country=jordan, membership="applicant", applied_at=week_ago, language=language)
    old = timezone.now() - timedelta(days=900)
    late = UserFactory(country=jordan, decided_at=old, date_joined=old, language=language)
    movers = [UserFactory(country=jordan, language=language) for _n in range(3)]
    remind_of_requests()
    remind_to_confirm()
    fields = {name: getattr(late, name) for name in ("full_name", "function", "language")}
    correct(
        late, by=focal_point, organisation="بلدية <b>إربد</b>", full_name_latin="",
        function_latin="", **fields,
    )  # fmt: skip
    proposals = [
        propose_transfer(person, to=morocco, by=focal_point, note="<i>ملاحظة</i>")
        for person in movers
    ]
    mails = []
    mails += send()
    accept_transfer(proposals[0], by=other_focal_point)
    decline_transfer(proposals[1], by=other_focal_point, reason="<i>سبب</i>")
    mark_left(late, by=focal_point, on=date(2026, 1, 5))
    mails += send()
    reinstate(late, by=focal_point)
    return mails + send()


def send():
    from django.core import mail

    from notifications.sending import send_due

    mail.outbox.clear()
    send_due()
    return [(m.to[0], m.subject, m.body, m.alternatives[0].content) for m in mail.outbox]


@pytest.mark.parametrize("language", ["ar", "en"])
def test_each_is_whole(
    jordan, morocco, focal_point, other_focal_point, coordinator, language, mail_quiet
):
    mails = everything_happens(
        jordan, morocco, focal_point, other_focal_point, coordinator, language
    )

    sent = Delivery.objects.filter(state="sent", kind__in=KINDS_HERE)
    assert set(sent.values_list("kind", flat=True)) == KINDS_HERE
    assert not Delivery.objects.filter(state="failed").exists()
    direction = "rtl" if language == "ar" else "ltr"
    for _to, subject, text, html in mails:
        assert f'<html lang="{language}" dir="{direction}">' in html
        assert subject.strip() == subject
        assert "\n" not in subject
        assert "<" not in re.sub(r"<(b|/b|i|/i)>", "", text)
        assert "<i>" not in html
        assert "<b>إربد" not in html
        links = [link for link in re.findall(r'href="(http[^"]+)"', html) if "mailto" not in link]
        assert all(f"/{language}/" in link for link in links)
    subjects = {subject for _to, subject, _text, _html in mails}
    with translation.override(language):
        assert translation.gettext("The membership has ended") in subjects
        assert translation.gettext("The entry in the directory was corrected") in subjects


def test_what_no_longer_holds_is_not_composed(jordan, morocco, focal_point, other_focal_point):
    person = UserFactory(country=jordan)
    stranger = UserFactory(country=morocco)
    transfer = propose_transfer(person, to=morocco, by=focal_point)

    def compose(kind, to, **context):
        KINDS[kind].compose(Delivery(kind=kind, recipient=to, context=context))

    for kind, to, context in (
        ("members.requests_reminder", focal_point, {"applicants": [person.pk]}),
        ("members.marked_left", person, {}),
        ("members.confirmation_due", stranger, {"country": "JO"}),
        ("members.confirmation_due", focal_point, {"country": "JO"}),
        ("members.confirmation_late", focal_point, {"rounds": ["JO:2026-01+0"]}),
        ("members.transfer_proposed", focal_point, {"transfer": transfer.pk}),
        ("members.transfer_proposed", other_focal_point, {"transfer": 0}),
        ("members.transfer_decided", focal_point, {"transfer": transfer.pk}),
        ("members.transferred", person, {"transfer": transfer.pk}),
    ):
        User.objects.filter(country=jordan).update(confirmed_on=today())
        with pytest.raises(NotNeeded):
            compose(kind, to, **context)
    person.membership = "left"
    with pytest.raises(NotNeeded):
        compose("members.corrected", person, changes={})
    with pytest.raises(NotNeeded):
        compose("members.reinstated", person)
    with pytest.raises(NotNeeded):
        compose("members.reinstated", None)
