from members.models.appointments import FocalPointAppointment
from members.models.countries import Country
from members.models.organisations import Organisation, Partner
from members.models.people import User
from members.models.topics import Topic

__all__ = ["Country", "FocalPointAppointment", "Organisation", "Partner", "Topic", "User"]
