"""The desk itself: who gets in, what waits, in which language and on whose clock."""

from __future__ import annotations

import re
from urllib.parse import unquote

import pytest

from cop_portal.models import Page, Site
from events.models import Event
from members.models import User
from notifications.models import Delivery
from tests.desk import count_queries, filled, markup, messages_of
from tests.factories import EventFactory, UserFactory

pytestmark = pytest.mark.django_db
INDEX = "/en/admin/"


# Who gets in ---------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/ar/admin/", "/ar/admin/events/event/", "/ar/admin/login/"])
def test_a_visitor_is_sent_to_the_one_place_to_sign_in(client, path):
    response = client.get(path, follow=True)

    last, status = response.redirect_chain[-1]
    assert status == 302
    wanted = "/ar/admin/" if path.endswith("login/") else path
    assert unquote(last) == f"/ar/account/login/?next={wanted}"


@pytest.mark.parametrize("role", ["applicant", "member", "focal_point", "sponsor"])
@pytest.mark.parametrize("path", [INDEX, "/en/admin/events/event/", "/en/admin/autocomplete/"])
def test_others_are_told_why_they_may_not_enter(as_user, request, role, path):
    response = as_user(request.getfixturevalue(role)).get(path)

    assert response.status_code == 403
    assert "Only coordinators and administrators have access to this area." in (
        response.content.decode()
    )


@pytest.mark.parametrize("role", ["coordinator", "administrator"])
def test_staff_find_the_sections_in_order(as_user, request, role):
    response = as_user(request.getfixturevalue(role)).get(INDEX)

    models = [
        model["object_name"] for app in response.context["app_list"] for model in app["models"]
    ]
    site = ["Site"] if role == "administrator" else []
    assert models == [
        "Event", "Registration", "User", "FocalPointAppointment", "Country", "Organisation",
        "Topic", "Partner", "Guest", "Announcement", "RosterRecord", "Invitation",
        "RosterImport", "ContactMessage", "Delivery", "Page", *site,
    ]  # fmt: skip


def test_leaving_and_changing_the_password_are_the_portals_own(as_user, coordinator):
    client = as_user(coordinator)

    pages = [client.get(f"/en/admin/{name}/") for name in ("logout", "password_change")]

    assert [page["Location"] for page in pages] == [
        "/en/account/logout/",
        "/en/account/password/change/",
    ]


# The frame -----------------------------------------------------------------------------------


def test_the_frame_names_the_clock_and_offers_the_other_language(as_user, coordinator, morocco):
    User.objects.filter(pk=coordinator.pk).update(country=morocco)

    page = markup(as_user(coordinator).get("/en/admin/events/event/?q=x"))

    assert "Times as in Rabat" in page
    assert 'href="/ar/admin/events/event/?q=x" hreflang="ar" lang="ar"' in page
    assert page.count("<h1>") == 1


def test_nothing_on_a_page_breaks_the_content_security_policy(as_user, administrator):
    EventFactory()
    client = as_user(administrator)

    for path in ("", "events/event/", "events/event/add/", "members/user/", "cop_portal/page/add/"):
        page = client.get(f"/ar/admin/{path}").content.decode()
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*src=)", page), path
        assert not re.search(r"(src|href)=\"(https?:)?//", page), path


# What waits ----------------------------------------------------------------------------------


def test_an_idle_desk_says_so(as_user, coordinator):
    response = as_user(coordinator).get(INDEX)

    assert response.context["waiting"] == []
    assert "Nothing waits." in response.content.decode()


def test_what_waits_is_counted_and_leads_to_its_list(as_user, coordinator, jordan, morocco):
    EventFactory(status="draft", session=False)
    EventFactory(title_en="")
    EventFactory(title_en="", status="cancelled")
    UserFactory(country=jordan, membership=User.Membership.APPLICANT)
    Delivery.objects.create(
        kind="x", key="x", address="x@cop.example", language="ar", state="failed"
    )
    Delivery.objects.create(kind="x", key="y", address="x@cop.example", language="ar", state="sent")
    client = as_user(coordinator)

    waiting = client.get(INDEX).context["waiting"]

    assert [(thing.label, thing.count) for thing in waiting] == [
        ("Requests to join from countries without a focal point", 1),
        ("Countries without a focal point", 2),
        ("Messages that could not be delivered", 1),
        ("Events not published yet", 1),
        ("Upcoming events without a full translation", 1),
    ]
    for thing in waiting:
        listed = client.get(thing.url).context["cl"].result_count
        assert listed == thing.count or "focalpoint" in thing.url


# Pages and settings --------------------------------------------------------------------------


