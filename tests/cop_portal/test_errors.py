"""Error pages: in the language of the address, saying what happened, losing nothing typed."""

import re
from html import unescape

import pytest
from django import forms
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.http import HttpResponse
from django.template import TemplateDoesNotExist
from django.test import Client
from django.urls import include, path
from django.views.decorators.http import require_POST

from cop_portal import errors
from tests.cop_portal.reading import flat

BOTH = pytest.mark.parametrize("language", ["ar", "en"])


@login_not_required
def denied(request):
    raise PermissionDenied("Registration is for members.")


@login_not_required
def denied_without_a_word(request):
    raise PermissionDenied


@login_not_required
def broken(request):
    raise TemplateDoesNotExist("a secret path")


@login_not_required
def without_database(request):
    raise OperationalError("the database is away")


class Note(forms.Form):
    title = forms.CharField()


@login_not_required
def note(request):
    return HttpResponse(f"kept: {request.POST.getlist('topics')} {request.POST['title']}")


@login_not_required
@require_POST
def keep(request):
    return HttpResponse("kept")


def private_note(request):
    return HttpResponse(f"kept by {request.user.email}: {request.POST['title']}")


def in_both(*patterns):
    return [path(f"{code}/", include(list(patterns))) for code in ("ar", "en")]


handler400 = "cop_portal.errors.bad_request"
handler403 = "cop_portal.errors.forbidden"
handler404 = "cop_portal.errors.not_found"
handler500 = "cop_portal.errors.server_error"
urlpatterns = in_both(
    path("denied/", denied),
    path("denied-2/", denied_without_a_word),
    path("broken/", broken),
    path("away/", without_database),
    path("note/", note),
    path("private-note/", private_note),
    path("note/keep/", keep),
    path("", denied, name="home"),
    path("account/", include("allauth.account.urls")),
    path("account/2fa/", include("allauth.mfa.urls")),
    path("account/sessions/", include("allauth.usersessions.urls")),
)
urlpatterns.append(path("machine", keep))


@pytest.fixture
def visitor(settings):
    settings.ROOT_URLCONF = __name__
    return Client(enforce_csrf_checks=True, raise_request_exception=False)


def page(response):
    return flat(response.content.decode())


def heading(response):
    return unescape(re.search(r"<h1>(.*?)</h1>", response.content.decode())[1])


# What happened -------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "status", "headings"),
    [
        ("denied/", 403, {"ar": "لا تتوفر صلاحية الوصول", "en": "No access"}),
        ("nowhere/", 404, {"ar": "الصفحة غير موجودة", "en": "Page not found"}),
        (
            "nowhere/?q=%00",
            400,
            {
                "ar": "تعذّرت قراءة العنوان أو الاستمارة",
                "en": "This address or form cannot be read",
            },
        ),
    ],
)
@BOTH
def test_an_error_page_speaks_the_language_of_the_address(
    visitor, language, address, status, headings
):
    other = {"ar": "en", "en": "ar"}[language]

    response = visitor.get(f"/{language}/{address}", headers={"accept-language": other})

    html = response.content.decode()
    assert response.status_code == status
    assert heading(response) == headings[language]
    assert f'<html lang="{language}"' in html
    assert html.count("<h1") == 1
    assert f"<title>{headings[language]} · " in unescape(html)


@pytest.mark.django_db
def test_a_page_outside_the_languages_speaks_the_readers(visitor):
    assert heading(visitor.get("/nowhere", headers={"accept-language": "en"})) == "Page not found"
    assert heading(visitor.get("/nowhere", headers={"accept-language": "fr"})) == (
        "الصفحة غير موجودة"
    )


@pytest.mark.django_db
def test_a_denial_says_why(visitor):
    html = page(visitor.get("/en/denied/"))

    assert '<p class="lead">Registration is for members.</p>' in html


@pytest.mark.django_db
def test_a_denial_without_a_word_gets_one(visitor):
    html = page(visitor.get("/en/denied-2/"))

    assert '<p class="lead">This account may not do that.</p>' in html


@pytest.mark.django_db
def test_a_missing_page_offers_visitors_to_sign_in_and_come_back(visitor):
    html = visitor.get("/en/members/77/").content.decode()

    assert 'href="/en/account/login/?next=/en/members/77/"' in html


@pytest.mark.parametrize("address", ["/ar/broken/", "/en/broken/"])
def test_a_fault_of_ours_is_said_in_both_languages_without_the_database(visitor, address, caplog):
    response = visitor.get(address)  # no django_db mark: a query would fail this test

    html = page(response)
    assert response.status_code == 500
    assert html.startswith('<!DOCTYPE html><html lang="ar" dir="rtl">')
    assert html.index("حدث خطأ غير متوقَّع") < html.index("Something went wrong")
    assert "a secret path" not in html
    reference = re.search(r"Reference: ([0-9A-F]{8})", html)[1]
    assert html.count(reference) == 2
    assert f"Reference {reference}: GET {address}" in caplog.text


def test_a_fault_page_can_be_drawn_when_templates_are_gone(visitor, settings):
    settings.TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates"}]

    response = visitor.get("/ar/broken/")

    assert response.status_code == 500
    assert "حدث خطأ غير متوقَّع" in response.content.decode()


def test_without_the_database_the_answer_is_come_back_soon(visitor):
    response = visitor.get("/ar/away/")

    assert response.status_code == 503
    assert response.headers["Retry-After"] == "60"


# Nothing typed is lost -----------------------------------------------------------------------

TYPED = {
    "title": 'تقييم "السجل" <2>',
    "topics": ["1", "2"],
    "password": "a secret",
    "new_password1": "another secret",
    "csrfmiddlewaretoken": "old",
}
HERE = {"origin": "http://testserver"}


