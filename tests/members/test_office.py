"""The office: requests, rosters and focal points, over HTTP and by role."""

import re

import pytest

from members.models import User
from tests.factories import AppointmentFactory, UserFactory
from tests.members.pages import flat

pytestmark = pytest.mark.django_db

DECIDERS = ["focal_point", "coordinator", "administrator"]
STAFF = ["coordinator", "administrator"]
# Whoever cannot see an applicant is told that there is none.
BLIND = ["applicant", "member", "expert", "sponsor", "other_focal_point"]


@pytest.fixture
def suha(jordan):
    return UserFactory(
        email="suha@cop.example",
        full_name="سهى المومني",
        full_name_latin="Suha Momani",
        country=jordan,
        membership="applicant",
        motivation="آلية التظلّم\n<script>alert(1)</script>",
    )


def people(page):
    return re.findall(r"<span><b><bdi>([^<]+)</bdi></b>", page)


# Who may open it -----------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["applicant", "member", "expert", "sponsor"])
def test_the_office_is_closed_to_others_with_the_reason(request, as_user, role):
    response = as_user(request.getfixturevalue(role)).get("/en/office/")

    assert response.status_code == 403
    assert "open to the focal points" in flat(response)


def test_a_visitor_is_asked_to_sign_in(client, suha):
    for path in ("/en/office/", f"/en/office/requests/{suha.pk}/decline/"):
        assert client.get(path).url == f"/en/account/login/?next={path}"
    assert client.post(f"/en/office/requests/{suha.pk}/approve/").status_code == 302
    suha.refresh_from_db()
    assert suha.membership == "applicant"


def test_a_focal_point_sees_the_requests_and_the_roster_of_the_own_country_only(
    as_user, focal_point, suha, morocco
):
    UserFactory(full_name="غريبة", country=morocco, membership="applicant")
    UserFactory(full_name="غريب", country=morocco)
    UserFactory(full_name="زميلة", country=suha.country)
    client = as_user(focal_point)

    page = flat(client.get("/ar/office/"))

    assert "مكتب الأردن" in page
    assert people(page)[:1] == ["سهى المومني"]
    assert "suha@cop.example" in page
    assert "&lt;script&gt;" in page
    assert "غريب" not in page
    roster = flat(client.get("/ar/office/roster/"))
    assert "زميلة" in roster
    assert "غريب" not in roster
    assert client.get("/ar/office/?country=MA").status_code == 404
    assert client.get("/ar/office/?country=JO").status_code == 200
    assert client.get("/ar/office/?country=%00").status_code == 400


def test_an_alternate_sees_that_there_is_no_focal_point(as_user, jordan):
    alternate = AppointmentFactory(country=jordan, role="alternate").user

    page = flat(as_user(alternate).get("/en/office/"))

    assert "Alternate focal point" in page
    assert "There is no focal point at the moment; the alternates decide" in page


def test_a_focal_point_of_two_countries_chooses_between_them(as_user, focal_point, morocco):
    AppointmentFactory(country=morocco, user=focal_point, role="alternate")
    client = as_user(focal_point)

    page = flat(client.get("/en/office/"))

    assert 'href="?country=JO" aria-current="page"' in page
    assert 'href="?country=MA"' in page
    assert "Office: Morocco" in flat(client.get("/en/office/?country=MA"))


@pytest.mark.parametrize("role", STAFF)
def test_coordinators_see_all_requests_those_without_a_focal_point_first(
    request, as_user, role, focal_point, suha, morocco
):
    UserFactory(
        full_name="تنتظر", country=morocco, membership="applicant", applied_at="2026-11-01T10:00Z"
    )
    UserFactory(
        full_name="أقدم", country=suha.country, membership="applicant",
        applied_at="2020-01-01T10:00Z",
    )  # fmt: skip
    client = as_user(request.getfixturevalue(role))

    page = flat(client.get("/ar/office/"))
    of_jordan = flat(client.get("/ar/office/?country=JO"))

    assert people(page) == ["تنتظر", "أقدم", "سهى المومني"]
    assert page.count("لا توجد جهة تنسيق في هذا البلد") == 1
    assert people(of_jordan)[:2] == ["أقدم", "سهى المومني"]
    assert "لا توجد جهة تنسيق في الوقت الحالي" in flat(client.get("/ar/office/?country=MA"))
    assert client.get("/ar/office/?country=XX").status_code == 404


# Deciding ------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", DECIDERS)
def test_approving(request, as_user, role, suha, told):
    by = request.getfixturevalue(role)

    response = as_user(by).post(
        f"/en/office/requests/{suha.pk}/approve/", {"next": "/en/office/?country=JO"}, follow=True
    )

    assert response.redirect_chain == [("/en/office/?country=JO", 302)]
    assert "\u2068Suha Momani\u2069 is a member now" in flat(response)
    suha.refresh_from_db()
    assert (suha.membership, suha.decided_by) == ("member", by)
    assert told() == [("members.approved", "suha@cop.example", "ar")]


