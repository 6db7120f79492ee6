"""A person's name in the script of the page."""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language_bidi, gettext

from cop_portal.text import without_article


def name_of(user: Any) -> str:
    """The name in Arabic letters; on pages in another script in Latin ones, where there are. A
    person who left for good is a former member, one whose accounts were merged goes by the
    account that was kept."""
    if getattr(user, "merged_into_id", None):
        return name_of(user.merged_into)
    if getattr(user, "erased_at", None):
        return gettext("Former member")
    if not get_language_bidi() and user.full_name_latin:
        return str(user.full_name_latin)
    return str(user.full_name or user.email)


# Before a name, with a full stop or without one.
TITLES = frozenset({"dr", "eng", "mr", "mrs", "ms", "prof", "د", "أ", "م", "الدكتور", "الدكتورة"})


def initials(name: str) -> str:
    """The first letters of the first and the last word, titles passed over, apart so that they
    form no word."""
    words = [word for word in name.split() if not _is_title(word)] or name.split()
    if not words:
        return ""
    ends = [words[0], *words[-1:]] if len(words) > 1 else words[:1]
    return "\u00a0".join(without_article(word)[0].upper() for word in ends)


def _is_title(word: str) -> bool:
    return word.endswith(".") or word.casefold() in TITLES
