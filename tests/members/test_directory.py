"""The directory, profiles, one's own profile and language, over HTTP."""

import re

import pytest

from tests.factories import OrganisationFactory, TopicFactory, UserFactory
from tests.members.pages import flat

pytestmark = pytest.mark.django_db

BELONG = ["member", "expert", "focal_point", "other_focal_point", "sponsor", "coordinator",
          "administrator"]  # fmt: skip


def listed(response):
    """The names of the people on a page of the directory."""
    return re.findall(r'<b><a href="[^"]+"><bdi>([^<]+)</bdi>', flat(response))


# Who sees it ---------------------------------------------------------------------------------


@pytest.mark.parametrize("role", BELONG)
def test_members_staff_and_sponsors_see_the_directory_and_its_people(
    request, as_user, role, member
):
    client = as_user(request.getfixturevalue(role))

    assert "أمينة الزعبي" in flat(client.get("/ar/members/"))
    page = client.get(f"/ar/members/{member.pk}/")
    assert page.status_code == 200
    assert member.full_name in flat(page)
    assert member.email not in flat(page).replace(f"mailto:{member.email}", "")


def test_visitors_are_asked_to_sign_in_and_applicants_to_wait(client, as_user, member, applicant):
    for path in ("/en/members/", f"/en/members/{member.pk}/"):
        assert client.get(path).url == f"/en/account/login/?next={path}"

    client = as_user(applicant)
    refused = client.get("/en/members/")
    assert refused.status_code == 403
    assert "opens once the request to join has been approved" in flat(refused)
    assert client.get(f"/en/members/{member.pk}/").status_code == 404


@pytest.mark.parametrize("membership", ["applicant", "declined", "left", "suspended"])
def test_whoever_is_no_member_is_on_no_page(as_user, member, membership):
    other = UserFactory(full_name="غائبة", membership=membership)
    client = as_user(member)

    assert "غائبة" not in listed(client.get("/ar/members/"))
    assert client.get(f"/ar/members/{other.pk}/").status_code == 404


def test_the_directory_is_only_read(as_user, member):
    client = as_user(member)

    assert client.post("/ar/members/").status_code == 405
    assert client.post(f"/ar/members/{member.pk}/").status_code == 405


# Finding -------------------------------------------------------------------------------------


@pytest.fixture
def crowd(jordan, morocco):
    """Three people who differ in everything one can look for."""
    registries = TopicFactory(slug="registries", name_en="Social registries")
    amina = UserFactory(
        full_name="أمينة الزعبي",
        full_name_latin="Amina Al-Zoubi",
        country=jordan,
        function="مديرة السجل",
        function_latin="Registry director",
        organisation=OrganisationFactory(
            country=jordan, kind="ministry", name_ar="وزارة العمل", name_en="Ministry of Labour"
        ),
        spoken_languages=["ar", "fr"],
    )
    amina.topics.add(registries)
    salwa = UserFactory(
        full_name="سلوى بناني",
        full_name_latin="Salwa Bennani",
        country=morocco,
        organisation=OrganisationFactory(country=morocco, kind="municipality"),
        is_expert=True,
        availability="limited",
    )
    salwa.expertise.add(registries)
    karim = UserFactory(
        full_name="كريم حداد",
        full_name_latin="Karim Haddad",
        country=morocco,
        organisation_text="Labour observatory",
    )
    karim.topics_to_learn.add(registries)
    return amina, salwa, karim


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["Amina Al-Zoubi", "Karim Haddad", "Salwa Bennani"]),
        ("q=امينه", ["Amina Al-Zoubi"]),
        ("q=bennani", ["Salwa Bennani"]),
        ("country=MA", ["Karim Haddad", "Salwa Bennani"]),
        ("kind=municipality", ["Salwa Bennani"]),
        ("topic=registries", ["Amina Al-Zoubi", "Salwa Bennani"]),
        ("learn=registries", ["Karim Haddad"]),
        ("organisation=labour", ["Amina Al-Zoubi", "Karim Haddad"]),
        ("organisation=وزاره العمل", ["Amina Al-Zoubi"]),
        ("organisation=%25", ["Amina Al-Zoubi", "Karim Haddad", "Salwa Bennani"]),
        ("function=السِّجل", ["Amina Al-Zoubi"]),
        ("function=director registry", ["Amina Al-Zoubi"]),
        ("language=fr", ["Amina Al-Zoubi"]),
        ("available=on", []),
        ("topic=registries&expert=on&country=MA", ["Salwa Bennani"]),
        ("expert=on", ["Salwa Bennani"]),
        ("topic=registries&country=JO&kind=ministry&q=zoubi", ["Amina Al-Zoubi"]),
        ("topic=registries&country=JO&expert=on", []),
        ("q=%25&country=JO", ["Amina Al-Zoubi"]),  # a sign without letters asks for nothing
        ("country=XX&kind=x&topic=y&language=zz&learn=y&expert=on", ["Salwa Bennani"]),
        ("after=99999999999999999999&before=x&country=JO", ["Amina Al-Zoubi"]),
    ],
)
def test_criteria_narrow_the_list_together(as_user, crowd, query, expected):
    response = as_user(crowd[0]).get(f"/en/members/?{query}")

    assert response.status_code == 200
    assert listed(response) == expected


