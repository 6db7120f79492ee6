"""Announcements: whom one reaches, what each reads, that it is sent once and as previewed."""

from __future__ import annotations

import re

import pytest

from members import announcing
from members.actions import Refused
from members.actions.announcements import Changed, discard, rewrite, send, write
from members.announcing import deliveries_of, digest_of, left_out_of, recipients_of
from members.models import Announcement, RosterRecord, User
from notifications.actions import mute, unmute
from notifications.models import Delivery
from notifications.unsubscribe import token_for
from tests.factories import UserFactory
from tests.members.pages import flat
from tests.members.together import together

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]
BOTH = {
    "subjects": {"ar": "ورشة السجل", "en": "The registry workshop"},
    "bodies": {"ar": "السلام عليكم،\n\nالتفاصيل قريبًا.", "en": "Dear all,\n\nDetails soon."},
}
ARABIC = {"subjects": {"ar": "ورشة السجل"}, "bodies": {"ar": "السلام عليكم،"}}
LIST = "/en/office/announcements/"


@pytest.fixture
def draft(jordan, focal_point):
    return write(jordan, by=focal_point, **BOTH)


def go(announcement, by):
    return send(announcement, digest=digest_of(announcement), by=by)


# Whom it reaches -----------------------------------------------------------------------------


def test_it_reaches_the_members_of_the_country_and_the_author(draft, focal_point, morocco, jordan):
    reader = UserFactory(country=jordan)
    muted = UserFactory(country=jordan)
    mute(muted, announcing.KIND)
    suspended = UserFactory(country=jordan, membership="suspended")
    closed = UserFactory(country=jordan, is_active=False)
    UserFactory(country=jordan, is_active=False, merged_into=reader)
    for membership in ("applicant", "declined", "left"):
        UserFactory(country=jordan, membership=membership)
    UserFactory(country=morocco)
    UserFactory(country=None)

    assert set(recipients_of(draft)) == {focal_point, reader}
    assert {person: person.reason for person in left_out_of(draft)} == {
        muted: "muted", suspended: "suspended", closed: "closed",
    }  # fmt: skip


def test_a_coordinator_who_writes_gets_a_copy(coordinator, member, jordan):
    draft = write(jordan, by=coordinator, **BOTH)

    assert set(recipients_of(draft)) == {coordinator, member}
    mute(coordinator, announcing.KIND)
    assert set(recipients_of(draft)) == {member}


def test_how_many_read_which_language(draft, jordan):
    UserFactory.create_batch(2, country=jordan, language="en")

    assert announcing.languages_read(draft) == [("ar", 1), ("en", 2)]
    draft.subjects, draft.bodies = ARABIC["subjects"], ARABIC["bodies"]
    assert announcing.languages_read(draft) == [("ar", 3)]
    assert announcing.missing_languages(draft) == ["en"]


# Sending -------------------------------------------------------------------------------------


def test_sending(draft, focal_point, member, told):
    sent = go(draft, focal_point)

    assert (sent.state, sent.recipients) == ("sent", 2)
    assert sent.sent_at is not None
    assert sorted(told()) == [
        ("members.announcement", "focal@cop.example", "ar"),
        ("members.announcement", "member@cop.example", "ar"),
    ]
    row = RosterRecord.objects.get()
    assert (row.action, row.actor, row.person, row.country_id, row.detail) == (
        "announced", focal_point, None, "JO", {"announcement": draft.pk, "recipients": 2},
    )  # fmt: skip


def test_a_list_or_text_other_than_the_previewed_one_is_not_sent(draft, focal_point, jordan, told):
    previewed = digest_of(draft)
    someone = UserFactory(country=jordan)

    with pytest.raises(Changed):
        send(draft, digest=previewed, by=focal_point)
    User.objects.filter(pk=someone.pk).delete()
    rewritten = rewrite(draft, **ARABIC)
    with pytest.raises(Changed):
        send(rewritten, digest=previewed, by=focal_point)

    assert told() == []
    rewrite(draft, **BOTH)
    assert send(draft, digest=previewed, by=focal_point).recipients == 1


def test_another_language_of_a_reader_counts_only_where_it_changes_what_is_read(draft, member):
    before = digest_of(draft)
    User.objects.filter(pk=member.pk).update(language="en")
    assert digest_of(draft) != before

    arabic = rewrite(draft, **ARABIC)
    before = digest_of(arabic)
    User.objects.filter(pk=member.pk).update(language="ar")
    assert digest_of(arabic) == before


def test_three_a_day_for_each_country(
    jordan, morocco, focal_point, other_focal_point, coordinator, time_machine
):
    time_machine.move_to("2026-05-04T09:00Z", tick=False)
    for by in (focal_point, coordinator, focal_point):
        go(write(jordan, by=by, **BOTH), by)
    fourth = write(jordan, by=coordinator, **BOTH)

    with pytest.raises(Refused, match="at most 3 announcements within 24 hours"):
        go(fourth, coordinator)
    go(write(morocco, by=other_focal_point, **BOTH), other_focal_point)
    time_machine.move_to("2026-05-05T09:00:01Z", tick=False)
    go(fourth, coordinator)

    assert Announcement.objects.sent().filter(country="JO").count() == 4


def test_what_was_sent_is_neither_sent_again_nor_changed(draft, focal_point, told):
    digest = digest_of(draft)
    go(draft, focal_point)

    for again in (
        lambda: send(draft, digest=digest, by=focal_point),
        lambda: rewrite(draft, **ARABIC),
        lambda: discard(draft),
    ):
        with pytest.raises(Refused, match="has been sent already"):
            again()
    assert len(told()) == 1
    draft.refresh_from_db()
    assert draft.subjects == BOTH["subjects"]


