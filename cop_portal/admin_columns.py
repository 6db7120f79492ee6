"""What the admin's lists and read-only rows show: names, codes, moments, links."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import quote
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, pgettext

from cop_portal.names import name_of


def ltr(value: Any) -> SafeString | str:
    """An address or a code in a list or on a page, left to right in any language."""
    return format_html('<bdi dir="ltr">{}</bdi>', value) if value not in (None, "") else ""


def flag_column(field: str, description: Any) -> Any:
    """A list column: yes or no in words, which the admin's own pictures say in English only."""

    @admin.display(description=description, ordering=field)
    def column(obj: Any) -> str:
        return yes_or_no(getattr(obj, field))

    column.__name__ = f"{field}_column"
    return column


def yes_or_no(value: object) -> str:
    return gettext("Yes") if value else gettext("No")


def isolated(text: str) -> str:
    """A date or a code where no markup can stand, kept from being turned around."""
    return f"\u2068{text}\u2069"


def bdi(value: Any) -> SafeString | str:
    return format_html("<bdi>{}</bdi>", value) if value not in (None, "") else ""


def person_name(user: Any) -> SafeString:
    """A person's name as the page's script writes it."""
    return format_html("<bdi>{}</bdi>", name_of(user))


def moment_column(field: str, description: Any) -> Any:
    """A list column: a moment on the reader's clock, as tables write it."""

    @admin.display(description=description, ordering=field)
    def column(obj: Any) -> SafeString | str:
        moment = getattr(obj, field)
        return ltr(timezone.localtime(moment).strftime("%Y-%m-%d %H:%M")) if moment else ""

    column.__name__ = f"{field}_column"
    return column


def listed(items: Iterable[Any]) -> str:
    """The items of a list as the page's language separates them."""
    return pgettext("between the items of a list", ", ").join(str(item) for item in items)


def link(url: str, label: Any) -> SafeString:
    return format_html('<a href="{}">{}</a>', url, label)


def change_url(obj: models.Model, page: str = "change") -> str:
    meta = obj._meta
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_{page}", args=[quote(obj.pk)])


def list_url(model: type[models.Model], query: str = "") -> str:
    meta = model._meta
    url = reverse(f"admin:{meta.app_label}_{meta.model_name}_changelist")
    return f"{url}?{query}" if query else url
