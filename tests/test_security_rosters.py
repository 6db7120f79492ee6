"""What an attacker tries with rosters, codes, spreadsheets and merged accounts: nothing comes of
it."""

from __future__ import annotations

import csv
import io
import uuid
import zipfile
from datetime import date, timedelta
from urllib.parse import urlencode

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.utils import timezone
from PIL import ExifTags, Image

from cop_portal import images
from cop_portal.retention import apply_all
from cop_portal.spreadsheets import as_csv
from members import photos
from members.actions import Refused
from members.actions.codes import issue_for_invitation, issue_for_user
from members.actions.invitations import invite
from members.actions.merging import Union, merge, union
from members.actions.roster import mark_left, reinstate
from members.importing.headings import find_columns
from members.importing.reading import BOMB, BROKEN, Line, Unreadable, read
from members.importing.rows import clean_row
from members.models import FocalPointAppointment, FormerPost, Invitation, User
from members.roster import today
from tests.factories import AppointmentFactory, CountryFactory, UserFactory
from tests.members.sheets import ENGLISH, SUHA, xlsx_file

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mail_quiet")]
SHEET, STYLES = "xl/worksheets/sheet1.xml", "xl/styles.xml"


@pytest.fixture(autouse=True)
def fresh_cache(settings):
    """Tries are counted in the cache: each test starts from none."""
    backend = "django.core.cache.backends.locmem.LocMemCache"
    settings.CACHES = {"default": {"BACKEND": backend, "LOCATION": uuid.uuid4().hex}}


# Files that are handed in -------------------------------------------------------------------------


def tampered(part, change):
    """A sound workbook with one part changed."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(xlsx_file([ENGLISH, SUHA]))) as sound,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for name in sound.namelist():
            content = sound.read(name)
            archive.writestr(name, change(content) if name == part else content)
    return out.getvalue()


def in_sheet(markup):
    return tampered(SHEET, lambda xml: xml.replace(b"</sheetData>", markup + b"</sheetData>"))


def test_a_row_numbered_beyond_every_spreadsheet_is_not_counted_up_to():
    with pytest.raises(Unreadable) as refusal:
        read(in_sheet(b'<row r="900000000"/>'))

    assert refusal.value.sentence == BROKEN


def test_the_last_row_there_can_be_is_reached():
    assert len(read(in_sheet(b'<row r="1048576"/>')).lines) == 1


@pytest.mark.parametrize(
    "file",
    [
        in_sheet(b"<row>" + b"<c/>" * 2_000_000 + b"</row>"),
        in_sheet(b"<row/>" * 2_000_000),
        tampered(STYLES, lambda xml: xml.replace(b"</cellXfs>", b"<xf/>" * 200_000)),
    ],
    ids=["cells", "rows", "styles"],
)
def test_a_small_file_of_endless_markup_is_not_taken_apart(file):
    with pytest.raises(Unreadable) as refusal:
        read(file)

    assert len(file) < 100_000
    assert refusal.value.sentence == BOMB


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_no_entity_is_declared(encoding):
    declared = '<!DOCTYPE a [<!ENTITY b "<c/><c/>">]>'

    with pytest.raises(Unreadable) as refusal:
        read(tampered(SHEET, lambda xml: (declared + xml.decode()).encode(encoding)))

    assert refusal.value.sentence == BROKEN


def test_no_cell_keeps_a_worker_for_long():
    """A file has room for thousands of such rows. Searched back and forth, one of this length
    would never come to an end."""
    columns = find_columns(["Name", "Email"])

    row = clean_row(Line(1, ["Suha", "a@" * 100_000]), columns)

    assert row.problems == ["email_long"]


@pytest.mark.parametrize(("kind", "mode"), [("PNG", "RGBA"), ("PNG", "P"), ("WEBP", "RGB")])
def test_a_photograph_of_many_pixels_is_held_once(monkeypatch, kind, mode):
    """Fifty million pixels fit into a file of some kilobytes, and memory is not so patient."""
    held, change = [], images._in_web_colours
    monkeypatch.setattr(
        images, "_in_web_colours", lambda image: held.append(image.size) or change(image)
    )
    exif, file = Image.Exif(), io.BytesIO()
    exif[ExifTags.Base.Orientation] = 6
    Image.new(mode, (4000, 3000)).save(file, kind, exif=exif)

    photos.drawn(ContentFile(file.getvalue()))

    # Turned upright first, to 3000 by 4000, of which a fourth is left.
    assert held[0] == (750, 1000)


# Files that are handed out ------------------------------------------------------------------------


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize(
    "name",
    [
        'Ministry;"=HYPERLINK(1);x',
        'Ministry;""=1+1;x',
        "Ministry;\u200f=1+1;x",
        '"Ministry";"\u200b"@SUM(1);x',
        "Ministry\t=1+1",
        "=1+1",
        " \u200f+1",
    ],
)
def test_no_cell_is_a_formula_whichever_delimiter_a_program_reads_by(name, delimiter):
    """Spreadsheets in French settings split at semicolons, and take quotation marks off."""
    written = as_csv([["Amina", name, "member@cop.example"]]).decode("utf-8-sig")

    cells = next(csv.reader(io.StringIO(written), delimiter=delimiter))

    assert not [cell for cell in cells if cell.strip("\u200b\u200f \t")[:1] in {*"=+-@"}]


# Codes that somebody else knows -------------------------------------------------------------------


def lose_office(person):
    FocalPointAppointment.objects.filter(user=person).update(ends_on=today())


def move_away(person):
    User.objects.filter(pk=person.pk).update(country=CountryFactory(iso="MA"))


def call_to_office(person, on):
    AppointmentFactory(country=person.country, user=person, role="alternate", starts_on=on)


@pytest.fixture
def unused(jordan):
    """A member who has never signed in."""
    return UserFactory(country=jordan)


@pytest.mark.parametrize(
    "change",
    [
        lambda issuer, person: lose_office(issuer),
        lambda issuer, person: User.objects.filter(pk=issuer.pk).update(membership="suspended"),
        lambda issuer, person: move_away(person),
        lambda issuer, person: call_to_office(person, today()),
        lambda issuer, person: call_to_office(person, today() + timedelta(days=9)),
    ],
    ids=["out of office", "suspended", "another country", "in office", "called to office"],
)
def test_a_code_opens_nothing_that_its_issuer_could_not_open_now(
    client, focal_point, unused, change
):
    code = issue_for_user(unused, by=focal_point).code

    change(focal_point, unused)
    client.post("/en/account/activate/", {"email": unused.email, "code": code})

    assert "_auth_user_id" not in client.session


def test_a_code_for_an_invitation_ends_with_the_office_of_its_issuer(client, jordan, focal_point):
    invite(jordan, {"email": "suha@mosd.example", "full_name": "Suha"}, by=focal_point)
    code = issue_for_invitation(Invitation.objects.get(), by=focal_point).code

    lose_office(focal_point)
    answer = client.post("/en/account/activate/", {"email": "suha@mosd.example", "code": code})

    assert answer.status_code == 422


def test_nobody_in_office_holds_the_code_of_who_is_to_follow(focal_point, unused):
    call_to_office(unused, today() + timedelta(days=1))

    with pytest.raises(Refused):
        issue_for_user(unused, by=focal_point)


def test_the_secretariat_answers_for_its_codes_whatever_changes(client, coordinator, unused):
    code = issue_for_user(unused, by=coordinator).code

    move_away(unused)
    call_to_office(unused, today())
    client.post("/en/account/activate/", {"email": unused.email, "code": code})

    assert client.session["_auth_user_id"] == str(unused.pk)


# Accounts that are merged -------------------------------------------------------------------------


def test_an_address_that_nobody_confirmed_inherits_no_membership(coordinator, jordan):
    """Whoever asks to join under a member's name has proved nothing yet."""
    real = UserFactory(full_name="سعاد النجار", country=jordan)
    asked = UserFactory(
        full_name="سعاد النجار", country=jordan, membership="applicant", confirmed_address=False
    )

    with pytest.raises(Refused, match=str(Union.UNCONFIRMED.label)):
        merge(asked, real, by=coordinator)

    asked.refresh_from_db()
    assert asked.is_applicant
    assert union(real, asked, by=coordinator) == Union.OPEN


