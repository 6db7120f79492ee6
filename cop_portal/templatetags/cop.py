"""The portal's template language: icons, dates, names and text in the language it has."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django import template
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.paginator import Page
from django.forms import BoundField
from django.utils.formats import number_format
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, get_language_info, gettext

from cop_portal import dates, forms, names
from cop_portal.localised import LocalText, languages_of, local_text
from cop_portal.markdown import render as render_markdown
from cop_portal.shell import Language, languages
from cop_portal.zones import city_of

register = template.Library()

NOTHING = mark_safe("")
# Icons whose direction means something; clocks, checks, lenses and media keep theirs.
MIRRORED = frozenset({"arrow", "chevron", "external", "reply", "send", "signout", "thread"})


@register.simple_tag
def icon(name: str, **attributes: str) -> SafeString:
    """A decorative icon of the sprite: `{% icon "arrow" class="icon--lg" %}`."""
    return _icon(name, attributes.get("class", ""), staticfiles_storage.url("icons.svg"))


@lru_cache(maxsize=256)
def _icon(name: str, classes: str, sprite: str) -> SafeString:
    kinds = ["icon", *(["icon--mirror"] if name in MIRRORED else []), *classes.split()]
    return format_html(
        '<svg class="{}" aria-hidden="true" focusable="false"><use href="{}#{}"/></svg>',
        " ".join(kinds),
        sprite,
        name,
    )


# Names and text ------------------------------------------------------------------------------


@register.filter
def bdi(value: Any) -> SafeString:
    """A string of unknown direction, kept from disturbing the sentence around it."""
    return format_html("<bdi>{}</bdi>", value)


@register.filter
def ltr(value: Any) -> SafeString:
    """A phone number, address or code: left to right in any language; an address may break."""
    kind = "ltr address" if "@" in str(value) or "://" in str(value) else "ltr"
    return format_html('<bdi class="{}" dir="ltr">{}</bdi>', kind, value)


@register.simple_tag
def person(user: Any) -> SafeString:
    """A person's name as the page's script writes it."""
    return bdi(names.name_of(user))


@register.filter
def initials(user: Any) -> str:
    return names.initials(names.name_of(user))


@register.simple_tag
def text(obj: Any, field: str) -> SafeString:
    """A translated field in the page's language, else marked as being in another."""
    found = local_text(obj, field)
    if not found.is_foreign:
        return conditional_escape(found.text)
    return format_html(
        '<span lang="{}" dir="{}">{}</span>', found.language, found.direction, found.text
    )


@register.simple_tag
def text_plain(obj: Any, field: str) -> str:
    """A translated field where no markup can stand; a foreign text is isolated."""
    found = local_text(obj, field)
    return f"\u2068{found.text}\u2069" if found.is_foreign else found.text


@register.simple_tag
def prose(obj: Any, field: str) -> SafeString:
    """A translated CommonMark field as HTML, in the language it has; nothing when empty."""
    found = local_text(obj, field)
    if not found.text:
        return NOTHING
    return format_html(
        '<div class="prose" lang="{}" dir="{}">{}</div>',
        found.language,
        found.direction,
        render_markdown(found.text),
    )


@register.simple_tag
def lang_badge(obj: Any, field: str) -> SafeString:
    """ "EN" or "ع" beside a title that is in another language than the page."""
    found = local_text(obj, field)
    if not found.is_foreign:
        return NOTHING
    return format_html(
        '<span class="lang-badge" title="{0}"><span aria-hidden="true">{1}</span>'
        '<span class="sr">{0}</span></span>',
        _availability(obj, field, found),
        "ع" if found.language == "ar" else found.language.upper(),
    )


@register.simple_tag
def language_notice(obj: Any, field: str) -> SafeString:
    """The notice on top of content that the page's language lacks."""
    found = local_text(obj, field)
    if not found.is_foreign:
        return NOTHING
    sentence = _availability(obj, field, found)
    return format_html('<p class="notice">{}<span>{}</span></p>', icon("language"), sentence)


def _availability(obj: Any, field: str, found: LocalText) -> str:
    """The sentence about a text that the page's language lacks."""
    language = _language_name(found.language)
    if len(languages_of(obj, field)) == 1:
        return gettext("This content is available in %(language)s only") % {"language": language}
    return gettext("This content is shown in %(language)s: there is no text in %(wanted)s yet") % {
        "language": language,
        "wanted": _language_name(get_language() or found.language),
    }


