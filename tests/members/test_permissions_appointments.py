"""Who may appoint, end and read the letters, over HTTP, by role; and how the pages behave."""

from __future__ import annotations

import io
import zipfile
from datetime import date, timedelta

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from members.letters import LARGEST, keep, kind_of
from members.models import FocalPointAppointment, User
from tests.desk import count_queries, markup
from tests.factories import AppointmentFactory, UserFactory
from tests.members.pages import flat
from tests.permissions import table

pytestmark = pytest.mark.django_db

STAFF_ONLY = table(yes="CX", refused="AMEFOS", sign_in="V")
LIST = "/en/office/focal-points/"
JORDAN = "/en/office/focal-points/JO/"


@pytest.fixture(autouse=True)
def private_files(settings, tmp_path):
    private = {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": tmp_path, "base_url": None},
    }
    settings.STORAGES = {**settings.STORAGES, "private": private}


def docx(*names):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in names or ("[Content_Types].xml", "word/document.xml"):
            archive.writestr(name, "<x/>")
    return file.getvalue()


PDF = b"%PDF-1.7\n1 0 obj"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"


def fields(person, **changes):
    return {"email": person.email, "role": "lead", "starts_on": "2026-05-04", **changes}


# The table -----------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [LIST, JORDAN, "/en/office/focal-points/MA/"])
def test_who_sees_the_appointments(ask, path):
    assert ask(path) == STAFF_ONLY


def test_who_appoints(ask, jordan):
    def prepare(_user):
        FocalPointAppointment.objects.all().delete()

    person = UserFactory(country=jordan)
    assert ask(JORDAN, post=fields(person), prepare=prepare) == STAFF_ONLY
    assert FocalPointAppointment.objects.get().user == person


@pytest.mark.parametrize("post", [None, {"on": "2026-11-30"}])
def test_who_ends(ask, jordan, post):
    def prepare(_user):
        row = AppointmentFactory(country=jordan, role="alternate")
        return f"/en/office/appointments/{row.pk}/end/"

    assert ask("", post=post, prepare=prepare) == STAFF_ONLY
    ended = FocalPointAppointment.objects.exclude(ends_on=None)
    assert ended.count() == (2 if post else 0)


def with_letter(country, **changes):
    row = AppointmentFactory(country=country, role="alternate", **changes)
    keep(row, ContentFile(PDF))
    return row


def test_who_reads_a_letter(ask, jordan, morocco):
    own, other = with_letter(jordan), with_letter(morocco)

    assert ask(f"/en/office/appointments/{own.pk}/letter/") == table(
        yes="FCX", invisible="AMEOS", sign_in="V"
    )
    assert ask(f"/en/office/appointments/{other.pk}/letter/") == table(
        yes="OCX", invisible="AMEFS", sign_in="V"
    )


def test_a_focal_point_of_yesterday_reads_no_letter(as_user, jordan, focal_point):
    row = with_letter(jordan)
    focal_point.appointments.update(ends_on=timezone.now().date())

    assert as_user(focal_point).get(f"/en/office/appointments/{row.pk}/letter/").status_code == 404


# Letters -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "extension"),
    [(PDF, "pdf"), (JPEG, "jpg"), (PNG, "png"), (docx(), "docx")],
    ids=["pdf", "jpeg", "png", "docx"],
)
def test_a_letter_is_what_its_content_says(content, extension):
    kind = kind_of(io.BytesIO(content))

    assert kind is not None
    assert kind.extension == extension


@pytest.mark.parametrize(
    "content",
    [
        b"", b"%PD", b"MZ\x90\x00", b"<html><script>alert(1)</script>", b"GIF89a", b"PK\x03\x04",
        docx("[Content_Types].xml", "xl/workbook.xml"), docx("evil.exe"),
        docx("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"),
        b"<svg xmlns='http://www.w3.org/2000/svg'/>", b" %PDF-1.7",
    ],
)  # fmt: skip
def test_anything_else_is_no_letter(content):
    assert kind_of(io.BytesIO(content)) is None


def test_a_letter_is_kept_shown_and_downloaded(as_user, coordinator, focal_point, member):
    client = as_user(coordinator)
    upload = SimpleUploadedFile("letter.html", PDF, content_type="text/html")

    client.post(JORDAN, fields(member, letter=upload))

    row = FocalPointAppointment.objects.get(user=member)
    url = f"/en/office/appointments/{row.pk}/letter/"
    assert f'href="{url}"' in flat(client.get(JORDAN))
    assert f'href="{url}"' in flat(client.get(LIST))
    response = client.get(url)
    assert response.content == PDF
    assert response["Content-Type"] == "application/pdf"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Disposition"] == (
        'attachment; filename="nomination-JO-2026-05-04.pdf"'
    )
    assert "sandbox" in response["Content-Security-Policy"]
    assert "no-store" in response["Cache-Control"]
    own = as_user(member)
    assert f'href="{url}"' in flat(own.get("/en/office/"))


