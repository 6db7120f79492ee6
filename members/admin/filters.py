"""Filters of the lists of people, and choices by country that several apps share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy

from cop_portal.admin_fields import ZoneSelect
from members.models import Country, FocalPointAppointment, User

if TYPE_CHECKING:
    from django.http import HttpRequest


def country_zones() -> frozenset[str]:
    """The time zones of the countries known here, to be offered before all others."""
    return frozenset(Country.objects.values_list("time_zone", flat=True))


def choose_zone(field: forms.Field, zones: frozenset[str]) -> None:
    """Offer these zones first in a field drawn as `ZoneSelect`."""
    assert isinstance(field.widget, ZoneSelect)
    field.widget.first = zones


def country_filter(path: str) -> type[admin.SimpleListFilter]:
    """A filter by participating country, `path` leading from the row to it."""

    class CountryFilter(admin.SimpleListFilter):
        title = gettext_lazy("country")
        parameter_name = "country"

        def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
            return [(c.iso, str(c)) for c in Country.objects.participating().in_order()]

        def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
            if not self.value():
                return queryset
            known = [iso for iso, _name in self.lookup_choices]
            return queryset.filter(**{path: self.value()}) if self.value() in known else queryset

    return CountryFilter


class RoleFilter(admin.SimpleListFilter):
    """What people are beside members."""

    title = gettext_lazy("role")
    parameter_name = "role"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("focal_point", gettext_lazy("Focal point or alternate")),
            ("is_expert", gettext_lazy("Expert")),
            ("is_sponsor", gettext_lazy("Sponsor")),
            ("is_coordinator", gettext_lazy("Coordinator")),
            ("is_superuser", gettext_lazy("Administrator")),
        ]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        role = self.value()
        if role == "focal_point":
            return queryset.filter(has_appointment=True)
        known = [value for value, _label in self.lookup_choices]
        return queryset.filter(**{role: True}) if role in known else queryset


class DecidableFilter(admin.SimpleListFilter):
    """The requests to join that someone can decide now."""

    title = gettext_lazy("request to join")
    parameter_name = "request"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("open", gettext_lazy("Waits for a decision")),
            ("orphan", gettext_lazy("Waits, and the country has no focal point")),
        ]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet[User]:
        if self.value() == "open":
            return queryset.applicants()
        if self.value() == "orphan":
            return without_focal_point(queryset.applicants())
        return queryset


def without_focal_point(people: QuerySet[User]) -> QuerySet[User]:
    """Those whose country has neither a lead nor an alternate today, or who have no country."""
    held = FocalPointAppointment.objects.held().filter(country=OuterRef("country"))
    return people.exclude(Exists(held))
