"""Uploaded pictures: what is refused, and that nothing but the picture survives."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation
from PIL import Image, ImageCms

from cop_portal.images import clean_image, clean_logo

LIMITS = {"max_bytes": 2_000_000, "max_pixels": 4000}
GPS, ORIENTATION, MAKER = 0x8825, 0x0112, 0x010F


def upload(image, kind="PNG", name="picture.png", **options):
    written = BytesIO()
    image.save(written, kind, **options)
    return SimpleUploadedFile(name, written.getvalue())


def reopened(cleaned):
    return Image.open(BytesIO(cleaned.read()))


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_keeps_its_format_and_size_but_not_its_name(kind):
    cleaned = clean_image(
        upload(Image.new("RGB", (30, 20), "teal"), kind, "../أمينة الزعبي.php"), **LIMITS
    )

    image = reopened(cleaned)
    assert (image.format, image.size) == (kind, (30, 20))
    stem, _dot, ending = cleaned.name.partition(".")
    assert len(stem) == 32
    assert ending == {"JPEG": "jpg", "PNG": "png", "WEBP": "webp"}[kind]


def test_what_a_camera_hides_in_a_photograph_is_gone():
    exif = Image.Exif()
    exif[MAKER] = "Camera of Amina"
    exif.get_ifd(GPS)[1] = "N"
    taken = upload(Image.new("RGB", (40, 40)), "JPEG", exif=exif, comment=b"secret place")
    assert b"Camera of Amina" in taken.read()

    written = clean_image(taken, **LIMITS).read()

    assert b"Camera of Amina" not in written
    assert b"secret place" not in written
    image = Image.open(BytesIO(written))
    assert dict(image.getexif()) == {}
    assert not {"icc_profile", "comment", "exif"} & set(image.info)


def test_text_in_a_png_is_gone():
    from PIL.PngImagePlugin import PngInfo

    notes = PngInfo()
    notes.add_text("Author", "Amina Al-Zoubi")
    written = clean_image(upload(Image.new("RGB", (9, 9)), pnginfo=notes), **LIMITS).read()

    assert b"Amina" not in written


def test_a_photograph_taken_sideways_is_turned_upright():
    image = Image.new("RGB", (40, 20), "black")
    image.paste("white", (0, 0, 20, 20))
    exif = Image.Exif()
    exif[ORIENTATION] = 6  # the camera was turned: show it turned by a quarter, clockwise

    turned = reopened(clean_image(upload(image, "JPEG", exif=exif), **LIMITS))

    assert turned.size == (20, 40)
    assert turned.getpixel((10, 5))[0] > 200
    assert turned.getpixel((10, 35))[0] < 50


def test_a_square_is_cut_from_the_middle_and_never_enlarged():
    wide = Image.new("RGB", (900, 300), "red")
    wide.paste("blue", (300, 0, 600, 300))

    cut = reopened(clean_image(upload(wide), square=256, **LIMITS))
    small = reopened(clean_image(upload(Image.new("RGB", (90, 60))), square=256, **LIMITS))

    assert (cut.format, cut.size) == ("JPEG", (256, 256))
    assert cut.getpixel((128, 128))[2] > 200
    assert cut.getpixel((4, 128))[2] > 200
    assert small.size == (60, 60)


def test_what_shows_through_stays_in_a_logo_and_is_white_in_a_photograph():
    clear = Image.new("RGBA", (50, 50), (0, 0, 0, 0))

    logo = reopened(clean_image(upload(clear), **LIMITS))
    photo = reopened(clean_image(upload(clear), square=40, **LIMITS))

    assert logo.mode == "RGBA"
    assert logo.getpixel((5, 5))[3] == 0
    assert photo.getpixel((5, 5)) == (255, 255, 255)


@pytest.mark.parametrize("mode", ["L", "LA", "P", "CMYK", "1", "I;16"])
def test_every_way_of_writing_colours_is_understood(mode):
    kind = "JPEG" if mode == "CMYK" else "PNG"
    assert reopened(clean_image(upload(Image.new(mode, (8, 8)), kind), **LIMITS)).size == (8, 8)


def test_a_profile_of_colours_is_applied_and_dropped():
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    plain, spoilt = (
        upload(Image.new("RGB", (8, 8), "teal"), icc_profile=icc) for icc in (profile, b"no such")
    )

    for taken in (plain, spoilt):
        image = reopened(clean_image(taken, **LIMITS))
        assert "icc_profile" not in image.info
        assert image.getpixel((3, 3)) == (0, 128, 128)


def test_only_the_first_of_moving_pictures_is_kept():
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    moving = upload(frames[0], "WEBP", save_all=True, append_images=frames[1:])

    assert getattr(reopened(clean_image(moving, **LIMITS)), "n_frames", 1) == 1


def sentence(**how):
    with pytest.raises(ValidationError) as refusal:
        clean_image(**{**LIMITS, **how})
    return refusal.value.code, refusal.value.messages


def test_a_file_that_is_too_heavy_is_refused_unread():
    heavy = SimpleUploadedFile("a.png", b"x" * 3000)
    assert sentence(upload=heavy, max_bytes=2048) == (
        "too_heavy", ["The file is larger than 2.0\xa0KB: choose a smaller one."],
    )  # fmt: skip


def test_a_picture_that_is_too_large_is_refused():
    large = upload(Image.new("1", (4001, 2)))
    assert sentence(upload=large) == (
        "too_large", ["The picture is larger than 4000 pixels a side: choose a smaller one."],
    )  # fmt: skip


@pytest.mark.parametrize(("width", "height"), [(30_000, 30_000), (9_000, 9_000), (60_000, 60_000)])
def test_a_picture_made_to_fill_the_memory_is_refused_by_its_head(width, height):
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    bomb = b"\x89PNG\r\n\x1a\n"
    for name, data in ((b"IHDR", head), (b"IDAT", zlib.compress(b"\0" * 99)), (b"IEND", b"")):
        crc = struct.pack(">I", zlib.crc32(name + data))
        bomb += struct.pack(">I", len(data)) + name + data + crc
    code, _sentences = sentence(upload=SimpleUploadedFile("a.png", bomb), max_pixels=100_000)
    assert code == "too_large"


def test_what_is_no_picture_is_refused():
    svg = SimpleUploadedFile("a.svg", b'<svg xmlns="http://www.w3.org/2000/svg"/>')
    gif = upload(Image.new("P", (5, 5)), "GIF")
    for taken in (svg, gif):
        assert sentence(upload=taken) == (
            "unknown_format", ["Choose a picture in one of these formats: JPEG, PNG, WEBP."],
        )  # fmt: skip
    whole = upload(Image.effect_noise((90, 90), 60)).read()
    assert sentence(upload=SimpleUploadedFile("a.png", whole[: len(whole) // 2])) == (
        "broken", ["This file cannot be read as a picture: choose another one."],
    )  # fmt: skip


def test_every_sentence_of_a_refusal_is_for_a_form():
    assert clean_logo(None) is None
    assert clean_logo(False) is False
    taken = upload(Image.new("RGB", (8, 8)))
    assert clean_logo(taken).name.endswith(".png")
