"""Pages by key: every row once, in order, both ways, whatever the page is asked for."""

import pytest
from django.http import QueryDict

from cop_portal.paging import KeysetPage
from members.models import Topic
from tests.factories import TopicFactory

pytestmark = pytest.mark.django_db
ORDER = ("name_en", "is_active", "pk")


@pytest.fixture
def topics():
    """Twelve rows in which the first two keys repeat."""
    rows = [
        TopicFactory(slug=f"t{n}", name_en="abc"[n % 3], is_active=bool(n % 2)) for n in range(12)
    ]
    return [row.pk for row in sorted(rows, key=lambda t: (t.name_en, t.is_active, t.pk))]


def page(query="", **options):
    return KeysetPage(Topic.objects.all(), QueryDict(query), order=ORDER, size=5, **options)


def pks(found):
    return [row.pk for row in found]


def test_walking_forwards_and_back_shows_every_row_once(topics):
    first = page()
    second = page(first.next_url[1:])
    third = page(second.next_url[1:])

    assert (pks(first), pks(second), pks(third)) == (topics[:5], topics[5:10], topics[10:])
    assert (first.previous_url, third.next_url) == ("", "")
    assert pks(page(third.previous_url[1:])) == topics[5:10]
    back = page(second.previous_url[1:])
    assert (pks(back), back.previous_url) == (topics[:5], "")


def test_rows_that_come_and_go_move_nobody(topics):
    first = page()
    TopicFactory(slug="new", name_en="a", is_active=False)
    Topic.objects.filter(pk=topics[0]).delete()

    assert pks(page(first.next_url[1:])) == topics[5:10]


def test_a_row_that_left_the_list_still_marks_the_place(topics):
    first = page()
    left = Topic.objects.exclude(pk=topics[4])

    second = KeysetPage(left, QueryDict(first.next_url[1:]), order=ORDER, size=5)

    assert pks(second) == topics[5:10]


@pytest.mark.parametrize(
    "query",
    ["after=", "after=x", "after=-1", "after=0", "after=٣", "after=99999999999999999999999",
     "before=1%00", "after=1;drop", "after[]=3"],
)  # fmt: skip
def test_what_makes_no_sense_gives_the_first_page(topics, query):
    assert pks(page(query)) == topics[:5]


def test_addresses_keep_the_rest_of_the_query_and_lists_are_told_apart(topics):
    found = page(f"q=%D8%A3&after={topics[4]}&roster_after=7", prefix="roster_")

    assert pks(found) == topics[:5]
    kept = QueryDict(found.next_url[1:])
    assert kept.dict() == {"q": "أ", "after": str(topics[4]), "roster_after": str(topics[4])}
    assert QueryDict(found.start_url[1:]).dict() == {"q": "أ", "after": str(topics[4])}


def test_an_empty_list_has_no_pages(db):
    empty = page()

    assert (pks(empty), len(empty), empty.next_url, empty.previous_url) == ([], 0, "", "")
    assert not empty.has_other_pages


def test_one_query_for_the_first_page_two_for_any_other(topics, django_assert_num_queries):
    with django_assert_num_queries(1):
        first = page()
    with django_assert_num_queries(2):
        page(first.next_url[1:])
