"""Events as lists and as a month."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_not_required
from django.db.models import prefetch_related_objects
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cop_portal.paging import KeysetPage
from cop_portal.permissions import person_of
from events.clocks import reader_city
from events.filters import PAST, UPCOMING, EventFilter
from events.models import Event
from events.month import Month
from events.querysets import row_parts

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

ORDER = ("starts_at", "pk")
# Beside the past ones; the rest has a page of its own.
UPCOMING_SHOWN = 20


@login_not_required
@require_safe
def event_list(request: HttpRequest) -> HttpResponse:
    """What is coming and what was; past events go back page by page."""
    chosen = EventFilter(request.GET, request.user)
    events = chosen.narrow().with_row_columns(request.user)
    context: dict[str, Any] = {"filter": chosen, "reader_city": reader_city()}
    if chosen.time == UPCOMING:
        context["page"] = context["upcoming"] = KeysetPage(
            events.upcoming(), request.GET, order=ORDER, anchors=chosen.events
        )
    else:
        past = KeysetPage(
            events.past(), request.GET, order=ORDER, descending=True, anchors=chosen.events
        )
        context["page"] = context["past"] = past
        if chosen.time != PAST and not past.has_previous:
            context["upcoming"] = list(events.upcoming()[:UPCOMING_SHOWN])
            context["has_more_upcoming"] = chosen.upcoming_count > UPCOMING_SHOWN
    prefetch_related_objects([*context.get("upcoming", ()), *context.get("past", ())], *row_parts())
    return render(request, "events/list.html", context)


@login_not_required
@require_safe
def month(request: HttpRequest) -> HttpResponse:
    """One month on the reader's clock; without a sensible `month` the present one."""
    shown = Month.read(request.GET.get("month", ""), request.user)
    visible = Event.objects.announced().visible_to(request.user)
    events = shown.events_of(visible.for_rows(request.user))
    context = {"month": shown, "events": events, "weeks": shown.weeks_with(events)}
    return render(request, "events/month.html", context)


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """The events one has a seat at or waits for, and those one took part in."""
    person = person_of(request)
    rows = Event.objects.visible_to(person).registered_by(person).for_rows(person)
    own = Event.objects.visible_to(person)
    past = KeysetPage(rows.past(), request.GET, order=ORDER, descending=True, anchors=own)
    upcoming = [] if past.has_previous else rows.upcoming()
    return render(request, "events/mine.html", {"upcoming": upcoming, "past": past})
