from __future__ import annotations

import re
import zoneinfo
from datetime import time
from typing import TYPE_CHECKING, NamedTuple

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from cop_portal.text import latin_digits
from cop_portal.zones import validate_time_zone
from events.clocks import Clocks, clocks
from events.models.events import Event, Kind

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from events.models.people import SessionRole


class Phone(NamedTuple):
    """A telephone number as written, its `tel:` address, and what its line says beside it."""

    label: str
    number: str
    href: str

    @classmethod
    def read(cls, line: str) -> Phone:
        line = latin_digits(line).strip()
        match = re.search(r"\+?[0-9][0-9 ().-]{4,}", line)
        if match is None:
            return cls(line, "", "")
        number = match[0].strip()
        label = (line[: match.start()] + line[match.end() :]).strip(" :،,-\u2013")
        return cls(label, number, "tel:" + re.sub(r"[^0-9+]", "", number))


class Session(models.Model):
    """One part of an event, with its own time, zone and place."""

    Kind = Kind

    event = models.ForeignKey(
        Event, verbose_name=_("event"), on_delete=models.CASCADE, related_name="sessions"
    )
    title = models.CharField(_("title"), max_length=200, blank=True)
    kind = models.CharField(
        _("kind"), max_length=20, choices=Kind, blank=True, help_text=_("Empty: as the event.")
    )
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))
    time_zone = models.CharField(
        _("time zone"),
        max_length=64,
        blank=True,
        validators=[validate_time_zone],
        help_text=_("Empty: as the event."),
    )
    place = models.CharField(_("place"), max_length=200, blank=True)
    city = models.CharField(_("city"), max_length=100, blank=True)
    description = models.TextField(_("description"), blank=True)
    join_url = models.URLField(_("join link"), blank=True, max_length=500)
    dial_in = models.TextField(
        _("dial-in numbers"), blank=True, help_text=_("One line for each country.")
    )
    dial_in_code = models.CharField(_("access code"), max_length=40, blank=True)

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        ordering = ("starts_at", "pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="events_session_ends_after_start",
                violation_error_message=_("The end must come after the start."),
            ),
        ]

    def __str__(self) -> str:
        return self.title or str(self.event)

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        return zoneinfo.ZoneInfo(self.time_zone or self.event.time_zone)

    @property
    def clocks(self) -> Clocks:
        """Its span on the reader's clock and on that of its place."""
        return clocks(self.starts_at, self.ends_at, self.zone)

    @property
    def kind_label(self) -> str:
        """What it is, which may be said of the event only."""
        return self.get_kind_display() if self.kind else self.event.get_kind_display()

    @property
    def people(self) -> list[tuple[_StrPromise, list[SessionRole]]]:
        """Who speaks, chairs, facilitates, role by role; needs `for_page()`."""
        from events.models.people import lines_of

        return lines_of(self)

    @property
    def phones(self) -> list[Phone]:
        """The dial-in numbers, line by line, with what stands beside each."""
        return [Phone.read(line) for line in self.dial_in.splitlines() if line.strip()]

    @property
    def is_remote(self) -> bool:
        """Whether people take part by link or telephone; there may be a place as well."""
        return bool(self.join_url or self.dial_in)

    @property
    def remote_label(self) -> str:
        return str(_("Online") if self.join_url else _("By telephone"))

    @property
    def remote_icon(self) -> str:
        return "video" if self.join_url else "phone"


class Organiser(models.Model):
    """An organisation's part in an event."""

    class Role(models.TextChoices):
        ORGANISER = "organiser", _("Organiser")
        CO_ORGANISER = "co_organiser", _("Co-organiser")
        HOST = "host", _("Host")
        FUNDER = "funder", _("Funder")

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="organisers")
    organisation = models.ForeignKey(
        "members.Organisation", verbose_name=_("organisation"), on_delete=models.PROTECT
    )
    role = models.CharField(_("role"), max_length=12, choices=Role, default=Role.ORGANISER)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("organiser")
        verbose_name_plural = _("organisers")
        ordering = ("position", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=["event", "organisation", "role"], name="events_organiser_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} ({self.get_role_display()})"

    @property
    def is_main(self) -> bool:
        return self.role == self.Role.ORGANISER


class Highlight(models.Model):
    """A statement about an event: what it offers beforehand, what came of it afterwards."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="highlights")
    text = models.TextField(_("statement"))
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("highlight")
        verbose_name_plural = _("highlights")
        ordering = ("position", "pk")

    def __str__(self) -> str:
        return self.text[:60]


class Figure(models.Model):
    """A number about an event that its record states, with what it counts."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="figures")
    value = models.CharField(_("value"), max_length=12)
    label = models.CharField(_("what it counts"), max_length=120)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("figure")
        verbose_name_plural = _("figures")
        ordering = ("position", "pk")

    def __str__(self) -> str:
        return f"{self.value} {self.label}"


class EventReminder(models.Model):
    """When people who are coming are reminded: so many days before the start, at a time of
    day in the event's zone. On the day itself never later than two hours before the start."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="reminders")
    days_before = models.PositiveSmallIntegerField(_("days before"))
    at = models.TimeField(_("at"), default=time(8, 0), help_text=_("In the event’s time zone."))

    DEFAULT_DAYS = (7, 1, 0)

    class Meta:
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        ordering = ("-days_before",)
        constraints = [
            models.UniqueConstraint(
                fields=["event", "days_before"], name="events_reminder_once_a_day"
            ),
        ]

    def __str__(self) -> str:
        if self.days_before == 0:
            return gettext("On the same day")
        sentence = ngettext("%(count)d day before", "%(count)d days before", self.days_before)
        return sentence % {"count": self.days_before}
