"""What waits on the coordinators' desk about events."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext as _

from cop_portal.admin_columns import list_url
from cop_portal.admin_site import Waiting, on_the_desk
from cop_portal.admin_translations import missing_in
from events.admin.events import EventAdmin
from events.models import Event

if TYPE_CHECKING:
    from django.http import HttpRequest


@on_the_desk
def drafts_and_translations(request: HttpRequest) -> Iterator[Waiting]:
    yield Waiting(
        _("Events not published yet"),
        Event.objects.filter(status=Event.Status.DRAFT).count(),
        list_url(Event, "status__exact=draft"),
    )
    missing = Q(pk__in=[])
    for code, _name in settings.LANGUAGES:
        missing |= missing_in(Event, code, EventAdmin.translated_parts)
    yield Waiting(
        _("Upcoming events without a full translation"),
        Event.objects.published().upcoming().filter(missing).count(),
        list_url(Event, "status__exact=published&when=upcoming&missing=any"),
    )
