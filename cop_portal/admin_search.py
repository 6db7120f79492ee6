"""Finding rows of the admin's lists however a word is spelt."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib import admin
from django.db.models import F, Func, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast, Lower

from cop_portal.text import fold

if TYPE_CHECKING:
    from django.http import HttpRequest

# What `cop_portal.text.fold` makes equal, as two arguments of PostgreSQL's translate(): letters
# of the first become those of the second at the same place, those beyond its end disappear.
_EQUAL = {
    "ا": "أإآٱٲٳ",
    "ي": "یېۍى",
    "ء": "ؤئ",
    "ه": "ۀەہھةۃ",
    "ك": "کڪگڭݣ",
    "ف": "ڤڥ",
    "ب": "پ",
    "ج": "چ",
    "ز": "ژ",
    "a": "àáâãäå",
    "c": "ç",
    "e": "èéêë",
    "i": "ìíîï",
    "n": "ñ",
    "o": "òóôõö",
    "u": "ùúûü",
    "y": "ýÿ",
}
_MARKS = "".join(map(chr, [*range(0x64B, 0x660), 0x670, 0x640, 0x200E, 0x200F]))
_FROM = "".join(_EQUAL.values()) + _MARKS
_TO = "".join(letter * len(variants) for letter, variants in _EQUAL.items())


def folded(column: str) -> Func:
    """A text column in small letters, one spelling for each letter, without marks."""
    plain = Lower(Cast(F(column), TextField()))
    return Func(plain, Value(_FROM), Value(_TO), function="translate", output_field=TextField())


class FoldedSearch(admin.ModelAdmin):
    """Search in which every word must be found in some field.

    `search_fields` are compared as they are; `folded_search_fields`, translated ones, are folded
    by the database in every language, so that «الاسرة» finds «الأسرة»; `key_search_fields` are
    columns stored folded.
    """

    folded_search_fields: Sequence[str] = ()
    key_search_fields: Sequence[str] = ()

    def get_search_fields(self, request: HttpRequest) -> list[str]:
        return [*self.search_fields, *self._translated(), *self.key_search_fields]

    def _translated(self) -> list[str]:
        return [
            f"{field}_{code}"
            for field in self.folded_search_fields
            for code, _name in settings.LANGUAGES
        ]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        names = {f"folded_{number}": f for number, f in enumerate(self._translated())}
        found = queryset.alias(**{alias: folded(field) for alias, field in names.items()})
        for word in search_term.replace("\x00", "").split()[:6]:
            condition = Q()
            for field in self.search_fields:
                condition |= Q(**{f"{field}__icontains": word})
            if key := fold(word):
                for field in [*names, *self.key_search_fields]:
                    condition |= Q(**{f"{field}__contains": key})
            if condition:
                found = found.filter(condition)
        return found, False
