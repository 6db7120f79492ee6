"""Inviting one person, and accepting."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth import password_validation
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from members.addresses import AddressField
from members.forms.fields import LineField, language_choices
from members.models import Invitation, User


class InviteForm(forms.Form):
    """Whom to invite. A name and an address are enough; the rest saves the person typing it."""

    full_name = LineField(label=_("Full name"), max_length=150)
    email = AddressField(label=_("Email"), help_text=_("The address at work, if there is one"))
    organisation_text = LineField(label=_("Organisation"), required=False, max_length=200)
    function = LineField(label=_("Job title"), required=False, max_length=150)
    full_name_latin = LineField(
        label=_("Name in Latin letters"),
        required=False,
        max_length=150,
        help_text=_("Shown on English pages"),
    )
    language = forms.ChoiceField(
        label=_("Language of the invitation"), choices=language_choices, widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].initial = get_language()
        for name in ("full_name", "email", "organisation_text", "function"):
            # The browser would offer what the person who types is called.
            self.fields[name].widget.attrs["autocomplete"] = "off"


class AcceptForm(forms.Form):
    """What the invited person says of themselves, filled in with what the focal point knew."""

    full_name = LineField(
        label=_("Full name"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    organisation_text = LineField(
        label=_("Organisation"),
        help_text=_("Ministry, agency, municipality or other"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    function = LineField(
        label=_("Job title"),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "organization-title"}),
    )
    language = forms.ChoiceField(
        label=_("Language for messages"), choices=language_choices, widget=forms.RadioSelect
    )
    password1 = forms.CharField(
        label=_("Password"),
        required=False,
        strip=False,
        max_length=4096,
        help_text=_(
            "Can stay empty: a code by email then opens the account each time. At least 10 "
            "characters otherwise."
        ),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    password2 = forms.CharField(
        label=_("Password, once more"),
        required=False,
        strip=False,
        max_length=4096,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, invitation: Invitation, **kwargs: Any) -> None:
        self.invitation = invitation
        kwargs["initial"] = {
            "full_name": invitation.full_name,
            "organisation_text": invitation.organisation_text,
            "function": invitation.function,
            "language": get_language(),
        }
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        first, second = cleaned.get("password1", ""), cleaned.get("password2", "")
        if first != second:
            self.add_error("password2", _("The two passwords are not the same."))
        elif first:
            person = User(email=self.invitation.email, full_name=cleaned.get("full_name", ""))
            try:
                password_validation.validate_password(first, person)
            except forms.ValidationError as refusal:
                self.add_error("password1", refusal)
        return cleaned
