"""A day in the focal point's office: deciding, inviting from a spreadsheet, a code read out, a
transfer, an export, the roster confirmed."""

import csv
import io
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from openpyxl import Workbook

from members.models import Invitation, RosterImport, RosterRecord, Transfer, User
from tests.e2e.conftest import DESK, PASSWORD, mail_to
from tests.factories import AppointmentFactory, CountryFactory, UserFactory

FOCAL = "focal@cop.example"
RECEIVING = "focal.ma@cop.example"
HEADINGS = ["الاسم الكامل", "البريد الإلكتروني", "الجهة", "المسمى الوظيفي", "اللغة"]


def person(email, **fields):
    user = UserFactory(email=email, **fields)
    user.set_password(PASSWORD)
    user.save()
    return user


@pytest.fixture
def community(transactional_db, language):
    """Jordan: a focal point, three members whose posts are due for confirmation, two applicants.
    Morocco: a focal point."""
    call_command("load_reference_data", verbosity=0, stdout=StringIO())
    jordan, morocco = CountryFactory(iso="JO"), CountryFactory(iso="MA")
    AppointmentFactory(country=jordan, user=person(FOCAL, country=jordan, language=language))
    receiving = person(RECEIVING, country=morocco, language=language)
    AppointmentFactory(country=morocco, user=receiving)
    long_ago = timezone.now() - timedelta(days=400)
    for name in ("amina", "basil", "dima"):
        person(f"{name}@mosd.example", country=jordan, decided_at=long_ago, date_joined=long_ago)
    for name in ("suha", "laith"):
        person(
            f"{name}@mosd.example",
            country=jordan,
            language=language,
            membership=User.Membership.APPLICANT,
            motivation="أدير آلية التظلّم في ثلاث محافظات.",
        )
    return jordan


def spreadsheet():
    """Forty rows: 34 people to invite, 3 addresses that are none, a row without a name, a member,
    and somebody who stands in the file already."""
    book = Workbook()
    sheet = book.active
    sheet.append(HEADINGS)
    for number in range(34):
        sheet.append(
            [
                f"زينب الخطيب {number}",
                f"zainab{number}@mol.example",
                "وزارة العمل",
                "محللة",
                "العربية",
            ]
        )
    for address in ("zainab", "zainab@@mol.example", "@mol.example"):
        sheet.append(["هدى النابلسي", address, "وزارة العمل", "", ""])
    sheet.append([None, "without-a-name@mol.example", "وزارة العمل", "", ""])
    sheet.append(["أمينة الزعبي", "Amina@MOSD.example", "", "", ""])
    sheet.append(["زينب الخطيب", "ZAINAB0@mol.example", "", "", ""])
    file = io.BytesIO()
    book.save(file)
    name, kind = "المدعوون.xlsx", "application/octet-stream"
    return {"name": name, "mimeType": kind, "buffer": file.getvalue()}


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_a_day_in_the_office(visitor, community, language, scripts):
    focal = visitor(screen=DESK, scripts=scripts)
    focal.sign_in(FOCAL)
    approve_two(focal, check=scripts)
    invite_from_a_spreadsheet(focal, check=scripts)
    code = read_out_a_code(focal, check=scripts)
    activate(visitor(scripts=scripts), code, check=scripts)
    propose_a_transfer(focal, check=scripts)
    accept_it(visitor(screen=DESK, scripts=scripts), check=scripts)
    confirm_the_roster(focal, check=scripts)
    export(focal)


def look(visitor, *, check):
    if check:
        visitor.check_page()


def tick(visitor, email):
    visitor.page.locator(
        f'input[type=checkbox][value="{User.objects.get(email=email).pk}"]'
    ).check()


def approve_two(focal, *, check):
    page = focal.goto("office/")
    look(focal, check=check)
    tick(focal, "suha@mosd.example")
    tick(focal, "laith@mosd.example")
    with page.expect_navigation():
        page.locator("button[formaction*='office/requests/approve/']").click()
    look(focal, check=check)
    for name in ("suha", "laith"):
        assert User.objects.get(email=f"{name}@mosd.example").is_member
        [told] = mail_to(f"{name}@mosd.example")
        assert told["Subject"]


