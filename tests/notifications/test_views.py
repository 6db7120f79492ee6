import pytest

from notifications.models import Delivery, MutedKind
from notifications.unsubscribe import token_for


def deliver(user, number=1):
    Delivery.objects.create(
        kind="tests.note", key=f"{user.pk}-{number}", recipient=user, address=user.email,
        language="ar", subject=f"رسالة {number}", state=Delivery.State.SENT,
    )  # fmt: skip


def test_i_read_what_was_sent_to_me_and_why(note, member, expert, as_user):
    deliver(member)
    deliver(expert, 2)

    page = as_user(member).get("/ar/notifications/").content.decode()

    assert "رسالة 1" in page
    assert "Notes" in page
    assert "رسالة 2" not in page


@pytest.mark.parametrize("count", [1, 30])
def test_the_page_costs_the_same_however_much_was_sent(
    note, member, as_user, count, django_assert_num_queries
):
    for number in range(count):
        deliver(member, number)
    client = as_user(member)
    client.get("/ar/notifications/")

    with django_assert_num_queries(7):
        client.get("/ar/notifications/")


def test_i_choose_what_may_be_sent(note, member, as_user):
    client = as_user(member)

    client.post("/ar/notifications/choose/", {})
    assert list(MutedKind.objects.values_list("user", "kind")) == [(member.pk, "tests.note")]
    client.post("/ar/notifications/choose/", {"kind": ["tests.note", "no.such"]})
    assert not MutedKind.objects.exists()
    assert client.get("/ar/notifications/choose/").status_code == 405


def test_a_forged_or_foreign_address_switches_nothing_off(note, member, client):
    genuine = token_for(member.pk, "tests.note")

    for token in (genuine[:-1] + "x", "x", token_for(member.pk, "tests.code"), token_for(0, "x")):
        assert client.post(f"/ar/notifications/unsubscribe/{token}/").status_code == 404
    assert not MutedKind.objects.exists()


def test_unsubscribing_twice_is_the_same_as_once(note, member, client):
    address = f"/en/notifications/unsubscribe/{token_for(member.pk, 'tests.note')}/"

    for _time in range(2):
        page = client.post(address, {"List-Unsubscribe": "One-Click"}).content.decode()
        assert "will no longer be sent" in page
    assert MutedKind.objects.count() == 1
