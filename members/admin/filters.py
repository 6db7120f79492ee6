"""Filters and choices by country that several apps share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from cop_portal.admin_fields import ZoneSelect
from members.models import Country

if TYPE_CHECKING:
    from django.http import HttpRequest


def country_zones() -> frozenset[str]:
    """The time zones of the participating countries, to be offered before all others."""
    return frozenset(Country.objects.participating().values_list("time_zone", flat=True))


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
