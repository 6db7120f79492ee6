"""The audit trail: read by the secretariat in words, changed by nobody."""

from __future__ import annotations

import ast
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone, translation

from members.admin.audit import PAGE
from members.audit import LABELS, describe, record
from members.models import RosterRecord, User
from tests.factories import CountryFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mail_quiet")]
LIST = "/en/admin/members/rosterrecord/"
Action = RosterRecord.Action
# What writes the trail, each detail by its name.
NOTING = {"record", "record_all", "_note"}


@pytest.fixture
def trail(jordan, coordinator):
    """Three entries: a confirmation, a correction in Morocco, one by the portal itself."""
    salma = UserFactory(full_name="سلمى الخالدي", full_name_latin="Salma", country=jordan)
    other = UserFactory(full_name="خالد بناني", country=CountryFactory(iso="MA"))
    record(Action.CONFIRMED, by=coordinator, person=salma)
    record(Action.CORRECTED, by=salma, person=other, changes={"function": ["مدير", "مستشار"]})
    record(Action.ERASED, by=None, person=UserFactory(erased_at=timezone.now(), country=None))
    return salma, other


def actions(response):
    return [entry.action for entry, _details in response.context["records"]]


def test_the_newest_stand_first_with_who_what_and_for_whom(as_user, coordinator, trail):
    response = as_user(coordinator).get(LIST)

    assert actions(response) == ["erased", "corrected", "confirmed"]
    page = response.content.decode()
    for words in (
        "Former member", "The portal", "Salma", "job title: “مدير” became “مستشار”", "Jordan",
    ):  # fmt: skip
        assert words in re.sub(r"<[^>]+>", "", page), words


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"q": "سلمي"}, ["corrected", "confirmed"]),
        ({"q": "salma"}, ["corrected", "confirmed"]),
        ({"q": "coordinator@cop"}, ["confirmed"]),
        ({"q": "nobody"}, []),
        ({"action": "corrected"}, ["corrected"]),
        ({"country": "MA"}, ["corrected"]),
        ({"country": "JO", "action": "corrected"}, []),
        ({"since": "2999-01-01"}, []),
        ({"until": "2000-01-01"}, []),
        ({"since": "2000-01-01", "until": "2999-01-01"}, ["erased", "corrected", "confirmed"]),
        ({"action": "no such", "since": "soon"}, ["erased", "corrected", "confirmed"]),
    ],
)
def test_the_trail_is_searched_and_narrowed(as_user, coordinator, trail, asked, found):
    assert actions(as_user(coordinator).get(LIST, asked)) == found


def test_a_search_for_a_person_finds_the_merged_accounts_too(as_user, coordinator, trail):
    salma, _other = trail
    kept = UserFactory(email="kept@cop.example")
    User.objects.filter(pk=salma.pk).update(
        merged_into=kept, full_name="", name_key="", email="merged-1@invalid"
    )

    response = as_user(coordinator).get(LIST, {"q": "kept@cop.example"})

    assert actions(response) == ["corrected", "confirmed"]


def test_pages_go_by_key_and_nothing_is_counted(as_user, coordinator, django_assert_num_queries):
    person = UserFactory()
    RosterRecord.objects.bulk_create(
        RosterRecord(
            action="confirmed", person=person, actor=coordinator, country_id=person.country_id,
            at=datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=number // 2),
        )
        for number in range(2 * PAGE + 10)
    )  # fmt: skip
    client = as_user(coordinator)
    seen = []
    url = LIST
    while url:
        response = client.get(url)
        seen += [entry.pk for entry, _details in response.context["records"]]
        url = response.context["page"].next_url and LIST + response.context["page"].next_url
    assert seen == list(RosterRecord.objects.order_by("-at", "-pk").values_list("pk", flat=True))


