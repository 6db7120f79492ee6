"""From the form to the request that waits, over HTTP."""

import re

import pytest
import time_machine
from django.urls import reverse

from members.forms.joining import SignUpForm, stamp
from members.models import User
from notifications.models import Delivery
from tests.factories import CountryFactory, OrganisationFactory, UserFactory
from tests.members.pages import flat

pytestmark = pytest.mark.django_db

SIGN_UP = "/en/account/signup/"
CONFIRM = "/en/account/confirm-email/"


def confirm(client, code):
    return client.post(CONFIRM, {"code": code})


def test_a_request_is_made_confirmed_and_put_before_the_focal_point(
    client, request_to_join, focal_point, code_for, told
):
    known = OrganisationFactory(country_id="JO", name_ar="وزارة التنمية الاجتماعية")

    response = client.post(SIGN_UP, request_to_join(email="Suha@COP.example", language="ar"))

    assert (response.status_code, response.url) == (302, CONFIRM)
    person = User.objects.get(email="suha@cop.example")
    assert (person.full_name, person.country_id, person.function, person.language) == (
        "سهى المومني",
        "JO",
        "رئيسة قسم الشكاوى",
        "ar",
    )
    assert person.organisation == known
    assert (person.membership, person.has_usable_password()) == ("applicant", False)
    assert told() == [("account.email_confirmation_signup", "suha@cop.example", "ar")]
    assert "suha@cop.example" in flat(client.get(CONFIRM))

    response = confirm(client, code_for("suha@cop.example"))

    assert (response.status_code, response.url) == (302, "/en/")
    assert told()[1:] == [
        ("members.received", "suha@cop.example", "ar"),
        ("members.waiting", "focal@cop.example", "ar"),
    ]
    page = flat(client.get("/en/"))
    assert "The request to join waits for a decision" in page
    assert focal_point.full_name_latin in page


def test_where_there_is_no_focal_point_the_applicant_waits_for_the_secretariat(
    client, request_to_join, coordinator, code_for, told
):
    client.post(SIGN_UP, request_to_join())
    confirm(client, code_for("suha@cop.example"))

    assert told(kind="members.waiting") == [("members.waiting", coordinator.email, "ar")]
    assert "It lies with the secretariat" in flat(client.get("/en/"))


