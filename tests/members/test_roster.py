"""The workbench of a roster: the table and what is ticked in it."""

import re
from datetime import UTC, date, datetime

import pytest
from django.http import QueryDict
from django.utils import translation

from members import roster
from members.actions.roster import confirm
from members.models import RosterRecord, User
from members.roster import RosterList, Sort, Standing
from members.selection import LIMIT
from tests.factories import (
    AppointmentFactory,
    OrganisationFactory,
    UserFactory,
)
from tests.members.pages import flat

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
TODAY = NOW.date()
URL = "/en/office/roster/"


@pytest.fixture(autouse=True)
def now(time_machine):
    time_machine.move_to(NOW, tick=False)


def member(country, name, **fields):
    """Someone who joined two months ago, by default."""
    joined = fields.pop("joined", date(2026, 9, 22))
    moment = datetime(joined.year, joined.month, joined.day, tzinfo=UTC)
    return UserFactory(
        country=country,
        full_name=fields.pop("arabic", name),
        full_name_latin=name,
        decided_at=moment,
        date_joined=moment,
        **fields,
    )


def names(page):
    return re.findall(r'<th scope="row"><a href="[^"]+"><bdi>([^<]+)</bdi>', page)


def ids(people):
    return [person.pk for person in people]


# Half a year ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "count", "expected"),
    [
        (date(2026, 11, 22), -1, date(2026, 5, 22)),
        (date(2026, 8, 31), -1, date(2026, 2, 28)),
        (date(2026, 3, 31), 1, date(2026, 9, 30)),
        (date(2026, 8, 15), 1, date(2027, 2, 15)),
        (date(2024, 8, 31), -1, date(2024, 2, 29)),
        (date(2026, 1, 1), -3, date(2024, 7, 1)),
    ],
)
def test_half_years(day, count, expected):
    assert roster.half_year(day, count) == expected


@pytest.mark.parametrize(
    ("fields", "standing"),
    [
        ({}, Standing.IN_POST),
        ({"joined": date(2026, 5, 22)}, Standing.DUE),
        ({"joined": date(2026, 5, 23)}, Standing.IN_POST),
        ({"joined": date(2020, 1, 1), "confirmed_on": date(2026, 5, 23)}, Standing.QUIET),
        ({"joined": date(2020, 1, 1), "confirmed_on": date(2026, 5, 22)}, Standing.DUE),
        ({"last_seen_on": date(2026, 5, 22)}, Standing.QUIET),
        ({"last_seen_on": date(2026, 5, 23)}, Standing.IN_POST),
        ({"membership": "left", "joined": date(2020, 1, 1)}, Standing.FORMER),
        ({"membership": "suspended"}, Standing.SUSPENDED),
    ],
)
def test_where_a_row_stands_in_python_and_in_sql(jordan, fields, standing):
    person = member(jordan, "A", **fields)
    assert roster.standing(person) == standing
    [row] = roster.on_roster(User.objects.all())
    assert roster.STANDING_ORDER[row.standing_rank] == standing
    assert roster.due(User.objects.all()).exists() == (standing == Standing.DUE)


# The list ------------------------------------------------------------------------------------


@pytest.fixture
def three(jordan):
    ministry = OrganisationFactory(name_ar="وزارة العمل", name_en="Ministry of Labour")
    return [
        member(
            jordan, "Amina", arabic="نور", organisation=ministry, joined=date(2026, 7, 1),
            last_seen_on=date(2026, 11, 1), confirmed_on=date(2026, 10, 1),
        ),
        member(
            jordan, "Basel", arabic="أحمد", organisation_text="Aid fund", joined=date(2026, 5, 1),
            confirmed_on=date(2026, 10, 2),
        ),
        member(
            jordan, "Carim", arabic="باسل", organisation_text="بلدية إربد",
            joined=date(2020, 1, 1), last_seen_on=date(2026, 11, 5),
        ),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("", "ABC"), ("name", "ABC"), ("-name", "CBA"),
        ("post", "BAC"), ("-post", "CAB"),
        ("joined", "CBA"), ("-joined", "ABC"),
        ("seen", "BAC"), ("-seen", "CAB"),
        ("confirmed", "CAB"), ("-confirmed", "BAC"),
        ("state", "CBA"), ("-state", "ABC"), ("nonsense", "ABC"),
    ],
)  # fmt: skip
def test_sorting(jordan, three, sort, expected):
    with translation.override("en"):
        page = RosterList(jordan, QueryDict(f"sort={sort}")).page()
        assert "".join(person.full_name_latin[0] for person in page) == expected


def test_names_are_sorted_as_the_pages_script_writes_them(jordan, three):
    with translation.override("ar"):
        page = RosterList(jordan, QueryDict()).page()
        assert [person.full_name for person in page] == ["أحمد", "باسل", "نور"]


