"""The first page of an office: what waits for its focal point."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from cop_portal.paging import KeysetPage
from cop_portal.permissions import person_of, require_perm
from members import roster
from members.actions.joining import REMIND_AFTER
from members.models import Country, RosterImport, Transfer, User
from members.office import asked_country, office_context, office_country
from members.querysets import NAME_ORDER
from members.selection import Selection
from members.views.requests import selection_name

if TYPE_CHECKING:
    from typing import Any

    from django.http import HttpRequest, HttpResponse

    from members.querysets import TransferQuerySet

# More transfers than this are not listed at once.
TRANSFERS = 50
STALE_IMPORT = timedelta(days=60)


@require_safe
def office(request: HttpRequest) -> HttpResponse:
    """A focal point's own country; for coordinators all countries, or the one they choose."""
    require_perm(request.user, "members.open_office")
    is_overview = person_of(request).is_staff and not asked_country(request)
    country = None if is_overview else office_country(request)
    waiting = _requests(request, country)
    context = {
        **office_context(request, country, "waits"),
        "requests": waiting,
        "request_count": _applicants(request, country).count(),
        "are_many": len(waiting) > 1 or waiting.has_other_pages,
        "selected": Selection(request.session, selection_name(country)),
        "request_rows": [_with_wait(applicant) for applicant in waiting],
        **_transfers(request, country),
        **(_of_country(country) if country else _of_all(request)),
    }
    context["is_done"] = not (
        context["request_count"] or context["incoming"] or context["due"] or context["imports"]
    )
    return render(request, "members/office.html", context)


def _applicants(request: HttpRequest, country: Country | None) -> Any:
    waiting = User.objects.managed_by(request.user).applicants()
    return waiting.filter(country=country) if country else waiting


def _requests(request: HttpRequest, country: Country | None) -> KeysetPage[User]:
    """Who waits: people of countries without a focal point first, then the longest wait."""
    everyone = User.objects.managed_by(request.user).with_vacancy()
    waiting = _applicants(request, country).with_vacancy().for_rows()
    order = ("has_focal_point", "applied_at", "pk")
    return KeysetPage(waiting, request.GET, order=order, anchors=everyone)


def _with_wait(applicant: User) -> tuple[User, int, bool]:
    waited = timezone.now() - applicant.applied_at
    return applicant, waited.days, waited >= REMIND_AFTER


def _transfers(request: HttpRequest, country: Country | None) -> dict[str, Any]:
    """Proposals that wait: those to decide on, and the office's own."""
    waiting = Transfer.objects.waiting().select_related(
        "person__country", "person__organisation", "from_country", "to_country", "proposed_by"
    )
    waiting = waiting.order_by("proposed_at", "pk")
    incoming: TransferQuerySet = waiting.to_decide_by(request.user)
    outgoing: TransferQuerySet = waiting.none()
    if country:
        incoming = incoming.filter(to_country=country)
        outgoing = waiting.filter(from_country=country)
    return {"incoming": incoming[:TRANSFERS], "outgoing": outgoing[:TRANSFERS]}


def _of_country(country: Country) -> dict[str, Any]:
    """What else waits in one country, and how many people it has."""
    people = User.objects.filter(country=country)
    checked = RosterImport.objects.filter(
        country=country,
        state=RosterImport.State.CHECKED,
        uploaded_at__gt=timezone.now() - STALE_IMPORT,
    )
    return {
        "due": roster.due(people).count(),
        "imports": checked[:5],
        "members": people.members().count(),
    }


def _of_all(request: HttpRequest) -> dict[str, Any]:
    """What else waits for coordinators: countries whose rosters or offices need somebody, and
    people without a country."""
    by_country = roster.due_by_country(User.objects.all())
    countries = Country.objects.participating().with_focal_points().in_order()
    strays = User.objects.members().filter(
        country=None, is_coordinator=False, is_superuser=False, is_sponsor=False
    )
    strays = strays.by_name()
    return {
        "due": 0,
        "imports": (),
        "to_confirm": [(c, by_country[c.pk]) for c in countries if c.pk in by_country],
        "vacant": [c for c in countries if not c.has_lead],
        "strays": KeysetPage(
            strays.for_rows(), request.GET, order=NAME_ORDER, anchors=strays, prefix="stray_"
        ),
    }
