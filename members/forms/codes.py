"""Typing a code that somebody handed over."""

from __future__ import annotations

import re

from django import forms
from django.utils.translation import gettext_lazy as _

from members.actions.codes import DIGITS
from members.addresses import AddressField
from members.forms.account import CodeField


class ActivationForm(forms.Form):
    email = AddressField(
        label=_("Email"),
        help_text=_("The address that the focal point wrote on the sheet or read out"),
        widget=forms.EmailInput(attrs={"autocomplete": "username"}),
    )
    code = CodeField(label=_("Code"), help_text=_("Eight digits, with or without spaces"))

    def clean_code(self) -> str:
        code = re.sub(r"\D", "", self.cleaned_data["code"])
        if len(code) != DIGITS:
            raise forms.ValidationError(_("The code has eight digits."))
        return code
