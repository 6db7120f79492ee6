"""Focal points: who holds the office of each country, appointing, ending an appointment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cop_portal.dates import format_date
from cop_portal.names import name_of
from cop_portal.permissions import person_of, require_perm
from cop_portal.text import isolated
from members import actions
from members.forms import AppointForm
from members.models import Country, FocalPointAppointment

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_safe
def focal_points(request: HttpRequest) -> HttpResponse:
    """Who holds the office of each country, and where nobody does."""
    require_perm(request.user, "members.appoint_focal_point")
    countries = Country.objects.participating().with_focal_points().in_order()
    return render(request, "members/focal_points.html", {"countries": countries})


@require_http_methods(["GET", "HEAD", "POST"])
def appoint(request: HttpRequest, iso: str) -> HttpResponse:
    require_perm(request.user, "members.appoint_focal_point")
    country = get_object_or_404(Country.objects.with_focal_points(), pk=iso)
    form = AppointForm(request.POST or None, country=country, asked=request.GET.get("member"))
    if form.is_valid():
        try:
            new = actions.appoint(country, by=person_of(request), **form.appointment())
        except actions.Refused as refusal:
            form.add_error(None, str(refusal.sentence))
        else:
            done = _("%(name)s has been appointed and told by email.")
            messages.success(request, done % {"name": isolated(name_of(new.user))})
            return redirect("members:focal_points")
    history = country.appointments.select_related("user").order_by("-starts_on", "role", "-pk")
    context = {"form": form, "country": country, "history": history[:50]}
    status = 422 if form.is_bound else 200
    return render(request, "members/appoint.html", context, status=status)


@require_POST
def end_appointment(request: HttpRequest, pk: int) -> HttpResponse:
    require_perm(request.user, "members.appoint_focal_point")
    appointment = get_object_or_404(FocalPointAppointment.objects.select_related("user"), pk=pk)
    try:
        ended = actions.end_appointment(appointment, by=person_of(request))
    except actions.Refused as refusal:
        messages.warning(request, str(refusal.sentence))
    else:
        done = _("The appointment of %(name)s ends on %(day)s.")
        day = format_date(ended.ends_on or ended.starts_on)
        messages.success(request, done % {"name": isolated(name_of(ended.user)), "day": day})
    return redirect("members:focal_points")
