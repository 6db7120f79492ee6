"""Countries: names in both languages, weekends and time zones as the community sees them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db.models import Count, OuterRef, Prefetch, QuerySet, Subquery
from django.utils.dates import WEEKDAYS
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from cop_portal.admin_base import BilingualAdmin
from cop_portal.admin_columns import flag_column, link, list_url, listed, ltr, person_name
from cop_portal.admin_fields import WeekdaysField, ZoneSelect
from cop_portal.admin_translations import (
    BilingualForm,
    MissingTranslationFilter,
    languages_column,
    translated_column,
)
from cop_portal.zones import city_of
from members.admin.filters import choose_zone, country_zones
from members.models import Country, FocalPointAppointment, User

if TYPE_CHECKING:
    from django.http import HttpRequest


class CountryForm(BilingualForm):
    weekend = WeekdaysField(label=gettext_lazy("Weekend"))

    class Meta:
        widgets = {"time_zone": ZoneSelect()}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose_zone(self.fields["time_zone"], country_zones())


def weekday_names(days: list[int]) -> str:
    return listed(WEEKDAYS[day - 1] for day in days)


@admin.register(Country)
class CountryAdmin(BilingualAdmin):
    form = CountryForm
    readonly_fields = ("code",)
    list_display = (
        translated_column("name", gettext_lazy("name")),
        "code",
        flag_column("is_participating", gettext_lazy("takes part")),
        "focal_point",
        "member_total",
        "weekend_days",
        "clock",
        languages_column,
    )
    list_filter = ("is_participating", MissingTranslationFilter, "month_names")
    folded_search_fields = ("name", "formal_name")
    search_fields = ("iso",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Country]:
        members = User.objects.members().filter(country=OuterRef("pk")).order_by()
        counted = members.values("country").annotate(count=Count("pk")).values("count")
        leads = FocalPointAppointment.objects.held().leads().select_related("user")
        return (
            super()
            .get_queryset(request)
            .annotate(member_count=Subquery(counted))
            .prefetch_related(Prefetch("appointments", leads, to_attr="current_leads"))
        )

    def get_fieldsets(self, request: HttpRequest, obj: Country | None = None) -> Any:
        """The code is chosen once: everything else refers to it."""
        calendar = ("time_zone", "weekend", "month_names")
        names = ("code" if obj else "iso", "name", "formal_name", "is_participating")
        fieldsets = (
            (None, {"fields": names}),
            (pgettext("heading", "Calendar"), {"fields": calendar}),
        )
        return self._patch_fieldsets(fieldsets)

    @admin.display(description=gettext_lazy("ISO code"), ordering="iso")
    def code(self, obj: Country) -> SafeString | str:
        return ltr(obj.iso)

    @admin.display(description=gettext_lazy("focal point"))
    def focal_point(self, obj: Any) -> SafeString | str:
        if obj.current_leads:
            return person_name(obj.current_leads[0].user)
        if not obj.is_participating:
            return ""
        return format_html('<strong class="waits">{}</strong>', _("Vacant"))

    @admin.display(description=gettext_lazy("members"), ordering="member_count")
    def member_total(self, obj: Any) -> SafeString | str:
        query = f"membership__exact=member&country={obj.pk}"
        return link(list_url(User, query), obj.member_count) if obj.member_count else "0"

    @admin.display(description=gettext_lazy("weekend"))
    def weekend_days(self, obj: Country) -> str:
        return weekday_names(obj.weekend)

    @admin.display(description=gettext_lazy("time zone"), ordering="time_zone")
    def clock(self, obj: Country) -> str:
        return city_of(obj.time_zone)
