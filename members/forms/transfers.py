"""Forms about moving to another country."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from members.forms.fields import TextField, country_choices
from members.models import Country


class TransferForm(forms.Form):
    """To which country, and what its focal point should know."""

    to = forms.ChoiceField(label=_("To the country"))
    note = TextField(
        label=_("Note"),
        required=False,
        max_length=1000,
        help_text=_("Read by the focal point of the receiving country"),
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, leaving: set[str | None], **kwargs: Any) -> None:
        """`leaving` are the countries the people belong to: a single one is not offered."""
        super().__init__(*args, **kwargs)
        field = self.fields["to"]
        assert isinstance(field, forms.ChoiceField)
        offered = [choice for choice in country_choices() if {choice[0]} != leaving]
        field.choices = [("", pgettext_lazy("choice", "Choose a country")), *offered]

    def clean_to(self) -> Country:
        return Country.objects.get(pk=self.cleaned_data["to"])


class DeclineTransferForm(forms.Form):
    reason = TextField(
        label=_("Reason for declining"),
        help_text=_("Sent to the office that proposed the transfer"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
