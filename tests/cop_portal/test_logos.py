"""Logos that the desk uploads: drawn anew, and refused when they are too large or no picture."""

from __future__ import annotations

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from cop_portal.models import Site
from members.models import Partner
from tests.desk import filled
from tests.factories import OrganisationFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def uploads(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def picture(size=(80, 40), **options):
    written = BytesIO()
    Image.new("RGB", size, "teal").save(written, "PNG", **options)
    return SimpleUploadedFile("logo of Amina.png", written.getvalue(), "image/png")


PLACES = ["site", "partner"]


@pytest.fixture
def change(as_user, administrator):
    """Return a function that saves one of the two forms with a logo."""
    Site.objects.create(pk=1, name_ar="مجتمع", name_en="Community")
    partner = Partner.objects.create(organisation=OrganisationFactory(), role="organiser")
    client = as_user(administrator)
    paths = {
        "site": "/en/admin/cop_portal/site/1/change/",
        "partner": f"/en/admin/members/partner/{partner.pk}/change/",
    }

    def save(place, logo):
        path = paths[place]
        return client.post(path, {**filled(client.get(path)), "logo": logo})

    return save


@pytest.mark.parametrize("place", PLACES)
def test_a_logo_is_drawn_anew_under_a_name_that_says_nothing(change, place):
    notes = PngInfo()
    notes.add_text("Author", "Amina Al-Zoubi")

    response = change(place, picture(pnginfo=notes))

    assert response.status_code == 302
    logo = (Site if place == "site" else Partner).objects.get().logo
    assert "Amina" not in logo.name
    with logo.open() as kept:
        assert b"Amina" not in kept.read()


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(
    ("logo", "sentence"),
    [
        (picture((4001, 2)), "larger than 4000 pixels a side"),
        (SimpleUploadedFile("a.png", picture().read() + b"\0" * 3_000_000), "larger than 2.0"),
        (
            SimpleUploadedFile("a.svg", b'<svg xmlns="http://www.w3.org/2000/svg"/>'),
            "Upload a valid image",
        ),
    ],
)
def test_what_is_no_fit_logo_is_refused_with_a_sentence(change, place, logo, sentence):
    logo.seek(0)
    response = change(place, logo)

    assert response.status_code in (200, 422)
    assert sentence in response.content.decode().replace("\xa0", " ")
    assert not (Site if place == "site" else Partner).objects.get().logo


@pytest.mark.parametrize("place", PLACES)
def test_saving_the_rest_leaves_the_logo_alone(change, place):
    change(place, picture())
    kind = Site if place == "site" else Partner
    name = kind.objects.get().logo.name

    change(place, "")

    assert kind.objects.get().logo.name == name