def test_a_page_is_written_in_one_language_and_marked_in_the_other(as_user, coordinator):
    client = as_user(coordinator)
    form = client.get("/en/admin/cop_portal/page/add/")

    saved = client.post(
        "/en/admin/cop_portal/page/add/",
        filled(form, slug="faq", title_en="Questions", body_en="# Why", _continue="x"),
        follow=True,
    )

    page = Page.objects.get()
    assert (page.title_ar or "", page.title_en) == ("", "Questions")
    assert saved.content.decode().count("Translation missing") == 2
    listed = client.get("/en/admin/cop_portal/page/").content.decode()
    assert "Arabic: translation missing" in listed
    assert "English: complete" in listed


def test_a_page_without_any_text_is_refused(as_user, coordinator):
    client = as_user(coordinator)
    form = client.get("/en/admin/cop_portal/page/add/")

    response = client.post("/en/admin/cop_portal/page/add/", filled(form, slug="faq"))

    assert response.context["errors"] == [
        ["Enter this in at least one language."], ["Enter this in at least one language."],
    ]  # fmt: skip
    assert not Page.objects.exists()


def test_a_change_made_meanwhile_is_not_lost_silently(as_user, coordinator):
    page = Page.objects.create(slug="faq", title_en="Questions", body_en="Old")
    client = as_user(coordinator)
    url = f"/en/admin/cop_portal/page/{page.pk}/change/"
    opened = client.get(url)
    page.body_en = "Someone else’s"
    page.save()

    refused = client.post(url, filled(opened, body_en="Mine"))

    assert "Someone else saved this while the page was open." in refused.content.decode()
    assert Page.objects.get().body_en == "Someone else’s"
    assert refused.context["adminform"].form["body_en"].value() == "Mine"

    client.post(url, filled(refused))
    assert Page.objects.get().body_en == "Mine"


def test_pages_are_found_however_they_are_spelt(as_user, coordinator):
    Page.objects.create(slug="faq", title_ar="الأسئلة الشائعة", body_ar="نصّ")
    client = as_user(coordinator)

    for words, found in (("الاسئله", 1), ("شَائعة الأسئلة", 1), ("نص", 1), ("الأجوبة", 0)):
        response = client.get("/ar/admin/cop_portal/page/", {"q": words})
        assert response.context["cl"].result_count == found, words


def test_there_is_one_row_of_settings(as_user, administrator):
    client = as_user(administrator)
    url = "/en/admin/cop_portal/site/"

    first = client.get(f"{url}add/")
    client.post(f"{url}add/", filled(first, name_en="The Community"))

    assert [(site.pk, site.name_en) for site in Site.objects.all()] == [(1, "The Community")]
    assert client.get(url)["Location"] == f"{url}1/change/"
    assert client.get(f"{url}add/").status_code == 403
    assert client.post(f"{url}1/delete/", {"post": "yes"}).status_code == 403
    assert Site.objects.count() == 1


def test_settings_are_the_administrators(as_user, coordinator):
    Site.objects.create(pk=1, name_en="The Community")

    assert as_user(coordinator).get("/en/admin/cop_portal/site/1/change/").status_code == 403


def test_colours_that_cannot_be_read_are_refused(as_user, administrator):
    Site.objects.create(pk=1, name_en="The Community")
    client = as_user(administrator)
    url = "/en/admin/cop_portal/site/1/change/"

    response = client.post(url, filled(client.get(url), brand="#ffff00"))

    assert list(response.context["adminform"].form.errors) == ["brand"]
    assert Site.objects.get().brand == "#0b5d54"


# What was done -------------------------------------------------------------------------------


def test_history_names_fields_in_the_readers_language(as_user, coordinator):
    page = Page.objects.create(slug="faq", title_en="Questions", body_en="Old")
    client = as_user(coordinator)
    url = f"/en/admin/cop_portal/page/{page.pk}/change/"
    client.post(url, filled(client.get(url), title_en="Answers", title_ar="إجابات"))

    english = client.get(f"/en/admin/cop_portal/page/{page.pk}/history/").content.decode()
    arabic = client.get(f"/ar/admin/cop_portal/page/{page.pk}/history/").content.decode()

    assert "Changed title." in english
    assert "العنوان" in arabic.partition("<tbody>")[2]
    assert "title" not in arabic.partition("<tbody>")[2].partition("</tbody>")[0]


def test_the_desk_asks_as_much_with_many_rows_as_with_one(as_user, coordinator):
    client = as_user(coordinator)
    EventFactory(status="draft")
    one = count_queries(client, INDEX)
    EventFactory.create_batch(29, status="draft")

    assert count_queries(client, INDEX) == one
    assert Event.objects.count() == 30


def test_saving_says_so(as_user, coordinator):
    page = Page.objects.create(slug="faq", title_en="Questions", body_en="Old")
    client = as_user(coordinator)
    url = f"/en/admin/cop_portal/page/{page.pk}/change/"

    response = client.post(url, filled(client.get(url), body_en="New"), follow=True)

    assert "Questions" in messages_of(response)[0]