# Ways through the portal --------------------------------------------------------------------------


@pytest.mark.parametrize("word", ["nowhere", "home", "admin:index", "https://evil.example/", "//e"])
@pytest.mark.parametrize("path", ["roster/confirm", "requests/approve", "invitations/{}/withdraw"])
def test_what_stands_for_the_way_back_is_an_address_of_the_portal(
    as_user, jordan, focal_point, path, word
):
    invite(jordan, {"email": "suha@mosd.example", "full_name": "Suha"}, by=focal_point)
    address = f"/en/office/{path}/".format(Invitation.objects.get().pk)

    answer = as_user(focal_point).post(address, {"next": word})

    assert answer.status_code == 302
    assert answer["Location"].startswith("/en/office/")


def test_a_row_of_another_country_marks_no_place_in_a_list(
    as_user, jordan, morocco, focal_point, other_focal_point
):
    """Where it would stand tells when somebody was invited there, and what they are called."""
    for country, by in ((jordan, focal_point), (morocco, other_focal_point)):
        invite(country, {"email": f"{country.pk}@mosd.example", "full_name": "Suha"}, by=by)
    own, foreign = Invitation.objects.order_by("pk")
    client = as_user(focal_point)

    def asked(name, after, **more):
        query = urlencode({"after": after, **more})
        return client.get(f"/en/office/invitations/?{query}").context[name]

    assert asked("invitations", own.pk).has_previous
    assert not asked("invitations", foreign.pk).has_previous
    assert asked("accounts", focal_point.pk, state="unused").has_previous
    assert not asked("accounts", other_focal_point.pk, state="unused").has_previous


@pytest.mark.parametrize("path", ["/en/members/{}/", "/en/account/profile/"])
def test_however_many_posts_somebody_wrote_a_page_shows_the_latest(as_user, member, path):
    FormerPost.objects.bulk_create(
        FormerPost(user=member, function="x", ended_on=today() - timedelta(days=n))
        for n in range(2000)
    )

    shown = as_user(member).get(path.format(member.pk)).context["posts"]

    assert len(shown) == 50
    assert shown[0].ended_on == today()


# What the portal erases of its own accord ---------------------------------------------------------


def test_a_day_of_leaving_long_past_erases_nobody_overnight(focal_point, member):
    with time_machine.travel(timezone.now() - timedelta(days=89), tick=False):
        mark_left(member, by=focal_point, on=date(2001, 1, 1))

    assert apply_all()["former_members"] == 0
    assert reinstate(member, by=focal_point).is_member


def test_after_three_months_the_day_of_leaving_counts(focal_point, member):
    with time_machine.travel(timezone.now() - timedelta(days=91), tick=False):
        mark_left(member, by=focal_point, on=date(2001, 1, 1))

    assert apply_all()["former_members"] == 1
