from events.models.events import Event, Kind
from events.models.parts import EventReminder, Figure, Highlight, Organiser, Session
from events.models.people import SessionRole
from events.models.registrations import CalendarFeed, Registration
from events.models.states import RegistrationState

__all__ = [
    "CalendarFeed",
    "Event",
    "EventReminder",
    "Figure",
    "Highlight",
    "Kind",
    "Organiser",
    "Registration",
    "RegistrationState",
    "Session",
    "SessionRole",
]
