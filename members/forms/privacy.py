"""Forms about one's own data, and about accounts of the same person."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from members.forms.account import CodeField
from members.forms.fields import LineField, TextField
from members.models import User


class ConfirmAccessForm(forms.Form):
    code = CodeField(label=_("Code"))


class LeaveForm(forms.Form):
    """What becomes of what the person wrote, and that leaving is meant."""

    KEPT, REMOVED = "kept", "removed"

    content = forms.ChoiceField(
        label=_("What I wrote for others"),
        choices=[
            (KEPT, _("It stays, under “Former member”")),
            (REMOVED, _("It is removed")),
        ],
        initial=KEPT,
        widget=forms.RadioSelect,
    )
    certain = forms.BooleanField(
        label=_("I wish to leave, and know that this cannot be undone."),
        error_messages={"required": _("Tick the box if leaving is what is wished.")},
    )


class SuspendForm(forms.Form):
    reason = TextField(
        label=_("Reason"),
        max_length=1000,
        help_text=_("The person reads it, and it stays on the audit trail."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class OtherAccountForm(forms.Form):
    """Looking for the other account of a person."""

    q = LineField(label=_("Name or email of the other account"), required=False, max_length=150)


class MergeForm(forms.Form):
    """Which of two accounts is kept."""

    keep = forms.TypedChoiceField(label=_("Account to keep"), coerce=int, widget=forms.RadioSelect)
    certain = forms.BooleanField(
        label=_("Both accounts belong to the same person."),
        error_messages={"required": _("Tick the box once it is certain that this is one person.")},
    )

    def __init__(self, *args: Any, pair: tuple[User, User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        keep = self.fields["keep"]
        assert isinstance(keep, forms.ChoiceField)
        keep.choices = [(person.pk, person.email) for person in pair]
