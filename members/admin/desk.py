"""What waits on the coordinators' desk about people and countries."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from cop_portal.admin_columns import list_url
from cop_portal.admin_site import Waiting, on_the_desk
from members.admin.appointments import vacant_countries
from members.admin.filters import without_focal_point
from members.models import FocalPointAppointment, User

if TYPE_CHECKING:
    from django.http import HttpRequest


@on_the_desk
def people_and_countries(request: HttpRequest) -> Iterator[Waiting]:
    yield Waiting(
        _("Requests to join from countries without a focal point"),
        without_focal_point(User.objects.applicants()).count(),
        list_url(User, "request=orphan"),
    )
    yield Waiting(
        _("Countries without a focal point"),
        vacant_countries().count(),
        list_url(FocalPointAppointment),
    )
