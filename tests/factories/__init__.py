from tests.factories.events import EventFactory, RegistrationFactory, SessionFactory
from tests.factories.members import (
    AppointmentFactory,
    CountryFactory,
    OrganisationFactory,
    TopicFactory,
    UserFactory,
)

__all__ = [
    "AppointmentFactory",
    "CountryFactory",
    "EventFactory",
    "OrganisationFactory",
    "RegistrationFactory",
    "SessionFactory",
    "TopicFactory",
    "UserFactory",
]
