"""Appointing a focal point and ending an appointment."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cop_portal.forms import DateField
from cop_portal.text import row_number
from members.letters import LetterField
from members.models import Country, FocalPointAppointment, User


class AppointForm(forms.Form):
    """Whom to appoint in a country, as what, from which day on, and the letter that names them."""

    email = forms.EmailField(
        label=_("Email of the member"),
        help_text=_("A member of this country"),
    )
    role = forms.ChoiceField(
        label=_("Role"), choices=FocalPointAppointment.Role, widget=forms.RadioSelect
    )
    starts_on = DateField(
        label=pgettext_lazy("first day", "From"),
        help_text=_("For example 2026-01-31. A later day changes nothing before it comes."),
    )
    letter = LetterField(label=_("Nomination letter"), required=False)

    def __init__(
        self,
        *args: Any,
        country: Country,
        asked: str | None = None,
        day: str | None = None,
        **kwargs: Any,
    ) -> None:
        """`asked` and `day` are what the link that led here proposed: a member and a first day."""
        self.country = country
        kwargs["initial"] = {
            "email": self._email_of(asked),
            "role": FocalPointAppointment.Role.LEAD,
            "starts_on": _day(day) or timezone.now().date(),
        }
        super().__init__(*args, **kwargs)

    def _email_of(self, asked: str | None) -> str:
        """The address of the member whose row the link stood in."""
        members = User.objects.members().filter(pk=row_number(asked))
        return members.values_list("email", flat=True).first() or ""

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"].lower()
        self.user = User.objects.members().filter(email=email).first()
        if self.user is None:
            raise forms.ValidationError(_("No member has this email address."))
        return email

    def appointment(self) -> dict[str, Any]:
        """The arguments of `actions.appoint` that a valid form holds."""
        return {
            "user": self.user,
            "role": FocalPointAppointment.Role(self.cleaned_data["role"]),
            "starts_on": self.cleaned_data["starts_on"],
            "letter": self.cleaned_data["letter"],
        }


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None


class EndForm(forms.Form):
    """On which day an appointment ends; that is the first day without the office. One that has
    not begun is withdrawn, which needs no day."""

    on = DateField(
        label=pgettext_lazy("end of an appointment", "Until"),
        help_text=_("The first day without the office, for example 2026-01-31"),
    )

    def __init__(self, *args: Any, appointment: FocalPointAppointment, **kwargs: Any) -> None:
        today = timezone.now().date()
        super().__init__(*args, **{"initial": {"on": today}, **kwargs})
        if not appointment.has_begun(today):
            del self.fields["on"]
