"""Announcements over HTTP: written, previewed with everyone who gets them, sent; and by whom."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from members import announcing
from members.actions.announcements import rewrite, send, write
from members.announcing import digest_of
from members.models import Announcement, User
from notifications.actions import mute
from tests.factories import UserFactory
from tests.members.pages import flat
from tests.permissions import table

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


# The pages -----------------------------------------------------------------------------------

FORM = {
    "country": "JO", "subject_ar": "ورشة السجل", "body_ar": "السلام عليكم،",
    "subject_en": "", "body_en": "",
}  # fmt: skip


def digest_on(page):
    return re.search(r'name="digest" value="([0-9a-f]{64})"', page)[1]


def test_from_writing_to_sending(as_user, focal_point, member, told):
    client = as_user(focal_point)

    previewed = client.post(f"{LIST}new/", {**FORM, "preview": "1"}, follow=True)
    draft = Announcement.objects.get()
    page = flat(previewed)
    assert previewed.redirect_chain == [(f"{LIST}{draft.pk}/preview/", 302)]
    assert "2 people will get it" in page
    assert member.full_name_latin in page
    assert "Missing: <bdi>English</bdi>." in page
    assert "Author, who gets a copy" in page
    assert told() == []

    sent = client.post(f"{LIST}{draft.pk}/send/", {"digest": digest_on(page)}, follow=True)
    again = client.post(f"{LIST}{draft.pk}/send/", {"digest": digest_on(page)}, follow=True)

    assert "The announcement is on its way to 2 people." in flat(sent)
    assert "2 waiting to be sent" in flat(sent)
    assert "This announcement has been sent already." in flat(again)
    assert len(told()) == 2
    read = flat(client.get(f"{LIST}{draft.pk}/"))
    assert "2 recipients" in read
    assert "<textarea" not in read
    assert client.get(f"{LIST}{draft.pk}/preview/").status_code == 302


def test_a_changed_list_is_shown_again_with_what_changed(as_user, focal_point, draft, jordan, told):
    leaving = UserFactory(country=jordan, full_name_latin="Leaving Person")
    client = as_user(focal_point)
    digest = digest_on(flat(client.get(f"{LIST}{draft.pk}/preview/")))
    User.objects.filter(pk=leaving.pk).update(membership="left")
    UserFactory(country=jordan, full_name_latin="New Person")

    page = flat(client.post(f"{LIST}{draft.pk}/send/", {"digest": digest}, follow=True))

    assert "Nothing has been sent: what was previewed has changed meanwhile." in page
    assert re.search(r"Added to the list: <bdi>New Person</bdi>", page)
    assert re.search(r"No longer on the list: <bdi>Leaving Person</bdi>", page)
    assert told() == []
    sent = client.post(f"{LIST}{draft.pk}/send/", {"digest": digest_on(page)}, follow=True)
    assert "on its way to 2 people" in flat(sent)


def test_a_changed_text_is_shown_again(as_user, focal_point, draft):
    client = as_user(focal_point)
    digest = digest_on(flat(client.get(f"{LIST}{draft.pk}/preview/")))
    rewrite(draft, **ARABIC)

    page = flat(client.post(f"{LIST}{draft.pk}/send/", {"digest": digest}, follow=True))
    assert "is not the one previewed" in page

    cache.clear()
    page = flat(client.post(f"{LIST}{draft.pk}/send/", {"digest": digest}, follow=True))
    assert "Nothing has been sent: what was previewed has changed meanwhile." in page


@pytest.mark.parametrize("digest", ["", "x", "0" * 64, "a" * 5000, "\u0000"])
def test_a_made_up_preview_sends_nothing(as_user, focal_point, draft, told, digest):
    response = as_user(focal_point).post(f"{LIST}{draft.pk}/send/", {"digest": digest}, follow=True)

    assert response.status_code in (200, 400)
    assert told() == []


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"subject_ar": "", "body_ar": ""}, "Write the announcement in at least one language."),
        ({"body_ar": " \u200e "}, "The subject needs its text, in this language."),
        ({"subject_ar": ""}, "The text needs its subject, in this language."),
        ({"subject_en": "Half"}, "The subject needs its text, in this language."),
        ({"subject_ar": "ن" * 151}, "at most 150 characters"),
        ({"body_ar": "ن" * 6001}, "at most 6000 characters"),
    ],
)
def test_half_a_language_is_refused_and_what_was_typed_stays(as_user, focal_point, fields, error):
    response = as_user(focal_point).post(f"{LIST}new/", {**FORM, **fields})

    assert response.status_code == 422
    page = flat(response)
    assert error in page
    assert "<title>Error:" in page
    assert not Announcement.objects.exists()


def test_drafts_are_kept_changed_and_deleted(as_user, focal_point, told):
    client = as_user(focal_point)

    kept = flat(client.post(f"{LIST}new/", FORM, follow=True))
    draft = Announcement.objects.get()
    assert "The draft is saved." in kept
    assert "ورشة السجل" in kept
    client.post(f"{LIST}{draft.pk}/", {**FORM, "subject_ar": "موضوع آخر", "preview": "1"})
    draft.refresh_from_db()
    assert draft.subjects == {"ar": "موضوع آخر"}
    gone = flat(client.post(f"{LIST}{draft.pk}/delete/", follow=True))

    assert "The draft has been deleted." in gone
    assert not Announcement.objects.exists()
    assert told() == []


def test_the_frame_shows_the_mail_and_nothing_can_run_in_it(as_user, focal_point, draft):
    client = as_user(focal_point)
    response = client.get(f"{LIST}{draft.pk}/mail/ar/")

    html = response.content.decode()
    assert '<html lang="ar" dir="rtl">' in html
    assert "ورشة السجل" in html
    policy = response["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    assert response["X-Frame-Options"] == "SAMEORIGIN"
    assert client.get(f"{LIST}{draft.pk}/mail/fr/").status_code == 404
    rewrite(draft, **ARABIC)
    assert client.get(f"{LIST}{draft.pk}/mail/en/").status_code == 404


def test_after_the_limit_nothing_can_be_pressed(as_user, focal_point, jordan, draft):
    for _ in range(3):
        go(write(jordan, by=focal_point, **BOTH), focal_point)
    client = as_user(focal_point)

    page = flat(client.get(f"{LIST}{draft.pk}/preview/"))

    assert "at most 3 announcements within 24 hours" in page
    assert 'name="digest"' not in page
    refused = client.post(f"{LIST}{draft.pk}/send/", {"digest": digest_of(draft)}, follow=True)
    assert "at most 3 announcements" in flat(refused)


def test_the_list_of_people_is_paged_and_costs_the_same(
    as_user, focal_point, draft, jordan, django_assert_max_num_queries
):
    client = as_user(focal_point)
    paths = [LIST, f"{LIST}{draft.pk}/preview/"]

    def cost():
        found = []
        for path in paths:
            client.get(path)
            with django_assert_max_num_queries(40) as captured:
                assert client.get(path).status_code == 200
            found.append(len(captured))
        return found

    def add(count):
        for person in UserFactory.create_batch(count, country=jordan):
            mute(person, announcing.KIND)
        UserFactory.create_batch(count, country=jordan)
        for _ in range(min(count, 10)):
            row = write(jordan, by=UserFactory(country=jordan), **BOTH)
            Announcement.objects.filter(pk=row.pk).update(
                state="sent", sent_at=timezone.now() - timedelta(days=3)
            )

    add(2)
    few = cost()
    add(28)

    assert cost() == few
    page = flat(client.get(paths[1]))
    following = re.findall(r'href="(\?[^"]+)" rel="next"', page)
    assert [url.partition("=")[0] for url in following] == ["?to_after", "?out_after"]
    second = flat(client.get(paths[1] + following[0]))
    assert page.count("<b><bdi>") > 20
    assert second != page


# Who may what --------------------------------------------------------------------------------

OFFICE = table(yes="FCX", refused="AMES", sign_in="V")
OWN_ROW = table(yes="FCX", invisible="AMEOS", sign_in="V")


@pytest.mark.parametrize("path", [LIST, f"{LIST}new/"])
def test_the_pages_of_a_country(ask, path):
    assert ask(f"{path}?country=JO") == OFFICE | {"O": "invisible"}
    assert ask(f"{path}?country=MA") == OFFICE | {"O": "yes", "F": "invisible"}


def test_who_writes(ask):
    assert ask(f"{LIST}new/", post=FORM) == OFFICE | {"O": "invisible"}
    assert set(Announcement.objects.values_list("country", flat=True)) == {"JO"}


def test_the_country_of_the_address_and_of_the_form_are_asked_for_alike(as_user, focal_point):
    client = as_user(focal_point)

    assert client.post(f"{LIST}new/", {**FORM, "country": "MA"}).status_code == 404
    assert client.post(f"{LIST}new/?country=MA", FORM).status_code == 404
    assert not Announcement.objects.exists()


@pytest.mark.parametrize("page", ["", "preview/", "mail/ar/"])
def test_who_sees_an_announcement(ask, draft, morocco, other_focal_point, page):
    other = write(morocco, by=other_focal_point, **BOTH)

    assert ask(f"{LIST}{draft.pk}/{page}") == OWN_ROW
    assert ask(f"{LIST}{other.pk}/{page}") == table(yes="OCX", invisible="AMEFS", sign_in="V")


@pytest.mark.parametrize("verb", ["", "send/", "delete/"])
def test_who_changes_sends_and_deletes(ask, cast, jordan, verb):
    def prepare(_user):
        Announcement.objects.filter(state="draft").delete()
        Announcement.objects.update(sent_at=timezone.now() - timedelta(days=2))
        row = write(jordan, by=cast["F"], **BOTH)
        post["digest"] = digest_of(row)
        return f"{LIST}{row.pk}/{verb}"

    post = dict(FORM)
    assert ask("", post=post, prepare=prepare) == OWN_ROW
    assert Announcement.objects.sent().count() == (3 if verb == "send/" else 0)


@pytest.mark.parametrize("verb", ["send", "delete"])
def test_nothing_is_done_by_opening_an_address(as_user, focal_point, draft, verb):
    assert as_user(focal_point).get(f"{LIST}{draft.pk}/{verb}/").status_code == 405


def test_the_desk_reads_them(ask, draft):
    answers = ask(f"/en/admin/members/announcement/{draft.pk}/change/")

    assert answers == table(yes="CX", refused="AMEFOS", sign_in="V")


def test_nobody_edits_them_on_the_desk(as_user, administrator, draft):
    client = as_user(administrator)
    url = f"/en/admin/members/announcement/{draft.pk}/"

    assert "The registry workshop" in flat(client.get("/en/admin/members/announcement/"))
    assert client.post(f"{url}change/", {"state": "sent"}).status_code == 403
    assert client.post(f"{url}delete/", {"post": "yes"}).status_code == 403
    assert client.get("/en/admin/members/announcement/add/").status_code == 403
