"""The frame of every page, for each reader and in both languages."""

import re
from datetime import date, timedelta
from html import unescape

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.test import override_settings
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cop_portal.models import Page, Site
from tests.cop_portal.reading import flat
from tests.factories import AppointmentFactory, UserFactory

pytestmark = pytest.mark.django_db

BOTH = pytest.mark.parametrize("language", ["ar", "en"])
ROLES = [
    "applicant", "member", "expert", "focal_point", "other_focal_point", "sponsor", "coordinator",
    "administrator",
]  # fmt: skip


@pytest.fixture(autouse=True)
def site():
    return Site.objects.create(
        pk=1,
        name_ar="مجتمع الممارسة",
        name_en="Community of Practice",
        tagline_ar="التوظيف",
        tagline_en="Employment",
        contact_email="secretariat@cop.example",
    )


@pytest.fixture(autouse=True)
def about():
    """A page with nothing of its own but a heading and a line."""
    return Page.objects.create(
        slug="terms", title_ar="شروط الاستخدام", title_en="Terms", body_ar="نص", body_en="Text"
    )


def read(client, address="/en/terms/", **headers):
    response = client.get(address, headers=headers)
    assert response.status_code == 200
    return unescape(flat(response.content.decode()))


def navigation(html):
    found = re.search(r'<nav class="site-nav".*?</nav>', html, re.DOTALL)
    return re.findall(r'<a href="([^"]+)"[^>]*>([^<]+)</a>', found[0]) if found else []


# The page ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "direction", "title"),
    [
        ("ar", "rtl", "شروط الاستخدام · مجتمع الممارسة"),
        ("en", "ltr", "Terms · Community of Practice"),
    ],
)
def test_a_page_says_its_language_direction_and_title(client, language, direction, title):
    html = read(client, f"/{language}/terms/")

    assert f'<html lang="{language}" dir="{direction}">' in html
    assert f"<title>{title}</title>" in html
    assert html.count("<h1") == 1
    assert html.count("<main") == 1


def test_a_refused_form_is_said_in_the_title(client):
    refused = client.post("/en/account/login/", {"login": "nobody"}).content.decode()
    offered = read(client, "/en/account/login/")

    assert re.search(r"<title>Error: \S", refused)
    assert not re.search(r"<title>Error", offered)


@BOTH
def test_the_first_stop_is_the_content(client, language):
    html = read(client, f"/{language}/terms/")

    body = html[html.index("<body>") :]
    assert re.search(r"<a [^>]*>", body)[0] == '<a class="skip" href="#content">'
    assert '<main id="content"' in html


@BOTH
def test_a_bare_page_is_light(client, language, about):
    response = client.get(f"/{language}/terms/")

    assert len(response.content) < 15_000


def test_a_page_asks_no_other_host(client):
    html = read(client)

    absolute = set(re.findall(r'(?:href|src|srcset)="(https?://[^/"]+)', html))
    assert absolute <= {django_settings.SITE_URL}


def test_the_brand_is_the_communitys(client):
    html = read(client, "/ar/terms/")

    assert re.search(r'<a class="brand" href="/ar/">', html)
    assert "<span>مجتمع الممارسة<small>التوظيف</small></span>" in html
    assert '<source srcset="/static/mark-on-dark.svg" media="(prefers-color-scheme: dark)">' in html


def test_a_logo_replaces_the_mark(client, site):
    Site.objects.update(logo="site/logo.png")

    html = read(client)

    assert '<img src="/media/site/logo.png" alt="" height="36">' in html
    assert "mark-on-dark.svg" not in html


def test_a_new_installation_without_a_row_has_a_name(client, site):
    Site.objects.all().delete()

    assert "Community of Practice" in read(client)


# Languages -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "other", "link"),
    [
        ("/ar/terms/", "English", "/en/terms/"),
        ("/en/terms/", "العربية", "/ar/terms/"),
        ("/en/terms/?q=a b&page=2", "العربية", "/ar/terms/?q=a%20b&page=2"),
    ],
)
def test_the_switch_keeps_the_page_and_its_query(client, address, other, link):
    html = read(client, address)

    code = link[1:3]
    assert f'<a href="{link}" hreflang="{code}" lang="{code}" rel="alternate">{other}</a>' in html


