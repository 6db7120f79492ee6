"""What every page of the admin shares: fields, searching, history and pages that ask first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.contrib import admin
from django.contrib.admin import helpers
from django.contrib.admin.utils import unquote
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.db import connection, models
from django.db.models import QuerySet
from django.forms.models import ModelChoiceIterator
from django.http import Http404
from django.template.response import TemplateResponse
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import override as translation_override
from modeltranslation.admin import TranslationAdmin, TranslationInlineModelAdmin

from cop_portal.admin_columns import change_url, list_url
from cop_portal.admin_fields import KnownAutocompleteSelect
from cop_portal.admin_search import FoldedSearch
from cop_portal.admin_translations import Bilingual, Parts, translated_fields, with_missing
from cop_portal.forms import DateField, IntegerField, TimeField
from cop_portal.permissions import require_perm
from cop_portal.text import fold, without_article

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from members.models import User

# Plain boxes for numbers, dates and times: the browser's own refuse Arabic digits and follow its
# language, and the admin's calendar knows one tradition of month names only.
SHORT = {"dir": "ltr", "size": 10, "class": "short-box"}
TEXT_BOX = forms.Textarea(attrs={"rows": 3, "cols": 50, "dir": "auto"})


def staff_of(request: HttpRequest) -> User:
    """The person at the desk, whom the admin let in."""
    return cast("User", request.user)


def selection(request: HttpRequest) -> list[tuple[str, str]]:
    """The action and the rows chosen in a list, to be carried along by the page that asks."""
    names = ("action", "select_across", helpers.ACTION_CHECKBOX_NAME)
    return [(name, value) for name in names for value in request.POST.getlist(name)]


class ChoicesInOrder(ModelChoiceIterator):
    """Rows in the order of the page's language: an Arabic name without its article."""

    def __iter__(self) -> Iterator[Any]:
        if self.field.empty_label is not None:
            yield ("", self.field.empty_label)
        for obj in sorted(self.queryset.all(), key=lambda row: fold(without_article(str(row)))):
            yield self.choice(obj)


def in_order(field: Any) -> Any:
    """The choices of a field in the order in which a reader looks for them."""
    if field is not None:
        field.iterator = ChoicesInOrder
        field.widget.choices = field.choices
    return field


class PortalFields(admin.options.BaseModelAdmin):
    """Form fields as the portal draws them, in pages and their rows alike."""

    # Choices that may be added to from the page, in a window of their own.
    add_beside: Sequence[str] = ()

    formfield_overrides = {
        models.DateField: {"form_class": DateField, "widget": forms.DateInput(SHORT)},
        models.TimeField: {"form_class": TimeField, "widget": forms.TimeInput(SHORT, "%H:%M")},
        models.PositiveIntegerField: {"form_class": IntegerField, "widget": forms.TextInput(SHORT)},
        models.PositiveSmallIntegerField: {
            "form_class": IntegerField,
            "widget": forms.TextInput(SHORT),
        },
        models.TextField: {"widget": TEXT_BOX},
        models.CharField: {"widget": forms.TextInput(attrs={"class": "vTextField", "dir": "auto"})},
        models.EmailField: {
            "widget": forms.EmailInput(attrs={"class": "vTextField", "dir": "ltr"})
        },
        models.URLField: {
            "assume_scheme": "https",
            "widget": forms.URLInput(attrs={"class": "vURLField", "dir": "ltr"}),
        },
        models.SlugField: {"widget": forms.TextInput(attrs={"class": "vTextField", "dir": "ltr"})},
    }

    def formfield_for_dbfield(
        self, db_field: Any, request: HttpRequest, **kwargs: Any
    ) -> forms.Field | None:
        """Beside a choice stands at most a link to add what is missing from it."""
        field: forms.Field | None = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget.can_change_related = False
            field.widget.can_delete_related = False
            field.widget.can_view_related = False
            field.widget.can_add_related &= db_field.name in self.add_beside
        return field

    def formfield_for_foreignkey(
        self, db_field: Any, request: HttpRequest, **kwargs: Any
    ) -> forms.ModelChoiceField | None:
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", KnownAutocompleteSelect(db_field, self.admin_site))
            return super().formfield_for_foreignkey(db_field, request, **kwargs)
        return in_order(super().formfield_for_foreignkey(db_field, request, **kwargs))

    def formfield_for_manytomany(
        self, db_field: Any, request: HttpRequest, **kwargs: Any
    ) -> forms.ModelMultipleChoiceField | None:
        """Check boxes: a few dozen choices, taken by a finger, without a script."""
        kwargs.setdefault("widget", forms.CheckboxSelectMultiple)
        return in_order(super().formfield_for_manytomany(db_field, request, **kwargs))


