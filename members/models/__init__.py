from members.models.addresses import FormerAddress
from members.models.announcements import Announcement
from members.models.appointments import FocalPointAppointment
from members.models.audit import RosterRecord
from members.models.contact import Block, ContactMessage
from members.models.countries import Country
from members.models.guests import Guest
from members.models.imports import RosterImport, RosterImportRow
from members.models.invitations import ActivationCode, CodeAttempt, Invitation
from members.models.organisations import Organisation, Partner
from members.models.people import User
from members.models.posts import FormerPost
from members.models.topics import Topic
from members.models.transfers import Transfer

__all__ = [
    "ActivationCode",
    "Announcement",
    "Block",
    "CodeAttempt",
    "ContactMessage",
    "Country",
    "FocalPointAppointment",
    "FormerAddress",
    "FormerPost",
    "Guest",
    "Invitation",
    "Organisation",
    "Partner",
    "RosterImport",
    "RosterImportRow",
    "RosterRecord",
    "Topic",
    "Transfer",
    "User",
]
