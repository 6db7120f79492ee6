"""The portal's own settings and standing pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import lazy
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from cop_portal import theme
from cop_portal.admin_base import BilingualAdmin
from cop_portal.admin_columns import change_url, moment_column
from cop_portal.admin_translations import (
    BilingualForm,
    MissingTranslationFilter,
    languages_column,
    translated_column,
)
from cop_portal.admin_versions import VersionedForm
from cop_portal.images import clean_logo
from cop_portal.models import Page, Site

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


def _commonmark() -> SafeString:
    examples = {"heading": "## …", "item": "* …", "bold": "**…**", "link": "[…](https://…)"}
    return format_html(
        _(
            "An empty line begins a paragraph. {heading} makes a heading, {item} an item of a "
            "list, {bold} bold type, {link} a link."
        ),
        **{name: format_html('<code dir="ltr">{}</code>', text) for name, text in examples.items()},
    )


ADDRESS = pgettext_lazy("of a page", "address")
COMMONMARK = lazy(_commonmark, str)()


class SiteForm(VersionedForm, BilingualForm):
    class Meta:
        widgets = {
            "brand": forms.TextInput(attrs={"type": "color", "class": "colour"}),
            "accent": forms.TextInput(attrs={"type": "color", "class": "colour"}),
        }

    def clean_logo(self) -> Any:
        return clean_logo(self.cleaned_data.get("logo"))

    def clean(self) -> dict[str, Any] | None:
        """Refuse colours in which the portal's own text could not be read."""
        cleaned = super().clean()
        brand, accent = self.cleaned_data.get("brand"), self.cleaned_data.get("accent")
        if brand and accent:
            for name, fault in theme.faults(brand, accent).items():
                self.add_error(name, fault)
        return cleaned


class PageForm(VersionedForm, BilingualForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["slug"].label = ADDRESS


@admin.register(Page)
class PageAdmin(BilingualAdmin):
    form = PageForm
    fieldsets = (
        (None, {"fields": ("title", "slug", "version")}),
        (gettext_lazy("Text"), {"fields": ("body",), "description": COMMONMARK}),
    )
    list_display = (
        translated_column("title", gettext_lazy("title")),
        "place",
        languages_column,
        moment_column("updated_at", gettext_lazy("last saved")),
    )
    list_filter = (MissingTranslationFilter,)
    folded_search_fields = ("title", "body")

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and db_field.name.startswith("body_"):
            field.widget.attrs["rows"] = 24
        return field

    @admin.display(description=ADDRESS, ordering="slug")
    def place(self, obj: Page) -> SafeString:
        url = reverse("page", args=[obj.slug])
        return format_html('<a href="{0}"><bdi dir="ltr">{0}</bdi></a>', url)


@admin.register(Site)
class SiteAdmin(BilingualAdmin):
    """There is one row: the list leads to it, and it can be neither doubled nor deleted."""

    form = SiteForm
    fieldsets = (
        (None, {"fields": ("name", "tagline", "contact_email", "version")}),
        (
            gettext_lazy("Home page"),
            {"fields": ("headline", "introduction", "story"), "description": COMMONMARK},
        ),
        (gettext_lazy("Look"), {"fields": ("logo", ("brand", "accent"))}),
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and not Site.objects.exists()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        only = Site.objects.first()
        if only and self.has_view_permission(request, only):
            return HttpResponseRedirect(change_url(only))
        return super().changelist_view(request, extra_context)

    def save_model(self, request: HttpRequest, obj: Site, form: Any, change: bool) -> None:
        obj.pk = 1
        super().save_model(request, obj, form, change)
