"""What coordinators say of an expert."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from members.forms.fields import LineField, TopicsField
from members.models import User


class ExpertForm(forms.Form):
    expertise = TopicsField(label=_("Fields of expertise"))
    availability = forms.ChoiceField(
        label=_("Availability"), choices=User.Availability, widget=forms.RadioSelect
    )
    note = LineField(label=_("Note on availability"), required=False, max_length=200)

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        fields = person.expertise.all() if person.is_expert else person.topics.all()
        kwargs["initial"] = {
            "expertise": list(fields.values_list("pk", flat=True)),
            "availability": person.availability,
            "note": person.availability_note,
        }
        super().__init__(*args, **kwargs)
