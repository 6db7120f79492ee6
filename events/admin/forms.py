"""Forms of an event and its parts, with times on the wall of the place they are held in."""

from __future__ import annotations

from datetime import time
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.functional import cached_property
from django.utils.translation import get_language_info, gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from cop_portal.admin_fields import (
    KnownAutocompleteSelect,
    WallClockEndField,
    WallClockField,
    ZoneSelect,
)
from cop_portal.admin_translations import BilingualForm, language_name
from cop_portal.admin_versions import VersionedForm
from cop_portal.permissions import denial
from cop_portal.zones import zone_names
from events.models import Event, EventReminder, Registration
from members.admin.filters import choose_zone, country_zones
from members.models import User


def zone_or(name: Any, fallback: str) -> ZoneInfo:
    return ZoneInfo(name if name in zone_names() else fallback)


class EventForm(VersionedForm, BilingualForm):
    registration_deadline = WallClockField(label=_("Registration deadline"), required=False)

    class Meta:
        widgets = {"time_zone": ZoneSelect()}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose_zone(self.fields["time_zone"], country_zones())
        deadline = self.fields.get("registration_deadline")
        if isinstance(deadline, WallClockField):
            chosen = self.data.get("time_zone") if self.is_bound else self.instance.time_zone
            deadline.read_in(
                zone_or(chosen, self.instance.time_zone),
                hint=gettext(
                    "For example %(example)s, in %(city)s time. Empty: until the event starts."
                ),
            )


class SessionForm(BilingualForm):
    """A session's times are read and shown in its own zone or, where it has none, the event's."""

    starts_at = WallClockField(label=_("Starts"))
    ends_at = WallClockEndField(label=_("Ends"))

    class Meta:
        widgets = {
            "time_zone": ZoneSelect(empty=pgettext_lazy("time zone", "As the event"), short=True)
        }

    def __init__(self, *args: Any, event: Event, zones: frozenset[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.event = event
        choose_zone(self.fields["time_zone"], zones | {event.time_zone, *self._own_zone()})
        chosen = self.data.get(self.add_prefix("time_zone")) if self.is_bound else ""
        zone = zone_or(chosen if self.is_bound else self.instance.time_zone, event.time_zone)
        self.clock("starts_at").read_in(
            zone, hint=gettext("For example %(example)s, in %(city)s time.")
        )
        self.clock("ends_at").read_in(
            zone, hint=gettext("The same, or a time alone on the day of the start.")
        )

    def _own_zone(self) -> list[str]:
        return [self.instance.time_zone] if self.instance.time_zone else []

    def clock(self, name: str) -> WallClockField:
        field = self.fields[name]
        assert isinstance(field, WallClockField)
        return field

    def clean_ends_at(self) -> Any:
        end, start = self.cleaned_data["ends_at"], self.cleaned_data.get("starts_at")
        if not isinstance(end, time):
            return end
        field = self.clock("ends_at")
        if start is None or not isinstance(field, WallClockEndField):
            raise field.fault()
        return field.on_day_of(start, end)


class SessionFormSet(forms.BaseInlineFormSet):
    @cached_property
    def zones(self) -> frozenset[str]:
        """Looked up once for all rows."""
        return country_zones()

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        kwargs: dict[str, Any] = super().get_form_kwargs(index)
        return {**kwargs, "event": self.instance, "zones": self.zones}

    def clean(self) -> None:
        super().clean()
        kept = [form for form in self.forms if form.has_changed() or form.instance.pk]
        formset: Any = self
        kept = [form for form in kept if not formset._should_delete_form(form)]
        if not kept and not self.instance.is_draft:
            raise ValidationError(gettext("An announced event keeps at least one session."))


class OrganiserForm(forms.ModelForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and "organisation" in self.fields:
            select: Any = self.fields["organisation"].widget
            select = getattr(select, "widget", select)
            select.known = {str(self.instance.organisation_id): str(self.instance.organisation)}


class ReminderForm(forms.ModelForm):
    """A row that is shown filled in is saved as it stands; an emptied one is not."""

    def has_changed(self) -> bool:
        if self.instance.pk or not self.is_bound:
            return super().has_changed()
        return bool(self.data.get(self.add_prefix("days_before"), "").strip())


class ReminderFormSet(forms.BaseInlineFormSet):
    """A new event is shown with the usual reminders."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        instance = kwargs.get("instance")
        if instance is None or instance.pk is None:
            kwargs["initial"] = [{"days_before": days} for days in EventReminder.DEFAULT_DAYS]
        super().__init__(*args, **kwargs)


class CancelForm(forms.Form):
    """Why an event is called off, in every language of the portal; it may be left empty."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code, _name in settings.LANGUAGES:
            direction = "rtl" if get_language_info(code)["bidi"] else "ltr"
            attrs = {"rows": 4, "lang": code, "dir": direction}
            self.fields[f"note_{code}"] = forms.CharField(
                label=gettext("Reason (%(language)s)") % {"language": language_name(code)},
                required=False,
                max_length=600,
                widget=forms.Textarea(attrs=attrs),
            )

    @property
    def note(self) -> dict[str, str]:
        return {code: self.cleaned_data[f"note_{code}"] for code, _name in settings.LANGUAGES}


class RegisterForm(forms.Form):
    """Whom to register at which event."""

    event = forms.ModelChoiceField(label=_("Event"), queryset=Event.objects.none())
    person = forms.ModelChoiceField(label=_("Person"), queryset=User.objects.none())

    def __init__(self, *args: Any, site: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = (("event", Event.objects.published()), ("person", User.objects.members()))
        for name, queryset in choices:
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = queryset
            column = Registration._meta.get_field("user" if name == "person" else name)
            field.widget = KnownAutocompleteSelect(column, site)
            field.widget.choices = field.choices

    def clean_person(self) -> User:
        person: User = self.cleaned_data["person"]
        if not person.has_perm("events.register"):
            raise ValidationError(denial("events.register"))
        return person
