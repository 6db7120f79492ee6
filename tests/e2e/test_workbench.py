"""Every page of the focal point's workbench: accessible, nothing sideways, without scripts."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command

from members.models import Transfer, User
from tests.e2e.conftest import DESK

NARROW = {"width": 320, "height": 640}


@pytest.fixture
def pages(transactional_db, settings):
    settings.DEMONSTRATION = True
    call_command("load_demonstration", stdout=StringIO())
    dima = User.objects.get(email="dima.shaheen@cop.example").pk
    transfer = Transfer.objects.waiting().get(to_country="JO").pk
    return [
        "office/", "office/roster/", "office/roster/?sort=-seen&show=due", "office/roster/?q=x",
        f"office/roster/{dima}/", f"office/roster/{dima}/correct/", f"office/roster/{dima}/post/",
        f"office/roster/leave/?person={dima}", f"office/roster/transfer/?person={dima}",
        f"office/transfers/{transfer}/decline/", "office/roster/export/",
    ]  # fmt: skip


@pytest.mark.parametrize("screen", [NARROW, DESK], ids=["phone", "desk"])
def test_the_workbench_is_open_to_everyone(pages, visitor, screen):
    focal = visitor(screen=screen)
    focal.sign_in("focal.jo@cop.example")
    for path in pages:
        focal.goto(path)
        focal.check_page()


def test_ticking_needs_no_scripts(pages, visitor, language):
    focal = visitor(scripts=False)
    focal.sign_in("focal.jo@cop.example")
    page = focal.goto("office/roster/")
    first = page.locator("input[name=ticked]").first
    first.check()
    with page.expect_navigation():
        page.locator("button[name=to][value*=joined]").click()
    assert page.locator("input[name=ticked]:checked").count() == 1
    with page.expect_navigation():
        page.locator("button[name=all]").click()
    everyone = page.locator("input[name=ticked]").count()
    assert page.locator("input[name=ticked]:checked").count() == everyone > 1
    with page.expect_navigation():
        page.locator("button[name=do][value=transfer]").click()
    assert page.locator("input[name=person]").count() == everyone