def test_nobody_to_send_it_to(draft, focal_point):
    mute(focal_point, announcing.KIND)

    with pytest.raises(Refused, match="Nobody would get"):
        go(draft, focal_point)


def test_a_deleted_draft_is_not_sent(draft, focal_point):
    digest = digest_of(draft)
    gone = Announcement.objects.get(pk=draft.pk)
    discard(draft)

    with pytest.raises(Refused, match="has been deleted"):
        send(gone, digest=digest, by=focal_point)


@pytest.mark.django_db(transaction=True)
def test_many_clicks_at_the_same_moment_send_once(draft, focal_point, member, told):
    digest = digest_of(draft)

    outcomes = together(*[lambda: send(draft, digest=digest, by=focal_point)] * 6)

    assert outcomes == ["This announcement has been sent already."] * 5 + ["done"]
    assert len(told()) == 2


def test_a_large_roster_is_told_in_as_many_queries_as_a_small_one(
    jordan, focal_point, django_assert_max_num_queries
):
    def cost():
        draft = write(jordan, by=focal_point, **BOTH)
        digest = digest_of(draft)
        with django_assert_max_num_queries(20) as captured:
            send(draft, digest=digest, by=focal_point)
        return len(captured)

    few = cost()
    UserFactory.create_batch(30, country=jordan)

    assert cost() == few


# The mail ------------------------------------------------------------------------------------


def plain(html):
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_each_reads_their_own_language(draft, focal_point, member, jordan, sent):
    UserFactory(email="english@cop.example", country=jordan, language="en")

    go(draft, focal_point)
    mails = {address: (subject, text, html) for address, subject, text, html in sent()}

    subject, text, html = mails["english@cop.example"]
    assert subject == "The registry workshop"
    for body in (text, plain(html)):
        assert "To the members of the community: Jordan" in body
        assert f"Written by \u2068{focal_point.full_name_latin}\u2069" in body
        assert "Details soon." in body
        assert "one language only" not in body
    assert f"/en/members/{focal_point.pk}/" in text
    assert "focal@cop.example" not in text + html
    assert "/unsubscribe/" in text
    assert mails["member@cop.example"][0] == "ورشة السجل"
    assert '<div lang="ar" dir="rtl"' in flat_html(mails["member@cop.example"][2])


def flat_html(html):
    return re.sub(r"\s+", " ", html).replace("< ", "<")


def test_who_reads_another_language_gets_the_one_there_is_marked_as_such(jordan, focal_point, sent):
    UserFactory(email="english@cop.example", country=jordan, language="en")
    go(write(jordan, by=focal_point, **ARABIC), focal_point)

    mails = {address: (subject, text, html) for address, subject, text, html in sent()}

    subject, text, html = mails["english@cop.example"]
    assert subject == "ورشة السجل"
    assert "This announcement was written in one language only: العربية." in text
    assert '<html lang="en" dir="ltr">' in html
    assert '<div lang="ar" dir="rtl"' in flat_html(html)
    assert "written in one language" not in mails["focal@cop.example"][1]


def test_a_text_cannot_carry_markup_and_its_addresses_are_links(jordan, focal_point, sent):
    body = "<script>alert(1)</script>\nhttps://cop.example/ar/events/?a=1&b=2\n\n\n**x**"
    go(
        write(jordan, by=focal_point, subjects={"ar": "<b>ورشة</b>"}, bodies={"ar": body}),
        focal_point,
    )

    [(_address, subject, text, html)] = sent()
    assert subject == "<b>ورشة</b>"
    assert "<script>" in text
    assert "<script>" not in html
    assert "<b>ورشة" not in html
    assert 'href="https://cop.example/ar/events/?a=1&amp;b=2"' in html
    assert html.count("unicode-bidi: plaintext") == 2


@pytest.mark.parametrize(
    "change",
    [
        lambda person: mute(person, announcing.KIND),
        lambda person: User.objects.filter(pk=person.pk).update(is_active=False),
        lambda person: User.objects.filter(pk=person.pk).update(membership="left"),
        lambda person: User.objects.filter(pk=person.pk).update(country=None),
    ],
    ids=["muted", "closed", "left", "moved"],
)
def test_who_is_no_longer_to_be_told_at_sending_is_not(draft, focal_point, member, sent, change):
    go(draft, focal_point)
    change(member)

    assert [mail[0] for mail in sent()] == ["focal@cop.example"]
    assert Delivery.objects.get(recipient=member).state == "skipped"


def test_it_can_be_stopped_from_the_mail_and_from_the_page(client, as_user, member):
    client.post(f"/en/notifications/unsubscribe/{token_for(member.pk, announcing.KIND)}/")

    page = flat(as_user(member).get("/en/notifications/"))

    assert member.muted_kinds.get().kind == announcing.KIND
    assert "Announcements of the country’s focal point" in page
    unmute(member, announcing.KIND)


def test_what_became_of_the_messages(draft, focal_point, jordan, django_assert_num_queries):
    UserFactory.create_batch(4, country=jordan)
    other = write(jordan, by=focal_point, **BOTH)
    go(draft, focal_point)
    go(other, focal_point)
    rows = Delivery.objects.filter(context__announcement=draft.pk).order_by("pk")
    states = ("sent", "sent", "failed", "skipped", "sending")
    for row, state in zip(rows, states, strict=True):
        Delivery.objects.filter(pk=row.pk).update(state=state)

    with django_assert_num_queries(1):
        found = deliveries_of([draft, other])

    assert found == {
        draft.pk: {"sent": 2, "waiting": 1, "failed": 1, "skipped": 1},
        other.pk: {"sent": 0, "waiting": 5, "failed": 0, "skipped": 0},
    }
    assert deliveries_of([]) == {}
