"""Photographs of people: two squares drawn anew, kept apart from public files."""

from __future__ import annotations

from typing import Any

from django.core.files.base import ContentFile, File
from django.core.files.storage import Storage
from django.db import transaction

from cop_portal.images import clean_image
from cop_portal.storage import private_storage
from members.models import User

LARGE, SMALL = 320, 96
SIZES = (LARGE, SMALL)
MOST_BYTES = 8 * 1024 * 1024
LONGEST_SIDE = 20_000
FOLDER = "photos/"


def drawn(upload: File[Any]) -> dict[int, ContentFile[bytes]]:
    """The squares of an uploaded picture by size. Raises `ValidationError` with a sentence for
    the person who chose the file; what is read of an animation is its first picture."""
    large = clean_image(upload, max_bytes=MOST_BYTES, max_pixels=LONGEST_SIDE, square=LARGE)
    small = clean_image(large, max_bytes=MOST_BYTES, max_pixels=LARGE, square=SMALL)
    large.seek(0)
    return {LARGE: large, SMALL: small}


def name_of(photo: str, size: int) -> str:
    """The file of a size: the column names the large one."""
    if size == LARGE:
        return photo
    stem, dot, ending = photo.rpartition(".")
    return f"{stem}-{size}{dot}{ending}"


def set_photo(person: User, squares: dict[int, ContentFile[bytes]]) -> None:
    """Show `squares` from now on; the old files go once this is certain. The name of a file is
    made of chance, so nothing is overwritten and a browser keeps no picture for another."""
    storage = private_storage()
    old = person.photo.name or ""
    new = storage.save(f"{FOLDER}{squares[LARGE].name}", squares[LARGE])
    storage.save(name_of(new, SMALL), squares[SMALL])
    User.objects.filter(pk=person.pk).update(photo=new)
    person.photo = new
    _forget(storage, old)


def remove_photo(person: User) -> None:
    """Take the photograph away, its files included once this is certain."""
    old = person.photo.name or ""
    User.objects.filter(pk=person.pk).update(photo="")
    person.photo = ""
    _forget(private_storage(), old)


def _forget(storage: Storage, photo: str) -> None:
    def delete() -> None:
        for size in SIZES:
            storage.delete(name_of(photo, size))

    if photo:
        transaction.on_commit(delete)
