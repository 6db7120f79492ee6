"""One's own profile."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cop_portal.zones import zone_choices
from members.forms.fields import LineField, TextField, language_choices
from members.models import Topic, User

OWN_COLUMNS = (
    "full_name",
    "full_name_latin",
    "function",
    "function_latin",
    "bio",
    "language",
    "time_zone",
)


class ProfileForm(forms.ModelForm):
    """What a person says of themselves. The country is not here: moving to another one is for
    the focal points and coordinators to settle."""

    full_name = LineField(
        label=_("Full name"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    full_name_latin = LineField(
        label=_("Name in Latin letters"),
        required=False,
        max_length=150,
        help_text=_("Shown on English pages"),
    )
    function = LineField(
        label=_("Job title"),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "organization-title"}),
    )
    function_latin = LineField(
        label=_("Job title in Latin letters"),
        required=False,
        max_length=150,
        help_text=_("Shown on English pages"),
    )
    organisation_name = LineField(
        label=_("Organisation"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    topics = forms.ModelMultipleChoiceField(
        label=_("Topics to be asked about"),
        queryset=Topic.objects.filter(is_active=True),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    bio = TextField(
        label=_("About me"),
        required=False,
        max_length=2000,
        help_text=_("Experience that colleagues in other countries can ask about"),
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    language = forms.ChoiceField(
        label=_("Language for messages"), choices=language_choices, widget=forms.RadioSelect
    )
    time_zone = forms.ChoiceField(label=_("Time zone"), required=False)

    class Meta:
        model = User
        fields = (*OWN_COLUMNS, "topics")

    field_order = (
        "full_name",
        "full_name_latin",
        "function",
        "function_latin",
        "organisation_name",
        "topics",
        "bio",
        "language",
        "time_zone",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zone = self.fields["time_zone"]
        assert isinstance(zone, forms.ChoiceField)
        of_country = pgettext_lazy("time zone", "That of the country")
        zone.choices = [("", of_country), *zone_choices()]
        self.fields["organisation_name"].initial = self.instance.organisation_name

    def save(self, commit: bool = True) -> User:
        """Write what the form asks and no other column: a decision about the person's account
        that was made meanwhile must not be undone by what was read before it."""
        person: User = self.instance
        person.set_organisation(self.cleaned_data["organisation_name"])
        super().save(commit=False)
        if commit:
            person.save(update_fields=[*OWN_COLUMNS, "organisation", "organisation_text"])
            self.save_m2m()
        return person
