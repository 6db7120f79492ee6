"""Nomination letters: which files are taken, how they are kept and handed out."""

from __future__ import annotations

import zipfile
from typing import IO, TYPE_CHECKING, Any, NamedTuple

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.http import HttpResponse
from django.template.defaultfilters import filesizeformat
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.core.files import File

    from members.models import FocalPointAppointment

LARGEST = 10 * 1024 * 1024


class Kind(NamedTuple):
    extension: str
    content_type: str


PDF = Kind("pdf", "application/pdf")
JPEG = Kind("jpg", "image/jpeg")
PNG = Kind("png", "image/png")
DOCX = Kind("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document")
KINDS = (PDF, JPEG, PNG, DOCX)


def kind_of(file: IO[bytes]) -> Kind | None:
    """What a file is by its own first bytes, whatever it is called; None for anything else.
    Leaves the file at its start."""
    file.seek(0)
    head = file.read(16)
    file.seek(0)
    if head.startswith(b"%PDF-"):
        return PDF
    if head.startswith(b"\xff\xd8\xff"):
        return JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    return DOCX if head.startswith(b"PK\x03\x04") and _is_a_word_document(file) else None


def _is_a_word_document(file: IO[bytes]) -> bool:
    """Whether the list of contents is a text document's, without macros; nothing is unpacked."""
    try:
        with zipfile.ZipFile(file) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, OSError):
        return False
    finally:
        file.seek(0)
    return {"[Content_Types].xml", "word/document.xml"} <= names and not any(
        name.endswith("vbaProject.bin") for name in names
    )


class LetterField(forms.FileField):
    """A PDF, a picture or a Word document, recognised by its content."""

    default_error_messages = {
        "kind": _("Only PDF, JPEG, PNG and DOCX files are taken, and this is none of them."),
        "large": _("The file is larger than %(limit)s."),
    }

    def __init__(self, **kwargs: Any) -> None:
        accepted = ",".join([*(f".{kind.extension}" for kind in KINDS), ".jpeg"])
        kwargs.setdefault("widget", forms.FileInput(attrs={"accept": accepted}))
        kwargs.setdefault("help_text", _("PDF, JPEG, PNG or DOCX, at most 10 MB"))
        super().__init__(**kwargs)

    def to_python(self, data: Any) -> Any:
        file = super().to_python(data)
        if file is None:
            return None
        if file.size > LARGEST:
            limit = {"limit": filesizeformat(LARGEST)}
            raise ValidationError(self.error_messages["large"], code="large", params=limit)
        if kind_of(file) is None:
            raise ValidationError(self.error_messages["kind"], code="kind")
        return file


def keep(appointment: FocalPointAppointment, file: File) -> None:
    """Store a letter with its appointment, under a name that says nothing and an extension that
    its content gives it."""
    kind = kind_of(file)
    assert kind is not None  # the form took it
    name = f"{get_random_string(20)}.{kind.extension}"
    appointment.letter.save(name, ContentFile(file.read()), save=False)
    appointment.save(update_fields=["letter"])


def answer(appointment: FocalPointAppointment) -> HttpResponse:
    """The letter as a download. What it is follows from its content, never from the name it came
    with, and nothing in it can run on the portal's own address."""
    with appointment.letter.open() as file:
        kind = kind_of(file) or Kind("bin", "application/octet-stream")
        response = HttpResponse(file.read(), content_type=kind.content_type)
    day = appointment.starts_on.isoformat()
    name = f"nomination-{appointment.country_id}-{day}.{kind.extension}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response