@pytest.mark.parametrize("sort", [*Sort.values, *(f"-{name}" for name in Sort.values)])
def test_every_order_is_paged_in_both_directions(jordan, sort):
    for n in range(57):
        member(
            jordan,
            f"Person {n % 7}",
            joined=date(2026, 1 + n % 10, 1 + n % 3),
            last_seen_on=date(2026, 1 + n % 9, 1) if n % 2 else None,
            confirmed_on=date(2026, 1 + n % 8, 1) if n % 3 else None,
            organisation_text=f"Body {n % 4}",
        )
    everyone = ids(RosterList(jordan, QueryDict(f"sort={sort}")).in_order())
    seen, query, pages = [], f"?sort={sort}", []
    while query:
        page = RosterList(jordan, QueryDict(query[1:])).page()
        seen += ids(page)
        pages.append(ids(page))
        query = page.next_url
    assert seen == everyone
    back = RosterList(jordan, QueryDict(page.previous_url[1:])).page()
    assert ids(back) == pages[-2]
    assert len(set(seen)) == 57


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("amina", "A"), ("نُور", "A"), ("أحمـد", "B"), ("احمد", "B"),
        ("labour", "A"), ("وزاره العمل", "A"), ("aid", "B"), ("اربد", "C"),
        ("amina labour", "A"), ("amina aid", ""), ("", "ABC"), ("'%_", ""), ("zzz", ""),
    ],
)  # fmt: skip
def test_searching_by_name_and_organisation(jordan, three, text, expected):
    query = QueryDict(mutable=True)
    query["q"] = text
    with translation.override("en"):
        found = RosterList(jordan, query).in_order()
        assert "".join(person.full_name_latin[0] for person in found) == expected


def test_narrowing_and_counting(as_user, focal_point, jordan, morocco, three):
    User.objects.filter(pk=focal_point.pk).update(
        confirmed_on=TODAY, last_seen_on=TODAY, full_name_latin="Focal"
    )
    member(jordan, "Former", membership="left", left_on=date(2026, 10, 5))
    member(jordan, "Erased", membership="left", erased_at=NOW)
    member(jordan, "Merged", membership="left", merged_into=three[0])
    member(jordan, "Applicant", membership="applicant")
    member(morocco, "Elsewhere")
    client = as_user(focal_point)

    page = flat(client.get(URL))
    counts = re.findall(r"\((\d+)\)\s*</option>", page)
    assert names(page) == ["Amina", "Basel", "Carim", "Focal"]
    assert counts == ["4", "1", "1", "1"]
    for show, expected in (("due", ["Carim"]), ("quiet", ["Basel"]), ("former", ["Former"])):
        assert names(flat(client.get(f"{URL}?show={show}"))) == expected
    former = flat(client.get(f"{URL}?show=former"))
    assert "2026-10-05" in former
    assert "Mark as left" not in former
    nobody = flat(client.get(f"{URL}?q=zzz"))
    assert "Nobody matches all of this" in nobody


def test_the_number_of_queries_does_not_grow(
    as_user, focal_point, jordan, django_assert_max_num_queries
):
    client = as_user(focal_point)
    member(jordan, "A", organisation=OrganisationFactory())
    client.get("/ar/office/roster/")

    def queries(path):
        with django_assert_max_num_queries(40) as captured:
            assert client.get(path).status_code == 200
        return len(captured)

    paths = ["/ar/office/roster/?q=a", "/ar/office/roster/?sort=-post"]
    before = [queries(path) for path in paths]
    for n in range(29):
        member(jordan, f"A {n}", organisation=OrganisationFactory())
    assert [queries(path) for path in paths] == before


# What is ticked ------------------------------------------------------------------------------


@pytest.fixture
def sixty(jordan):
    return [member(jordan, f"Member {n:02}", joined=date(2026, 1, 1)) for n in range(60)]


def choose(client, rows, ticked=(), **fields):
    url = f"{URL}choose/?country=JO"
    return client.post(url, {"shown": ids(rows), "ticked": ids(ticked), **fields}, follow=True)


def test_ticks_survive_pages_sorting_and_narrowing(as_user, focal_point, sixty):
    client = as_user(focal_point)
    turned = choose(client, sixty[:25], sixty[:3], to=f"?after={sixty[24].pk}")
    assert "3 selected" in flat(turned)
    assert turned.redirect_chain[0][0] == f"{URL}?after={sixty[24].pk}&country=JO"
    narrowed = choose(client, sixty[25:50], sixty[25:27], q="Member 0", show="due")
    assert "5 selected" in flat(narrowed)
    assert narrowed.redirect_chain[0][0] == f"{URL}?q=Member+0&show=due&country=JO"
    assert flat(narrowed).count("checked") == 3
    sorted_ = choose(client, [], to="?q=Member&sort=-name")
    assert "5 selected" in flat(sorted_)
    assert "0 selected" not in flat(choose(client, [], clear="1"))
    assert "selected</b>" not in flat(client.get(URL))


