import re
from datetime import timedelta
from pathlib import Path

import allauth
import pytest
from allauth.account.adapter import get_adapter
from allauth.core import context
from allauth.mfa.adapter import get_adapter as get_mfa_adapter
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone, translation

from members import actions
from members.emails import account
from notifications.kinds import KINDS, NotNeeded
from notifications.models import Delivery
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

BROWSER = "Mozilla/5.0 (X11) Firefox/140.0"
ARABIC = re.compile("[\u0621-\u064a]")
# What may stand in Latin letters in an Arabic mail: addresses, codes, names of programs.
LATIN_ALLOWED = re.compile(r"<bdi.*?</bdi>|https?://\S+|\S+@\S+|\u2068.*?\u2069", re.DOTALL)


def visible_text(html):
    body = html.partition("<body")[2].partition(">")[2]
    return re.sub(r"<[^>]+>", " ", LATIN_ALLOWED.sub("", body))


@pytest.fixture
def allauth_request(rf):
    """A visitor's request, as allauth's flows have it."""
    request = rf.get("/en/account/login/", headers={"user-agent": BROWSER})
    request.user = AnonymousUser()
    request.session = {}
    with context.request_context(request):
        yield request


def write(prefix, email, **more):
    get_adapter().send_mail(prefix, email, {"code": "1234-5678", **more})


@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize("name", [*account.ACCOUNT_MAILS])
def test_every_mail_about_the_account_is_written_in_the_recipients_language(
    name, language, allauth_request, sent
):
    user = UserFactory(email="amina@cop.example", language=language)
    details = {
        "timestamp": timezone.now(),
        "ip": "203.0.113.7",
        "user_agent": BROWSER,
        "from_email": "old@cop.example",
        "to_email": "amina@cop.example",
        "deleted_email": "old@cop.example",
        "request": allauth_request,
    }

    write(f"account/email/{name}", user.email, **details)
    [(address, subject, text, html)] = sent()

    assert address == "amina@cop.example"
    assert f'lang="{language}"' in html
    assert bool(ARABIC.match(subject)) == (language == "ar")
    if language == "ar":
        for words in (LATIN_ALLOWED.sub("", text), visible_text(html)):
            assert not re.search("[A-Za-z]", words.replace(BROWSER, ""))
    else:
        assert not ARABIC.search(text)
    if f"account.{name}" in account.CODE_LIFETIMES:
        assert "\n1234-5678\n" in text
        assert re.search(r'<bdi\s+dir="ltr"[^>]*font-size: 32px[^>]*>1234-5678</bdi>', html)
        assert "1234-5678" not in subject


def test_a_mail_nobody_foresaw_goes_out_in_allauths_own_words(allauth_request, sent):
    UserFactory(email="amina@cop.example", language="en")

    write("account/email/password_reset_key", "amina@cop.example", password_reset_url="https://x/y")
    [(address, subject, text, html)] = sent()

    assert (address, subject) == ("amina@cop.example", "Password Reset Email")
    assert "https://x/y" in text
    assert "https://x/y" in html


def test_every_mail_of_the_installed_allauth_is_foreseen():
    """A new version may send more: each of its templates is ours, or one this portal never uses."""
    never = {
        "base", "email_confirm", "password_reset_key", "account_connected", "account_disconnected",
    }  # fmt: skip
    folder = Path(allauth.__file__).parent / "templates"
    subjects = folder.glob("*/email/*_subject.txt")
    theirs = {path.name.removesuffix("_subject.txt") for path in subjects}

    assert theirs - never == set(account.ACCOUNT_MAILS)


def test_the_ledger_keeps_primitives_and_forgets_the_code_once_sent(allauth_request, sent):
    user = UserFactory(email="amina@cop.example")
    write("account/email/login_code", user.email, request=allauth_request, user=user)

    row = Delivery.objects.get()
    assert (row.kind, row.recipient, row.priority) == ("account.login_code", user, 1)
    assert row.context == {
        "code": "1234-5678",
        "email": "amina@cop.example",
        "template_prefix": "account/email/login_code",
    }

    sent()
    row.refresh_from_db()
    assert (row.state, row.context) == ("sent", {})
    assert "1234-5678" not in row.subject


def test_an_address_without_account_is_written_to_in_the_requests_language(allauth_request, told):
    UserFactory(email="closed@cop.example", is_active=False, language="ar")

    with translation.override("en"):
        write("account/email/unknown_account", "nobody@cop.example")
        write("account/email/unknown_account", "closed@cop.example")

    assert told() == [
        ("account.unknown_account", "nobody@cop.example", "en"),
        ("account.unknown_account", "closed@cop.example", "ar"),
    ]
    assert not Delivery.objects.filter(recipient__isnull=False).exists()


