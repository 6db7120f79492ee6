"""One's own profile."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.core.files.base import ContentFile
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cop_portal.zones import zone_choices
from members import photos, visibility
from members.forms.fields import LineField, TextField, TopicsField, language_choices
from members.models import User
from members.models.people import SPOKEN_LANGUAGES

OWN_COLUMNS = (
    "full_name",
    "full_name_latin",
    "bio",
    "spoken_languages",
    "language",
    "time_zone",
    "takes_messages",
)
EXPERT_COLUMNS = ("availability", "availability_note")
PICTURES = "image/jpeg,image/png,image/webp"


class ProfileForm(forms.ModelForm):
    """What a person says of themselves, and who sees it. The country is not here: moving to
    another one is for the focal points and coordinators to settle."""

    photo = forms.FileField(
        label=_("Photograph"),
        required=False,
        help_text=_("JPEG, PNG or WebP, 8 MB at most. The middle is cut out as a square."),
        widget=forms.FileInput(attrs={"accept": PICTURES}),
    )
    remove_photo = forms.BooleanField(label=_("Remove the photograph"), required=False)
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
    is_correction = forms.BooleanField(
        label=_("Only a correction: the present post stays the same"),
        required=False,
        help_text=_("Otherwise the post so far joins the former posts."),
    )
    topics = TopicsField(label=_("Topics to be asked about"), required=False)
    topics_to_learn = TopicsField(label=_("Topics to learn about"), required=False)
    bio = TextField(
        label=_("About me"),
        required=False,
        max_length=2000,
        help_text=_("Experience that colleagues in other countries can ask about"),
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    spoken_languages = forms.MultipleChoiceField(
        label=_("Languages spoken"),
        choices=SPOKEN_LANGUAGES,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    availability = forms.ChoiceField(
        label=_("Availability as an expert"),
        choices=User.Availability,
        widget=forms.RadioSelect,
    )
    availability_note = LineField(
        label=_("Note on availability"),
        required=False,
        max_length=200,
        help_text=_("For example from when on, or for how many days a month"),
    )
    takes_messages = forms.BooleanField(
        label=_("Members may write to me through the portal"),
        required=False,
        help_text=_("The email address is not shown to them. The secretariat can always write."),
    )
    language = forms.ChoiceField(
        label=_("Language for messages"), choices=language_choices, widget=forms.RadioSelect
    )
    time_zone = forms.ChoiceField(label=_("Time zone"), required=False)

    class Meta:
        model = User
        fields = (*OWN_COLUMNS, *EXPERT_COLUMNS, "topics", "topics_to_learn")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        person: User = self.instance
        self.squares: dict[int, ContentFile[bytes]] | None = None
        zone = self.fields["time_zone"]
        assert isinstance(zone, forms.ChoiceField)
        of_country = pgettext_lazy("time zone", "That of the country")
        zone.choices = [("", of_country), *zone_choices()]
        for name in ("organisation_name", "function", "function_latin"):
            self.fields[name].initial = getattr(person, name)
        for field, label in visibility.FIELDS.items():
            self.fields[f"sees_{field}"] = forms.ChoiceField(
                label=label,
                choices=visibility.Level,
                required=False,
                initial=visibility.level_of(person, field),
            )
        if not person.photo:
            del self.fields["remove_photo"]
        if not person.is_expert:
            for name in EXPERT_COLUMNS:
                del self.fields[name]

    def clean_photo(self) -> Any:
        upload = self.cleaned_data["photo"]
        if upload:
            self.squares = photos.drawn(upload)
        return upload

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if self.squares and self.errors:
            # A browser sends no file a second time of its own accord.
            self.add_error("photo", _("The photograph has to be chosen again."))
        return cleaned

    def save(self, commit: bool = True) -> User:
        """Write what the form asks and no other column: a decision about the person's account
        that was made meanwhile must not be undone by what was read before it. The post and the
        photograph are written by their own actions."""
        person: User = self.instance
        super().save(commit=False)
        person.visibility = self.audiences()
        if commit:
            own = EXPERT_COLUMNS if person.is_expert else ()
            person.save(update_fields=[*OWN_COLUMNS, *own, "visibility"])
            self.save_m2m()
        return person

    def audiences(self) -> dict[str, str]:
        """Who sees which field; what is for the community need not be said."""
        chosen = {field: self.cleaned_data[f"sees_{field}"] for field in visibility.FIELDS}
        return {
            field: level
            for field, level in chosen.items()
            if level and level != visibility.Level.COMMUNITY
        }

    def post(self) -> dict[str, Any]:
        """The arguments of `actions.change_post` that a valid form holds."""
        return {
            "organisation_text": self.cleaned_data["organisation_name"],
            "function": self.cleaned_data["function"],
            "function_latin": self.cleaned_data["function_latin"],
            "is_correction": self.cleaned_data["is_correction"],
        }

    @property
    def audience_fields(self) -> Iterator[BoundField]:
        return (self[f"sees_{field}"] for field in visibility.FIELDS)