@pytest.mark.parametrize("role", DECIDERS)
def test_declining_asks_for_the_reason_first(request, as_user, role, suha, told):
    client = as_user(request.getfixturevalue(role))
    url = f"/en/office/requests/{suha.pk}/decline/"

    assert flat(client.get(url)).count("<textarea") == 1
    empty = client.post(url, {"reason": " \u200e "})
    assert empty.status_code == 422
    assert "This field is required." in flat(empty)
    suha.refresh_from_db()
    assert suha.membership == "applicant"

    response = client.post(url, {"reason": "الجهة خارج المجال."}, follow=True)

    assert response.redirect_chain == [("/en/office/", 302)]
    assert "has been rejected" in flat(response)
    suha.refresh_from_db()
    assert (suha.membership, suha.decision_reason) == ("declined", "الجهة خارج المجال.")
    assert told() == [("members.declined", "suha@cop.example", "ar")]


@pytest.mark.parametrize("role", BLIND)
@pytest.mark.parametrize("verb", ["approve", "decline"])
def test_nobody_else_decides_or_learns_of_a_request(request, as_user, role, verb, suha, told):
    client = as_user(request.getfixturevalue(role))

    response = client.post(f"/en/office/requests/{suha.pk}/{verb}/", {"reason": "x"})

    assert response.status_code == 404
    suha.refresh_from_db()
    assert suha.membership == "applicant"
    assert told() == []


def test_the_second_click_is_told_what_the_first_did(as_user, coordinator, suha, told):
    client = as_user(coordinator)
    url = f"/en/office/requests/{suha.pk}/approve/"
    client.post(url)

    second = client.post(url, follow=True)
    page = flat(second)
    declined = flat(
        client.post(f"/en/office/requests/{suha.pk}/decline/", {"reason": "x"}, follow=True)
    )

    assert second.status_code == 200
    assert "This request has been approved already." in page
    assert "This request has been approved already." in declined
    assert len(told()) == 1
    form = flat(client.get(f"/en/office/requests/{suha.pk}/decline/"))
    assert "This request has been approved already." in form
    assert "<textarea" not in form


def test_deciding_takes_a_post_and_leads_only_within_the_portal(as_user, coordinator, suha):
    client = as_user(coordinator)
    url = f"/en/office/requests/{suha.pk}/approve/"

    assert client.get(url).status_code == 405
    assert client.post(url, {"next": "https://evil.example/"}).url == "/en/office/"
    assert client.post("/en/office/requests/99999999/approve/").status_code == 404


# Growth --------------------------------------------------------------------------------------


def queries_of(client, path, django_assert_max_num_queries):
    with django_assert_max_num_queries(40) as captured:
        assert client.get(path).status_code == 200
    return len(captured)


@pytest.mark.parametrize(
    ("role", "path"),
    [
        ("focal_point", "/ar/office/"),
        ("coordinator", "/ar/office/"),
        ("coordinator", "/ar/office/?country=JO"),
    ],
)
def test_the_number_of_queries_does_not_grow(
    request, as_user, role, path, jordan, suha, django_assert_max_num_queries
):
    client = as_user(request.getfixturevalue(role))
    UserFactory(country=jordan)
    AppointmentFactory(country=jordan, role="alternate")
    client.get(path)
    with_one = queries_of(client, path, django_assert_max_num_queries)

    UserFactory.create_batch(29, country=jordan)
    UserFactory.create_batch(29, country=jordan, membership="applicant")
    AppointmentFactory.create_batch(5, country=jordan, role="alternate")

    assert queries_of(client, path, django_assert_max_num_queries) == with_one


def test_requests_are_paged_without_losing_ticks(as_user, focal_point, jordan):
    UserFactory.create_batch(25, country=jordan, membership="applicant")
    client = as_user(focal_point)

    page = flat(client.get("/ar/office/"))
    [following] = re.findall(r'<button name="to" value="(\?[^"]+)"', page)

    assert following.startswith("?after=")
    assert page.count("/approve/") == 21  # one for each request, one for those ticked
    assert flat(client.get("/ar/office/" + following)).count("/approve/") == 6


def test_the_office_leads_to_its_parts(as_user, focal_point, coordinator, jordan, member):
    client = as_user(focal_point)
    page = flat(client.get("/en/office/"))
    for path in ("roster/", "invitations/", "invite/", "import/", "roster/export/"):
        assert f'href="/en/office/{path}?country=JO"' in page, path
    row = flat(as_user(coordinator).get(f"/en/office/roster/{member.pk}/"))
    assert f"/en/office/focal-points/JO/?member={member.pk}" in row
    assert "Appoint" not in flat(as_user(focal_point).get(f"/en/office/roster/{member.pk}/"))


def test_coordinators_see_what_waits_everywhere(as_user, coordinator, focal_point, morocco):
    User.objects.filter(pk=focal_point.pk).update(decided_at="2020-01-01T00:00Z")
    page = flat(as_user(coordinator).get("/en/office/"))
    assert "/en/office/roster/?country=JO&amp;show=due" in page
    vacant = page.partition("Without a focal point")[2]
    assert "Morocco" in vacant
