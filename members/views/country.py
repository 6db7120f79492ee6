"""One country: its focal points, its members and what they did."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Count
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from cop_portal.paging import KeysetPage
from cop_portal.permissions import person_of, require_perm
from cop_portal.text import fold, without_article
from members import contributions
from members.entries import Entry, entries, entry, with_entries
from members.models import Country, FocalPointAppointment, Organisation, User
from members.querysets import NAME_ORDER
from members.visibility import open_to

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from members.querysets import UserQuerySet

MOST_ORGANISATIONS = 30


@require_safe
def country(request: HttpRequest, iso: str) -> HttpResponse:
    require_perm(request.user, "members.view_directory")
    if iso != iso.upper():
        return redirect("members:country", iso=iso.upper())
    viewer = person_of(request)
    found = get_object_or_404(Country.objects.with_focal_points(), pk=iso)
    visible = User.objects.visible_to(viewer)
    members = visible.filter(country=found)
    page = KeysetPage(
        with_entries(members.by_name()), request.GET, order=NAME_ORDER, anchors=visible.by_name()
    )
    context = {
        "country": found,
        "page": page,
        "entries": entries(page.rows, viewer),
        "count": members.count(),
        "organisations": _organisations(members, viewer),
        "parts": contributions.parts_of(found, viewer),
        "in_office": _in_office(found, visible, viewer),
    }
    return render(request, "members/country.html", context)


def _organisations(members: UserQuerySet, viewer: User) -> list[tuple[Organisation, int]]:
    """Where the members work, as far as they show it, with how many work there: the largest
    first, in the language's order among equals."""
    working = members.filter(open_to(viewer, "organisation")).exclude(organisation=None)
    counted = working.order_by().values_list("organisation").annotate(count=Count("pk"))
    counts = dict(counted.order_by("-count", "organisation")[:MOST_ORGANISATIONS])
    rows = [(row, counts[row.pk]) for row in Organisation.objects.filter(pk__in=counts)]
    return sorted(rows, key=lambda row: (-row[1], fold(without_article(str(row[0])))))


def _in_office(
    country: Country, visible: UserQuerySet, viewer: User
) -> list[tuple[FocalPointAppointment, Entry]]:
    """Today's focal point and alternates, as the directory shows them."""
    holders = [appointment.user_id for appointment in country.in_office]
    people = with_entries(visible).in_bulk(holders) if holders else {}
    return [
        (appointment, entry(people[appointment.user_id], viewer))
        for appointment in country.in_office
        if appointment.user_id in people
    ]
