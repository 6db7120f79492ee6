"""What waits on the coordinators' desk about people and countries."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _

from cop_portal.admin_columns import list_url
from cop_portal.admin_site import Waiting, on_the_desk
from cop_portal.dates import format_date
from members.admin.filters import without_focal_point
from members.models import Country, FocalPointAppointment, User

if TYPE_CHECKING:
    from django.http import HttpRequest


@on_the_desk
def people_and_countries(request: HttpRequest) -> Iterator[Waiting]:
    yield Waiting(
        _("Requests to join from countries without a focal point"),
        without_focal_point(User.objects.applicants()).count(),
        list_url(User, "request=orphan"),
    )
    vacant = Country.objects.vacant().in_order()
    yield Waiting(
        _("Countries without a focal point"),
        len(vacant),
        list_url(FocalPointAppointment),
        [(str(country), reverse("members:appoint", args=[country.pk])) for country in vacant],
    )
    soon = Country.objects.soon_vacant().in_order()
    yield Waiting(
        _("Countries whose focal point’s appointment ends within thirty days without a successor"),
        len(soon),
        reverse("members:focal_points"),
        [(_with_day(country), _from_that_day(country)) for country in soon],
    )


def _with_day(country: Any) -> str:
    return _("%(country)s, from %(date)s") % {
        "country": country,
        "date": format_date(country.vacant_from),
    }


def _from_that_day(country: Any) -> str:
    day = country.vacant_from.isoformat()
    return f"{reverse('members:appoint', args=[country.pk])}?from={day}"
