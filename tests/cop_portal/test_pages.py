"""The standing pages, in the language they exist in."""

import re

import pytest
from django.core.management import call_command

from cop_portal.models import Page
from members.models import Partner
from tests.cop_portal.reading import flat
from tests.factories import OrganisationFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def about():
    return Page.objects.create(
        slug="about",
        title_ar="عن المجتمع",
        title_en="About the community",
        body_ar="## كيف نعمل\n\nنلتقي كل شهرين.",
        body_en="## How we work\n\nWe meet every two months.",
    )


def partner(role, name, position, note=""):
    organisation = OrganisationFactory(name_ar=f"{name} بالعربية", name_en=name)
    return Partner.objects.create(
        organisation=organisation, role=role, position=position, note_en=note
    )


@pytest.mark.parametrize(
    ("language", "title", "heading"),
    [("ar", "عن المجتمع", "كيف نعمل"), ("en", "About the community", "How we work")],
)
def test_a_page_in_both_languages(client, about, language, title, heading):
    html = client.get(f"/{language}/about/").content.decode()

    assert f"<h1>{title}</h1>" in html
    assert f"<h2>{heading}</h2>" in html
    assert 'class="notice"' not in html


def test_a_page_in_one_language_is_shown_in_it_and_says_so(client, about):
    Page.objects.update(title_ar="", body_ar="")

    html = client.get("/ar/about/").content.decode()

    assert '<h1><span lang="en" dir="ltr">About the community</span></h1>' in html
    assert '<div class="prose" lang="en" dir="ltr"><h2>How we work</h2>' in html
    assert "هذا المحتوى متاح باللغة الإنجليزية فقط" in html
    assert "<title>\u2068About the community\u2069 · " in html


def test_partners_stand_under_what_they_do(client, about):
    partner("funder", "Trust Fund", 3, note="Since 2013")
    partner("organiser", "Development Bank", 1)
    partner("knowledge", "Institute", 2)
    partner("organiser", "Centre", 4)

    html = flat(client.get("/en/about/").content.decode())

    section = html[html.index('id="partners"') :]
    assert re.findall(r"<dt>([^<]+)</dt>", section) == [
        "Activities organised with",
        "Financed by",
        "Knowledge partner",
    ]
    assert re.findall(r"<dd><b>([^<]+)</b>", section) == [
        "Development Bank",
        "Centre",
        "Trust Fund",
        "Institute",
    ]
    assert "Since 2013" in section


def test_only_the_about_page_lists_partners(client, about):
    partner("funder", "Trust Fund", 1)
    Page.objects.create(slug="terms", title_en="Terms", body_en="Text")

    assert 'id="partners"' not in client.get("/en/terms/").content.decode()


def test_partners_cost_the_same_however_many(client, about, django_assert_num_queries):
    for count in (1, 12):
        for number in range(count):
            partner("funder", f"Partner {count} {number}", number)
        with django_assert_num_queries(3):  # the page, its partners, the frame
            client.get("/en/about/")


def test_a_page_that_does_not_exist_is_not_found(client):
    assert client.get("/en/nothing/").status_code == 404


def test_a_page_is_only_read(client, about):
    assert client.post("/en/about/").status_code == 405


def test_the_shipped_pages_exist_in_both_languages(client):
    call_command("load_reference_data", verbosity=0)

    for slug in ("about", "privacy", "accessibility", "terms"):
        for language in ("ar", "en"):
            response = client.get(f"/{language}/{slug}/")

            assert response.status_code == 200
            assert 'class="notice"' not in response.content.decode()
