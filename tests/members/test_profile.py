"""A profile: former posts, choices of who sees what, contributions, merged accounts, last seen."""

from datetime import date, timedelta

import pytest
import time_machine
from django.utils import timezone

from members import actions, contributions
from members.models import FormerPost, User
from tests.factories import (
    EventFactory,
    OrganisationFactory,
    RegistrationFactory,
    TopicFactory,
    UserFactory,
)
from tests.members.pages import flat

pytestmark = pytest.mark.django_db


@pytest.fixture
def form(member):
    def fill(**changes):
        return {
            "full_name": member.full_name,
            "full_name_latin": member.full_name_latin,
            "function": member.function,
            "organisation_name": member.organisation_name,
            "language": "ar",
            "time_zone": "",
            **changes,
        }

    return fill


@pytest.fixture
def ministry(jordan):
    return OrganisationFactory(country=jordan, name_ar="وزارة العمل", name_en="Ministry of Labour")


def post_of(person):
    person.refresh_from_db()
    place = person.organisation or person.organisation_text
    return (str(place), person.function, person.function_latin)


# Changing post -------------------------------------------------------------------------------


def test_a_change_of_post_leaves_the_old_one_behind(member, ministry):
    member.organisation = ministry
    member.function_latin = "Director"
    member.save()

    actions.change_post(
        member, by=member, organisation_text="ديوان", function="مستشارة", function_latin="",
        on=date(2026, 5, 1),
    )  # fmt: skip
    actions.change_post(
        member, by=member, organisation_text="MINISTRY of labour", function="مستشارة",
        function_latin="Adviser", on=date(2026, 9, 1),
    )  # fmt: skip

    assert post_of(member) == ("وزارة العمل", "مستشارة", "Adviser")
    second, first = member.former_posts.all()
    assert (first.organisation, first.function, first.function_latin) == (
        ministry,
        "مديرة المساعدة الاجتماعية",
        "Director",
    )
    assert (first.started_on, first.ended_on) == (None, date(2026, 5, 1))
    assert (second.organisation_text, second.function) == ("ديوان", "مستشارة")
    assert (second.started_on, second.ended_on) == (date(2026, 5, 1), date(2026, 9, 1))
    assert User.objects.filter(function_key="مستشاره adviser", organisation_key="").exists()


@pytest.mark.parametrize(
    "changes",
    [
        {"function_latin": "Director"},
        {"function": "مديرةُ  المساعدة الإجتماعية"},
        {"organisation_text": "وزارة العمَل"},
        {"function": "وزيرة", "organisation_text": "أخرى", "is_correction": True},
        {},
    ],
)
def test_a_spelling_or_a_correction_is_no_new_post(member, ministry, changes):
    member.organisation = ministry
    member.save()
    post = {
        "organisation_text": "وزارة العمل",
        "function": member.function,
        "function_latin": "",
        **changes,
    }

    actions.change_post(member, by=member, **post)

    assert not FormerPost.objects.exists()
    member.refresh_from_db()
    assert member.function == post["function"]


def test_a_first_post_has_none_before_it():
    person = UserFactory(function="")

    actions.change_post(
        person, by=person, organisation_text="وزارة", function="مديرة", function_latin=""
    )

    assert post_of(person) == ("وزارة", "مديرة", "")
    assert not FormerPost.objects.exists()


def test_saving_the_profile_writes_history_unless_it_is_a_correction(as_user, member, form):
    client = as_user(member)
    client.post("/ar/account/profile/", form(organisation_name="وزارة"))
    client.post("/ar/account/profile/", form(organisation_name="ديوان"))
    client.post("/ar/account/profile/", form(organisation_name="مكتب", is_correction="on"))

    member.refresh_from_db()
    assert member.organisation_text == "مكتب"
    held = [post.organisation_text for post in member.former_posts.all()]
    assert sorted(held) == ["", "وزارة"]


def test_former_posts_are_added_corrected_and_removed_by_their_owner_alone(
    as_user, member, ministry
):
    client = as_user(member)
    typed = {
        "organisation_name": "ministry of labour",
        "function": "محللة",
        "started_on": "٢٠١٩-٠١-٠١",
        "ended_on": "31/12/2020",
    }
    assert client.get("/ar/account/posts/add/").status_code == 200
    client.post("/ar/account/posts/add/", typed)
    post = FormerPost.objects.get()
    assert (post.user, post.organisation, post.organisation_text) == (member, ministry, "")
    assert (post.started_on, post.ended_on) == (date(2019, 1, 1), date(2020, 12, 31))
    assert "وزارة العمل" in flat(client.get(f"/ar/members/{member.pk}/"))

    path = f"/ar/account/posts/{post.pk}/"
    client.post(path, {**typed, "organisation_name": "جامعة"})
    post.refresh_from_db()
    assert (post.organisation, post.organisation_text) == (None, "جامعة")
    for wrong in (
        {"ended_on": "2018-01-01"},
        {"ended_on": (timezone.now() + timedelta(days=3)).date().isoformat()},
        {"function": ""},
        {"started_on": "soon"},
    ):
        assert client.post(path, {**typed, **wrong}).status_code == 422

    stranger = as_user(UserFactory())
    assert stranger.get(path).status_code == 404
    assert stranger.post(path, typed).status_code == 404
    assert stranger.post(f"{path}remove/").status_code == 404
    assert as_user(member).get(f"{path}remove/").status_code == 405
    as_user(member).post(f"{path}remove/")
    assert not FormerPost.objects.exists()


