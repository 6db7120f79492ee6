"""The posts of one's own history."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cop_portal.forms import DateField
from members.forms.fields import LineField
from members.models import FormerPost


class FormerPostForm(forms.ModelForm):
    organisation_name = LineField(label=_("Organisation"), max_length=200)
    function = LineField(label=_("Job title"), max_length=150)
    function_latin = LineField(
        label=_("Job title in Latin letters"),
        required=False,
        max_length=150,
        help_text=_("Shown on English pages"),
    )
    started_on = DateField(label=_("From"), required=False, help_text=_("For example 2026-01-31"))
    ended_on = DateField(label=_("Until"), required=False, help_text=_("For example 2026-01-31"))

    class Meta:
        model = FormerPost
        fields = ("function", "function_latin", "started_on", "ended_on")

    field_order = ("organisation_name", "function", "function_latin", "started_on", "ended_on")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation_name"].initial = self.instance.organisation_name

    def clean_ended_on(self) -> date | None:
        ended_on: date | None = self.cleaned_data["ended_on"]
        if ended_on and ended_on > timezone.localdate():
            raise forms.ValidationError(_("A former post has ended: choose a day in the past."))
        return ended_on

    def save(self, commit: bool = True) -> FormerPost:
        self.instance.set_organisation(self.cleaned_data["organisation_name"])
        saved: FormerPost = super().save(commit)
        return saved
