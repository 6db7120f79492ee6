"""One event, and coming to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cop_portal.localised import languages_of
from cop_portal.permissions import denial, person_of, require_perm
from events import actions
from events.models import Event, Registration

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

# Fewer registrations than this say who came rather than from where.
LEAST_SHOWN = 5
COUNTRIES_SHOWN = 8


@login_not_required
@require_safe
def detail(request: HttpRequest, pk: int, slug: str = "") -> HttpResponse:
    events = Event.objects.visible_to(request.user).for_page()
    event = get_object_or_404(events, pk=pk)
    if slug != event.slug:
        response = redirect(event, permanent=True)
        # A title may change back, and a remembered redirect would then turn in circles.
        patch_cache_control(response, no_cache=True)
        return response
    return render(request, "events/detail.html", _page(request, event))


def _page(request: HttpRequest, event: Event) -> dict[str, Any]:
    user = request.user
    registration = None
    if user.is_authenticated:
        registration = event.registrations.active().filter(user=user).first()
    related = Event.objects.announced().visible_to(user)
    state = event.registration_state()
    return {
        "event": event,
        "state": state,
        "registration": registration,
        "position": registration.position() if registration and registration.is_waiting else None,
        "can_register": user.has_perm("events.register", event),
        "why_not": denial("events.register"),
        "has_access": user.has_perm("events.view_access", event),
        "can_see_profiles": user.has_perm("members.view_directory"),
        "turnout": _turnout(event, state.confirmed),
        "earlier": related.filter(pk=event.follows_id).first() if event.follows_id else None,
        "later": related.filter(follows=event).order_by("starts_at", "pk"),
        "content_languages": languages_of(event, "title"),
    }


def _turnout(event: Event, confirmed: int) -> dict[str, Any] | None:
    """Registrations by country, the largest first; nothing while there are too few to show.

    `others` is what the countries beyond the first ones and people without a country add up to.
    """
    if confirmed < LEAST_SHOWN:
        return None
    rows = [row for row in event.registrations.by_country() if row["country"]]
    shown, most = rows[:COUNTRIES_SHOWN], rows[0]["count"] if rows else 0
    for row in shown:
        row["percent"] = row["count"] * 100 // most
    return {
        "rows": shown,
        "total": confirmed,
        "countries": len(rows),
        "others": confirmed - sum(row["count"] for row in shown),
    }


@login_not_required
@require_POST
def register(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a seat or a place in the queue; whoever is not signed in comes back to the event."""
    event = get_object_or_404(Event.objects.visible_to(request.user), pk=pk)
    if not request.user.is_authenticated:
        return redirect_to_login(event.get_absolute_url())
    require_perm(request.user, "events.register", event)
    already = event.registrations.active().filter(user=request.user).exists()
    try:
        registration = actions.register(event, by=request.user)
    except actions.Refused as refusal:
        messages.error(request, str(refusal))
    else:
        _say(request, registration, already=already)
    return redirect(event)


def _say(request: HttpRequest, registration: Registration, *, already: bool) -> None:
    if registration.is_waiting:
        messages.warning(
            request,
            _("The event is full. The registration is on the waiting list (position %(position)d).")
            % {"position": registration.position()},
        )
    elif already:
        messages.info(request, _("This registration was made already; there is one seat."))
    else:
        messages.success(
            request, _("Registered. A confirmation with the calendar file is on its way by mail.")
        )


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask first, then give up the seat; mails lead to the question, never to the act."""
    person = person_of(request)
    event = get_object_or_404(Event.objects.visible_to(person), pk=pk)
    registration = event.registrations.filter(user=person).first()
    if registration is None or not registration.is_active:
        messages.info(request, _("There is no registration to withdraw."))
        return redirect(event)
    require_perm(person, "events.withdraw", registration)
    state = event.registration_state()
    if not state.allows_withdrawal:
        messages.error(request, state.label)
        return redirect(event)
    if request.method != "POST":
        context = {"event": event, "registration": registration}
        return render(request, "events/withdraw.html", context)
    try:
        actions.withdraw(registration, by=person)
    except actions.Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The registration was withdrawn."))
    return redirect(event)
