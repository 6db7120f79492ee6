"""Narrowing the directory."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cop_portal.localised import local_text
from members.forms.fields import country_choices
from members.models import Organisation, Topic
from members.querysets import UserQuerySet


class DirectoryForm(forms.Form):
    """Every criterion narrows the list further; one that makes no sense is named and left out."""

    q = forms.CharField(
        label=_("Name"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    country = forms.MultipleChoiceField(
        label=_("Country"), required=False, widget=forms.CheckboxSelectMultiple
    )
    kind = forms.MultipleChoiceField(
        label=_("Kind of organisation"),
        required=False,
        choices=Organisation.Kind,
        widget=forms.CheckboxSelectMultiple,
    )
    topic = forms.ChoiceField(label=_("Topic"), required=False)
    expert = forms.BooleanField(label=_("Experts only"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        country, topic = self.fields["country"], self.fields["topic"]
        assert isinstance(country, forms.ChoiceField)
        assert isinstance(topic, forms.ChoiceField)
        country.choices = country_choices()
        topics = Topic.objects.filter(is_active=True)
        topic.choices = [
            ("", pgettext_lazy("choice", "All topics")),
            *((found.slug, local_text(found, "name").text) for found in topics),
        ]

    def narrow(self, people: UserQuerySet) -> UserQuerySet:
        """`people` by every criterion that was given and understood."""
        self.is_valid()
        given = self.cleaned_data
        if text := given.get("q"):
            people = people.search(text)
        if countries := given.get("country"):
            people = people.filter(country__in=countries)
        if kinds := given.get("kind"):
            people = people.of_organisation_kind(*kinds)
        if topic := given.get("topic"):
            people = people.about(topic)
        return people.filter(is_expert=True) if given.get("expert") else people

    @property
    def is_narrowed(self) -> bool:
        return any(self.cleaned_data.values())
