"""Editorial text in the languages it exists in."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.conf import settings
from django.utils.translation import get_language, get_language_info

# Django writes it with a mark that only dictionaries use.
_OWN_NAMES = {"ar": "العربية"}


def own_name(language: str) -> str:
    """A language named in itself, as a switch or a choice shows it."""
    return _OWN_NAMES.get(language) or str(get_language_info(language)["name_local"]).capitalize()


class LocalText(NamedTuple):
    """A text and the language it is in."""

    text: str
    language: str

    @property
    def is_foreign(self) -> bool:
        """Whether it is in another language than the page."""
        return bool(self.text) and self.language != get_language()

    @property
    def direction(self) -> str:
        return "rtl" if get_language_info(self.language)["bidi"] else "ltr"


def local_text(obj: Any, field: str) -> LocalText:
    """The text of a translated field in the page's language or, where that is empty, in the
    first language that has one."""
    active = get_language() or settings.LANGUAGE_CODE
    languages = [active, *(code for code, _name in settings.LANGUAGES if code != active)]
    for language in languages:
        if text := getattr(obj, f"{field}_{language}", None):
            return LocalText(text, language)
    return LocalText("", active)


def languages_of(obj: Any, field: str) -> list[str]:
    """The languages in which a translated field has a text, in the portal's order."""
    return [code for code, _name in settings.LANGUAGES if getattr(obj, f"{field}_{code}", None)]


def language_choices() -> list[tuple[str, Any]]:
    """The languages this installation offers; a callable, so that no migration freezes them."""
    return list(settings.LANGUAGES)
