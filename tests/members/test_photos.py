"""Photographs: drawn anew, handed to those who may see them, gone when they are taken away."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from cop_portal.storage import private_storage
from members import photos
from tests.factories import UserFactory
from tests.members.pages import flat

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def private_files(settings, tmp_path):
    private = {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": tmp_path, "base_url": None},
    }
    settings.STORAGES = {**settings.STORAGES, "private": private}
    return tmp_path


def picture(size=(900, 600), kind="JPEG", mode="RGB", **options):
    written = BytesIO()
    Image.new(mode, size, "teal" if mode != "CMYK" else 0).save(written, kind, **options)
    return SimpleUploadedFile("me.jpg", written.getvalue(), "image/jpeg")


@pytest.fixture
def form(member):
    def fill(**changes):
        return {
            "full_name": member.full_name,
            "function": member.function,
            "organisation_name": "وزارة",
            "language": "ar",
            "time_zone": "",
            **changes,
        }

    return fill


def files(folder):
    return sorted(path.name for path in (folder / "photos").iterdir())


def test_a_photograph_is_kept_as_two_squares_and_replaced(
    as_user, member, form, private_files, django_capture_on_commit_callbacks
):
    client = as_user(member)
    client.post("/ar/account/profile/", form(photo=picture()))
    member.refresh_from_db()
    first = files(private_files)
    assert len(first) == 2
    for size in photos.SIZES:
        answer = client.get(f"/ar/members/{member.pk}/photo/{size}/")
        image = Image.open(BytesIO(answer.content))
        assert (image.format, image.size) == ("JPEG", (size, size))
        assert answer["Content-Type"] == "image/jpeg"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Cache-Control"].startswith("private")

    with django_capture_on_commit_callbacks(execute=True):
        client.post("/ar/account/profile/", form(photo=picture(kind="PNG")))
    assert len(files(private_files)) == 2
    assert set(files(private_files)).isdisjoint(first)

    with django_capture_on_commit_callbacks(execute=True):
        client.post("/ar/account/profile/", form(remove_photo="on"))
    member.refresh_from_db()
    assert not member.photo
    assert files(private_files) == []
    assert client.get(f"/ar/members/{member.pk}/photo/96/").status_code == 404


@pytest.mark.parametrize(
    "kind", [{"kind": "WEBP"}, {"kind": "PNG", "mode": "RGBA"}, {"mode": "CMYK"}, {"size": (9, 7)}]
)
def test_whatever_its_kind_a_picture_becomes_a_plain_one(kind):
    squares = photos.drawn(picture(**kind))

    for size, square in squares.items():
        image = Image.open(BytesIO(square.read()))
        assert (image.mode, image.format) == ("RGB", "JPEG")
        assert image.size[0] == image.size[1] <= size


@pytest.mark.parametrize(
    ("upload", "sentence"),
    [
        (SimpleUploadedFile("x.jpg", b"<svg onload=alert(1)>"), "one of these formats"),
        (picture(kind="GIF", mode="P"), "one of these formats"),
        (SimpleUploadedFile("x.jpg", b"\xff\xd8" + b"0" * (8 * 1024 * 1024)), "larger than"),
        (picture(size=(20_001, 2)), "larger than"),
    ],
)
def test_what_is_no_photograph_is_refused_with_a_sentence(as_user, member, form, upload, sentence):
    answer = as_user(member).post("/en/account/profile/", form(photo=upload, function="typed"))

    assert answer.status_code == 422
    assert sentence in flat(answer)
    member.refresh_from_db()
    assert not member.photo
    assert member.function != "typed"


def test_a_photograph_chosen_with_a_faulty_form_has_to_be_chosen_again(as_user, member, form):
    answer = as_user(member).post(
        "/en/account/profile/", form(photo=picture(), organisation_name="")
    )

    assert answer.status_code == 422
    assert "The photograph has to be chosen again." in flat(answer)


@pytest.mark.parametrize("level", ["community", "country", "coordinators"])
def test_a_photograph_is_shown_to_whom_its_owner_shows_it(
    as_user, member, coordinator, other_focal_point, level
):
    person = UserFactory(country=member.country, visibility={"photo": level})
    photos.set_photo(person, photos.drawn(picture()))
    path = f"/ar/members/{person.pk}/photo/96/"
    seen = {
        "coordinator": 200,
        "member": 200 if level != "coordinators" else 404,
        "other": 200 if level == "community" else 404,
    }

    for viewer, expected in (
        (coordinator, seen["coordinator"]),
        (member, seen["member"]),
        (other_focal_point, seen["other"]),
        (person, 200),
    ):
        client = as_user(viewer)
        assert client.get(path).status_code == expected
        page = flat(client.get(f"/ar/members/{person.pk}/"))
        assert (f"/ar/members/{person.pk}/photo/320/?v=" in page) == (expected == 200)


def test_strangers_and_applicants_get_no_photograph(client, as_user, applicant, member):
    photos.set_photo(member, photos.drawn(picture()))
    photos.set_photo(applicant, photos.drawn(picture()))
    path = f"/ar/members/{member.pk}/photo/96/"

    assert "/login/" in client.get(path)["Location"]
    assert as_user(applicant).get(path).status_code == 404
    assert as_user(applicant).get(f"/ar/members/{applicant.pk}/photo/96/").status_code == 200
    assert as_user(member).get(f"/ar/members/{applicant.pk}/photo/96/").status_code == 404
    assert as_user(member).get(f"/ar/members/{member.pk}/photo/97/").status_code == 404


def test_a_file_that_is_gone_is_not_there(as_user, member):
    photos.set_photo(member, photos.drawn(picture()))
    private_storage().delete(photos.name_of(member.photo.name, 96))

    assert as_user(member).get(f"/ar/members/{member.pk}/photo/96/").status_code == 404