def _language_name(code: str) -> str:
    return gettext(get_language_info(code)["name"])


# Dates, times and numbers --------------------------------------------------------------------


def _day(day: date, shown: str) -> SafeString:
    return format_html('<time datetime="{}">{}</time>', day.isoformat(), shown)


def _moment(value: datetime, zone: dates.Zone) -> SafeString:
    stamp = dates.local(value, zone).isoformat(timespec="minutes")
    shown = dates.format_time(value, zone=zone)
    return format_html('<time dir="ltr" datetime="{}">{}</time>', stamp, shown)


def _range(start: SafeString, end: SafeString, *, spaced: bool = False) -> SafeString:
    pattern = dates.range_pattern(spaced=spaced)
    return format_html(pattern.replace("%(start)s", "{0}").replace("%(end)s", "{1}"), start, end)


@register.simple_tag(name="date")
def date_tag(
    value: date | datetime | None,
    *,
    weekday: bool = False,
    year: bool = True,
    zone: dates.Zone = None,
) -> SafeString:
    """A long date with the reader's month names; a moment is a day in `zone` or the reader's."""
    if not value:
        return NOTHING
    day = dates.local_date(value, zone)
    return _day(day, dates.format_date(day, weekday=weekday, year=year))


@register.simple_tag(name="time")
def time_tag(value: datetime | None, *, zone: dates.Zone = None) -> SafeString:
    """Hours and minutes, in `zone` or the reader's."""
    return _moment(value, zone) if value else NOTHING


@register.simple_tag
def time_range(
    start: datetime | None, end: datetime | None, *, zone: dates.Zone = None
) -> SafeString:
    if not start:
        return NOTHING
    first = _moment(start, zone)
    return _range(first, _moment(end, zone)) if end else first


@register.simple_tag
def date_range(
    start: date | datetime | None, end: date | datetime | None, *, zone: dates.Zone = None
) -> SafeString:
    if not start:
        return NOTHING
    first, last = dates.range_days(start, end, zone)
    if first == last:
        return _day(first, dates.format_date(first))
    shown = dates.range_parts(first, last)
    return _range(_day(first, shown[0]), _day(last, shown[1]), spaced=" " in shown[0])


@register.filter
def month_name(value: date | datetime) -> str:
    """The month of a date or moment, in the reader's tradition."""
    return dates.month_name(dates.local_date(value).month)


@register.filter
def month_year(value: date | datetime) -> str:
    """A month with its year, for the heading of a calendar."""
    return dates.format_month(value)


@register.filter
def weekday_name(value: date | datetime) -> str:
    return dates.weekday_name(dates.local_date(value).weekday())


@register.simple_tag
def zone_city(zone: Any) -> str:
    """The city that names a time zone in the page's language."""
    return city_of(zone)


@register.filter
def number(value: Any) -> str:
    """A grouped number in Latin digits."""
    return str(number_format(value, use_l10n=True, force_grouping=True))


# Parts of a page -----------------------------------------------------------------------------


@register.simple_tag(takes_context=True)
def language_links(context: template.Context) -> list[Language]:
    """The portal's languages, each with the address of this page in it."""
    return languages(context["request"])


@register.simple_tag(takes_context=True)
def title_prefix(context: template.Context) -> str:
    """ "Error: " before the title of a page with a refused form."""
    has_errors = bool(getattr(context.get("form"), "errors", None))
    return gettext("Error:") + " " if has_errors else ""


@register.simple_tag(takes_context=True)
def alternates(context: template.Context) -> list[tuple[str, str]]:
    """The addresses of a public page in the languages its text exists in."""
    found: list[tuple[str, str]] = context["shell"].alternates(context.get("content_languages", ()))
    return found


@register.simple_tag
def field_control(field: BoundField) -> SafeString:
    """The control of a form field with the class and direction it needs."""
    return forms.control(field)


@register.filter
def is_checkbox(field: BoundField) -> bool:
    return forms.is_checkbox(field)


@register.filter
def is_choices(field: BoundField) -> bool:
    return forms.is_choices(field)


@register.filter
def first_control(field: BoundField) -> str:
    """The id of what a link to a field should focus."""
    return forms.first_control(field)


@register.simple_tag
def page_numbers(page: Page) -> list[int | None]:
    """The numbers a pager shows; None stands for those left out."""
    paginator = page.paginator
    return [
        number if isinstance(number, int) else None
        for number in paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    ]
