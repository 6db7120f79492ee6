"""What the admin's own templates lack."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst

register = template.Library()


@register.simple_tag
def cells(row: Sequence[str], headers: Sequence[dict[str, Any]]) -> Iterator[SafeString]:
    """The cells of a list's row, each carrying the name of its column: on a phone a row is a
    block, and a value without its label says nothing."""
    for cell, header in zip(row, headers, strict=True):
        # The admin has built the cell and escaped what is in it.
        rest = mark_safe(cell.removeprefix("<td"))
        if len(rest) == len(cell):
            yield mark_safe(cell)
        else:
            label = "" if "action" in header.get("class_attrib", "") else capfirst(header["text"])
            yield format_html('<td data-label="{}"{}', label, rest)
