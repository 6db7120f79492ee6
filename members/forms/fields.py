"""Fields that several forms about people share."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.conf import settings
from django.forms.models import ModelChoiceIterator
from django.utils.html import format_html

from cop_portal.localised import own_name
from cop_portal.text import clean_line, fold, without_article
from members.models import Country, Topic


class LineField(forms.CharField):
    """One line of text, kept without hidden and directional characters. What is left must say
    something: a name of invisible marks alone counts as empty."""

    def to_python(self, value: Any) -> str:
        line = clean_line(super().to_python(value) or "")
        return line if fold(line) else ""


class TextField(forms.CharField):
    """Several lines of text, each kept as `LineField` keeps its one."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> str:
        text = super().to_python(value) or ""
        return "\n".join(clean_line(line) for line in text.splitlines()).strip()


class TopicsInOrder(ModelChoiceIterator):
    """Topics as lists in the page's language go."""

    def __iter__(self) -> Iterator[Any]:
        for topic in sorted(self.queryset.all(), key=lambda row: fold(without_article(str(row)))):
            yield self.choice(topic)


class TopicsField(forms.ModelMultipleChoiceField):
    """Some of the community's topics, by check boxes."""

    iterator = TopicsInOrder
    widget = forms.CheckboxSelectMultiple

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=Topic.objects.filter(is_active=True), **kwargs)


def country_choices() -> list[tuple[str, str]]:
    """The participating countries in the order of the page's language."""
    return [(country.iso, str(country)) for country in Country.objects.participating().in_order()]


def language_choices() -> list[tuple[str, str]]:
    """The portal's languages, each named in itself and marked as such."""
    return [
        (code, format_html('<span lang="{}">{}</span>', code, own_name(code)))
        for code, _name in settings.LANGUAGES
    ]
