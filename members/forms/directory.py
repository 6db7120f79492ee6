"""Narrowing the directory."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

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
    country = forms.ChoiceField(label=_("Country"), required=False)
    kind = forms.ChoiceField(label=_("Kind of organisation"), required=False)
    topic = forms.ChoiceField(label=_("Topic"), required=False)
    expert = forms.BooleanField(label=_("Experts only"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        topics = Topic.objects.filter(is_active=True)
        self._offer("country", _("All countries"), country_choices())
        self._offer("kind", _("All kinds"), Organisation.Kind.choices)
        self._offer(
            "topic",
            _("All topics"),
            [(topic.slug, local_text(topic, "name").text) for topic in topics],
        )

    def _offer(self, name: str, everything: Any, choices: list[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", everything), *choices]

    def narrow(self, people: UserQuerySet) -> UserQuerySet:
        """`people` by every criterion that was given and understood."""
        self.is_valid()
        given = self.cleaned_data
        if text := given.get("q"):
            people = people.search(text)
        if country := given.get("country"):
            people = people.filter(country=country)
        if kind := given.get("kind"):
            people = people.of_organisation_kind(kind)
        if topic := given.get("topic"):
            people = people.about(topic)
        return people.filter(is_expert=True) if given.get("expert") else people

    @property
    def is_narrowed(self) -> bool:
        return any(self.cleaned_data.values())
