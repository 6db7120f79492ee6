"""Columns that hold other columns folded, for finding a row however it is spelt."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db import models

from cop_portal.text import fold


class FoldedKey(models.CharField):
    """The columns named in `of`, each in every language of the portal, folded into one line.

    Written whenever the row is, also in bulk; a save of some columns needs `with_keys`. Changing
    the columns by `update()` leaves the key behind.
    """

    def __init__(self, *of: str, **options: Any) -> None:
        self.of = of
        options.setdefault("editable", False)
        options.setdefault("blank", True)
        options.setdefault("default", "")
        super().__init__(**options)

    def deconstruct(self) -> Any:
        """For migrations a plain column of text."""
        name, _path, _args, options = super().deconstruct()
        return name, "django.db.models.CharField", [], options

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        texts = (text for name in self.of for text in _texts(model_instance, name))
        key = fold(" ".join(texts))[: self.max_length].strip()
        setattr(model_instance, self.attname, key)
        return key


def with_keys(model: type[models.Model], update_fields: Iterable[str]) -> set[str]:
    """The names of columns to save, with the keys that follow from them."""
    wanted = set(update_fields)
    for field in model._meta.concrete_fields:
        if isinstance(field, FoldedKey) and not wanted.isdisjoint(_columns(field)):
            wanted.add(field.name)
    return wanted


def _texts(instance: models.Model, name: str) -> list[str]:
    """What a column says: a translated one in each language it has."""
    found = [getattr(instance, f"{name}_{code}", None) for code, _name in settings.LANGUAGES]
    texts = [text for text in found if text] or [getattr(instance, name) or ""]
    return list(dict.fromkeys(texts))


def _columns(field: FoldedKey) -> set[str]:
    languages = [code for code, _name in settings.LANGUAGES]
    return {*field.of, *(f"{name}_{code}" for name in field.of for code in languages)}
