import pytest

from members import rules
from tests.factories import AppointmentFactory, UserFactory

pytestmark = pytest.mark.django_db

CAST = [
    "anonymous", "applicant", "member", "expert", "focal_point", "other_focal_point",
    "sponsor", "coordinator", "administrator",
]  # fmt: skip
STAFF = {"coordinator", "administrator"}
BELONG = {"member", "expert", "focal_point", "other_focal_point", "sponsor", *STAFF}


@pytest.fixture
def cast(request):
    return {name: request.getfixturevalue(name) for name in CAST}


@pytest.mark.parametrize(
    ("predicate", "expected"),
    [
        (rules.is_signed_in, set(CAST) - {"anonymous"}),
        (rules.is_applicant, {"applicant"}),
        (rules.is_member, BELONG),
        (rules.is_expert, {"expert"}),
        (rules.is_sponsor, {"sponsor"}),
        (rules.is_coordinator, {"coordinator"}),
        (rules.is_administrator, {"administrator"}),
        (rules.is_staff, STAFF),
        (rules.is_focal_point, {"focal_point", "other_focal_point"}),
    ],
    ids=lambda value: getattr(value, "name", None),
)
def test_predicates_about_a_person(cast, predicate, expected):
    assert {name for name, person in cast.items() if predicate(person)} == expected


def test_a_focal_point_is_one_of_a_country_and_of_what_belongs_to_it(cast, jordan, morocco):
    for obj in (jordan, cast["applicant"], AppointmentFactory.build(country=jordan)):
        found = {name for name, person in cast.items() if rules.is_focal_point_of(person, obj)}
        assert found == {"focal_point"}
    assert not rules.is_focal_point_of(cast["focal_point"], UserFactory(country=None))
    assert not rules.is_focal_point_of(cast["focal_point"], None)
    assert rules.is_focal_point_of(cast["other_focal_point"], morocco)


def test_whoever_may_not_sign_in_is_nobody(cast):
    for person in cast.values():
        person.is_active = False
    predicates = [rules.is_signed_in, rules.is_applicant, rules.is_member, rules.is_expert,
                  rules.is_sponsor, rules.is_coordinator, rules.is_administrator,
                  rules.is_focal_point]  # fmt: skip
    people = [person for name, person in cast.items() if name != "anonymous"]

    assert not any(predicate(person) for predicate in predicates for person in people)


@pytest.mark.parametrize(
    ("perm", "expected"),
    [
        ("members.view_directory", BELONG),
        ("members.open_office", {"focal_point", "other_focal_point", *STAFF}),
        ("members.appoint_focal_point", STAFF),
        ("members.view_user", STAFF),
        ("members.add_country", STAFF),
        ("members.change_focalpointappointment", STAFF),
        ("members.delete_topic", STAFF),
        ("members.delete_user", {"administrator"}),
        ("members.delete_focalpointappointment", {"administrator"}),
        ("members.delete_country", {"administrator"}),
    ],
)
def test_the_permission_table(cast, perm, expected):
    assert {name for name, person in cast.items() if person.has_perm(perm)} == expected


def test_permissions_about_one_person(cast):
    applicant = cast["applicant"]

    def allowed(perm, obj):
        return {name for name, person in cast.items() if person.has_perm(perm, obj)}

    assert allowed("members.decide_application", applicant) == {"focal_point", *STAFF}
    # An administrator may do anything, so the view hands over nobody's profile but one's own.
    assert allowed("members.edit_profile", applicant) == {"applicant", "administrator"}


def test_the_admin_is_open_to_staff(cast):
    assert {n for n, person in cast.items() if person.has_module_perms("members")} == STAFF


def test_permissions_ask_the_database_nothing_for_members(member, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert member.has_perm("members.view_directory")
        assert not member.has_perm("members.appoint_focal_point")
        assert not member.has_module_perms("members")
