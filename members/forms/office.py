"""Forms of the office: deciding, choosing a country, appointing."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cop_portal.forms import DateField
from members.forms.fields import TextField, country_choices
from members.models import Country, FocalPointAppointment, User


class DeclineForm(forms.Form):
    reason = TextField(
        label=_("Reason for the rejection"),
        help_text=_("Sent to the applicant by email"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class CountryForm(forms.Form):
    """Narrows the coordinators' office to one country."""

    country = forms.ChoiceField(label=_("Country"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        country = self.fields["country"]
        assert isinstance(country, forms.ChoiceField)
        country.choices = [("", _("All countries")), *country_choices()]


class AppointForm(forms.Form):
    """Whom to appoint in a country, as what, and from which day on."""

    email = forms.EmailField(
        label=_("Email of the member"),
        help_text=_("A member of the community, as a rule one of this country"),
    )
    role = forms.ChoiceField(
        label=_("Role"), choices=FocalPointAppointment.Role, widget=forms.RadioSelect
    )
    starts_on = DateField(
        label=pgettext_lazy("first day", "From"), help_text=_("For example 2026-01-31")
    )

    def __init__(
        self, *args: Any, country: Country, asked: str | None = None, **kwargs: Any
    ) -> None:
        self.country = country
        kwargs["initial"] = {
            "email": self._email_of(asked),
            "role": FocalPointAppointment.Role.LEAD,
            "starts_on": timezone.now().date(),
        }
        super().__init__(*args, **kwargs)

    def _email_of(self, asked: str | None) -> str:
        """The address of the member whose row the link stood in."""
        if not (asked and asked.isascii() and asked.isdigit() and len(asked) < 19):
            return ""
        members = User.objects.members().filter(pk=int(asked))
        return members.values_list("email", flat=True).first() or ""

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"].lower()
        self.user = User.objects.members().filter(email=email).first()
        if self.user is None:
            raise forms.ValidationError(_("No member has this email address."))
        return email

    def appointment(self) -> dict[str, Any]:
        """The arguments of `actions.appoint` that a valid form holds."""
        return {
            "user": self.user,
            "role": FocalPointAppointment.Role(self.cleaned_data["role"]),
            "starts_on": self.cleaned_data["starts_on"],
        }
