"""allauth's forms in the portal's words: labels that stand above their field, no placeholder
in their stead, and codes that may be typed in any digits."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as account
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from django import forms
from django.utils.translation import gettext_lazy as _

from cop_portal.forms import AnyDigits
from cop_portal.text import clean_line


class CodeField(AnyDigits, forms.CharField):
    """A code of digits, however they are typed and grouped."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"inputmode": "numeric", "autocomplete": "one-time-code", "class": "input--short"}
        kwargs.setdefault("widget", forms.TextInput(attrs=attrs))
        super().__init__(max_length=30, **kwargs)

    def to_python(self, value: Any) -> str:
        return clean_line(super().to_python(value))


class Plain:
    """A mixin: no placeholder, and the labels and hints given here."""

    labels: dict[str, Any] = {}
    hints: dict[str, Any] = {}
    code_hint: Any = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, forms.Field] = self.fields  # type: ignore[attr-defined]
        if "code" in fields:
            fields["code"] = CodeField(label=_("Code"), help_text=self.code_hint)
        for name, field in fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.label = self.labels.get(name, field.label)
            field.help_text = self.hints.get(name, field.help_text)


class LoginForm(Plain, account.LoginForm):
    """Email and password or, by the form's second button, email and a code sent to it."""

    labels = {"remember": _("Stay signed in on this device")}
    hints = {"password": ""}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].widget.attrs["autocomplete"] = "username"
        # The second button needs no password: whether one is missing is asked in `clean`.
        self.fields["password"].required = False

    def _setup_password_field(self) -> None:
        """Keep the password, which allauth drops because sign-up asks for none."""

    @property
    def is_by_code(self) -> bool:
        return "by_code" in self.data

    def clean(self) -> dict[str, Any]:
        if not self.is_by_code and not self.cleaned_data.get("password"):
            self.add_error("password", _("Enter the password, or ask for a code by email."))
        cleaned: dict[str, Any] = super().clean()
        return cleaned

    def user_credentials(self) -> dict[str, Any]:
        credentials: dict[str, Any] = super().user_credentials()
        if self.is_by_code:
            credentials.pop("password", None)
        return credentials


class AddEmailForm(Plain, account.AddEmailForm):
    labels = {"email": _("New email address")}


class ChangeEmailForm(Plain, account.ChangeEmailForm):
    labels = {"email": _("Email address")}


class ChangePasswordForm(Plain, account.ChangePasswordForm):
    labels = {
        "oldpassword": _("Current password"),
        "password1": _("New password"),
        "password2": _("New password, once more"),
    }


class SetPasswordForm(Plain, account.SetPasswordForm):
    labels = {"password1": _("Password"), "password2": _("Password, once more")}


class ResetPasswordForm(Plain, account.ResetPasswordForm):
    pass


class ResetPasswordKeyForm(Plain, account.ResetPasswordKeyForm):
    labels = {"password1": _("New password"), "password2": _("New password, once more")}


class ReauthenticateForm(Plain, account.ReauthenticateForm):
    pass


class RequestLoginCodeForm(Plain, account.RequestLoginCodeForm):
    pass


class ConfirmLoginCodeForm(Plain, account.ConfirmLoginCodeForm):
    pass


class ConfirmEmailVerificationCodeForm(Plain, account.ConfirmEmailVerificationCodeForm):
    pass


class ConfirmPasswordResetCodeForm(Plain, account.ConfirmPasswordResetCodeForm):
    pass


class AuthenticateForm(Plain, mfa.AuthenticateForm):
    code_hint = _("Six digits from the authenticator app, or one of the recovery codes")


class MFAReauthenticateForm(Plain, mfa.ReauthenticateForm):
    code_hint = AuthenticateForm.code_hint


class ActivateTOTPForm(Plain, totp.ActivateTOTPForm):
    code_hint = _("Six digits from the authenticator app")


class AddWebAuthnForm(Plain, webauthn.AddWebAuthnForm):
    labels = {
        "name": _("Name of the passkey"),
        "passwordless": _("Sign in with this passkey alone"),
    }
    hints = {
        "name": _("For example “office computer” or “my phone”"),
        "passwordless": _("The device then asks for a fingerprint, a face or its own PIN."),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["passwordless"].initial = True


class EditWebAuthnForm(Plain, webauthn.EditWebAuthnForm):
    labels = {"name": _("Name of the passkey")}