class PortalModelAdmin(PortalFields, FoldedSearch):
    """An admin page of the portal."""

    empty_value_display = "—"
    list_per_page = 50
    list_max_show_all = 200
    show_full_result_count = False
    view_on_site = False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may("view", request, obj) or self._may("change", request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may("change", request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may("delete", request, obj)

    def _may(self, verb: str, request: HttpRequest, obj: Any) -> bool:
        """Ask about the row, not only about its kind."""
        perm = f"{self.opts.app_label}.{verb}_{self.opts.model_name}"
        return request.user.has_perm(perm, obj)

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest) -> bool:
        """Narrow a list by what the page offers and by related rows only. The stock admin takes
        any column from the address: rows found then answer guesses at a password or a code."""
        filters = self.get_list_filter(request)
        offered = {getattr(found, "parameter_name", found) for found in filters}
        offered.add(self.date_hierarchy)
        own = {field.name for field in self.opts.get_fields() if not field.many_to_one}
        own |= {field.attname for field in self.opts.concrete_fields}
        if lookup.partition("__")[0] in own - offered:
            return False
        allowed: bool = super().lookup_allowed(lookup, value, request)
        return allowed

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        title = capfirst(self.opts.verbose_name_plural)
        return super().changelist_view(request, {"title": title, **(extra_context or {})})

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Any:
        """Lock the row that is about to be saved, and read it after that: an action that ran
        meanwhile is then not undone by saving what was read before it."""
        obj = super().get_object(request, object_id, from_field)
        if obj is None or request.method != "POST" or not connection.in_atomic_block:
            return obj
        list(self.model._base_manager.select_for_update(no_key=True).filter(pk=obj.pk))
        return super().get_object(request, object_id, from_field)

    def construct_change_message(
        self, request: HttpRequest, form: Any, formsets: Any, add: bool = False
    ) -> list[dict[str, Any]]:
        """Name the changed fields by their source strings, so that each reader sees them in
        their own language."""
        message: list[dict[str, Any]] = []
        if add:
            message.append({"added": {}})
        elif form.changed_data:
            message.append({"changed": {"fields": field_names(self.model, form.changed_data)}})
        for formset in formsets or ():
            message.extend(_formset_changes(formset))
        return message

    def ask(
        self,
        request: HttpRequest,
        *,
        title: str,
        question: str,
        submit: Any,
        form: Any = None,
        objects: Iterable[Any] = (),
        obj: models.Model | None = None,
        hidden: Sequence[tuple[str, str]] = (),
        is_destructive: bool = True,
    ) -> TemplateResponse:
        """The page that asks before something with a consequence is done, and takes what it
        needs to know; its form posts back to the same address."""
        fieldsets = [(None, {"fields": list(form.fields)})] if form else []
        context = {
            **self.admin_site.each_context(request),
            "title": title,
            "question": question,
            "submit_label": submit,
            "adminform": helpers.AdminForm(form, fieldsets, {}) if form else None,
            "errors": bool(form and form.errors),
            "objects": objects,
            "original": obj,
            "back_url": change_url(obj) if obj else list_url(self.model),
            "hidden": hidden,
            "is_destructive": is_destructive,
            "opts": self.opts,
            "media": self.media + (form.media if form else forms.Media()),
        }
        status = 422 if form and form.errors else 200
        return TemplateResponse(request, "admin/ask.html", context, status=status)

    def page(self, view: Callable[..., HttpResponse], *, perm: str) -> Callable[..., HttpResponse]:
        """A further page about one row, `view(request, obj)`, for those who have `perm`."""

        def of_row(request: HttpRequest, object_id: str) -> HttpResponse:
            obj = self.get_object(request, unquote(object_id))
            if obj is None:
                raise Http404
            require_perm(request.user, perm, obj)
            return view(request, obj)

        return self.admin_site.admin_view(of_row)

    @staticmethod
    def autocomplete_label(obj: Any) -> str:
        """What a row is called among the suggestions of an autocomplete."""
        return str(obj)


class BilingualAdmin(Bilingual, PortalModelAdmin, TranslationAdmin):
    """An admin page of a model with translated fields. `translated_parts` names models whose
    missing translations count as this one's, each with its foreign key."""

    translated_parts: Parts = ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return with_missing(super().get_queryset(request), self.translated_parts)

    def get_ordering(self, request: HttpRequest) -> list[Any]:
        return [by_language(self.model, name) for name in super().get_ordering(request)]


class LookedUp(PortalModelAdmin):
    """Rows that are read here and written by actions alone."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class PortalInline(PortalFields, admin.options.InlineModelAdmin):
    """Rows of a part, edited on the page of the whole: who may change that may change these."""

    template = "admin/edit_inline/stacked.html"
    extra = 0

    def _parent_permission(self, request: HttpRequest) -> bool:
        meta = self.parent_model._meta
        return request.user.has_perm(f"{meta.app_label}.change_{meta.model_name}")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._parent_permission(request)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._parent_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._parent_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._parent_permission(request)


class BilingualInline(Bilingual, PortalInline, TranslationInlineModelAdmin):
    pass


def by_language(model: type[models.Model], name: Any) -> Any:
    """The column to order by: of a translated field the one of the page's language."""
    plain = name.lstrip("-") if isinstance(name, str) else ""
    if plain and plain in translated_fields(model):
        return f"{name}_{get_language()}"
    return name


def field_names(model: type[models.Model], names: Iterable[str]) -> list[str]:
    """The source strings of the names of fields, each once."""
    found: dict[str, None] = {}
    known = {field.name: field for field in model._meta.get_fields()}
    with translation_override(None):
        for name in names:
            field: Any = known.get(name)
            field = getattr(field, "translated_field", field)
            found[str(getattr(field, "verbose_name", name))] = None
    return list(found)


def _formset_changes(formset: Any) -> list[dict[str, Any]]:
    with translation_override(None):
        kind = str(formset.model._meta.verbose_name)
    changes: list[dict[str, Any]] = [
        {"added": {"name": kind, "object": str(obj)}} for obj in formset.new_objects
    ]
    changes += [
        {
            "changed": {
                "name": kind,
                "object": str(obj),
                "fields": field_names(formset.model, changed),
            }
        }
        for obj, changed in formset.changed_objects
    ]
    changes += [{"deleted": {"name": kind, "object": str(o)}} for o in formset.deleted_objects]
    return changes
