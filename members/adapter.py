"""How allauth meets the portal: its mails go through the ledger, its codes are digits."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.stagekit import clear_login
from allauth.account.models import EmailAddress
from allauth.core.internal.cryptokit import generate_user_code
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.shortcuts import redirect
from django.utils.translation import get_language

from cop_portal.models import Site
from members.emails.account import account_kind
from members.forms import SignUpForm
from members.models import User
from members.reauthentication import mailed_code_method, require_lately_confirmed
from notifications.actions import tell, tell_address

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser
    from django.forms import BaseForm
    from django.http import HttpRequest, HttpResponse

CLOSED_SESSION_KEY = "members_closed_account"


class AccountAdapter(DefaultAccountAdapter):
    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Write the mail to the ledger, in the recipient's language if they have an account.

        Only primitives are kept; `members.emails` composes the text when it is sent.
        """
        kind = account_kind(template_prefix)
        kept = {name: _primitive(value) for name, value in context.items() if _keeps(value)}
        kept.update(template_prefix=template_prefix, email=email)
        user = context.get("user") or _owner(email.lower())
        key = uuid.uuid4().hex
        if user and user.is_active and user.email == email.lower():
            tell(kind, user, key=key, **kept)
        else:
            language = user.language if user else get_language() or settings.LANGUAGE_CODE
            tell_address(kind, email, language=language, key=key, **kept)

    def save_user(
        self, request: HttpRequest, user: User, form: BaseForm, commit: bool = True
    ) -> User:
        if isinstance(form, SignUpForm):
            form.fill(user)
        saved: User = super().save_user(request, user, form, commit)
        return saved

    def set_password(self, user: User, password: str) -> None:
        """Write the password alone: the account may have been closed since the row was read."""
        user.set_password(password)
        user.save(update_fields=["password"])

    def pre_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse | None:
        """Turn away, with the reason, whoever is known but may not come in."""
        if user.entry != User.Entry.OPEN:
            clear_login(request)
            return self.respond_user_inactive(request, user)
        response: HttpResponse | None = super().pre_login(request, user, **kwargs)
        return response

    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponse:
        request.session[CLOSED_SESSION_KEY] = user.pk
        return redirect("members:closed")

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """As allauth says, but of everybody: it would let through whoever has neither password
        nor second step."""
        required = bool(super().is_reauthentication_required(app=app, **kwargs))
        if required and self.request.user.is_authenticated:
            require_lately_confirmed(self.request)
        return required

    def get_reauthentication_methods(self, user: User | AnonymousUser) -> list[dict[str, str]]:
        """As allauth says, and a mailed code; an empty password is none."""
        methods: list[dict[str, str]] = super().get_reauthentication_methods(user)
        if not getattr(user, "password", ""):
            methods = [method for method in methods if method["id"] != "reauthenticate"]
        code = mailed_code_method(user)
        return [*methods, code] if code else methods

    def generate_login_code(self) -> str:
        return _digits()

    def generate_password_reset_code(self) -> str:
        return _digits()

    def generate_email_verification_code(self) -> str:
        return _digits()


class MFAAdapter(DefaultMFAAdapter):
    def get_totp_issuer(self) -> str:
        return _site_name()

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Keys belong to the portal's own address, whatever name a request came under."""
        return {"id": urlsplit(settings.SITE_URL).hostname or "localhost", "name": _site_name()}


def _site_name() -> str:
    site = Site.objects.first()
    return site.name if site and site.name else settings.MFA_TOTP_ISSUER


def _digits() -> str:
    """Eight digits in two groups: they can be typed on an Arabic keyboard."""
    return generate_user_code(length=8, numeric=True, dashed=True)


def _owner(email: str) -> User | None:
    """Whose address it is: the one in use or, after a merge, a former one."""
    owner = User.objects.filter(email=email).first()
    if owner is None:
        known = EmailAddress.objects.filter(email=email, verified=True).select_related("user")
        owner = next((address.user for address in known), None)
    return owner


def _keeps(value: Any) -> bool:
    return value is None or isinstance(value, str | int | float | bool | datetime)


def _primitive(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value
