"""Registrations as a table for people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.utils import timezone
from django.utils.translation import gettext as _

from cop_portal import spreadsheets
from cop_portal.names import name_of
from cop_portal.spreadsheets import CSV_TYPE, XLSX_TYPE, Row, as_csv
from cop_portal.zones import city_of
from events.models import Registration

__all__ = ["CSV_TYPE", "XLSX_TYPE", "as_csv", "as_xlsx", "header", "rows"]


def header(*, with_event: bool) -> Row:
    """The names of the columns in the page's language; moments are on the reader's clock."""
    city = city_of(timezone.get_current_timezone_name())
    columns: Row = [
        _("Name"),
        _("Email"),
        _("Country"),
        _("Organisation"),
        _("Job title"),
        _("Language"),
        _("Status"),
        _("Arrived (%(city)s time)") % {"city": city},
    ]
    return [_("Event"), *columns] if with_event else columns


def rows(registrations: Iterable[Registration], *, with_event: bool) -> Iterator[Row]:
    """One row for each registration; needs `user__country`, `user__organisation`, `event`."""
    for registration in registrations:
        user = registration.user
        columns: Row = [
            name_of(user),
            user.email,
            str(user.country or ""),
            str(user.organisation or user.organisation_text),
            user.shown_function,
            user.get_language_display(),
            registration.get_status_display(),
            timezone.localtime(registration.queued_at).strftime("%Y-%m-%d %H:%M"),
        ]
        yield [str(registration.event), *columns] if with_event else columns


def as_xlsx(table: Iterable[Row]) -> bytes:
    return spreadsheets.as_xlsx(table, title=_("Registrations"))