def test_all_that_match_are_selected(as_user, focal_point, sixty, jordan):
    client = as_user(focal_point)
    assert "Select all 15" in flat(client.get(f"{URL}?q=Member+1"))
    assert "15 selected" in flat(choose(client, [], all="1", at="q=Member+1"))
    assert "61 selected" in flat(choose(client, [], all="1", at=""))


def test_the_selection_is_capped_and_says_so(as_user, focal_point, sixty, monkeypatch):
    assert LIMIT >= 5_000
    monkeypatch.setattr("members.selection.LIMIT", 10)
    page = flat(choose(as_user(focal_point), [], all="1"))
    assert "10 selected" in page
    assert "No more than" in page


def test_selections_of_two_countries_are_apart(as_user, coordinator, jordan, morocco):
    client = as_user(coordinator)
    here, there = member(jordan, "Here"), member(morocco, "There")
    choose(client, [here, there], [here, there])
    assert "1 selected" in flat(client.get(f"{URL}?country=JO"))
    assert "selected</b>" not in flat(client.get(f"{URL}?country=MA"))


def test_confirming_many(as_user, focal_point, sixty):
    client = as_user(focal_point)
    choose(client, sixty[:25], sixty[:25])

    answer = client.post(
        f"{URL}confirm/?country=JO",
        {"shown": ids(sixty[25:50]), "ticked": ids(sixty[25:26]), "next": URL},
        follow=True,
    )
    again = client.post(
        f"{URL}confirm/?country=JO", {"person": sixty[0].pk, "next": URL}, follow=True
    )

    assert "26 people have been confirmed in post." in flat(answer)
    assert "confirmed today already" in flat(again)
    assert User.objects.filter(confirmed_on=TODAY).count() == 26
    assert RosterRecord.objects.filter(action="confirmed", actor=focal_point).count() == 26
    assert "selected</b>" not in flat(client.get(URL))


def test_only_members_are_confirmed(jordan, focal_point):
    gone = member(jordan, "Gone", membership="left")
    assert confirm([gone], by=focal_point) == 0
    gone.refresh_from_db()
    assert gone.confirmed_on is None


def test_marking_many_as_left_names_who_cannot_be(as_user, focal_point, sixty, jordan, told):
    client = as_user(focal_point)
    alternate = AppointmentFactory(
        country=jordan, role="alternate", user__full_name_latin="Alternate"
    ).user
    asked = choose(client, sixty[:2], sixty[:2], do="leave")
    assert asked.redirect_chain == [(f"{URL}leave/?country=JO", 302)]
    assert names_in_list(asked) == ["Member 00", "Member 01"]
    url = f"{URL}leave/?country=JO"
    people = {"person": ids([*sixty[:2], alternate])}
    assert client.post(url, {**people, "on": "2026-11-23"}).status_code == 422
    assert client.post(url, {**people, "on": "٢٠٢٦-١١-٢٣"}).status_code == 422

    page = flat(client.post(url, {**people, "on": "٢٠٢٦-١١-٠١"}, follow=True))
    again = flat(client.post(url, {**people, "on": "2026-11-01"}, follow=True))

    assert "2 people have been marked as left" in page
    assert "\u2068Alternate\u2069: An appointment as focal point is still in force" in page
    assert "\u2068Member 00\u2069, \u2068Member 01\u2069: This person is not a member" in again
    left = User.objects.filter(membership="left").values_list("left_on", flat=True)
    assert list(left) == [date(2026, 11, 1)] * 2
    assert len(told(kind="members.marked_left")) == 2


def names_in_list(response):
    panel = flat(response).partition('name="person"')[2]
    return re.findall(r"<bdi>([^<]+)</bdi></li>", panel)


def test_a_step_takes_so_many_and_leaves_the_others_ticked(
    as_user, focal_point, sixty, monkeypatch
):
    monkeypatch.setattr("members.office.AT_ONCE", 10)
    monkeypatch.setattr("members.views.roster.AT_ONCE", 10)
    client = as_user(focal_point)
    choose(client, sixty[:25], sixty[:25])

    asked = flat(client.get(f"{URL}leave/?country=JO"))
    assert "25 names are selected: one step takes the first of them" in asked
    chosen = re.findall(r'name="person" value="(\d+)"', asked)
    assert len(chosen) == 10
    page = flat(
        client.post(f"{URL}leave/?country=JO", {"person": chosen, "on": "2026-11-01"}, follow=True)
    )

    assert "10 people have been marked as left" in page
    assert "15 names are still selected." in page
    assert User.objects.filter(membership="left").count() == 10
