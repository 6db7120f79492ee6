"""Pictures that people upload, made safe to keep and to hand out."""

from __future__ import annotations

import struct
import uuid
import zlib
from collections.abc import Collection
from io import BytesIO
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

if TYPE_CHECKING:
    from django.core.files import File

FORMATS = ("JPEG", "PNG", "WEBP")
ENDINGS = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp"}
LOGO_BYTES = 2 * 1024 * 1024
LOGO_SIDE = 4000
# No picture is unpacked beyond this many pixels, whatever its sides are.
MOST_PIXELS = 50_000_000
QUALITY = 85
SRGB = ImageCms.createProfile("sRGB")
# What Pillow raises while it reads a file that is broken or made to harm.
UNREADABLE = (OSError, SyntaxError, ValueError, EOFError, IndexError, struct.error, zlib.error)


def clean_image(
    upload: File[Any],
    *,
    max_bytes: int,
    max_pixels: int,
    square: int | None = None,
    formats: Collection[str] = FORMATS,
) -> ContentFile[bytes]:
    """The picture drawn anew, under a name that says nothing.

    Nothing but the picture survives: it is turned upright as its camera noted, brought into the
    colours of the web, and freed of the place, the time and whatever else was hidden in the file.
    With `square` it is cut from the middle, scaled to so many pixels a side at most and kept as
    JPEG; otherwise it keeps its size and its format. Raises `ValidationError`, with a sentence
    for the person who chose the file, when it holds more than `max_bytes`, when a side is longer
    than `max_pixels`, when it is none of `formats` and when it cannot be read. The size is read
    from the file's head, before anything is unpacked.
    """
    if upload.size > max_bytes:
        raise ValidationError(
            _("The file is larger than %(size)s: choose a smaller one."),
            code="too_heavy",
            params={"size": filesizeformat(max_bytes)},
        )
    upload.seek(0)
    try:
        with Image.open(upload, formats=tuple(formats)) as opened:
            _refuse_too_large(opened.size, max_pixels)
            kind = "JPEG" if opened.format == "MPO" else str(opened.format)
            if square:
                # A photograph of many pixels is unpacked at a fraction of its size.
                opened.draft("RGB", (square * 2, square * 2))
            picture = _reduced(opened, square * 2) if square else opened
            drawn = _in_web_colours(ImageOps.exif_transpose(picture))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as bomb:
        raise _too_large(max_pixels) from bomb
    except UnidentifiedImageError as unknown:
        raise ValidationError(
            _("Choose a picture in one of these formats: %(formats)s."),
            code="unknown_format",
            params={"formats": ", ".join(formats)},
        ) from unknown
    except UNREADABLE as broken:
        raise ValidationError(
            _("This file cannot be read as a picture: choose another one."), code="broken"
        ) from broken
    if square:
        side = min(square, *drawn.size)
        drawn = ImageOps.fit(drawn, (side, side), Image.Resampling.LANCZOS)
        kind = "JPEG"
    return ContentFile(_encoded(drawn, kind), name=f"{uuid.uuid4().hex}.{ENDINGS[kind]}")


def clean_logo(value: Any) -> Any:
    """What a form's field for a logo took, drawn anew if it is a new file."""
    if not isinstance(value, UploadedFile):
        return value
    return clean_image(value, max_bytes=LOGO_BYTES, max_pixels=LOGO_SIDE)


def _refuse_too_large(size: tuple[int, int], max_pixels: int) -> None:
    width, height = size
    if max(width, height) > max_pixels or width * height > MOST_PIXELS:
        raise _too_large(max_pixels)


def _too_large(max_pixels: int) -> ValidationError:
    return ValidationError(
        _("The picture is larger than %(pixels)s pixels a side: choose a smaller one."),
        code="too_large",
        params={"pixels": max_pixels},
    )


def _reduced(image: Image.Image, side: int) -> Image.Image:
    """A picture of many pixels at a fraction of its size, no side shorter than `side`: what
    follows holds it several times over. Formats other than JPEG are unpacked whole."""
    factor = min(image.size) // side
    if factor < 2:
        return image
    if image.mode not in {"L", "RGB", "RGBA", "CMYK"}:
        image = image.convert("RGBA" if image.has_transparency_data else "RGB")
    return image.reduce(factor)


def _in_web_colours(image: Image.Image) -> Image.Image:
    """RGB, or RGBA where something shows through, without the camera's own colour profile."""
    profile = image.info.get("icc_profile")
    mode = "RGBA" if image.has_transparency_data else "RGB"
    if profile and image.mode in {"RGB", "RGBA", "CMYK", "L"}:
        try:
            own = ImageCms.ImageCmsProfile(BytesIO(profile))
            wanted = image.mode if image.mode == "RGBA" else "RGB"
            changed = ImageCms.profileToProfile(image, own, SRGB, outputMode=wanted)
        except (ImageCms.PyCMSError, OSError):
            changed = None  # a profile that cannot be read is no reason to refuse the picture
        image = changed or image
    return image.convert(mode)


def _encoded(image: Image.Image, kind: str) -> bytes:
    # A new picture holds the pixels alone: what the old one noted beside them would be written.
    bare = Image.new(image.mode, image.size)
    bare.paste(image)
    if kind == "JPEG" and bare.mode == "RGBA":
        ground = Image.new("RGB", bare.size, "white")
        ground.paste(bare, mask=bare.getchannel("A"))
        bare = ground
    written = BytesIO()
    if kind == "PNG":
        bare.save(written, "PNG", optimize=True)
    else:
        bare.save(written, kind, quality=QUALITY)
    return written.getvalue()
