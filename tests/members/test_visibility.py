"""Who sees which field: the rule of the page and the rule of the filter say the same."""

import pytest

from members import visibility
from members.models import User
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

VIEWERS = ["member", "expert", "focal_point", "other_focal_point", "sponsor", "coordinator",
           "administrator", "applicant"]  # fmt: skip
CHOICES = [
    {},
    {"other": "coordinators"},
    *({"bio": level} for level in ("community", "country", "coordinators", "nonsense", None)),
]


@pytest.mark.parametrize("chosen", CHOICES, ids=str)
@pytest.mark.parametrize("viewer", VIEWERS)
def test_page_and_filter_agree(request, jordan, morocco, viewer, chosen):
    viewer = request.getfixturevalue(viewer)
    people = [UserFactory(country=country, visibility=chosen) for country in (jordan, morocco)]
    people.append(UserFactory(country=None, visibility=chosen))
    User.objects.filter(pk=viewer.pk).update(visibility=chosen)
    viewer.refresh_from_db()

    for person in [*people, viewer]:
        found = User.objects.filter(visibility.open_to(viewer, "bio"), pk=person.pk).exists()
        assert visibility.sees(viewer, person, "bio") is found


@pytest.mark.parametrize(
    ("level", "seen_by"),
    [
        ("community", "member expert focal_point other_focal_point sponsor coordinator"),
        ("country", "member focal_point coordinator"),
        ("coordinators", "coordinator"),
        ("nonsense", "coordinator"),
    ],
)
def test_each_level_is_for_those_it_names(request, jordan, level, seen_by):
    person = UserFactory(country=jordan, visibility={"photo": level})
    viewers = [name for name in VIEWERS if name not in {"administrator", "applicant"}]

    seeing = [
        name for name in viewers if visibility.sees(request.getfixturevalue(name), person, "photo")
    ]

    assert " ".join(seeing) == seen_by
    assert visibility.sees(person, person, "photo")


def test_a_sponsor_of_the_same_country_sees_what_is_for_everyone(jordan):
    sponsor = UserFactory(country=jordan, is_sponsor=True)
    person = UserFactory(country=jordan, visibility={"bio": "country"})

    assert not visibility.sees(sponsor, person, "bio")
    assert visibility.sees(sponsor, person, "photo")


def test_two_people_without_a_country_are_not_of_the_same_one():
    person = UserFactory(country=None, visibility={"bio": "country"})

    assert not visibility.sees(UserFactory(country=None), person, "bio")