def test_the_switch_of_a_missing_page_keeps_its_address(client):
    html = flat(client.get("/en/%D8%AA%D9%82%3F%22%3E/x/").content.decode())

    assert '<a href="/ar/%D8%AA%D9%82%3F%22%3E/x/" hreflang="ar"' in html


@override_settings(LANGUAGES=[("ar", "Arabic"), ("en", "English"), ("fr", "French")])
def test_with_a_third_language_the_switch_shows_two(client):
    html = read(client)

    tools = html[html.index('class="site-tools"') : html.index("</header>")]
    assert re.findall(r'hreflang="(\w+)"[^>]*>([^<]+)<', tools) == [
        ("ar", "العربية"),
        ("fr", "Français"),
    ]


def test_a_public_page_names_its_translations_and_itself(client):
    html = read(client, "/en/terms/?utm=x&page=3")
    here = django_settings.SITE_URL

    assert f'<link rel="canonical" href="{here}/en/terms/?page=3">' in html
    assert re.findall(r'<link rel="alternate" hreflang="([^"]+)" href="([^"]+)">', html) == [
        ("ar", f"{here}/ar/terms/?page=3"),
        ("en", f"{here}/en/terms/?page=3"),
        ("x-default", f"{here}/ar/terms/?page=3"),
    ]


def test_a_page_that_is_not_translated_announces_no_translation(client, about):
    Page.objects.filter(slug="terms").update(title_ar="", body_ar="", title_en="Terms")
    here = django_settings.SITE_URL

    html = read(client, "/ar/terms/")

    assert re.findall(r'<link rel="alternate" hreflang="([^"]+)" href="([^"]+)">', html) == [
        ("en", f"{here}/en/terms/"),
        ("x-default", f"{here}/en/terms/"),
    ]


def test_a_private_page_announces_nothing(as_user, member):
    html = read(as_user(member), "/ar/account/password/change/")

    assert "hreflang" not in html[: html.index("</head>")]
    assert "canonical" not in html


@BOTH
def test_the_menu_offers_the_language_being_read_when_it_is_not_the_accounts(
    as_user, member, language
):
    html = read(as_user(member), f"/{language}/terms/?page=2")

    offered = re.search(
        r'<form method="post" action="/en/[^"]+">.*?name="language" value="en">'
        r'<input type="hidden" name="next" value="/en/terms/\?page=2">.*?</form>',
        html,
        re.DOTALL,
    )
    assert bool(offered) is (language == "en")
    if offered:
        assert "Make English my language" in offered[0]


# Readers -------------------------------------------------------------------------------------


def test_a_visitor_is_offered_events_and_signing_in(client):
    html = read(client)

    assert navigation(html) == [("/en/events/", "Events")]
    assert '<a href="/en/account/login/">Sign in</a>' in html
    assert "My account" not in html
    assert "csrfmiddlewaretoken" not in html


@pytest.mark.parametrize(
    ("role", "places"),
    [
        ("applicant", ["Events"]),
        ("member", ["Events", "Members"]),
        ("expert", ["Events", "Members"]),
        ("focal_point", ["Events", "Members", "Office"]),
        ("sponsor", ["Events", "Members"]),
        ("coordinator", ["Events", "Members", "Office", "Coordination"]),
        ("administrator", ["Events", "Members", "Office", "Coordination"]),
    ],
)
def test_the_navigation_holds_what_is_open_to_the_reader(as_user, request, role, places):
    html = read(as_user(request.getfixturevalue(role)))

    assert [label for _url, label in navigation(html)] == places


def test_an_office_that_has_ended_is_closed(as_user, jordan):
    former = UserFactory(country=jordan)
    AppointmentFactory(
        country=jordan, user=former, starts_on=date(2020, 1, 1), ends_on=date(2021, 1, 1)
    )

    assert "Office" not in dict(navigation(read(as_user(former)))).values()


