"""Narrowing the directory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.forms import BoundField
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from cop_portal.localised import local_text
from cop_portal.text import fold, without_article
from members import finding
from members.forms.fields import LineField, country_choices
from members.models import Organisation, Topic, User
from members.models.people import SPOKEN_LANGUAGES

if TYPE_CHECKING:
    from members.querysets import UserQuerySet

SEARCH = {"type": "search"}


class DirectoryForm(forms.Form):
    """Every criterion narrows the list further; one that makes no sense is named and left out."""

    q = LineField(
        label=_("Name"), required=False, max_length=100, widget=forms.TextInput(attrs=SEARCH)
    )
    country = forms.ChoiceField(label=_("Country"), required=False)
    topic = forms.ChoiceField(label=_("Can help with"), required=False)
    learn = forms.ChoiceField(label=_("Wants to learn about"), required=False)
    organisation = LineField(label=_("Organisation"), required=False, max_length=100)
    kind = forms.ChoiceField(label=_("Kind of organisation"), required=False)
    function = LineField(label=_("Job title"), required=False, max_length=100)
    language = forms.ChoiceField(label=_("Speaks"), required=False)
    expert = forms.BooleanField(label=_("Experts only"), required=False)
    available = forms.BooleanField(label=_("Experts who are available now"), required=False)

    def __init__(self, *args: Any, viewer: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.viewer = viewer
        self._countries = country_choices()
        self._offer("country", _("All countries"), self._countries)
        self._offer("kind", _("All kinds"), Organisation.Kind.choices)
        self._offer("language", _("All languages"), SPOKEN_LANGUAGES)
        topics = sorted(
            ((slug, local_text(topic, "name").text) for slug, topic in self._topics.items()),
            key=lambda choice: fold(without_article(choice[1])),
        )
        self._offer("topic", _("All topics"), topics)
        self._offer("learn", _("All topics"), topics)

    @cached_property
    def _topics(self) -> dict[str, Topic]:
        return {topic.slug: topic for topic in Topic.objects.filter(is_active=True)}

    def _offer(self, name: str, everything: Any, choices: list[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", everything), *choices]

    def narrow(self, people: UserQuerySet) -> UserQuerySet:
        """`people` by every criterion that was given and understood, as far as the viewer sees
        what it asks for."""
        self.is_valid()
        given = self.cleaned_data
        if text := given.get("q"):
            people = people.search(text)
        if country := given.get("country"):
            people = people.filter(country=country)
        if text := given.get("organisation"):
            people = finding.at_organisation(people, self.viewer, text)
        if kind := given.get("kind"):
            people = finding.of_kind(people, self.viewer, kind)
        if slug := given.get("topic"):
            people = finding.about(people, self.viewer, self._topics[slug])
        if slug := given.get("learn"):
            people = finding.learning(people, self.viewer, self._topics[slug])
        if text := given.get("function"):
            people = finding.in_function(people, self.viewer, text)
        if language := given.get("language"):
            people = finding.speaking(people, self.viewer, language)
        if given.get("expert") or given.get("available"):
            people = people.filter(is_expert=True)
        if given.get("available"):
            people = people.filter(availability=User.Availability.OPEN)
        return people

    @property
    def experts(self) -> list[BoundField]:
        return [self["expert"], self["available"]]

    @property
    def chosen_country(self) -> tuple[str, str] | None:
        """The country asked for, by code and name."""
        code = self.cleaned_data.get("country")
        return (code, dict(self._countries)[code]) if code else None

    @property
    def is_narrowed(self) -> bool:
        return any(self.cleaned_data.values())
