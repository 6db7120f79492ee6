"""What no browser sends is answered with 400 before a view sees it; readers get their own zone."""

from datetime import UTC, datetime

import pytest
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.template import Context, Template
from django.test import Client
from django.urls import include, path

from cop_portal.reader import month_names
from tests.factories import CountryFactory, UserFactory

pytestmark = pytest.mark.django_db

FORM = "application/x-www-form-urlencoded"
PARTS = "multipart/form-data; boundary=b"


def part(name, value):
    return b"--b\r\nContent-Disposition: form-data; name=%s\r\n\r\n%s\r\n" % (name, value)


@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize(
    "address",
    [
        "/{}/%00/",
        "/{}/members/%00",
        "/{}/%FF/",
        "/{}/%ED%A0%80/",
        "/{}/?q=%00",
        "/{}/?q=%FF",
        "/{}/?q=%ED%A0%80",
        "/{}/?%00=1",
        "/{}/events/?topic=1&topic=%C3%28",
    ],
)
def test_an_address_that_is_not_text_is_a_bad_request(client, language, address):
    response = client.get(address.format(language))

    assert response.status_code == 400
    assert f'<html lang="{language}"' in response.content.decode()


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        (f"{FORM}; charset=utf-16", b"a=1"),
        (f"{FORM}; charset=windows-1256", b"a=%E3"),
        (f"{FORM}; charset=none-such", b"a=1"),
        (f"{PARTS}; charset=utf-7", part(b'"a"', b"1") + b"--b--\r\n"),
        (FORM, b"a=%00"),
        (FORM, b"%00=a"),
        (FORM, b"a=%FF"),
        (FORM, b"a=\xff"),
        (FORM, b"a=%ED%A0%80"),
        (PARTS, part(b'"a"', b"x\x00y") + b"--b--\r\n"),
        (PARTS, part(b'"a\x00"', b"x") + b"--b--\r\n"),
        ("multipart/form-data", b"no boundary"),
        ("multipart/form-data; boundary=\xe9", b"x"),
    ],
)
def test_a_form_that_is_not_utf8_text_is_a_bad_request(client, content_type, body):
    response = client.generic("POST", "/ar/", body, content_type=content_type)

    assert response.status_code == 400
    assert "تعذّرت قراءة العنوان أو الاستمارة" in response.content.decode()


@pytest.mark.parametrize("content_type", [f"{FORM}; charset=UTF-8", f"{FORM}; charset=utf8", FORM])
def test_arabic_in_a_form_is_welcome(client, content_type):
    body = "email=a%40b.example&password=%D8%AA%D9%82%D9%8A%D9%8A%D9%85"

    response = client.generic("POST", "/ar/account/login/", body, content_type=content_type)

    assert response.status_code in {200, 422}


@pytest.mark.parametrize("cookie", ['sessionid="\\000aaaaaaaaaaaa"', 'cookie="\\000"'])
def test_a_cookie_with_nul_is_a_bad_request(client, cookie):
    response = client.get("/ar/", headers={"cookie": cookie})

    assert response.status_code == 400


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ("&".join(f"a{n}=1" for n in range(1200)), FORM),
        (f"a={'x' * 2_600_000}", FORM),
        (b"".join(part(b'"a%d"' % n, b"1") for n in range(1200)) + b"--b--\r\n", PARTS),
    ],
)
@pytest.mark.parametrize(
    ("language", "title"),
    [("ar", "حجم الاستمارة أكبر من المسموح"), ("en", "This form is too large")],
)
def test_a_form_that_is_too_large_has_its_own_page(client, body, content_type, language, title):
    response = client.post(f"/{language}/account/login/", body, content_type=content_type)

    assert response.status_code == 413
    assert f"<h1>{title}</h1>" in response.content.decode()


def test_a_body_that_breaks_off_is_a_bad_request(client):
    class Broken:
        def read(self, *args):
            raise OSError("the line is gone")

        readline = read

    response = client.generic(
        "POST",
        "/ar/account/login/",
        b"email=a",
        content_type=FORM,
        **{"wsgi.input": Broken(), "CONTENT_LENGTH": "10"},
    )

    assert response.status_code == 400


@pytest.mark.parametrize(
    "accept", ["*;q=nan", "x" * 5000, "ar;q=1;q=2,,,;", "\xe9", "zz-zz-zz-zz-zz"]
)
def test_an_odd_language_header_is_no_error(client, accept):
    assert client.get("/", headers={"accept-language": accept}).status_code == 302


def test_an_unknown_host_is_a_bad_request(client):
    response = client.get("/ar/", headers={"host": "elsewhere.example"})

    assert response.status_code == 400


def test_a_refusal_carries_the_content_security_policy(client):
    assert "default-src 'self'" in client.get("/ar/?q=%00").headers["Content-Security-Policy"]


# The reader ----------------------------------------------------------------------------------

MOMENT = datetime(2026, 7, 1, 23, 30, tzinfo=UTC)


@login_not_required
def clock(request):
    source = "{% date moment %} {% time moment %}"
    return HttpResponse(Template(source).render(Context({"moment": MOMENT})))


urlpatterns = [path("ar/clock/", clock), path("ar/account/", include("allauth.account.urls"))]


@pytest.fixture
def read_clock(settings):
    settings.ROOT_URLCONF = __name__

    def read(user=None):
        client = Client()
        if user:
            client.force_login(user, backend="members.backends.Backend")
        return client.get("/ar/clock/")

    return read


def test_a_member_reads_their_own_zone_and_months(read_clock):
    response = read_clock(UserFactory(country=CountryFactory(iso="MA")))

    html = response.content.decode()
    assert "2 يوليوز 2026" in html
    assert ">00:30<" in html


def test_a_visitor_reads_greenwich_and_both_months(read_clock):
    html = read_clock().content.decode()

    assert "1 تموز/يوليو 2026" in html
    assert ">23:30<" in html


def test_the_next_request_does_not_inherit_the_reader(read_clock):
    read_clock(UserFactory(country=CountryFactory(iso="MA")))

    assert month_names.get() == "both"
    assert "1 تموز/يوليو 2026" in read_clock().content.decode()


def test_the_reader_and_their_country_cost_one_query(read_clock, django_assert_num_queries):
    user = UserFactory(country=CountryFactory(iso="MA"))
    client = Client()
    client.force_login(user, backend="members.backends.Backend")
    client.get("/ar/clock/")  # the first page of a session is recorded

    with django_assert_num_queries(2) as captured:  # the session and the reader
        client.get("/ar/clock/")

    assert sum("members_country" in query["sql"] for query in captured) == 1


def test_answers_differ_by_save_data(read_clock):
    assert "Save-Data" in read_clock().headers["Vary"]
