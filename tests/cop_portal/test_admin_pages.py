"""Every page of the desk, with the demonstration on it, in both languages."""

from __future__ import annotations

import pytest
from django.contrib.admin import site as desk
from django.contrib.admin.utils import quote
from django.test import Client
from django.urls import reverse

from cop_portal.models import Site
from members.models import User
from tests.test_every_page import BACKEND, demonstration, latin_words  # noqa: F401
from tests.test_every_page import Outline as PublicOutline

pytestmark = pytest.mark.django_db

FURTHER = [
    "", "events/", "members/", "events/registration/?event=1", "members/user/?request=open",
    "events/event/?missing=any&when=upcoming", "events/event/?q=zzz", "members/country/?_facets",
]  # fmt: skip
# Rows that are read in their list alone.
ONLY_LISTED = {"RosterRecordAdmin"}
# Rows that come about elsewhere.
NEVER_ADDED = {
    "ReportAdmin",
    "RosterRecordAdmin",
    "PersonAdmin",
    "DeliveryAdmin",
    "SessionAdmin",
    "AnnouncementAdmin",
    "InvitationAdmin",
    "RosterImportAdmin",
}


class Outline(PublicOutline):
    """A title carries the row's own name, which plain text cannot set apart."""

    def handle_data(self, data):
        if not any(tag == "title" for tag, _attributes in self.stack):
            super().handle_data(data)


def check(response, language):
    outline = Outline(response.content.decode())
    attributes = dict(outline.tags)["html"]
    assert (attributes["lang"], attributes["dir"]) == (
        (language, "rtl") if language == "ar" else (language, "ltr")
    )
    assert outline.count("h1") == outline.count("main") == 1
    if language == "ar":
        assert [word for word in latin_words(outline) if word != "ISO"] == []


@pytest.fixture
def administrator_of_the_demonstration(demonstration):  # noqa: F811
    client = Client()
    client.force_login(User.objects.get(email="admin@cop.example"), backend=BACKEND)
    return client


def pages_of(model, model_admin):
    """The addresses of a model's pages below /admin/: the list, a new row, and one row."""
    meta = model._meta
    name = f"admin:{meta.app_label}_{meta.model_name}"
    yield reverse(f"{name}_changelist")
    if model is not Site and model_admin.__class__.__name__ not in NEVER_ADDED:
        yield reverse(f"{name}_add")
    if model_admin.__class__.__name__ in ONLY_LISTED:
        return
    for row in model._default_manager.order_by("pk")[:3]:
        for page in ("change", "history"):
            yield reverse(f"{name}_{page}", args=[quote(row.pk)])


@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize("model", list(desk._registry), ids=lambda model: model._meta.label)
def test_every_page_of_the_desk_is_whole(administrator_of_the_demonstration, language, model):
    from django.utils import translation

    with translation.override(language):
        paths = list(pages_of(model, desk._registry[model]))

    for path in paths:
        response = administrator_of_the_demonstration.get(path, follow=True)
        assert response.status_code == 200, path
        check(response, language)


@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize("path", FURTHER)
def test_every_view_of_the_desk_is_whole(administrator_of_the_demonstration, language, path):
    response = administrator_of_the_demonstration.get(f"/{language}/admin/{path}")

    assert response.status_code == 200
    check(response, language)


@pytest.mark.parametrize("language", ["ar", "en"])
def test_every_page_that_asks_is_whole(administrator_of_the_demonstration, language):
    from events.models import Event, Registration
    from members.models import FocalPointAppointment

    client = administrator_of_the_demonstration
    applicant = User.objects.applicants()[0]
    paths = [
        f"events/event/{Event.objects.published().upcoming()[0].pk}/cancel/",
        f"events/registration/{Registration.objects.confirmed()[0].pk}/withdraw/",
        f"members/user/{applicant.pk}/approve/",
        f"members/user/{applicant.pk}/decline/",
        f"members/focalpointappointment/{FocalPointAppointment.objects.current()[0].pk}/end/",
    ]
    for path in paths:
        response = client.get(f"/{language}/admin/{path}")
        assert response.status_code == 200, path
        check(response, language)
