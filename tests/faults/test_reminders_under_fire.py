"""Every reminder reaches its reader, whatever happens to the workers."""

from collections import Counter
from datetime import timedelta

import pytest
from django.utils import timezone

from events.models import EventReminder, Registration
from events.tasks import queue_reminders
from members.models import User
from notifications.models import Delivery
from notifications.tasks import send_due_deliveries
from tests.factories import CountryFactory, EventFactory
from tests.faults.conftest import wait_until

PEOPLE = 400
# Each worker runs two processes, each with at most one message on the wire.
IN_FLIGHT = 2


@pytest.fixture
def crowd(transactional_db):
    """An event of tomorrow with a reminder due, and `PEOPLE` who come."""
    jordan = CountryFactory(iso="JO")
    event = EventFactory(starts_at=timezone.now() + timedelta(hours=20))
    EventReminder.objects.create(event=event, days_before=1)
    EventReminder.objects.filter(event=event).update(
        at=(timezone.now() - timedelta(hours=4, minutes=1)).astimezone(event.zone).time()
    )
    people = User.objects.bulk_create(
        User(email=f"p{n}@cop.example", full_name=f"عضو {n}", country=jordan, membership="member")
        for n in range(PEOPLE)
    )
    long_ago = timezone.now() - timedelta(days=30)
    Registration.objects.bulk_create(
        Registration(event=event, user=person, status="confirmed", confirmed_at=long_ago)
        for person in people
    )
    return event


@pytest.mark.slow
def test_fifty_runs_at_once_and_killed_workers_remind_each_person_once(crowd, workers, relay):
    first, second = workers.start(), workers.start()
    for _run in range(50):
        queue_reminders.apply_async(queue=workers.queue)
        send_due_deliveries.apply_async(queue=workers.queue)

    wait_until(lambda: len(relay.taken) > PEOPLE // 5, 120, "the first reminders")
    workers.kill(first)
    workers.start()
    wait_until(lambda: len(relay.taken) > PEOPLE // 2, 120, "half of the reminders")
    workers.kill(second)

    def all_sent():
        send_due_deliveries.apply_async(queue=workers.queue)
        return not Delivery.objects.exclude(state=Delivery.State.SENT).exists()

    wait_until(all_sent, 120, "the rest of the reminders")
    assert Delivery.objects.filter(kind="events.reminder").count() == PEOPLE

    received = Counter(recipient for recipient, _id in relay.taken)
    twice = {recipient for recipient, count in received.items() if count > 1}
    assert len(received) == PEOPLE
    assert max(received.values()) <= 2
    assert len(twice) <= 2 * IN_FLIGHT
    for recipient in twice:
        assert len({id_ for address, id_ in relay.taken if address == recipient}) == 1
