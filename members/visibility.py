"""Who sees which field of a person, as its owner chose: for a page and, in SQL, for a filter.

Name, country and the badge of an expert, with fields and availability, are for everyone who sees
the directory. The office of a focal point shows the official post in any case.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from members.models import User

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    Viewer = User | AnonymousUser


class Level(models.TextChoices):
    """Whom a field is for; the widest is what holds until the owner chooses."""

    COMMUNITY = "community", _("The whole community")
    COUNTRY = "country", _("My country and the secretariat")
    COORDINATORS = "coordinators", _("The secretariat only")


# The fields whose audience the owner chooses, in the order of the profile. The names are kept in
# `User.visibility`.
FIELDS: dict[str, Any] = {
    "photo": _("Photograph"),
    "function": _("Job title"),
    "organisation": _("Organisation"),
    "former_posts": _("Former posts"),
    "bio": _("About me"),
    "topics": _("Topics to be asked about"),
    "topics_to_learn": _("Topics to learn about"),
    "spoken_languages": _("Languages spoken"),
    "contributions": _("Contributions"),
    "local_time": _("Local time"),
}


def level_of(person: User, field: str) -> str:
    """The owner's choice; what nobody chose is for the community."""
    return str(person.visibility.get(field, Level.COMMUNITY))


def sees(viewer: Viewer, person: User, field: str) -> bool:
    """Whether `viewer` sees a field of a person whom they see at all; `open_to` says the same of
    rows. The owner and the coordinators see everything, people of the same country what is not
    for coordinators alone. Sponsors and people without a country see what is for everyone."""
    if _sees_everything(viewer) or viewer.pk == person.pk:
        return True
    level = level_of(person, field)
    if level == Level.COUNTRY:
        return _country_of(viewer) is not None and _country_of(viewer) == person.country_id
    return level == Level.COMMUNITY


def open_to(viewer: Viewer, field: str) -> Q:
    """The rows whose field `viewer` sees, as `sees` says it of one person. A search or a filter
    by a field starts here, or it would give away what the page hides."""
    if _sees_everything(viewer):
        return Q()
    chosen = f"visibility__{field}"
    # That few have chosen is something the planner knows of `has_key` alone: it then reads a page
    # in order rather than sorting everybody.
    open_rows = ~Q(visibility__has_key=field) | Q(**{chosen: Level.COMMUNITY.value})
    if country := _country_of(viewer):
        open_rows |= Q(**{chosen: Level.COUNTRY.value}, country=country)
    return open_rows | Q(pk=viewer.pk)


def shown(viewer: Viewer, person: User) -> dict[str, bool]:
    """Every field with whether `viewer` sees it, for a template."""
    return {field: sees(viewer, person, field) for field in FIELDS}


def _sees_everything(viewer: Viewer) -> bool:
    return isinstance(viewer, User) and viewer.is_staff


def _country_of(viewer: Viewer) -> str | None:
    """The country whose fields open to the viewer: that of a member who is no sponsor."""
    if not isinstance(viewer, User) or not viewer.is_member or viewer.is_sponsor:
        return None
    return viewer.country_id
