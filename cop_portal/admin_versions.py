"""Two people editing the same row: the second is told, and nothing typed is lost."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


class VersionedForm(forms.ModelForm):
    """A form that knows when its row was last saved as the page was opened.

    Saving over a change that came meanwhile is refused once, with what was typed kept; saving
    again is then a decision. Needs `updated_at` on the model and `version` among the fields.
    """

    version = forms.CharField(
        label=gettext_lazy("Last saved"), required=False, widget=forms.HiddenInput
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["version"] = self._current()

    def _current(self) -> str:
        return self.instance.updated_at.isoformat() if self.instance.pk else ""

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        current = self._current()
        if current and self.cleaned_data.get("version", "") not in ("", current):
            posted: Any = self.data
            self.data = posted = posted.copy()
            posted[self.add_prefix("version")] = current
            self.add_error(
                None,
                ValidationError(
                    _(
                        "Someone else saved this while the page was open. What was typed here is "
                        "kept: saving again replaces their changes."
                    ),
                    code="changed",
                ),
            )
        return cleaned

    @property
    def changed_data(self) -> list[str]:
        return [name for name in super().changed_data if name != "version"]