def test_a_page_asks_as_often_for_one_entry_as_for_thirty(
    as_user, coordinator, django_assert_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = as_user(coordinator)

    def queries():
        with CaptureQueriesContext(
            connection,
        ) as captured:
            client.get(LIST)
        assert not any("COUNT(" in query["sql"] for query in captured)
        return len(captured)

    record(Action.CONFIRMED, by=coordinator, person=UserFactory())
    client.get(LIST)
    one = queries()
    for _number in range(30):
        record(Action.CONFIRMED, by=UserFactory(), person=UserFactory())
    assert queries() == one


# Words ---------------------------------------------------------------------------------------


def test_details_are_words_and_never_markup():
    entry = RosterRecord(
        detail={
            "content": "kept", "taken_over": ["bio", "photo"], "count": 3, "new": 0,
            "unheard_of": "<b>", "empty": "",
        }
    )  # fmt: skip
    with translation.override("en"):
        assert describe(entry) == [
            ("What the person wrote", "stays, under “Former member”"),
            ("Taken over", "about me, photograph"),
            ("Number", "3"),
            ("New names", "0"),
            ("unheard_of", "<b>"),
        ]


def test_what_tells_who_it_was_is_hidden_once_the_person_is_erased():
    gone = UserFactory(erased_at=timezone.now())
    entry = RosterRecord(person=gone, detail={"changes": {"full_name": ["سلمى", "سلمي"]}})
    with translation.override("en"):
        assert describe(entry) == [("Changes", "erased")]


def test_every_detail_that_is_noted_has_a_label():
    noted = set()
    for path in Path("members").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in NOTING:
                noted |= {keyword.arg for keyword in node.keywords if keyword.arg}
    assert "expertise" in noted
    assert noted - {"by", "person", "country_id"} <= set(LABELS)


# Read by some, changed by nobody -------------------------------------------------------------


@pytest.mark.parametrize("role", ["coordinator", "administrator"])
def test_there_is_no_way_to_add_change_or_delete(as_user, request, trail, role):
    client = as_user(request.getfixturevalue(role))
    pk = RosterRecord.objects.latest("pk").pk
    for name in ("add", "change", "delete", "history"):
        with pytest.raises(NoReverseMatch):
            reverse(f"admin:members_rosterrecord_{name}", args=[] if name == "add" else [pk])
    before = list(RosterRecord.objects.values())
    for path in (LIST, f"{LIST}add/", f"{LIST}{pk}/change/", f"{LIST}{pk}/delete/", f"{LIST}{pk}/"):
        answer = client.post(path, {"action": "delete_selected", "_selected_action": pk})
        assert answer.status_code in (403, 404), path
    assert list(RosterRecord.objects.values()) == before


def test_nobody_is_named_as_actor_by_what_a_form_says(as_user, coordinator, member):
    """Every action takes who does it from the session: an `actor` or `by` in a form is nothing."""
    as_user(coordinator).post(
        f"/en/admin/members/user/{member.pk}/suspend/",
        {"reason": "Spam.", "by": member.pk, "actor": member.pk, "actor_id": member.pk},
    )
    assert RosterRecord.objects.get(action="suspended").actor == coordinator


def test_the_export_is_csv_with_a_mark_and_is_noted(as_user, coordinator, trail):
    User.objects.filter(pk=trail[1].pk).update(full_name="=cmd", full_name_latin="=cmd")
    client = as_user(coordinator)
    assert client.get(f"{LIST}export/").status_code == 404

    response = client.post(f"{LIST}export/?country=MA")

    content = b"".join(response.streaming_content).decode("utf-8")
    assert content.startswith("\ufeffWhen (UTC),Action,By whom,For whom,Country,Details")
    lines = content.strip().splitlines()
    assert len(lines) == 2
    assert "'=cmd" in lines[1]
    noted = RosterRecord.objects.get(action="exported")
    assert (noted.actor, noted.detail) == (coordinator, {"what": "audit_trail"})


def test_numbers_of_rows_and_codes_of_countries_are_shown_as_such():
    entry = RosterRecord(detail={"to": "MA", "invitation": 5, "times": 2, "role": "alternate"})
    with translation.override("en"):
        assert describe(entry, {"MA": "Morocco"}) == [
            ("To", "Morocco"),
            ("Invitation", "#5"),
            ("Times sent", "2"),
            ("Role", "Alternate"),
        ]