@pytest.mark.parametrize(
    ("field", "query"),
    [
        ("function", "function=registry"),
        ("organisation", "organisation=labour&kind=ministry"),
        ("organisation", "kind=ministry"),
        ("organisation", "organisation=labour"),
        ("topics", "topic=registries"),
        ("spoken_languages", "language=fr"),
    ],
)
def test_no_criterion_gives_away_what_its_owner_hides(as_user, crowd, field, query):
    amina, salwa, _karim = crowd
    amina.visibility = {field: "country"}
    amina.save(update_fields=["visibility"])

    client = as_user(salwa)
    assert "Amina Al-Zoubi" not in listed(client.get(f"/en/members/?{query}"))
    page = flat(client.get("/en/members/?country=JO"))
    assert "Amina Al-Zoubi" in page
    words = {
        "function": "Registry director",
        "organisation": "Ministry of Labour",
        "topics": "?topic=registries",
        "spoken_languages": "French",
    }
    assert f">{words[field]}<" not in page.partition("<h2")[2]
    neighbour = UserFactory(country=amina.country)
    assert listed(as_user(neighbour).get(f"/en/members/?{query}"))[0] == "Amina Al-Zoubi"


def test_hits_are_counted_as_far_as_that_is_cheap(as_user, crowd, monkeypatch):
    client = as_user(crowd[0])

    assert "2 people found" in flat(client.get("/en/members/?country=MA"))
    assert "people found" not in flat(client.get("/en/members/"))
    monkeypatch.setattr("members.views.directory.COUNTED", 1)
    assert "More than one person found" in flat(client.get("/en/members/?country=MA"))


def test_an_entry_shows_the_badge_the_topics_and_a_button_to_write(as_user, crowd):
    amina, salwa, karim = crowd
    karim.takes_messages = False
    karim.save(update_fields=["takes_messages"])

    page = flat(as_user(amina).get("/en/members/"))

    assert '<span class="expert">Expert</span><span class="status status--wait">' in page
    assert f'href="/en/members/{salwa.pk}/contact/"' in page
    assert f'href="/en/members/{karim.pk}/contact/"' not in page
    assert f'href="/en/members/{amina.pk}/contact/"' not in page


def test_a_criterion_that_makes_no_sense_is_named(as_user, crowd):
    page = flat(as_user(crowd[0]).get("/en/members/?country=XX"))

    assert "Select a valid choice" in page


def test_nobody_found_says_so_and_offers_the_way_back(as_user, member):
    page = flat(as_user(member).get("/en/members/?q=nobody-is-called-that"))

    assert "Nobody matches all of this." in page
    assert '<a class="btn" href="/en/members/">Clear filters</a>' in page


def test_pages_of_twenty_follow_one_another_and_stay_put_while_people_come(as_user, jordan):
    people = [
        UserFactory(full_name=f"شخص {n:02}", full_name_latin="", country=jordan) for n in range(45)
    ]
    client = as_user(people[0])

    first = client.get("/ar/members/?country=JO")
    next_url = re.search(r'href="(\?[^"]+)" rel="next"', flat(first)).group(1)
    UserFactory(full_name="شخص 00 قبل الجميع", full_name_latin="", country=jordan)
    second = client.get(f"/ar/members/{next_url.replace('&amp;', '&')}")

    assert listed(first) == [f"شخص {n:02}" for n in range(20)]
    assert listed(second) == [f"شخص {n:02}" for n in range(20, 40)]
    assert "country=JO" in next_url
    back = re.search(r'href="(\?[^"]+)" rel="prev"', flat(second)).group(1)
    assert listed(client.get(f"/ar/members/{back.replace('&amp;', '&')}"))[-1] == "شخص 19"


def queries_of(client, path, django_assert_max_num_queries):
    with django_assert_max_num_queries(40) as captured:
        assert client.get(path).status_code == 200
    return len(captured)


@pytest.mark.parametrize("path", ["/ar/members/", "/en/members/?country=JO&q=a&expert=on"])
def test_the_number_of_queries_does_not_grow_with_the_people(
    as_user, member, jordan, django_assert_max_num_queries, path
):
    topics = TopicFactory.create_batch(3)

    def add(count):
        for _ in range(count):
            person = UserFactory(
                country=jordan,
                organisation=OrganisationFactory(country=jordan),
                is_expert=True,
            )
            person.topics.set(topics)

    client = as_user(member)
    add(1)
    client.get(path)
    with_one = queries_of(client, path, django_assert_max_num_queries)
    add(29)

    assert queries_of(client, path, django_assert_max_num_queries) == with_one


# A profile -----------------------------------------------------------------------------------


