"""The coordinators' desk for events: scheduling, publishing, registrations."""

from events.admin import events  # isort: skip  the order is that of the page
from events.admin import desk, registrations, sessions

__all__ = ["desk", "events", "registrations", "sessions"]
