"""An installation's two colours and every shade that follows from them.

The usual colours stand in `static/site.css`, drawn by hand. Other colours get their shades here,
by the same proportions, and are served as a small sheet that overrides those tokens.
"""

from __future__ import annotations

import colorsys
import hashlib
import re
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from cop_portal.models import Site

DEFAULTS = ("#0b5d54", "#e2a012")
ENOUGH = 4.5  # WCAG 2.2, 1.4.3: text of ordinary size
COMFORTABLE = 8.0  # of the main colour on dark paper, as the usual one has

WHITE, BLACK = "#ffffff", "#000000"
SAND, PAPER_DARK, SURFACE_DARK = "#f4efe4", "#0f1615", "#182220"
ON_ACCENT, ON_BAND = "#1f1500", "#f6f2e9"

Rgb = tuple[float, float, float]


def are_colours(*texts: str) -> bool:
    return all(re.fullmatch("#[0-9a-fA-F]{6}", text) for text in texts)


def _rgb(colour: str) -> Rgb:
    red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return red, green, blue


def _hexadecimal(colour: Rgb) -> str:
    return "#" + "".join(f"{round(max(0.0, min(1.0, part)) * 255):02x}" for part in colour)


def mix(colour: str, other: str, share: float) -> str:
    """`colour` with a `share` (0 to 1) of `other` in it."""
    (r1, g1, b1), (r2, g2, b2) = _rgb(colour), _rgb(other)
    return _hexadecimal((r1 + (r2 - r1) * share, g1 + (g2 - g1) * share, b1 + (b2 - b1) * share))


def luminance(colour: str) -> float:
    """Relative luminance as WCAG defines it, 0 to 1."""
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in _rgb(colour)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, 1 to 21, as WCAG defines it."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _towards(colour: str, other: str, ground: str, ratio: float) -> str:
    """The first shade on the way from `colour` to `other` that reaches `ratio` on `ground`."""
    for step in range(101):
        shade = mix(colour, other, step / 100)
        if contrast(shade, ground) >= ratio:
            return shade
    return other


def _for_dark(brand: str) -> str:
    """The main colour as it reads on dark paper: the same hue, lighter and a little calmer."""
    hue, lightness, saturation = colorsys.rgb_to_hls(*_rgb(brand))
    for percent in range(max(35, round(lightness * 100)), 100):
        shade = _hexadecimal(colorsys.hls_to_rgb(hue, percent / 100, min(saturation, 0.45)))
        if contrast(shade, SURFACE_DARK) >= COMFORTABLE:
            return shade
    return WHITE


def _readable_on(ground: str) -> str:
    """White or black, whichever stands out more: one of them always does."""
    return max((WHITE, BLACK), key=lambda ink: contrast(ink, ground))


def faults(brand: str, accent: str) -> dict[str, str]:
    """Why these colours cannot be used, by the field they stand in; empty when they can."""
    found = {}
    on_sand, under_white = contrast(brand, SAND), contrast(brand, WHITE)
    if min(on_sand, under_white) < ENOUGH:
        found["brand"] = _(
            "This colour is too light: links on the portal’s grounds would have a contrast of "
            "%(ratio).1f, and 4.5 is the least that can be read well. Choose a darker one."
        ) % {"ratio": min(on_sand, under_white)}
    ratio = contrast(accent, ON_ACCENT)
    if ratio < ENOUGH:
        found["accent"] = _(
            "This colour is too dark: numbers written on it would have a contrast of "
            "%(ratio).1f, and 4.5 is the least that can be read well. Choose a lighter one."
        ) % {"ratio": ratio}
    return found


def light(brand: str, accent: str) -> dict[str, str]:
    """The tokens of the light scheme."""
    deep = mix(brand, BLACK, 0.45)
    accent_tint = mix(accent, WHITE, 0.87)
    second = mix(brand, WHITE, 0.22)
    return {
        "brand": brand,
        "brand-strong": mix(brand, BLACK, 0.28),
        "brand-deep": deep,
        "brand-tint": _towards(mix(brand, WHITE, 0.88), WHITE, brand, ENOUGH),
        "on-brand": WHITE,
        "accent": accent,
        "accent-text": _towards(accent, BLACK, accent_tint, 6.0),
        "accent-tint": accent_tint,
        "heading": deep,
        "focus": brand,
        "band": deep,
        "on-band-soft": mix(ON_BAND, brand, 0.25),
        "op-1": brand,
        "op-2": second,
        "on-op-1": WHITE,
        "on-op-2": _readable_on(second),
    }


def dark(brand: str, accent: str) -> dict[str, str]:
    """The tokens of the dark scheme."""
    shown = _for_dark(brand)
    bright = _towards(mix(accent, WHITE, 0.25), WHITE, SURFACE_DARK, COMFORTABLE)
    second = mix(brand, WHITE, 0.18)
    return {
        "brand": shown,
        "brand-strong": mix(shown, WHITE, 0.28),
        "brand-deep": mix(shown, WHITE, 0.67),
        "brand-tint": mix(PAPER_DARK, brand, 0.42),
        "on-brand": _towards(mix(brand, BLACK, 0.63), BLACK, shown, 6.0),
        "accent": bright,
        "accent-text": mix(bright, WHITE, 0.2),
        "accent-tint": mix(PAPER_DARK, accent, 0.17),
        "heading": "#f3f1ea",
        "focus": bright,
        "band": mix(brand, BLACK, 0.55),
        "on-band-soft": mix(ON_BAND, brand, 0.3),
        "op-1": shown,
        "op-2": second,
        "on-op-1": _readable_on(shown),
        "on-op-2": _readable_on(second),
    }


def style_sheet(brand: str, accent: str) -> str:
    """The sheet that overrides the usual tokens; it comes after `site.css` in the page."""
    lights, darks = (
        "".join(f"--{name}:{value};" for name, value in tokens.items())
        for tokens in (light(brand, accent), dark(brand, accent))
    )
    return (
        f"@layer tokens{{:root{{{lights}}}"
        f"@media screen and (prefers-color-scheme:dark){{:root{{{darks}}}}}}}"
        # The motif is drawn in the usual colours: here it takes the band's own hue.
        "@layer utilities{.motif{mix-blend-mode:luminosity}}\n"
    )


def colours_of(site: Site) -> tuple[str, str]:
    return site.brand.lower(), site.accent.lower()


def version(brand: str, accent: str) -> str:
    """Changes with the sheet, so that a browser may keep each one for ever."""
    return hashlib.sha256(style_sheet(brand, accent).encode()).hexdigest()[:12]


def address(site: Site) -> str:
    """The address of the installation's sheet; empty while it has the usual colours."""
    colours = colours_of(site)
    if colours == DEFAULTS:
        return ""
    return f"{reverse('theme')}?v={version(*colours)}"


def bar_colour(site: Site) -> str:
    """The colour of a phone's bar above the page: the band's."""
    brand, accent = colours_of(site)
    return "#06332f" if (brand, accent) == DEFAULTS else light(brand, accent)["band"]