def invite_from_a_spreadsheet(focal, *, check):
    page = focal.goto("office/import/")
    look(focal, check=check)
    page.locator("input[type=file]").set_input_files(spreadsheet())
    with page.expect_navigation():
        focal.press(pgettext("button", "Check the file"))
    look(focal, check=check)
    found = RosterImport.objects.get()
    verdicts = [row.verdict for row in found.rows.all()]
    counts = {verdict: verdicts.count(verdict) for verdict in set(verdicts)}
    assert counts == {"new": 34, "invalid": 4, "member": 1, "repeated": 1}
    assert Invitation.objects.count() == 0
    page.goto(page.url + "?verdict=invalid")
    look(focal, check=check)
    with page.expect_navigation():
        page.locator("form[action$='/apply/'] button").click()
    look(focal, check=check)
    assert Invitation.objects.filter(state="open").count() == 34
    [invitation] = mail_to("zainab7@mol.example")
    assert "/ar/account/invitation/" in invitation.get_body(("plain",)).get_content()


def read_out_a_code(focal, *, check):
    page = focal.goto("office/invitations/")
    look(focal, check=check)
    invited = Invitation.objects.get(email="zainab33@mol.example")
    page.locator("input[type=search]").first.fill("zainab33@mol.example")
    page.keyboard.press("Enter")
    button = page.locator(f"form[action$='/invitations/{invited.pk}/code/'] button")
    with page.expect_navigation():
        button.click()
    look(focal, check=check)
    return "".join(page.locator(".big-code bdi").inner_text().split())


def activate(newcomer, code, *, check):
    page = newcomer.goto("account/activate/")
    look(newcomer, check=check)
    page.locator("#id_email").fill("zainab33@mol.example")
    page.locator("#id_code").fill(code.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")))
    with page.expect_navigation():
        page.locator("main form button").first.click()
    look(newcomer, check=check)
    with page.expect_navigation():
        page.locator("main form button").first.click()
    look(newcomer, check=check)
    assert User.objects.get(email="zainab33@mol.example").is_member


def propose_a_transfer(focal, *, check):
    page = focal.goto("office/roster/")
    look(focal, check=check)
    tick(focal, "dima@mosd.example")
    with page.expect_navigation():
        page.locator("button[name=do][value=transfer]").click()
    look(focal, check=check)
    page.locator("#id_to").select_option("MA")
    with page.expect_navigation():
        page.locator("main form button").first.click()
    assert Transfer.objects.get().state == Transfer.State.OPEN


def accept_it(receiving, *, check):
    assert mail_to(RECEIVING)
    receiving.sign_in(RECEIVING)
    page = receiving.goto("office/")
    look(receiving, check=check)
    with page.expect_navigation():
        page.locator("form[action$='/accept/'] button").click()
    assert User.objects.get(email="dima@mosd.example").country_id == "MA"


def confirm_the_roster(focal, *, check):
    page = focal.goto("office/roster/?show=due")
    with page.expect_navigation():
        page.locator("button[name=all]").click()
    with page.expect_navigation():
        page.locator("button[formaction*='office/roster/confirm/']").click()
    look(focal, check=check)
    confirmed = User.objects.filter(confirmed_on=timezone.now().date(), country="JO")
    assert {"amina@mosd.example", "basil@mosd.example"} <= set(
        confirmed.values_list("email", flat=True)
    )


def export(focal):
    page = focal.goto("office/roster/export/")
    page.locator("input[name=file_format][value=csv]").check()
    with page.expect_download() as handed_out:
        page.locator("main form button").first.click()
    content = handed_out.value.path().read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert rows[0][0] == _("Full name")
    emails = {row[2] for row in rows[1:]}
    assert {"amina@mosd.example", "suha@mosd.example", "zainab33@mol.example"} <= emails
    assert "dima@mosd.example" not in emails
    assert RosterRecord.objects.filter(action="exported", actor__email=FOCAL).count() == 1
