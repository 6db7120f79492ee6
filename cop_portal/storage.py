"""Where uploads lie that no address serves without asking who wants them."""

from django.core.files.storage import Storage, storages


def private_storage() -> Storage:
    return storages["private"]
