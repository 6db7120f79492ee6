"""Asking to join."""

from __future__ import annotations

import time
from typing import Any

from allauth.account.forms import SignupForm
from allauth.account.internal.flows.signup import prevent_enumeration
from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from members.forms.fields import LineField, TextField, country_choices, language_choices
from members.models import Organisation, User

# A person needs longer than this to fill the form in, and less than this to come back to it.
SECONDS_AT_LEAST = 1
SECONDS_AT_MOST = 24 * 60 * 60
STAMP_SALT = "members.sign-up"


def stamp() -> str:
    """When the form was handed out, signed."""
    return signing.dumps(int(time.time()), salt=STAMP_SALT)


class SignUpForm(SignupForm):
    """What a request to join asks, and nothing more; no password.

    Two guards against machines: a field that people do not see (`subject_line`), whose filling
    leads nowhere while seeming to work, and a signed time of handing out. A person who is
    quicker or slower than expected is asked to send once more and loses nothing.
    """

    data: Any
    full_name = LineField(
        label=_("Full name"),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    country = forms.ChoiceField(
        label=_("Country"), widget=forms.Select(attrs={"autocomplete": "country"})
    )
    organisation = LineField(
        label=_("Organisation"),
        help_text=_("Ministry, agency, municipality or other"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "organization", "list": "organisations"}),
    )
    function = LineField(
        label=_("Job title"),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "organization-title"}),
    )
    language = forms.ChoiceField(
        label=_("Language for messages"), choices=language_choices, widget=forms.RadioSelect
    )
    motivation = TextField(
        label=_("Reason for joining"),
        help_text=_("Two or three sentences, read by those who decide on the request"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    subject_line = forms.CharField(required=False, widget=forms.TextInput)
    opened = forms.CharField(required=False, widget=forms.HiddenInput)

    field_order = (
        "full_name",
        "email",
        "country",
        "organisation",
        "function",
        "language",
        "motivation",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        country = self.fields["country"]
        assert isinstance(country, forms.ChoiceField)
        country.choices = [("", pgettext_lazy("choice", "Choose a country")), *country_choices()]
        self.fields["language"].initial = get_language()
        self.fields["opened"].initial = stamp
        email = self.fields["email"]
        email.help_text = _("The address at work, if there is one, makes approval easier")
        email.widget.attrs.pop("placeholder", None)
        for name in ("language", "motivation"):
            self.fields[name].widget.attrs.setdefault("autocomplete", "off")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        self._check_stamp(cleaned.get("opened") or "")
        return cleaned

    def _check_stamp(self, value: str) -> None:
        try:
            age = time.time() - signing.loads(value, salt=STAMP_SALT)
        except signing.BadSignature:
            age = SECONDS_AT_MOST + 1
        if SECONDS_AT_LEAST <= age <= SECONDS_AT_MOST:
            return
        if age > SECONDS_AT_MOST:
            renewed = self.data.copy()
            renewed["opened"] = stamp()
            self.data = renewed
        self.add_error(
            None,
            ValidationError(_("The form was not sent yet. Everything is kept: send it once more.")),
        )

    def fill(self, user: User) -> None:
        """Put what was asked on a new person; the organisation as one of the list, if it is."""
        given = self.cleaned_data
        user.full_name = given["full_name"]
        user.country_id = given["country"]
        user.function = given["function"]
        user.language = given["language"]
        user.motivation = given["motivation"]
        user.set_organisation(given["organisation"])

    def try_save(self, request: HttpRequest) -> tuple[User | None, HttpResponse | None]:
        """As allauth's; a machine gets the answer of success, and of two people who send the
        same new address at once the second is treated as one whose account exists."""
        if self.cleaned_data["subject_line"]:
            return None, redirect("account_email_verification_sent")
        try:
            with transaction.atomic():
                saved: tuple[User | None, HttpResponse | None] = super().try_save(request)
        except IntegrityError:
            return None, prevent_enumeration(request, email=self.cleaned_data["email"])
        return saved

    def known_organisations(self) -> list[tuple[str, str]]:
        """Suggestions: names of organisations with their country, for a list of few."""
        found = Organisation.objects.select_related("country").filter(country__isnull=False)[:200]
        return [(str(organisation), str(organisation.country)) for organisation in found]
