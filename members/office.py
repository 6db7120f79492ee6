"""Whose office a request is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import get_object_or_404

from cop_portal.permissions import person_of, require_perm
from members.models import Country

if TYPE_CHECKING:
    from django.http import HttpRequest


def office_country(request: HttpRequest) -> Country:
    """The country whose office is asked for, with its `in_office`: the one that `country` names
    in the address or, without one there, in the form; else the person's own.

    Refuses everyone without an office (403) and every country the person does not run (404).
    """
    require_perm(request.user, "members.open_office")
    run = Country.objects.run_by(request.user).with_focal_points()
    if asked := asked_country(request):
        return get_object_or_404(run, pk=asked)
    return own_first(request, run.in_order())[0]


def asked_country(request: HttpRequest) -> str:
    """The code that the request names, unchecked."""
    return request.GET.get("country") or request.POST.get("country", "")


def own_first(request: HttpRequest, countries: list[Country]) -> list[Country]:
    """Those the person is focal point of, then the one they belong to, then the others."""
    person = person_of(request)

    def distance(country: Country) -> int:
        if any(appointment.user_id == person.pk for appointment in country.in_office):
            return 0
        return 1 if country.pk == person.country_id else 2

    return sorted(countries, key=distance)
