"""Calendar files: one event's, and the private feed with the page that explains it."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cop_portal.permissions import person_of
from cop_portal.reader import reading_as
from events import actions, ics
from events.models import CalendarFeed, Event
from members.models import User

if TYPE_CHECKING:
    from django.http import HttpRequest

_TOKEN = re.compile(r"[A-Za-z0-9_-]{20,40}")


@login_not_required
@require_safe
def event_ics(request: HttpRequest, pk: int) -> HttpResponse:
    """The event as a calendar file; how to join is in it for people with a seat."""
    events = Event.objects.visible_to(request.user).prefetch_related("sessions")
    event = get_object_or_404(events.exclude(starts_at=None), pk=pk)
    status = ""
    if request.user.is_authenticated:
        own = event.registrations.active().filter(user=request.user)
        status = own.values_list("status", flat=True).first() or ""
    response = _calendar(request, ics.event_file(event, status=status))
    response["Content-Disposition"] = f'attachment; filename="event-{event.pk}.ics"'
    return response


@login_not_required
@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """Everything one person registered for, for the calendar program that knows the address.

    In the person's language, whoever asks. An address that was replaced is not found, nor is
    that of a person who may no longer sign in.
    """
    if not _TOKEN.fullmatch(token):
        raise Http404
    feeds = CalendarFeed.objects.select_related("user__country")
    user = get_object_or_404(feeds, token=token).user
    if user.entry != User.Entry.OPEN:
        raise Http404
    with reading_as(user, language=user.language):
        bookings = [
            ics.Booking(event, event.own_status or "") for event in Event.objects.for_feed(user)
        ]
        return _calendar(request, ics.calendar(bookings, is_feed=True))


def _calendar(request: HttpRequest, content: bytes) -> HttpResponse:
    response = HttpResponse(content, content_type=ics.CONTENT_TYPE)
    response["ETag"] = etag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    response["X-Robots-Tag"] = "noindex"
    patch_cache_control(response, private=True, max_age=300)
    return get_conditional_response(request, etag=etag, response=response) or response


@require_safe
def subscribe(request: HttpRequest) -> HttpResponse:
    feed = CalendarFeed.objects.filter(user=person_of(request)).first()
    path = reverse("feed", args=[feed.token]) if feed else ""
    address = settings.SITE_URL + path if feed else ""
    context = {"address": address, "webcal": re.sub(r"^https?:", "webcal:", address)}
    return render(request, "events/subscribe.html", context)


@require_POST
def reset_feed(request: HttpRequest) -> HttpResponse:
    person = person_of(request)
    had_one = CalendarFeed.objects.filter(user=person).exists()
    actions.reset_feed(person)
    if had_one:
        messages.success(request, _("There is a new address. The old one no longer works."))
    else:
        messages.success(request, _("The calendar has an address now."))
    return redirect("events:subscribe")