def hidden_fields(response):
    found = re.findall(
        r'<input type="hidden" name="([^"]+)" value="([^"]*)">', response.content.decode()
    )
    return [(unescape(name), unescape(value)) for name, value in found]


@pytest.mark.django_db
@BOTH
def test_a_form_whose_token_is_old_can_be_sent_again_with_everything_typed(visitor, language):
    response = visitor.post(f"/{language}/note/?from=here", TYPED, headers=HERE)

    assert response.status_code == 403
    assert (
        heading(response)
        == {
            "ar": "يلزم إرسال الاستمارة مرة أخرى",
            "en": "The form has to be sent once more",
        }[language]
    )
    assert f'<form method="post" action="/{language}/note/?from=here">' in response.content.decode()
    (token_name, token), *fields = hidden_fields(response)
    assert token_name == "csrfmiddlewaretoken"
    assert fields == [("title", 'تقييم "السجل" <2>'), ("topics", "1"), ("topics", "2")]

    again = {"csrfmiddlewaretoken": token, "title": fields[0][1], "topics": ["1", "2"]}
    kept = visitor.post(f"/{language}/note/?from=here", again, headers=HERE)

    assert kept.content.decode() == "kept: ['1', '2'] تقييم \"السجل\" <2>"


@pytest.mark.django_db
def test_passwords_and_files_are_said_to_be_lost(visitor, tmp_path):
    attached = tmp_path / "list.csv"
    attached.write_text("a,b")

    with attached.open() as file:
        response = visitor.post("/en/note/", {**TYPED, "file": file}, headers=HERE)

    html = response.content.decode()
    assert "Passwords are not kept" in html
    assert "Files are not kept" in html
    assert "a secret" not in html
    assert "another secret" not in html


@pytest.mark.django_db
def test_what_was_written_can_be_read_on_the_page(visitor):
    response = visitor.post("/en/note/", {"title": "One\ntwo <b>", "code": "447190"}, headers=HERE)

    html = response.content.decode()
    assert '<p class="panel typed" dir="auto">One\ntwo &lt;b&gt;</p>' in html
    assert html.count('class="panel typed"') == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"origin": "https://elsewhere.example"},
        {"origin": "null"},
        {"origin": "http://["},
        {"referer": "http://[::1"},
        {"referer": "https://elsewhere.example/testserver"},
        {"origin": "https://elsewhere.example", "referer": "http://testserver/en/"},
        {"origin": "http://testserver.elsewhere.example"},
    ],
)
def test_what_another_site_sent_is_not_offered_for_sending(visitor, headers):
    response = visitor.post("/en/note/", TYPED, headers=headers)

    html = response.content.decode()
    assert response.status_code == 403
    assert "Send again" not in html
    assert "تقييم" not in html
    assert 'href="/en/note/"' in html


@pytest.mark.django_db
@BOTH
def test_a_form_sent_after_the_session_ended_is_kept(visitor, language, member):
    token = visitor.get(f"/{language}/account/login/").cookies["csrftoken"].value
    typed = {"title": "نص طويل كُتب قبل انتهاء الجلسة", "csrfmiddlewaretoken": token}

    ended = visitor.post(f"/{language}/private-note/", typed, headers=HERE)

    assert ended.status_code == 403
    assert heading(ended) == {"ar": "انتهت الجلسة", "en": "The session has ended"}[language]
    (_name, token), *fields = hidden_fields(ended)
    assert fields == [("title", "نص طويل كُتب قبل انتهاء الجلسة")]

    visitor.force_login(member, backend="members.backends.Backend")
    again = visitor.post(
        f"/{language}/private-note/", {**dict(fields), "csrfmiddlewaretoken": token}, headers=HERE
    )

    assert again.content.decode() == f"kept by {member.email}: نص طويل كُتب قبل انتهاء الجلسة"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("headers", "back_to"),
    [
        ({"referer": "http://testserver/en/events/3/forum/?page=2"}, "/en/events/3/forum/"),
        ({"referer": "https://elsewhere.example/en/events/"}, "/"),
        ({"referer": "http://[testserver/"}, "/"),
        ({}, "/"),
    ],
)
def test_a_button_pressed_after_the_session_ended_leads_back_to_its_page(visitor, headers, back_to):
    token = visitor.get("/en/account/login/").cookies["csrftoken"].value

    response = visitor.post(
        "/en/private-note/", {"csrfmiddlewaretoken": token}, headers={**HERE, **headers}
    )

    assert response.status_code == 302
    assert response.headers["Location"] == f"/en/account/login/?next={back_to}"


@pytest.mark.django_db
def test_a_page_for_members_leads_to_signing_in(visitor):
    response = visitor.get("/en/private-note/?page=2")

    assert response.headers["Location"] == "/en/account/login/?next=/en/private-note/%3Fpage%3D2"


@pytest.mark.django_db
@BOTH
def test_opening_the_address_of_a_form_leads_to_the_page_above(visitor, language):
    response = visitor.get(f"/{language}/note/keep/")

    html = response.content.decode()
    assert response.status_code == 405
    assert response.headers["Allow"] == "POST"
    assert (
        heading(response)
        == {
            "ar": "لا صفحة للعرض في هذا العنوان",
            "en": "Nothing to see at this address",
        }[language]
    )
    assert f'<a class="onward" href="/{language}/note/">' in html


def test_machines_get_a_bare_refusal(visitor):
    response = visitor.get("/machine")

    assert (response.status_code, response.content) == (405, b"")


def test_a_denial_is_a_page_for_any_exception(rf, db):
    request = rf.get("/en/anything/")

    assert errors.forbidden(request, PermissionDenied()).status_code == 403
    assert errors.bad_request(request, ValueError("x")).status_code == 400