def test_a_notice_to_a_former_address_still_reaches_it(allauth_request, told):
    user = UserFactory(email="new@cop.example", language="en")

    write("account/email/email_changed", "old@cop.example", user=user)

    assert told() == [("account.email_changed", "old@cop.example", "en")]


def test_a_code_that_is_too_old_is_not_sent(allauth_request, sent):
    UserFactory(email="amina@cop.example")
    write("account/email/login_code", "amina@cop.example")
    Delivery.objects.update(created_at=timezone.now() - timedelta(minutes=16))

    assert sent() == []
    assert Delivery.objects.get().state == "skipped"


# Joining and appointments --------------------------------------------------------------------


@pytest.mark.parametrize("language", ["ar", "en"])
def test_the_mails_of_joining(applicant, focal_point, language, sent, settings):
    applicant.language = focal_point.language = language
    applicant.full_name, applicant.full_name_latin = "سهى المومني", "Suha O'Momani"
    applicant.motivation = "<b>آلية التظلّم</b>"
    applicant.save()
    focal_point.save()

    actions.submit_application(applicant)
    messages = {address: (subject, text, html) for address, subject, text, html in sent()}

    shown = {"ar": "سهى المومني", "en": "Suha O'Momani"}[language]
    subject, text, html = messages["focal@cop.example"]
    assert shown in subject
    assert f"\u2068{shown}\u2069" in text
    assert f"{settings.SITE_URL}/{language}/office/\n" in text
    assert "<b>آلية التظلّم</b>" in text
    assert "&lt;b&gt;آلية التظلّم&lt;/b&gt;" in html
    subject, text, html = messages["applicant@cop.example"]
    assert {"ar": "الأردن", "en": "Jordan"}[language] in text
    assert bool(ARABIC.match(subject)) == (language == "ar")


@pytest.mark.parametrize("language", ["ar", "en"])
def test_the_mails_of_the_decision(jordan, coordinator, language, sent):
    welcome = UserFactory(email="yes@cop.example", membership="applicant", language=language)
    refused = UserFactory(email="no@cop.example", membership="applicant", language=language)

    actions.approve(welcome, by=coordinator)
    actions.decline(refused, by=coordinator, reason="سبب <مكتوب>")
    messages = {address: (subject, text, html) for address, subject, text, html in sent()}

    assert f"/{language}/events/" in messages["yes@cop.example"][1]
    assert "سبب <مكتوب>" in messages["no@cop.example"][1]
    assert "سبب &lt;مكتوب&gt;" in messages["no@cop.example"][2]


@pytest.mark.parametrize(
    "change",
    [
        {"membership": "member"},
        {"membership": "declined"},
        {"is_active": False},
    ],
)
def test_nothing_is_said_of_a_request_that_is_decided_meanwhile(
    applicant, focal_point, change, sent
):
    actions.submit_application(applicant)
    for field, value in change.items():
        setattr(applicant, field, value)
    applicant.save()

    assert sent() == []


def test_nothing_is_said_to_a_focal_point_whose_time_is_over(applicant, focal_point, sent):
    actions.submit_application(applicant)
    focal_point.appointments.update(ends_on=timezone.now().date())

    assert [address for address, *_rest in sent()] == ["applicant@cop.example"]


def test_what_no_longer_holds_is_not_composed(applicant, coordinator):
    gone = Delivery(kind="members.approved", context={"applicant": 10**9})
    for kind in ("members.received", "members.waiting", "members.approved", "members.declined"):
        with pytest.raises(NotNeeded):
            KINDS[kind].compose(Delivery(kind=kind, recipient=coordinator, context=gone.context))
    with pytest.raises(NotNeeded):
        KINDS["members.approved"].compose(
            Delivery(kind="members.approved", context={"applicant": applicant.pk})
        )
    with pytest.raises(NotNeeded):
        KINDS["members.declined"].compose(
            Delivery(kind="members.declined", context={"applicant": applicant.pk})
        )


def test_keys_belong_to_the_portals_own_address(db, settings, allauth_request):
    settings.SITE_URL = "https://cop.example/x"

    entity = get_mfa_adapter().get_public_key_credential_rp_entity()

    assert entity == {"id": "cop.example", "name": settings.MFA_TOTP_ISSUER}