@pytest.mark.parametrize(
    ("name", "content", "error"),
    [
        ("letter.pdf", b"<script>alert(1)</script>", "this is none of them"),
        ("letter.pdf", PDF + b"0" * LARGEST, "The file is larger than 10.0\xa0MB."),
        ("letter.pdf", b"", "The submitted file is empty."),
    ],
    ids=["disguised", "large", "empty"],
)
def test_a_file_that_is_no_letter_is_refused(as_user, coordinator, member, name, content, error):
    response = as_user(coordinator).post(
        JORDAN, fields(member, letter=SimpleUploadedFile(name, content))
    )

    assert response.status_code == 422
    assert error in response.content.decode()
    assert member.email in flat(response)
    assert not FocalPointAppointment.objects.exists()


def test_a_letter_lies_where_no_address_leads():
    storage = FocalPointAppointment._meta.get_field("letter").storage

    assert storage.base_url is None or "private" in str(storage.location)
    assert str(settings.MEDIA_ROOT) != str(settings.PRIVATE_ROOT)


def test_a_letter_whose_file_is_lost_is_not_found(as_user, coordinator, jordan):
    row = with_letter(jordan)
    row.letter.storage.delete(row.letter.name)

    response = as_user(coordinator).get(f"/en/office/appointments/{row.pk}/letter/")

    assert response.status_code == 404


# Appointing ----------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["coordinator", "administrator"])
def test_appointing_a_new_lead(request, as_user, role, focal_point, member, told):
    client = as_user(request.getfixturevalue(role))
    prefilled = flat(client.get(f"{JORDAN}?member={member.pk}&from=2026-12-01"))
    assert f'value="{member.email}"' in prefilled
    assert 'value="2026-12-01"' in prefilled

    response = client.post(
        JORDAN, fields(member, email=member.email.upper(), starts_on="٢٠٢٦-٠٥-٠٤"), follow=True
    )

    assert response.redirect_chain == [(LIST, 302)]
    assert "has been appointed and told by email" in flat(response)
    assert list(
        FocalPointAppointment.objects.order_by("starts_on").values_list(
            "user__email", "starts_on", "ends_on"
        )
    ) == [
        ("focal@cop.example", date(2020, 1, 1), date(2026, 5, 4)),
        ("member@cop.example", date(2026, 5, 4), None),
    ]
    assert sorted(told()) == [
        ("members.appointed", "member@cop.example", "ar"),
        ("members.appointment_ended", "focal@cop.example", "ar"),
    ]


@pytest.mark.parametrize(
    ("field", "value", "error"),
    [
        ("email", "nobody@cop.example", "No member has this email address."),
        ("email", "applicant@cop.example", "No member has this email address."),
        ("role", "king", "not one of the available choices"),
        ("starts_on", "04.05.2026", "Enter a valid date"),
        ("starts_on", "2020-01-01", "another focal point on that day"),
        ("email", "focal@cop.example", "holds that appointment already"),
    ],
)
def test_what_cannot_be_appointed_is_named_and_kept(
    as_user, coordinator, focal_point, member, applicant, told, field, value, error
):
    response = as_user(coordinator).post(JORDAN, fields(member, **{field: value}))

    assert response.status_code == 422
    page = flat(response)
    assert error in page
    assert "<title>Error:" in page
    assert FocalPointAppointment.objects.count() == 1
    assert told() == []


def test_the_history_says_who_what_when_and_by_whom(as_user, coordinator, focal_point, member):
    client = as_user(coordinator)
    client.post(JORDAN, fields(member))

    page = flat(client.get(JORDAN))

    history = page[page.index('id="history"') :]
    by = coordinator.full_name_latin
    assert history.index(member.full_name_latin) < history.index(focal_point.full_name_latin)
    assert f"Appointed by <bdi>{by}</bdi> on" in history
    assert f"Ended by <bdi>{by}</bdi> on" in history
    assert "1 January 2020" in history


@pytest.mark.parametrize("path", ["XX", "%00", "focal"])
def test_no_such_country(as_user, coordinator, path):
    assert as_user(coordinator).get(f"{LIST}{path}/").status_code in (400, 404)


