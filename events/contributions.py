"""What events say of people and of countries."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.db.models import Count, Exists, OuterRef, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from cop_portal.localised import local_text
from events.models import Event, Organiser, Registration
from events.querysets import translated_columns
from members.contributions import Contribution, Part, contributes, contributes_to_country

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from members.models import Country, User

MOST = 10


@contributes
def registrations(person: User, viewer: User) -> Iterator[Contribution]:
    """The events for which a person has a seat. Nobody agrees to be named by registering, so this
    is for the person, the focal points of the country and the coordinators."""
    if viewer.pk != person.pk and not viewer.has_perm("members.manage_roster", person):
        return
    rows = Registration.objects.confirmed().filter(user=person).select_related(None)
    events = _titled(Event.objects.visible_to(viewer).published().filter(registrations__in=rows))
    for event in events.order_by("-starts_at", "-pk")[:MOST]:
        yield _row(event, _("Registered"))


@contributes_to_country
def events_of(country: Country, viewer: User) -> Iterator[Part]:
    """What an organisation of the country hosts or hosted, and the past events that name the
    country or at which people of it had a seat; these are counted, not named."""
    visible = Event.objects.visible_to(viewer).published()
    hosts = Organiser.objects.filter(
        event=OuterRef("pk"), role=Organiser.Role.HOST, organisation__country=country
    )
    yield _part("hosted", _("Events hosted"), visible.filter(Exists(hosts)))
    seats = (
        Registration.objects.confirmed().filter(event=OuterRef("pk"), user__country=country)
    ).order_by()
    named = Event.countries.through.objects.filter(event=OuterRef("pk"), country=country)
    attended = visible.filter(Exists(seats) | Exists(named), ends_at__lte=timezone.now()).annotate(
        seats=Subquery(seats.values("event").annotate(n=Count("pk")).values("n"))
    )
    yield _part("attended", _("Events attended"), attended)


def _part(key: str, heading: object, events: QuerySet[Event]) -> Part:
    latest = _titled(events).order_by("-starts_at", "-pk")[:MOST]
    rows = [_row(event, event.get_kind_display(), _seats(event)) for event in latest]
    return Part(key, heading, rows, events.count() if len(rows) == MOST else len(rows))


def _seats(event: Event) -> str:
    count = getattr(event, "seats", None)
    if not count:
        return ""
    text = ngettext(
        "%(count)d participant from this country",
        "%(count)d participants from this country",
        count,
    )
    return text % {"count": count}


def _titled(events: QuerySet[Event]) -> QuerySet[Event]:
    return events.only("kind", "starts_at", "ends_at", *translated_columns(Event, "title"))


def _row(event: Event, kind: object, note: str = "") -> Contribution:
    title = local_text(event, "title")
    assert event.starts_at is not None  # a published event has its dates
    return Contribution(
        title=title.text,
        url=event.get_absolute_url(),
        kind=kind,
        day=timezone.localtime(event.starts_at).date(),
        language=title.language,
        note=note,
    )
