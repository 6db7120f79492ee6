"""Both languages side by side in the admin, and a mark where a translation is missing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst, format_lazy
from django.utils.translation import get_language_info, gettext_lazy, pgettext
from django.utils.translation import gettext as _
from modeltranslation.admin import TranslationBaseModelAdmin
from modeltranslation.translator import translator

from cop_portal.localised import local_text

ANY = "any"
Parts = tuple[tuple[str, type[models.Model]], ...]


def translated_fields(model: type[models.Model]) -> dict[str, list[Any]]:
    """Each translated field of `model` with its column for each language, Arabic first."""
    fields = translator.get_options_for_model(model).all_fields
    order = [code for code, _name in settings.LANGUAGES]
    return {
        name: sorted(columns, key=lambda column: order.index(column.language))
        for name, columns in fields.items()
    }


def language_name(code: str) -> Any:
    return dict(settings.LANGUAGES)[code]


def language_sign(code: str) -> str:
    return "ع" if code == "ar" else code.upper()


# Which rows lack a translation -----------------------------------------------------------------


def _empty(column: str) -> Q:
    return Q(**{f"{column}__isnull": True}) | Q(**{column: ""})


def _lacks(model: type[models.Model], language: str) -> Q:
    """Rows with a text in some other language that has none in `language`."""
    found = Q(pk__in=[])
    for columns in translated_fields(model).values():
        for column in columns:
            if column.language == language:
                others = [other for other in columns if other is not column]
                written = Q(pk__in=[])
                for other in others:
                    written |= ~_empty(other.name)
                found |= _empty(column.name) & written
    return found


def missing_in(model: type[models.Model], language: str, parts: Parts = ()) -> Q | Any:
    """A condition on rows of `model`: they or one of their parts lack a text in `language`
    which another language has. `parts` are models with the foreign key that leads here."""
    found: Any = _lacks(model, language)
    for link, part in parts:
        rows = part._default_manager.filter(_lacks(part, language), **{link: OuterRef("pk")})
        found = found | Q(Exists(rows))
    return found


def with_missing(queryset: QuerySet[Any], parts: Parts = ()) -> QuerySet[Any]:
    """Add `missing_<language>` to every row."""
    return queryset.annotate(
        **{
            f"missing_{code}": ExpressionWrapper(
                missing_in(queryset.model, code, parts), output_field=BooleanField()
            )
            for code, _name in settings.LANGUAGES
        }
    )


class MissingTranslationFilter(admin.SimpleListFilter):
    """The rows that lack a text in one of the languages."""

    title = gettext_lazy("missing translation")
    parameter_name = "missing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(ANY, gettext_lazy("In any language")), *settings.LANGUAGES]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        codes = [code for code, _name in settings.LANGUAGES]
        wanted = codes if self.value() == ANY else [c for c in codes if c == self.value()]
        condition = Q()
        for code in wanted:
            condition |= Q(**{f"missing_{code}": True})
        return queryset.filter(condition)


# The form ----------------------------------------------------------------------------------------


class BilingualForm(forms.ModelForm):
    """A form in which one language is enough, and each missing one is marked."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for _name, columns in self._groups():
            self._mark(columns)

    def _groups(self) -> Iterator[tuple[str, list[str]]]:
        for name, columns in translated_fields(self._meta.model).items():
            shown = [column.name for column in columns if column.name in self.fields]
            if shown:
                yield name, shown

    def _mark(self, columns: list[str]) -> None:
        texts = {column: str(self[column].value() or "").strip() for column in columns}
        for column, text in texts.items():
            if text or not any(texts.values()):
                continue
            bound = self[column]
            bound.help_text = bound.field.help_text = format_html(
                '<strong class="missing-translation">{}</strong> {}',
                pgettext("mark on an empty text field", "Translation missing"),
                bound.field.help_text,
            )

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        for name, columns in self._groups():
            is_optional = self._meta.model._meta.get_field(name).blank
            written = [column for column in columns if self.cleaned_data.get(column)]
            if not written and not is_optional and not any(c in self.errors for c in columns):
                self.add_error(
                    columns[0], ValidationError(_("Enter this in at least one language."))
                )
        return cleaned


class Bilingual(TranslationBaseModelAdmin):
    """What admin classes of models with translated fields share, inlines included."""

    form: Any = BilingualForm

    def _patch_fieldsets(self, fieldsets: Any) -> Any:
        """Put the languages of a translated field side by side in one row."""
        columns = {
            name: tuple(column.name for column in found)
            for name, found in translated_fields(self.model).items()
        }
        return [
            (title, {**options, "fields": [columns.get(f, f) for f in options["fields"]]})
            for title, options in fieldsets
        ]

    def formfield_for_dbfield(
        self, db_field: models.Field, request: HttpRequest, **kwargs: Any
    ) -> forms.Field | None:
        field: forms.Field | None = super().formfield_for_dbfield(db_field, request, **kwargs)
        original = getattr(db_field, "translated_field", None)
        if field is None or original is None:
            return field
        language: str = getattr(db_field, "language", "")
        field.required = False
        field.label = format_lazy(
            "{field} ({language})",
            field=capfirst(original.verbose_name),
            language=language_name(language),
        )
        direction = "rtl" if get_language_info(language)["bidi"] else "ltr"
        field.widget.attrs.update(lang=language, dir=direction)
        return field


@admin.display(description=gettext_lazy("languages"))
def languages_column(obj: Any) -> SafeString:
    """«ع ✓ EN —»: which languages are complete, with the sentence for those who hear it."""
    return format_html_join(
        " ",
        '<span class="language-state" title="{}"><span aria-hidden="true"><bdi>{}</bdi> {}</span>'
        '<span class="visually-hidden">{}</span></span>',
        (_language_state(obj, code) for code, _name in settings.LANGUAGES),
    )


def _language_state(obj: Any, code: str) -> tuple[str, str, str, str]:
    is_missing = getattr(obj, f"missing_{code}")
    sentence = _("%(language)s: translation missing") if is_missing else _("%(language)s: complete")
    sentence = sentence % {"language": language_name(code)}
    return sentence, language_sign(code), "—" if is_missing else "✓", sentence


def translated_column(field: str, description: Any) -> Any:
    """A list column: the field in the page's language, else marked as being in another."""

    @admin.display(description=description, ordering=field)
    def column(obj: Any) -> str | SafeString:
        found = local_text(obj, field)
        if not found.text:
            return str(obj)
        if not found.is_foreign:
            return found.text
        return format_html(
            '<span lang="{}" dir="{}">{}</span>', found.language, found.direction, found.text
        )

    column.__name__ = f"{field}_column"
    return column
