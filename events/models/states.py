"""Whether a person can register for an event now, as a label that pages print."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _


class RegistrationStatus(models.TextChoices):
    OPEN = "open", _("Registration open")
    WAITING_LIST = "waiting_list", _("Full, waiting list open")
    CLOSED = "closed", _("Registration closed")
    STARTED = "started", _("Under way, registration closed")
    OVER = "over", _("The event is over")
    CANCELLED = "cancelled", _("The event was cancelled")
    NOT_PUBLISHED = "not_published", _("Not published yet")


_TONES = {
    RegistrationStatus.OPEN: "",
    RegistrationStatus.WAITING_LIST: "wait",
    RegistrationStatus.CANCELLED: "stop",
}


@dataclass(frozen=True)
class RegistrationState:
    """What registering would lead to at one moment. Pages print `label`; the action asks under
    the event's lock and refuses with the same words."""

    status: RegistrationStatus
    capacity: int | None
    confirmed: int
    waiting: int
    closes_at: datetime | None

    @property
    def label(self) -> str:
        return str(self.status.label)

    @property
    def accepts(self) -> bool:
        """Whether a person can register, be it for the waiting list."""
        return self.status in (RegistrationStatus.OPEN, RegistrationStatus.WAITING_LIST)

    @property
    def has_seat(self) -> bool:
        return self.status == RegistrationStatus.OPEN

    @property
    def allows_withdrawal(self) -> bool:
        """Whether a seat can still be given up; afterwards the record stands."""
        return self.status not in (RegistrationStatus.OVER, RegistrationStatus.CANCELLED)

    @property
    def seats_left(self) -> int | None:
        """Seats nobody has yet; None when there is no limit."""
        return None if self.capacity is None else max(0, self.capacity - self.confirmed)

    @property
    def taken_percent(self) -> int:
        """How full the event is, from 0 to 100, rounded down."""
        return min(100, self.confirmed * 100 // self.capacity) if self.capacity else 0

    @property
    def tone(self) -> str:
        """The modifier of the `.status` class."""
        return _TONES.get(self.status, "closed")
