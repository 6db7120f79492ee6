"""Browsers by the names people know them by, and keys in a form that can be typed."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext as _

register = template.Library()

# In this order: each name also stands in the strings of those after it.
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Macintosh", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def _first(pairs: tuple[tuple[str, str], ...], text: str) -> str:
    return next((name for mark, name in pairs if mark in text), "")


@register.filter
def device(user_agent: str) -> str:
    """Browser and system, such as "Firefox, Windows", as far as the browser says."""
    known = [_first(BROWSERS, user_agent), _first(SYSTEMS, user_agent)]
    return ", ".join(name for name in known if name) or _("Unknown browser")


@register.filter
def in_fours(key: str) -> str:
    """A long key in groups that an eye can keep while typing; programs ignore the spaces."""
    return " ".join(key[at : at + 4] for at in range(0, len(key), 4))
