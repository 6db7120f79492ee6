"""Focal points: who holds the office of each country, appointing, ending an appointment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cop_portal.dates import format_date
from cop_portal.names import name_of
from cop_portal.permissions import person_of, require_perm
from cop_portal.text import isolated
from members import actions, letters
from members.forms import AppointForm, EndForm
from members.handover import predecessor_of, successor_of
from members.models import Country, FocalPointAppointment

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_safe
def focal_points(request: HttpRequest) -> HttpResponse:
    """Who holds the office of each country, who follows, and where nobody does."""
    require_perm(request.user, "members.appoint_focal_point")
    countries = Country.objects.participating().with_appointments().in_order()
    context = {
        "countries": countries,
        "vacant": [country for country in countries if not country.has_lead],
        "soon_vacant": Country.objects.soon_vacant().in_order(),
    }
    return render(request, "members/focal_points.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def appoint(request: HttpRequest, iso: str) -> HttpResponse:
    require_perm(request.user, "members.appoint_focal_point")
    country = get_object_or_404(Country.objects.with_appointments(), pk=iso)
    form = AppointForm(
        request.POST or None,
        request.FILES or None,
        country=country,
        asked=request.GET.get("member"),
        day=request.GET.get("from"),
    )
    if form.is_valid():
        try:
            new = actions.appoint(country, by=person_of(request), **form.appointment())
        except actions.Refused as refusal:
            form.add_error(None, str(refusal.sentence))
        else:
            done = _("%(name)s has been appointed and told by email.")
            messages.success(request, done % {"name": isolated(name_of(new.user))})
            return redirect("members:focal_points")
    history = country.appointments.select_related("user", "appointed_by", "ended_by")
    history = history.order_by("-starts_on", "role", "-pk")[:50]
    context = {"form": form, "country": country, "history": history}
    status = 422 if form.is_bound else 200
    return render(request, "members/appoint.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def end_appointment(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for the day first, and say what follows; then end it, or withdraw it before it began."""
    require_perm(request.user, "members.appoint_focal_point")
    rows = FocalPointAppointment.objects.select_related("user", "country")
    appointment = get_object_or_404(rows, pk=pk)
    posted = request.POST if request.method == "POST" else None
    form = EndForm(posted, appointment=appointment)
    if form.is_valid():
        try:
            ended = actions.end_appointment(
                appointment, on=form.cleaned_data.get("on"), by=person_of(request)
            )
        except actions.Refused as refusal:
            form.add_error(None, str(refusal.sentence))
        else:
            messages.success(request, _said(ended))
            return redirect("members:focal_points")
    context = {
        "form": form,
        "appointment": appointment,
        "successor": successor_of(appointment),
        "predecessor": None if appointment.has_begun() else predecessor_of(appointment),
    }
    status = 422 if form.is_bound else 200
    return render(request, "members/end_appointment.html", context, status=status)


def _said(ended: FocalPointAppointment) -> str:
    name = isolated(name_of(ended.user))
    if ended.was_withdrawn:
        return _("The appointment of %(name)s has been withdrawn.") % {"name": name}
    day = format_date(ended.ends_on or ended.starts_on)
    return _("The appointment of %(name)s ends on %(day)s.") % {"name": name, "day": day}


@require_safe
def letter(request: HttpRequest, pk: int) -> HttpResponse:
    """The nomination letter, for the secretariat and the focal points of that country."""
    rows = FocalPointAppointment.objects.managed_by(request.user).exclude(letter="")
    appointment = get_object_or_404(rows, pk=pk)
    try:
        return letters.answer(appointment)
    except FileNotFoundError as lost:
        raise Http404 from lost