def test_a_profile_shows_what_the_person_says_in_its_own_language(as_user, member, jordan):
    topic = TopicFactory(slug="targeting", name_ar="الاستهداف", name_en="Targeting")
    person = UserFactory(
        full_name="سلوى بناني",
        full_name_latin="Salwa Bennani",
        function="رئيسة مصلحة",
        function_latin="Head of unit",
        organisation_text="مركز دراسات",
        country=jordan,
        bio="أشرفتُ على الانتقال من القوائم الورقية إلى السجل.\n\n<script>alert(1)</script>",
        is_expert=True,
    )
    person.topics.add(topic)

    page = flat(as_user(member).get(f"/en/members/{person.pk}/"))

    assert "<h1><bdi>Salwa Bennani</bdi></h1>" in page
    assert "<title>Salwa Bennani ·" in page
    for part in ("Head of unit", "مركز دراسات", "Jordan", "Expert", "Targeting", "Amman, now"):
        assert part in page
    assert 'href="/en/countries/JO/"' in page
    assert '<div class="prose mt-5" lang="ar" dir="rtl">' in page
    assert "&lt;script&gt;" in page
    assert "Edit the profile" not in page
    own = flat(as_user(person).get(f"/en/members/{person.pk}/"))
    assert "Edit the profile" in own


def test_a_name_with_markup_is_shown_as_text_also_in_the_title(as_user, member):
    person = UserFactory(full_name='<b>"x"</b> & co', full_name_latin="")

    page = flat(as_user(member).get(f"/ar/members/{person.pk}/"))

    assert '<b>"x"</b>' not in page
    assert "<title>&lt;b&gt;&quot;x&quot;&lt;/b&gt; &amp; co ·" in page


# One's own profile ---------------------------------------------------------------------------


@pytest.fixture
def profile():
    def fill(**changes):
        return {
            "full_name": "أمينة الزعبي",
            "full_name_latin": "Amina Al-Zoubi",
            "function": "مديرة",
            "function_latin": "Director",
            "organisation_name": "وزارة",
            "bio": "سطر\u202e أول\r\nسطر ثان",
            "language": "en",
            "time_zone": "",
            "availability": "open",
            **changes,
        }

    return fill


@pytest.mark.parametrize("role", ["applicant", *BELONG])
def test_everyone_signed_in_edits_their_own_profile(request, as_user, role, profile):
    person = request.getfixturevalue(role)
    topic = TopicFactory()
    client = as_user(person)
    assert client.get("/ar/account/profile/").status_code == 200

    response = client.post("/ar/account/profile/", profile(topics=[topic.pk]), follow=True)

    assert "تم حفظ الملف الشخصي." in flat(response)
    person.refresh_from_db()
    assert (person.full_name, person.function_latin, person.organisation_text) == (
        "أمينة الزعبي",
        "Director",
        "وزارة",
    )
    assert (person.bio, person.language) == ("سطر أول\nسطر ثان", "en")
    assert list(person.topics.all()) == [topic]
    assert person.name_key == "امينه الزعبي amina al zoubi"


def test_a_visitor_has_no_profile(client, db):
    assert client.get("/en/account/profile/").status_code == 302
    assert client.post("/en/account/profile/", {}).status_code == 302


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("full_name", "\u2066\u200b"),
        ("full_name", "x" * 151),
        ("bio", "x" * 2001),
        ("time_zone", "Mars/Base"),
        ("language", "fr"),
        ("topics", ["999999"]),
    ],
)
def test_a_profile_that_cannot_be_saved_is_kept_as_typed(as_user, member, profile, field, value):
    response = as_user(member).post(
        "/en/account/profile/", profile(function="typed", **{field: value})
    )

    assert response.status_code == 422
    page = flat(response)
    assert 'value="typed"' in page
    assert page.count("<h1") == 1
    member.refresh_from_db()
    assert member.function == "مديرة المساعدة الاجتماعية"


def test_a_profile_cannot_set_what_others_decide(as_user, applicant, profile):
    as_user(applicant).post(
        "/en/account/profile/",
        profile(membership="member", is_coordinator="on", email="x@y.z", country="MA"),
    )

    applicant.refresh_from_db()
    assert (applicant.membership, applicant.is_coordinator) == ("applicant", False)
    assert (applicant.email, applicant.country_id) == ("applicant@cop.example", "JO")


# Language ------------------------------------------------------------------------------------


def test_the_language_is_remembered_and_the_page_kept(as_user, member, settings):
    client = as_user(member)

    response = client.post(
        "/en/account/language/", {"language": "en", "next": "/ar/members/?country=JO"}
    )

    assert (response.status_code, response.url) == (302, "/en/members/?country=JO")
    assert client.cookies[settings.LANGUAGE_COOKIE_NAME].value == "en"
    member.refresh_from_db()
    assert member.language == "en"


@pytest.mark.parametrize("url", ["https://evil.example/", "//evil.example", "javascript:x", ""])
def test_a_language_leads_nowhere_else_and_only_to_what_is_offered(as_user, member, url):
    response = as_user(member).post("/ar/account/language/", {"language": "xx", "next": url})

    assert response.url == "/ar/"
    member.refresh_from_db()
    assert member.language == "ar"


def test_the_language_is_set_by_post_of_someone_signed_in(client, as_user, member):
    assert client.post("/en/account/language/", {"language": "en"}).status_code == 302
    assert as_user(member).get("/en/account/language/").status_code == 405
    member.refresh_from_db()
    assert member.language == "ar"
