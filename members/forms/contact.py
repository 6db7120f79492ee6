"""Writing to a member, and saying what is wrong with a message."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from members.forms.fields import LineField, TextField


class ContactForm(forms.Form):
    subject = LineField(label=_("Subject"), max_length=150)
    body = TextField(label=_("Message"), max_length=4000, widget=forms.Textarea(attrs={"rows": 10}))


class ReportForm(forms.Form):
    reason = TextField(
        label=_("What is wrong with this message?"),
        max_length=1000,
        help_text=_("The secretariat reads the message and this reason. The sender does not."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
