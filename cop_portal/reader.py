"""For whom something is written: language, time zone and the names of the months."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

from django.utils import timezone, translation

if TYPE_CHECKING:
    from members.models import User

# Which tradition of Arabic month names the reader has; "both" for anyone unknown.
month_names: ContextVar[str] = ContextVar("month_names", default="both")


@contextmanager
def reading_as(user: User | None, *, language: str | None = None) -> Iterator[None]:
    """Write for `user`: in their zone and months and, when `language` is given, in that.

    Without a user it is written for everyone: UTC and both traditions of month names.
    """
    zone = user.zone if user else timezone.get_default_timezone()
    names = user.country.month_names if user and user.country else "both"
    token = month_names.set(names)
    try:
        with timezone.override(zone), translation.override(language or translation.get_language()):
            yield
    finally:
        month_names.reset(token)
