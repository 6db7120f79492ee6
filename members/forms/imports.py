"""Handing in a spreadsheet."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from members.forms.fields import language_choices
from members.importing.reading import MAX_BYTES, TOO_LARGE


class ImportForm(forms.Form):
    """The file, and the language of invitations to people whose row names none."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("XLSX or CSV, up to 5 MB and 20,000 rows"),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv,.txt"}),
    )
    language = forms.ChoiceField(
        label=_("Language of the invitations"),
        help_text=_("For rows that name no language"),
        choices=language_choices,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].initial = get_language()

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        if file.size is None or file.size > MAX_BYTES:
            raise forms.ValidationError(TOO_LARGE)
        return file
