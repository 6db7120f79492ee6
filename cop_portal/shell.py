"""What surrounds every page: the portal's own name, navigation, languages and where to ask."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import Q
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language, gettext, pgettext

from cop_portal import theme
from cop_portal.localised import own_name
from cop_portal.models import Site

if TYPE_CHECKING:
    from django.http import HttpRequest


# What says where in a list the reader is, rather than what is asked for.
PLACES = ("page", "after", "before")


class Language(NamedTuple):
    """A language of the portal and this page's address in it."""

    code: str
    name: str
    url: str
    is_current: bool


class Item(NamedTuple):
    """A place in the navigation; `current` is the value of aria-current, or empty."""

    label: str
    url: str
    current: str


APPOINTED = ("user__full_name", "user__full_name_latin", "user__email")


class Appointment(NamedTuple):
    """Who is focal point of which country today; every page asks, so no more than it prints."""

    user_id: int
    country_id: str
    role: str
    full_name: str
    full_name_latin: str
    email: str


def address(name: str, *args: Any) -> str:
    """The address of a named page, empty when this installation has no such page."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def languages(request: HttpRequest) -> list[Language]:
    """Every language, named in itself, with the address of the same page, query included; a page
    outside the languages leads to their home pages."""
    current = get_language()
    full_path = request.get_full_path()
    prefix = f"/{current}/"
    rest = full_path.removeprefix(prefix) if full_path.startswith(prefix) else ""
    return [
        Language(
            code=code,
            name=own_name(code),
            url=f"/{code}/{rest}",
            is_current=code == current,
        )
        for code, _name in settings.LANGUAGES
    ]


class Shell:
    """The frame of one request's page; everything is looked up when a template asks for it."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.user: Any = getattr(request, "user", None)

    @cached_property
    def site(self) -> Site:
        return Site.objects.first() or Site(name=gettext("Community of Practice"))

    @cached_property
    def theme_url(self) -> str:
        """The address of the installation's own colours; empty when it has the usual ones."""
        return theme.address(self.site)

    @property
    def theme_colour(self) -> str:
        return theme.bar_colour(self.site)

    @property
    def is_light_on_data(self) -> bool:
        """Whether the reader asked to save data: no font is offered then."""
        return self.request.headers.get("Save-Data", "").lower() == "on"

    @cached_property
    def is_signed_in(self) -> bool:
        return bool(self.user and self.user.is_authenticated)

    @cached_property
    def is_member(self) -> bool:
        return self.is_signed_in and (
            self.user.is_member or self.user.is_sponsor or self.user.is_staff
        )

    @cached_property
    def appointments(self) -> list[Appointment]:
        """Today's focal point of the reader's country and the reader's own appointments."""
        if not (self.is_signed_in and self.user.is_member):
            return []
        held = self.user.appointments.model.objects.held()
        mine_or_lead = Q(user_id=self.user.pk) | Q(country_id=self.user.country_id, role="lead")
        columns = ("user_id", "country_id", "role", *APPOINTED)
        rows = held.filter(mine_or_lead).order_by().values_list(*columns)
        return [Appointment(*row) for row in rows]

    @property
    def focal_point(self) -> Appointment | None:
        """Whom a member asks first: the lead of the member's country."""
        return next(
            (
                found
                for found in self.appointments
                if found.role == "lead" and found.country_id == self.user.country_id
            ),
            None,
        )

    @property
    def has_office(self) -> bool:
        return self.is_signed_in and (
            self.user.is_staff or any(a.user_id == self.user.pk for a in self.appointments)
        )

    @cached_property
    def navigation(self) -> list[Item]:
        """The main places open to this reader, only those that exist."""
        places = [("events:list", pgettext("navigation", "Events"), True)]
        places.append(("members:directory", pgettext("navigation", "Members"), self.is_member))
        places.append(("members:office", pgettext("navigation", "Office"), self.has_office))
        is_staff = self.is_signed_in and self.user.is_staff
        places.append(("admin:index", pgettext("navigation", "Coordination"), is_staff))
        return [
            Item(label, url, self._current(url))
            for name, label, is_open in places
            if is_open and (url := address(name))
        ]

    def _current(self, url: str) -> str:
        if self.request.path == url:
            return "page"
        return "true" if self.request.path.startswith(url) else ""

    @cached_property
    def languages(self) -> list[Language]:
        return languages(self.request)

    @property
    def offered_language(self) -> Language | None:
        """The language being read, when it is not the one remembered on the account."""
        if not self.is_signed_in or self.user.language == get_language():
            return None
        return next((language for language in self.languages if language.is_current), None)

    @property
    def is_public(self) -> bool:
        """Whether a search engine may read this page."""
        match = self.request.resolver_match
        return match is not None and getattr(match.func, "login_required", True) is False

    @property
    def canonical(self) -> str:
        """The page's one address in its language: without filters, with its place in a list."""
        path = self.request.get_full_path().partition("?")[0]
        return f"{settings.SITE_URL}{path}{self._place}"

    @property
    def _place(self) -> str:
        place = {
            name: value
            for name in PLACES
            if (value := self.request.GET.get(name, "")) and value.isascii() and value.isdigit()
        }
        return f"?{urlencode(place)}" if place else ""

    def alternates(self, exists_in: Sequence[str] = ()) -> list[tuple[str, str]]:
        """Pairs of language and absolute address, the default one last.

        `exists_in` names the languages that the page's text exists in; none means all. A page
        in a language that its text lacks is no translation, so it is not announced as one.
        """
        addresses = [
            (language.code, f"{settings.SITE_URL}{language.url.partition('?')[0]}{self._place}")
            for language in self.languages
            if not exists_in or language.code in exists_in
        ]
        return [*addresses, ("x-default", addresses[0][1])] if addresses else []
