"""The front door: a community for the visitor, what waits for the member."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.db.models import Exists, OuterRef
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import npgettext
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from cop_portal.permissions import person_of
from cop_portal.waiting import waiting_for
from events.models import Event, Registration
from members.models import Country, Partner, Topic, User

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@login_not_required
@require_safe
@vary_on_headers("Accept-Language", "Cookie")
def choose_language(request: HttpRequest) -> HttpResponse:
    """Lead to the reader's language: the account's, else the cookie's or the browser's."""
    if request.user.is_authenticated:
        translation.activate(request.user.language)
    return redirect("home")


@login_not_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        return _member_home(request)
    return _visitor_home(request)


def _visitor_home(request: HttpRequest) -> HttpResponse:
    announced = Event.objects.visible_to(request.user).for_rows()
    return render(
        request,
        "home/visitor.html",
        {
            "upcoming": announced.published().upcoming()[:3],
            "featured": announced.published().past().filter(is_featured=True)[:3],
            "partners": Partner.objects.select_related("organisation"),
            "figures": _figures(),
        },
    )


def _figures() -> list[dict[str, Any]]:
    """Three live numbers about the community, at most ten minutes old.

    Members of today, countries with at least one of them, and events held to their end; none
    before there is a member, for a new community has nothing to count.
    """
    members, countries, held = cache.get_or_set("home.figures", _count, 600) or _count()
    if not members:
        return []
    return [
        {"count": members, "label": npgettext("figure", "member", "members", members)},
        {"count": countries, "label": npgettext("figure", "country", "countries", countries)},
        {"count": held, "label": npgettext("figure", "event held", "events held", held)},
    ]


def _count() -> tuple[int, int, int]:
    members = User.objects.members()
    # Asked of each country, for there are few: to sort a million people by country takes seconds.
    countries = Country.objects.filter(Exists(members.filter(country=OuterRef("pk"))))
    return members.count(), countries.count(), Event.objects.published().past().count()


def _member_home(request: HttpRequest) -> HttpResponse:
    user = person_of(request)
    announced = Event.objects.visible_to(user).for_rows(user)
    return render(
        request,
        "home/member.html",
        {
            "waiting": waiting_for(user),
            "mine": announced.upcoming().filter(
                registrations__user=user,
                registrations__status__in=[
                    Registration.Status.CONFIRMED,
                    Registration.Status.WAITING,
                ],
            )[:4],
            "upcoming": announced.published()
            .upcoming()
            .exclude(registrations__in=Registration.objects.active().filter(user=user))[:4],
            "last": announced.published().past().first(),
            "topics": Topic.objects.filter(people=user),
        },
    )
