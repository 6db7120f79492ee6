"""Who may open and do what in the directory, on profiles, with messages and with experts.

The roles are those of `tests/test_permissions.py`.
"""

import pytest

from members import actions
from members.models import Block, FormerPost
from tests.factories import TopicFactory, UserFactory
from tests.permissions import table

pytestmark = pytest.mark.django_db
LETTER = {"subject": "Targeting", "body": "A question."}
DIRECTORY = table(sign_in="V", refused="A", yes="MEFOSCX")
PERSON = table(sign_in="V", invisible="A", yes="MEFOSCX")


def test_the_directory_and_countries_are_for_members_staff_and_sponsors(ask, jordan):
    assert ask("/en/members/") == DIRECTORY
    assert ask("/en/countries/JO/") == DIRECTORY


@pytest.mark.parametrize("country", ["JO", "MA"])
def test_a_profile_and_the_page_to_write_on_are_for_the_same(ask, request, country):
    place = request.getfixturevalue({"JO": "jordan", "MA": "morocco"}[country])
    person = UserFactory(country=place)

    assert ask(f"/en/members/{person.pk}/") == PERSON
    assert ask(f"/en/members/{person.pk}/contact/") == PERSON
    assert ask(f"/en/members/{person.pk}/contact/", post=LETTER) == PERSON
    no_photo = table(sign_in="V", invisible="AMEFOSCX")
    assert ask(f"/en/members/{person.pk}/photo/96/") == no_photo


def test_a_person_who_takes_no_messages_is_written_to_by_staff(ask):
    person = UserFactory(takes_messages=False)
    expected = table(sign_in="V", invisible="A", refused="MEFOS", yes="CX")

    assert ask(f"/en/members/{person.pk}/contact/") == expected
    assert ask(f"/en/members/{person.pk}/contact/", post=LETTER) == expected


@pytest.mark.parametrize("page", ["", "report/", "block/", "contact"])
def test_a_message_of_others_is_nobodys_business(ask, page):
    message = actions.send_message(UserFactory(), UserFactory(), **LETTER)
    expected = table(sign_in="V", invisible="AMEFOSCX")
    path = f"/en/account/messages/{message.pk}/"

    if page == "contact":
        assert ask(f"/en/admin/members/contactmessage/{message.pk}/handle/") == table(
            sign_in="V", refused="AMEFOS", invisible="CX"
        )
        return
    if page != "block/":
        assert ask(f"{path}{page}") == expected
    if page:
        assert ask(f"{path}{page}", post={"reason": "x"}) == expected


def test_a_reported_message_is_for_the_desk(ask):
    message = actions.send_message(UserFactory(), UserFactory(), **LETTER)
    actions.report(message, by=message.recipient, reason="x")
    expected = table(sign_in="V", refused="AMEFOS", yes="CX")
    base = "/en/admin/members/contactmessage/"

    assert ask(base) == expected
    assert ask(f"{base}{message.pk}/change/") == expected
    assert ask(f"{base}{message.pk}/handle/") == expected
    assert ask(f"{base}{message.pk}/handle/", post={"confirmed": "yes"}) == expected
    message.refresh_from_db()
    assert message.handled_by.email == "coordinator@cop.example"


def test_a_block_and_a_former_post_are_their_owners(ask):
    block = Block.objects.create(blocker=UserFactory(), blocked=UserFactory())
    post = FormerPost.objects.create(user=UserFactory(), function="x")
    expected = table(sign_in="V", invisible="AMEFOSCX")

    assert ask(f"/en/account/blocks/{block.pk}/lift/", post={}) == expected
    assert ask(f"/en/account/posts/{post.pk}/") == expected
    assert ask(f"/en/account/posts/{post.pk}/", post={"function": "y"}) == expected
    assert ask(f"/en/account/posts/{post.pk}/remove/", post={}) == expected
    assert Block.objects.filter(pk=block.pk).exists()
    assert FormerPost.objects.filter(pk=post.pk, function="x").exists()


@pytest.mark.parametrize("path", ["/en/account/messages/", "/en/account/posts/add/"])
def test_ones_own_pages_are_for_everyone_with_an_account(ask, path):
    assert ask(path) == table(sign_in="V", yes="AMEFOSCX")


def test_experts_are_marked_by_the_secretariat(ask):
    topic = TopicFactory()
    person = UserFactory()
    expected = table(sign_in="V", refused="AMEFOS", yes="CX")
    base = f"/en/admin/members/user/{person.pk}/"
    marked = {"expertise": [topic.pk], "availability": "open"}

    assert ask(f"{base}expert/") == expected
    assert ask(f"{base}expert/", post=marked) == expected
    assert ask(f"{base}unmark_expert/") == expected
    assert ask(f"{base}unmark_expert/", post={"confirmed": "yes"}) == expected
    assert set(
        person.roster_records.filter(action="expert_marked").values_list("actor__email", flat=True)
    ) == {"coordinator@cop.example", "admin@cop.example"}
