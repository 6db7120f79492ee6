"""A folder of its own for the private files of one test."""

from cop_portal.storage import private_storage
from members.models import FocalPointAppointment, User


def keep_private_files_in(folder, monkeypatch):
    """The columns hold the storage they began with; the settings of a test make a new one."""
    storages = [
        private_storage(),
        User._meta.get_field("photo").storage,
        FocalPointAppointment._meta.get_field("letter").storage,
    ]
    for storage in storages:
        for name in ("base_location", "location"):
            monkeypatch.setitem(storage.__dict__, name, str(folder))