# Ending --------------------------------------------------------------------------------------


def test_ending_asks_for_the_day_first(as_user, coordinator, focal_point, told):
    appointment = focal_point.appointments.get()
    client = as_user(coordinator)
    url = f"/en/office/appointments/{appointment.pk}/end/"
    today = timezone.now().date()

    asked = flat(client.get(url))
    assert "Nobody is appointed to follow" in asked
    assert f'value="{today.isoformat()}"' in asked
    assert client.post(url, {"on": "2019-01-01"}).status_code == 422
    assert client.post(url, {"on": "soon"}).status_code == 422
    appointment.refresh_from_db()
    assert appointment.ends_on is None
    page = flat(client.post(url, {"on": today.isoformat()}, follow=True))
    again = client.post(url, {"on": today.isoformat()})

    assert "The appointment of" in page
    assert "Vacant" in page
    assert again.status_code == 422
    assert "This appointment has been ended already." in flat(again)
    assert told() == [("members.appointment_ended", "focal@cop.example", "ar")]
    assert client.get("/en/office/appointments/99999999/end/").status_code == 404


def test_one_to_come_is_listed_and_withdrawn(as_user, coordinator, focal_point, member, told):
    day = timezone.now().date() + timedelta(days=10)
    client = as_user(coordinator)
    client.post(JORDAN, fields(member, starts_on=day.isoformat()))
    row = FocalPointAppointment.objects.get(user=member)
    url = f"/en/office/appointments/{row.pk}/end/"

    listed = flat(client.get(LIST))
    assert f'href="{url}"' in listed
    assert "Withdraw the appointment" in listed
    assert "Vacant within thirty days" not in listed
    asked = flat(client.get(url))
    assert 'name="on"' not in asked
    assert "does not go on by itself" in asked
    page = flat(client.post(url, follow=True))

    row.refresh_from_db()
    assert row.was_withdrawn
    assert "has been withdrawn" in page
    assert "Vacant within thirty days" in page
    assert f"/en/office/focal-points/JO/?from={day.isoformat()}" in page
    assert "Withdrawn before it began" in flat(client.get(JORDAN))
    assert ("members.appointment_withdrawn", "member@cop.example", "ar") in told()


def test_an_appointment_whose_holder_left_is_shown_as_a_vacancy(as_user, coordinator, focal_point):
    User.objects.filter(pk=focal_point.pk).update(membership="left")

    page = flat(as_user(coordinator).get(LIST))

    assert "One country without a focal point" in page
    assert "The account is no longer open" in page
    assert "Vacant" in page


# The desk ------------------------------------------------------------------------------------


def test_the_desk_lists_the_vacancies_with_the_way_to_appoint(
    as_user, coordinator, focal_point, morocco
):
    day = timezone.now().date() + timedelta(days=30)
    focal_point.appointments.update(ends_on=day)

    page = markup(as_user(coordinator).get("/en/admin/"))

    assert '<a href="/en/office/focal-points/MA/">Morocco</a>' in page
    assert f'<a href="/en/office/focal-points/JO/?from={day.isoformat()}">Jordan, from' in page


def test_the_desk_takes_a_letter_as_well(as_user, coordinator, member):
    client = as_user(coordinator)
    add = "/en/admin/members/focalpointappointment/add/"
    form = {"country": "JO", "person": member.pk, "role": "lead", "starts_on": "2026-05-04"}

    assert 'enctype="multipart/form-data"' in markup(client.get(add))
    refused = client.post(add, {**form, "letter": SimpleUploadedFile("x.pdf", b"nothing")})
    client.post(add, {**form, "letter": SimpleUploadedFile("x.pdf", PNG)})

    assert refused.status_code == 422
    row = FocalPointAppointment.objects.get()
    assert row.letter.name.endswith(".png")
    page = markup(client.get(f"/en/admin/members/focalpointappointment/{row.pk}/change/"))
    assert f"/en/office/appointments/{row.pk}/letter/" in page


# Growth --------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [LIST, JORDAN])
def test_the_number_of_queries_does_not_grow(as_user, coordinator, jordan, path):
    client = as_user(coordinator)

    def add(count):
        soon = timezone.now().date() + timedelta(days=9)
        for _ in range(count):
            AppointmentFactory(country=jordan, role="alternate", appointed_by=UserFactory())
            AppointmentFactory(country=jordan, role="alternate", starts_on=soon)
            AppointmentFactory(country=jordan, role="alternate", user__membership="left")

    add(1)
    few = count_queries(client, path)
    add(14)

    assert count_queries(client, path) == few
