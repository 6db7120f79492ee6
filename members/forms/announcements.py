"""Writing an announcement in one language or more."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from django import forms
from django.conf import settings
from django.forms import BoundField
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from members.forms.fields import LineField, TextField
from members.models import Announcement

SUBJECT_LENGTH = 150
BODY_LENGTH = 6000


class Part(NamedTuple):
    """The two fields of one language."""

    language: str
    name: str
    subject: BoundField
    body: BoundField


class AnnouncementForm(forms.Form):
    """A subject and a text in each language; one language is enough, half of one is not."""

    def __init__(self, *args: Any, announcement: Announcement | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code, _name in settings.LANGUAGES:
            direction = "rtl" if get_language_info(code)["bidi"] else "ltr"
            attrs = {"lang": code, "dir": direction}
            self.fields[f"subject_{code}"] = LineField(
                label=_("Subject"),
                required=False,
                max_length=SUBJECT_LENGTH,
                initial=announcement.subjects.get(code) if announcement else None,
                widget=forms.TextInput(attrs=attrs),
            )
            self.fields[f"body_{code}"] = TextField(
                label=_("Text"),
                required=False,
                max_length=BODY_LENGTH,
                initial=announcement.bodies.get(code) if announcement else None,
                help_text=_("An empty line begins a paragraph; addresses of pages become links."),
                widget=forms.Textarea(attrs={"rows": 10, **attrs}),
            )

    def parts(self) -> Iterator[Part]:
        for code, name in settings.LANGUAGES:
            yield Part(code, str(name), self[f"subject_{code}"], self[f"body_{code}"])

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        written = 0
        for code, _name in settings.LANGUAGES:
            subject, body = found.get(f"subject_{code}"), found.get(f"body_{code}")
            written += bool(subject or body)
            if subject and not body and not self.has_error(f"body_{code}"):
                self.add_error(f"body_{code}", _("The subject needs its text, in this language."))
            if body and not subject and not self.has_error(f"subject_{code}"):
                self.add_error(
                    f"subject_{code}", _("The text needs its subject, in this language.")
                )
        if not written and not self.errors:
            raise forms.ValidationError(_("Write the announcement in at least one language."))
        return found

    def texts(self) -> dict[str, dict[str, str]]:
        """What a valid form holds, as the actions take it."""
        codes = [code for code, _name in settings.LANGUAGES if self.cleaned_data[f"body_{code}"]]
        return {
            "subjects": {code: self.cleaned_data[f"subject_{code}"] for code in codes},
            "bodies": {code: self.cleaned_data[f"body_{code}"] for code in codes},
        }
