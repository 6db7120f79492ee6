"""Organisations, the partners among them, and topics."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cop_portal.admin_base import BilingualAdmin
from cop_portal.admin_columns import flag_column, link, list_url
from cop_portal.admin_translations import (
    BilingualForm,
    MissingTranslationFilter,
    languages_column,
    translated_column,
)
from cop_portal.images import clean_logo
from members.admin.filters import country_filter
from members.models import Organisation, Partner, Topic, User

if TYPE_CHECKING:
    from django.http import HttpRequest


class SluggedForm(BilingualForm):
    """A form whose short Latin name may be left empty: it then follows the English name."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["slug"].required = False
        self.fields["slug"].help_text = _(
            "Latin letters, digits and hyphens. Empty: made from the English name."
        )

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if "slug" in self.errors or self.cleaned_data.get("slug"):
            return cleaned
        longest = self._meta.model._meta.get_field("slug").max_length or 50
        slug = slugify(self.cleaned_data.get("name_en") or "")[:longest].strip("-")
        self.cleaned_data["slug"] = slug
        if not slug:
            self.add_error(
                "slug", ValidationError(_("Without an English name this field is needed."))
            )
        return cleaned


@admin.register(Organisation)
class OrganisationAdmin(BilingualAdmin):
    form = SluggedForm
    fieldsets = ((None, {"fields": ("name", "kind", "country", "website", "slug")}),)
    list_display = (
        translated_column("name", gettext_lazy("name")),
        "kind",
        "country",
        "member_total",
        languages_column,
    )
    list_filter = ("kind", MissingTranslationFilter, country_filter("country"))
    list_select_related = ("country",)
    folded_search_fields = ("name",)
    search_fields = ("slug",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Organisation]:
        people = User.objects.members().filter(organisation=OuterRef("pk")).order_by()
        counted = people.values("organisation").annotate(count=Count("pk")).values("count")
        return super().get_queryset(request).annotate(member_count=Subquery(counted))

    @admin.display(description=gettext_lazy("members"), ordering="member_count")
    def member_total(self, obj: Any) -> SafeString | str:
        query = f"organisation__id__exact={obj.pk}"
        return link(list_url(User, query), obj.member_count) if obj.member_count else "0"


@admin.register(Topic)
class TopicAdmin(BilingualAdmin):
    form = SluggedForm
    fieldsets = ((None, {"fields": ("name", "is_active", "slug")}),)
    list_display = (
        translated_column("name", gettext_lazy("name")),
        flag_column("is_active", gettext_lazy("offered for new content")),
        "member_total",
        languages_column,
    )
    list_filter = ("is_active", MissingTranslationFilter)
    folded_search_fields = ("name",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Topic]:
        through: Any = User.topics.through.objects.filter(
            topic=OuterRef("pk"), user__membership="member", user__is_active=True
        ).order_by()
        counted = through.values("topic").annotate(count=Count("pk")).values("count")
        return super().get_queryset(request).annotate(member_count=Subquery(counted))

    @admin.display(description=gettext_lazy("members"), ordering="member_count")
    def member_total(self, obj: Any) -> int:
        return obj.member_count or 0


class PartnerForm(BilingualForm):
    def clean_logo(self) -> Any:
        return clean_logo(self.cleaned_data.get("logo"))


@admin.register(Partner)
class PartnerAdmin(BilingualAdmin):
    form = PartnerForm
    fieldsets = ((None, {"fields": ("organisation", "role", "note", "logo", "position")}),)
    list_display = ("name", "role", "position", "picture", languages_column)
    list_filter = ("role", MissingTranslationFilter)
    list_select_related = ("organisation",)
    autocomplete_fields = ("organisation",)
    add_beside = ("organisation",)
    folded_search_fields = ("organisation__name",)

    @admin.display(description=gettext_lazy("organisation"), ordering="organisation__name")
    def name(self, obj: Partner) -> str:
        return str(obj.organisation)

    @admin.display(description=gettext_lazy("logo"))
    def picture(self, obj: Partner) -> SafeString | str:
        if not obj.logo:
            return ""
        return format_html('<img class="list-logo" src="{}" alt="" height="32">', obj.logo.url)