# Who sees what -------------------------------------------------------------------------------


def test_what_is_hidden_is_on_no_page_of_somebody_else(as_user, member, form, morocco):
    topic, wanted = TopicFactory(name_en="Targeting"), TopicFactory(name_en="Pensions")
    FormerPost.objects.create(user=member, organisation_text="Old office", function="Clerk")
    secrets = {
        "function": ("Secret title", "function"),
        "organisation_name": ("Secret office", "organisation"),
        "bio": ("Secret story", "bio"),
    }
    fields = [
        "photo", "function", "organisation", "former_posts", "bio", "topics", "topics_to_learn",
        "spoken_languages", "contributions", "local_time",
    ]  # fmt: skip
    typed = form(
        topics=[topic.pk],
        topics_to_learn=[wanted.pk],
        spoken_languages=["fr"],
        **{name: text for name, (text, _field) in secrets.items()},
    )
    client = as_user(member)
    client.post("/en/account/profile/", typed)
    member.refresh_from_db()
    assert member.visibility == {}
    assert member.spoken_languages == ["fr"]

    client.post(
        "/en/account/profile/", {**typed, **{f"sees_{field}": "country" for field in fields}}
    )

    member.refresh_from_db()
    assert member.visibility == dict.fromkeys(fields, "country")
    words = ["Secret title", "Secret office", "Secret story", "Targeting", "Pensions", "French",
             "Old office", "Amman, now"]  # fmt: skip
    stranger, neighbour = UserFactory(country=morocco), UserFactory(country=member.country)
    for viewer, sees in ((stranger, False), (neighbour, True), (member, True)):
        page = flat(as_user(viewer).get(f"/en/members/{member.pk}/"))
        assert [word in page for word in words] == [sees] * len(words)
        assert "Amina Al-Zoubi" in page
        listing = flat(as_user(viewer).get("/en/members/?q=amina"))
        people = listing.partition("<h2")[2]
        assert ("Secret title" in people, "Targeting" in people) == (sees, sees)


def test_a_level_that_does_not_exist_is_refused(as_user, member, form):
    answer = as_user(member).post("/en/account/profile/", form(sees_bio="everyone"))

    assert answer.status_code == 422
    member.refresh_from_db()
    assert member.visibility == {}


# Contributions -------------------------------------------------------------------------------


@pytest.fixture
def seat(member):
    event = EventFactory(title_ar="", title_en="Public works")
    return RegistrationFactory(event=event, user=member)


def test_who_has_a_seat_is_for_those_who_may_know_it(
    as_user, seat, member, focal_point, other_focal_point, coordinator, sponsor
):
    path = f"/ar/members/{member.pk}/"

    for viewer in (member, focal_point, coordinator):
        page = flat(as_user(viewer).get(path))
        assert ">Public works</a>" in page
        assert 'lang="en" dir="ltr"' in page
    for viewer in (other_focal_point, sponsor, UserFactory(country=member.country)):
        assert "Public works" not in flat(as_user(viewer).get(path))


def test_a_cancelled_event_is_no_contribution(seat, member):
    seat.event.status = "cancelled"
    seat.event.save(update_fields=["status"])

    assert contributions.contributions_of(member, member) == []


def test_contributions_come_the_latest_first_and_are_hidden_with_their_field(
    monkeypatch, member, other_focal_point
):
    def rows(person, viewer):
        for day in (1, 3, 2):
            yield contributions.Contribution(
                f"Case {day}", "/en/", "Case", date(2026, 1, day), "en"
            )

    monkeypatch.setattr(contributions, "_OF_PEOPLE", [rows])
    found = contributions.contributions_of(member, other_focal_point)
    assert [row.title for row in found] == ["Case 3", "Case 2", "Case 1"]
    member.visibility = {"contributions": "country"}
    assert contributions.contributions_of(member, other_focal_point) == []
    assert len(contributions.contributions_of(member, member)) == 3


# Merged accounts, the day last seen ----------------------------------------------------------


def test_a_merged_account_leads_to_the_one_that_was_kept(as_user, member):
    kept = UserFactory()
    middle = UserFactory(membership="left", is_active=False, merged_into=kept)
    old = UserFactory(membership="left", is_active=False, merged_into=middle)
    client = as_user(member)

    assert client.get(f"/en/members/{old.pk}/").url == f"/en/members/{kept.pk}/"
    kept.membership = "left"
    kept.save(update_fields=["membership"])
    assert client.get(f"/en/members/{old.pk}/").status_code == 404


def test_a_person_is_seen_once_a_day_with_one_statement(as_user, member, django_assert_num_queries):
    client = as_user(member)
    now = timezone.now()
    client.get("/en/account/posts/add/")
    member.refresh_from_db()
    assert member.last_seen_on == now.date()

    def updates(captured):
        return [q["sql"] for q in captured if 'SET "last_seen_on"' in q["sql"]]

    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as again:
        client.get("/en/account/posts/add/")
    assert updates(again) == []
    with time_machine.travel(now + timedelta(days=1), tick=False):
        with CaptureQueriesContext(connection) as tomorrow:
            client.get("/en/account/posts/add/")
        assert len(updates(tomorrow)) == 1
    member.refresh_from_db()
    assert member.last_seen_on == (now + timedelta(days=1)).date()


def test_a_visitor_is_not_seen(client, member):
    client.get("/en/")

    member.refresh_from_db()
    assert member.last_seen_on is None
