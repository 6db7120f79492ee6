"""Rules of the house that hold for the site as a whole."""

from __future__ import annotations

import re
from io import StringIO
from pathlib import Path

import polib
import pytest
from django.conf import settings
from django.core.management import call_command
from django.urls import URLPattern, URLResolver, get_resolver

ROOT = Path(settings.BASE_DIR)
APPS = ["cop_portal", "members", "notifications", "library", "surveys", "events", "discussions"]

# Pages that anyone may open; everything else asks for a sign-in first.
PUBLIC = {
    # cop_portal
    "", "healthz", "readyz", "metrics", "theme", "home", "page",
    "logo", "members:retention", "inbox", "inbox_message", "inbox_html", "inbox_attachment",
    # events: the announced ones; `visible_to` decides which
    # a visitor who registers is led to the sign-in page and back
    "feed", "events:list", "events:month", "events:detail", "events:ics", "events:register",
    # notifications: a signed address
    "notifications:unsubscribe",
    # members: a signed address, and a code that was handed over
    "members:accept_invitation", "members:activate",
    # signing up and in; allauth opens them itself
    "account_login", "account_signup", "account_logout", "account_inactive",
    "account_reauthenticate", "members:closed", "account_email_verification_sent",
    "account_confirm_email",
    "account_reset_password", "account_reset_password_done",
    "account_reset_password_from_key", "account_reset_password_from_key_done",
    "account_confirm_password_reset_code", "account_password_reset_completed",
    "account_complete_password_reset",
    "account_request_login_code", "account_confirm_login_code", "account_signup_by_passkey",
    "mfa_authenticate", "mfa_login_webauthn", "mfa_signup_webauthn", "mfa_reauthenticate",
    "mfa_trust", "admin:login", "admin:jsi18n",
}  # fmt: skip

# Addresses that take a POST without a token, each with its reason beside the view.
WITHOUT_CSRF_TOKEN = {"notifications.views.unsubscribe"}


def all_patterns(resolver=None, prefix=""):
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            namespace = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            yield from all_patterns(pattern, namespace)
        elif isinstance(pattern, URLPattern):
            yield f"{prefix}{pattern.name or ''}", pattern


def python_files():
    return [
        path
        for app in [*APPS, "script", "tests", "benchmarks"]
        for path in (ROOT / app).rglob("*.py")
    ]


def templates():
    return sorted((ROOT / "templates").rglob("*.html"))


def style_sheets():
    return sorted((ROOT / "cop_portal/static").glob("*.css"))


def named(path):
    return str(path.relative_to(ROOT))


def test_every_address_is_private_or_on_the_public_list():
    open_names = {
        name
        for name, pattern in all_patterns()
        if not getattr(pattern.callback, "login_required", True)
    }

    assert open_names - PUBLIC == set()


def test_only_listed_views_take_a_post_without_a_token():
    exempt = {
        f"{pattern.callback.__module__}.{pattern.callback.__name__}"
        for _name, pattern in all_patterns()
        if getattr(pattern.callback, "csrf_exempt", False)
    }

    assert exempt == WITHOUT_CSRF_TOKEN


def test_no_migration_is_missing(db):
    out = StringIO()
    call_command("makemigrations", check=True, dry_run=True, stdout=out)

    assert "No changes detected" in out.getvalue()


def test_every_migration_can_be_undone():
    for path in ROOT.glob("*/migrations/*.py"):
        text = path.read_text("utf-8")
        for sort, reverse in (("RunSQL", "reverse_sql"), ("RunPython", "reverse_code")):
            assert text.count(f"{sort}(") == text.count(reverse), named(path)


@pytest.mark.parametrize("catalogue", ["locale", "vendor_locale"])
def test_the_arabic_catalogue_is_complete(catalogue):
    entries = polib.pofile(str(ROOT / catalogue / "ar/LC_MESSAGES/django.po"))

    assert [entry.msgid for entry in entries if entry.fuzzy] == []
    for entry in entries:
        if entry.obsolete:
            continue
        if entry.msgid_plural:
            assert len(entry.msgstr_plural) == 6, entry.msgid
            assert all(entry.msgstr_plural.values()), entry.msgid
        else:
            assert entry.msgstr, entry.msgid


def test_the_arabic_of_the_catalogue_is_typeset_right():
    faults = []
    for entry in polib.pofile(str(ROOT / "locale/ar/LC_MESSAGES/django.po")):
        for text in [entry.msgstr, *entry.msgstr_plural.values()]:
            words = re.sub(r"%\(\w+\)[sd]|%[sd%]|https?://\S+|<[^>]+>|[\w.+-]+@[\w.-]+", "x", text)
            if re.search(r"[\u0600-\u06ff]\s?[,;?]", words):
                faults.append(f"Latin punctuation: {text}")
            if "\u0640" in words:
                faults.append(f"tatweel: {text}")
            if re.search(r"\s[،؛؟]", words):
                faults.append(f"space before punctuation: {text}")
            if re.search(r"[\u0660-\u0669]", words):
                faults.append(f"Arabic-Indic digits: {text}")
            if re.search(r"\bأنت\b|مسئول", words):
                faults.append(f"against the glossary: {text}")

    assert faults == []


def test_named_placeholders_agree_in_both_languages():
    for entry in polib.pofile(str(ROOT / "locale/ar/LC_MESSAGES/django.po")):
        wanted = set(re.findall(r"%\((\w+)\)", entry.msgid + entry.msgid_plural))
        for text in [entry.msgstr, *entry.msgstr_plural.values()]:
            assert set(re.findall(r"%\((\w+)\)", text)) <= wanted, entry.msgid
        if not entry.msgid_plural:
            assert set(re.findall(r"%\((\w+)\)", entry.msgstr)) == wanted, entry.msgid


def test_no_module_outgrows_its_reader():
    long = {
        named(path): lines
        for path in python_files()
        if "migrations" not in path.parts
        and (lines := len(path.read_text("utf-8").splitlines())) > 500
    }

    assert long == {}


def test_no_template_styles_or_scripts_itself():
    for path in templates():
        if "emails" in path.parts:
            continue
        text = path.read_text("utf-8")
        for fault in re.findall(
            r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*(?:src=|application/json))", text
        ):
            pytest.fail(f"{named(path)}: {fault} is refused by the content security policy")


def test_every_part_says_what_it_takes():
    for path in sorted((ROOT / "templates/ui").glob("*.html")):
        assert path.read_text("utf-8").startswith(("{% comment %}", "{#")), named(path)


def test_style_sheets_know_no_left_and_right():
    physical = re.compile(
        r"(margin|padding|border)-(left|right)|(^|[^-\w])(left|right)\s*:|text-align:\s*(left|right)|float:\s*(left|right)",
        re.MULTILINE,
    )
    for path in style_sheets():
        assert physical.findall(path.read_text("utf-8")) == [], named(path)


def test_nothing_shipped_asks_another_host():
    for path in [*templates(), *style_sheets()]:
        text = path.read_text("utf-8")
        found = re.findall(r"(?:src|srcset|href)=\"(https?:)?//[^\"{]+|url\(['\"]?https?:", text)
        assert found == [], named(path)


def test_nothing_unfinished_is_left():
    marks = re.compile(r"TO" r"DO|FIX" r"ME|X" r"XX\b|lorem i" r"psum", re.IGNORECASE)
    for path in [*python_files(), *templates()]:
        assert marks.findall(path.read_text("utf-8")) == [], named(path)
