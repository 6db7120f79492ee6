from tests.factories.events import EventFactory, RegistrationFactory, SessionFactory
from tests.factories.members import (
    AppointmentFactory,
    CountryFactory,
    GuestFactory,
    OrganisationFactory,
    TopicFactory,
    UserFactory,
)

__all__ = [
    "AppointmentFactory",
    "CountryFactory",
    "EventFactory",
    "GuestFactory",
    "OrganisationFactory",
    "RegistrationFactory",
    "SessionFactory",
    "TopicFactory",
    "UserFactory",
]
