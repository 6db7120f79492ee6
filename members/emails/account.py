"""Mails about an account: one composing function for all of allauth's."""

from __future__ import annotations

from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from allauth.account import app_settings as account_settings
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cop_portal.models import Site
from notifications.kinds import Message, NotNeeded, mail_kind

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from notifications.models import Delivery

# Every mail of allauth that this portal can send, by template: what its reader knows it as.
# All of them hold codes or addresses, so the ledger forgets their content once they are sent.
ACCOUNT_MAILS: dict[str, _StrPromise] = {
    "email_confirmation_signup": _("Code that confirms an email address"),
    "email_confirmation": _("Code that confirms a new email address"),
    "account_already_exists": _("Sign-up with an address that has an account"),
    "unknown_account": _("Sign-in with an address that has no account"),
    "login_code": _("Sign-in code"),
    "password_reset_code": _("Code for a new password"),
    "password_reset": _("Password reset"),
    "password_changed": _("Password changed"),
    "password_set": _("Password set"),
    "email_changed": _("Email address changed"),
    "email_deleted": _("Email address removed"),
    "totp_activated": _("Authenticator app switched on"),
    "totp_deactivated": _("Authenticator app switched off"),
    "webauthn_added": _("Passkey added"),
    "webauthn_removed": _("Passkey removed"),
    "recovery_codes_generated": _("New recovery codes"),
}
OTHER_ACCOUNT_MAIL = "account.other"

# How long the code in a mail can be used; later than that the mail would only mislead.
CODE_LIFETIMES = {
    "account.email_confirmation_signup": account_settings.EMAIL_VERIFICATION_BY_CODE_TIMEOUT,
    "account.email_confirmation": account_settings.EMAIL_VERIFICATION_BY_CODE_TIMEOUT,
    "account.login_code": account_settings.LOGIN_BY_CODE_TIMEOUT,
    "account.password_reset_code": account_settings.PASSWORD_RESET_BY_CODE_TIMEOUT,
}


def account_kind(template_prefix: str) -> str:
    """The kind of mail for one of allauth's template prefixes; a prefix nobody foresaw gets the
    kind that sends allauth's own text."""
    name = template_prefix.rpartition("/")[2]
    return f"account.{name}" if name in ACCOUNT_MAILS else OTHER_ACCOUNT_MAIL


def account_mail(delivery: Delivery) -> Message:
    lifetime = CODE_LIFETIMES.get(delivery.kind)
    if lifetime and timezone.now() - delivery.created_at > timedelta(seconds=lifetime):
        raise NotNeeded("the code is no longer valid")
    context = _account_context(delivery)
    context["minutes"] = (lifetime or 0) // 60
    return Message(delivery.kind.replace(".", "/"), context)


def other_account_mail(delivery: Delivery) -> Message:
    """allauth's own wording inside our frame, so that no mail is lost for want of a template."""
    site = Site.objects.first() or Site()
    context = {
        **_account_context(delivery),
        "current_site": SimpleNamespace(name=site.name, domain=settings.SITE_DOMAIN),
    }
    prefix = delivery.context["template_prefix"]
    parts = {
        "title": " ".join(render_to_string(f"{prefix}_subject.txt", context).split()),
        "text": render_to_string(f"{prefix}_message.txt", context).strip(),
    }
    return Message("account/other", parts)


def _account_context(delivery: Delivery) -> dict[str, Any]:
    context = dict(delivery.context)
    context["user"] = delivery.recipient
    if stamp := context.get("timestamp"):
        context["timestamp"] = datetime.fromisoformat(stamp)
    return context


for _name, _label in ACCOUNT_MAILS.items():
    mail_kind(f"account.{_name}", _label, secret=True, priority=1)(account_mail)
mail_kind(OTHER_ACCOUNT_MAIL, _("Account and sign-in"), secret=True, priority=1)(other_account_mail)
