"""Forms of the office: deciding, choosing a country."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from members.forms.fields import TextField, country_choices


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
