"""Email addresses as people type, paste and export them."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from cop_portal.text import latin_digits

# What a word processor, a chat program or a spreadsheet leaves in and around an address: marks of
# direction, joiners, tatweel, soft hyphens, spaces of any width.
_UNSEEN = re.compile("[\u0640\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\\s\0]")
_EDGES = " <>()[]\"'«»“”,;.،؛:"
MAX_LENGTH = 254


def clean_address(text: str) -> str:
    """The address in `text` in small letters and Latin digits, without what cannot be seen and
    without the brackets and stops around it. What is left need not be an address."""
    address = _UNSEEN.sub("", latin_digits(text)).strip(_EDGES).lower()
    return address.removeprefix("mailto:")


def is_address(address: str) -> bool:
    if len(address) > MAX_LENGTH:
        return False
    try:
        validate_email(address)
    except ValidationError:
        return False
    return True


class AddressField(forms.EmailField):
    """An email address, kept in small letters and without hidden characters."""

    def to_python(self, value: Any) -> str:
        return clean_address(str(super().to_python(value) or ""))