def test_the_code_may_be_typed_in_arabic_digits(client, request_to_join, code_for):
    client.post(SIGN_UP, request_to_join())
    code = code_for("suha@cop.example").replace("-", " ")

    confirm(client, code.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")))

    assert User.objects.applicants().filter(email="suha@cop.example").exists()


def test_a_code_is_eight_digits(client, request_to_join, code_for):
    client.post(SIGN_UP, request_to_join())

    assert re.fullmatch(r"\d{4}-\d{4}", code_for("suha@cop.example"))


def test_a_wrong_code_is_named_and_the_third_ends_the_attempt(client, request_to_join):
    client.post(SIGN_UP, request_to_join())

    first = confirm(client, "0000-0000")
    assert first.status_code == 422
    assert "Incorrect code." in flat(first)
    confirm(client, "0000-0000")
    assert confirm(client, "0000-0000").status_code == 302
    assert not User.objects.applicants().exists()


def test_a_new_code_replaces_the_first(client, request_to_join, code_for):
    with time_machine.travel("2026-05-04T10:00Z", tick=False) as clock:
        client.post(SIGN_UP, request_to_join(opened=stamp_at("2026-05-04T09:59Z")))
        old = code_for("suha@cop.example")
        clock.shift(30)
        assert client.post(CONFIRM, {"action": "resend"}).status_code == 302
        new = code_for("suha@cop.example")

        assert old != new
        assert confirm(client, old).status_code == 422
        assert confirm(client, new).status_code == 302


def stamp_at(moment):
    with time_machine.travel(moment, tick=False):
        return stamp()


def test_an_address_with_an_account_is_told_by_mail_and_the_page_says_nothing(
    client, request_to_join, told
):
    fresh = client.post(SIGN_UP, request_to_join(email="new@cop.example"))
    client.logout()
    UserFactory(email="taken@cop.example", language="en")

    taken = client.post(SIGN_UP, request_to_join(email="TAKEN@cop.example"))

    assert (taken.status_code, taken.url) == (fresh.status_code, fresh.url)
    assert told()[1:] == [("account.account_already_exists", "taken@cop.example", "en")]
    page = flat(client.get(CONFIRM))
    assert "A code was sent to" in page
    assert confirm(client, "0000-0000").status_code == 422


def test_two_requests_at_once_for_one_address_leave_one_account(
    client, request_to_join, monkeypatch, told
):
    UserFactory(email="suha@cop.example", language="en")
    monkeypatch.setattr(
        SignUpForm, "validate_unique_email", lambda self, value: value
    )  # as if the other request had not been there yet

    response = client.post(SIGN_UP, request_to_join())

    assert (response.status_code, response.url) == (302, CONFIRM)
    assert User.objects.filter(email="suha@cop.example").count() == 1
    assert told() == [("account.account_already_exists", "suha@cop.example", "en")]


@pytest.mark.parametrize(
    ("field", "value", "error"),
    [
        ("full_name", "", "This field is required."),
        ("full_name", "\u202e\u200f", "This field is required."),
        ("full_name", "\u200b\u200d", "This field is required."),
        ("full_name", "😀😀", "This field is required."),
        ("full_name", "ا" * 151, "at most 150 characters"),
        ("email", "s.momani@mosd", "Enter a valid email address."),
        ("country", "", "This field is required."),
        ("country", "XX", "not one of the available choices"),
        ("country", "TN", "not one of the available choices"),
        ("organisation", "", "This field is required."),
        ("function", "", "This field is required."),
        ("language", "fr", "not one of the available choices"),
        ("motivation", "", "This field is required."),
        ("motivation", "ا" * 1001, "at most 1000 characters"),
        ("opened", "", "send it once more"),
        ("opened", "1:forged", "send it once more"),
    ],
)
def test_bad_input_gets_a_sentence_keeps_the_rest_and_makes_nobody(
    client, request_to_join, field, value, error
):
    CountryFactory(iso="TN", is_participating=False)

    response = client.post(SIGN_UP, request_to_join(**{field: value}))

    page = flat(response)
    assert response.status_code == 422
    assert error in page
    assert "<title>Error:" in page
    for name, kept in request_to_join().items():
        if name in {"full_name", "email", "organisation", "function"} - {field}:
            assert f'value="{kept}"' in page
    assert not User.objects.exists()
    assert not Delivery.objects.exists()


def test_a_form_open_for_too_long_is_renewed_and_nothing_is_lost(client, request_to_join):
    with time_machine.travel("2026-05-04T10:00Z", tick=False):
        old = stamp_at("2026-05-03T09:00Z")
        page = flat(client.post(SIGN_UP, request_to_join(opened=old)))
        fresh = re.search(r'name="opened" value="([^"]+)"', page).group(1)

    assert fresh != old
    with time_machine.travel("2026-05-04T10:01Z", tick=False):
        assert client.post(SIGN_UP, request_to_join(opened=fresh)).status_code == 302


def test_a_form_sent_in_no_time_is_asked_for_again(client, request_to_join):
    with time_machine.travel("2026-05-04T10:00Z", tick=False):
        response = client.post(SIGN_UP, request_to_join(opened=stamp()))

    assert response.status_code == 422
    assert not User.objects.exists()


def test_a_machine_that_fills_the_hidden_field_believes_it_succeeded(client, request_to_join):
    response = client.post(SIGN_UP, request_to_join(subject_line="buy"))

    assert (response.status_code, response.url) == (302, CONFIRM)
    assert not User.objects.exists()
    assert not Delivery.objects.exists()


def test_hostile_names_are_cleaned_and_shown_as_text(client, request_to_join, coordinator):
    client.post(
        SIGN_UP,
        request_to_join(
            full_name="\u202eسهى\u0007 <script>alert(1)</script>",
            motivation="سطر\u202e أول\r\nسطر\u0007ثان",
        ),
    )

    person = User.objects.get(email="suha@cop.example")
    assert person.full_name == "سهى <script>alert(1)</script>"
    assert person.motivation == "سطر أول\nسطرثان"


def test_the_form_asks_for_seven_things_and_no_password(client):
    CountryFactory(iso="JO")

    page = flat(client.get("/ar/account/signup/"))

    names = re.findall(
        r'<(?:input|select|textarea)[^>]* name="([^"]+)"', page.partition("<form")[2]
    )
    asked = set(names) - {"csrfmiddlewaretoken", "opened", "subject_line", "next"}
    assert asked == {
        "full_name",
        "email",
        "country",
        "organisation",
        "function",
        "language",
        "motivation",
    }
    assert "placeholder" not in page


@pytest.mark.parametrize(("language", "title"), [("ar", "محاولات كثيرة"), ("en", "Too many tries")])
def test_too_many_tries_are_answered_with_a_clear_page(client, db, language, title):
    CountryFactory(iso="JO")
    url = f"/{language}/account/signup/"
    for _try in range(20):
        assert client.post(url, {}).status_code == 422

    response = client.post(url, {})

    page = flat(response)
    assert response.status_code == 429
    assert f"<h1>{title}</h1>" in page
    assert f'lang="{language}"' in page


def test_whoever_is_signed_in_is_led_home(as_user, member):
    assert as_user(member).get(SIGN_UP).url == reverse("home")