def test_the_place_being_read_is_marked(as_user, member):
    client = as_user(member)

    on_it = read(client, "/en/members/")
    beside_it = read(client, "/en/terms/")

    assert '<a href="/en/members/" aria-current="page">Members</a>' in on_it
    assert "aria-current" not in beside_it[: beside_it.index("</header>")]


def test_the_account_menu(as_user, member):
    html = read(as_user(member))

    menu = re.search(r'<details class="menu">.*?</details>', html, re.DOTALL)[0]
    labels = re.findall(r"</svg>([^<]+)<", menu)
    assert labels == [
        "Profile",
        "My events",
        "Security",
        "Signed-in devices",
        "Make English my language",
        "Sign out",
    ]
    assert '<form method="post" action="/en/account/logout/">' in menu
    assert '<a class="bell" href="/en/notifications/">' in html


# Help ----------------------------------------------------------------------------------------


def foot(html):
    return html[html.index("<footer") :]


@pytest.mark.parametrize("role", [None, "applicant", "expert", "sponsor", "coordinator"])
def test_who_has_no_focal_point_asks_the_secretariat(client, as_user, request, role, focal_point):
    reader = as_user(request.getfixturevalue(role)) if role else client

    html = foot(read(reader))

    assert "The community’s secretariat" in html
    assert "mailto:secretariat@cop.example" in html
    assert focal_point.email not in html


@BOTH
def test_a_member_asks_the_focal_point_of_their_country(
    as_user, member, focal_point, other_focal_point, language
):
    html = foot(read(as_user(member), f"/{language}/terms/"))

    sentence = {
        "ar": f"جهة التنسيق في الأردن:<bdi>{focal_point.full_name}</bdi>",
        "en": f"Focal point for Jordan:<bdi>{focal_point.full_name_latin}</bdi>",
    }
    assert sentence[language] in html
    assert f"mailto:{focal_point.email}" in html
    assert "secretariat" not in html
    assert other_focal_point.email not in html


def test_a_focal_point_whose_time_is_over_is_not_shown(as_user, member, jordan):
    former = AppointmentFactory(country=jordan, ends_on=timezone.now().date())

    html = foot(read(as_user(member)))

    assert former.user.email not in html
    assert "secretariat@cop.example" in html


def test_an_alternate_is_not_shown_as_the_focal_point(as_user, member, jordan):
    alternate = AppointmentFactory(country=jordan, role="alternate")

    assert alternate.user.email not in foot(read(as_user(member)))


def test_an_appointment_that_begins_tomorrow_is_not_shown(as_user, member, jordan):
    coming = AppointmentFactory(country=jordan, starts_on=timezone.now().date() + timedelta(days=1))

    assert coming.user.email not in foot(read(as_user(member)))


# Weight --------------------------------------------------------------------------------------


def test_fonts_are_left_out_for_readers_who_save_data(client):
    assert "fonts.css" in read(client)
    assert "fonts.css" not in read(client, **{"save-data": "on"})


def queries(client, address="/en/terms/"):
    read(client, address)  # a session's first page records it
    with CaptureQueriesContext(
        connection,
    ) as captured:
        read(client, address)
    return [query["sql"].split("FROM ")[1].split()[0] for query in captured]


def test_the_frame_costs_a_visitor_one_query(client):
    assert queries(client) == ['"cop_portal_page"', '"cop_portal_site"']


@pytest.mark.parametrize("role", ROLES)
def test_the_frame_costs_a_reader_two_queries_beside_the_session(as_user, request, role):
    tables = queries(as_user(request.getfixturevalue(role)))

    frame = [
        table
        for table in tables
        if table not in {'"django_session"', '"members_user"', '"cop_portal_page"'}
    ]
    assert frame in (
        ['"cop_portal_site"'],
        ['"cop_portal_site"', '"members_focalpointappointment"'],
    )
    assert tables.count('"members_user"') == 1
