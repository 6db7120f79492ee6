from events.models.events import Event, EventReminder, Figure, Highlight, Organiser, Session
from events.models.registrations import CalendarFeed, Registration

__all__ = [
    "CalendarFeed",
    "Event",
    "EventReminder",
    "Figure",
    "Highlight",
    "Organiser",
    "Registration",
    "Session",
]
