"""Messages between people who do not learn each other's address."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cop_portal.dates import format_time
from cop_portal.zones import city_of
from members.actions.refusal import Refused
from members.audit import record
from members.models import Block, ContactMessage, RosterRecord, User
from notifications.actions import tell, tell_all

DAILY_LIMIT = 10
DAY = timedelta(days=1)


@transaction.atomic
def send_message(sender: User, recipient: User, *, subject: str, body: str) -> ContactMessage:
    """Keep a message and let it go out by mail, without either address.

    Locks the sender's row, so that two clicks are one message: the same words to the same person
    within a day are not sent again. Refuses, with the hour at which it will do, more than
    `DAILY_LIMIT` messages within 24 hours. A person who has blocked the sender gets nothing, and
    the sender is not told: to say so would reveal the block. Staff cannot be blocked.
    """
    User.objects.select_for_update(no_key=True).only("pk").get(pk=sender.pk)
    since = timezone.now() - DAY
    recent = ContactMessage.objects.filter(sender=sender, sent_at__gt=since).order_by("sent_at")
    same = recent.filter(recipient=recipient, subject=subject, body=body).first()
    if same:
        return same
    times = list(recent.values_list("sent_at", flat=True))
    if len(times) >= DAILY_LIMIT:
        raise Refused(_limit_reached(times[-DAILY_LIMIT]))
    message = ContactMessage.objects.create(
        sender=sender,
        recipient=recipient,
        subject=subject,
        body=body,
        is_held_back=not sender.is_staff and has_blocked(recipient, sender),
    )
    if not message.is_held_back:
        tell("members.contact", recipient, key=str(message.pk), message=message.pk)
    return message


def has_blocked(person: User, other: User) -> bool:
    return Block.objects.filter(blocker=person, blocked=other).exists()


def _limit_reached(oldest: datetime) -> str:
    moment = oldest + DAY
    return _(
        "At most %(count)d messages can be sent within 24 hours. The next one can be sent after "
        "%(time)s (%(city)s)."
    ) % {
        "count": DAILY_LIMIT,
        "time": format_time(moment),
        "city": city_of(timezone.get_current_timezone_name()),
    }


@transaction.atomic
def block(person: User, *, by: User) -> None:
    """Let no more messages of `person` reach `by`. Doing it again changes nothing; the other is
    not told. Refuses to block oneself and the secretariat, whose messages are about the
    membership."""
    if person.pk == by.pk:
        raise Refused(_("One’s own messages cannot be blocked."))
    if person.is_staff:
        raise Refused(_("Messages of the secretariat cannot be blocked."))
    Block.objects.get_or_create(blocker=by, blocked=person)


@transaction.atomic
def lift_block(block: Block, *, by: User) -> None:
    """Take one's own block back; what was sent meanwhile is not delivered afterwards."""
    Block.objects.filter(pk=block.pk, blocker=by).delete()


@transaction.atomic
def report(message: ContactMessage, *, by: User, reason: str) -> ContactMessage:
    """Put a message before the coordinators, who are told by mail. Locks the message. Refuses
    anyone but its recipient, and a message that has been reported already."""
    row = ContactMessage.objects.select_for_update().get(pk=message.pk)
    if row.recipient_id != by.pk or row.is_held_back:
        raise Refused(_("Only the recipient of a message can report it."))
    if row.report_state != ContactMessage.ReportState.NONE:
        raise Refused(_("This message has been reported already."))
    row.report_state = ContactMessage.ReportState.OPEN
    row.report_reason, row.reported_at = reason, timezone.now()
    row.save(update_fields=["report_state", "report_reason", "reported_at"])
    tell_all(
        "members.message_reported",
        [
            (coordinator, f"{row.pk}:{coordinator.pk}", {"message": row.pk})
            for coordinator in User.objects.coordinators().order_by("pk")
        ],
    )
    return row


@transaction.atomic
def handle_report(message: ContactMessage, *, by: User) -> ContactMessage:
    """Close a report and note it in the audit trail, for the person who wrote the message.
    Locks the message. Refuses a message without an open report."""
    row = ContactMessage.objects.select_for_update().select_related(None).get(pk=message.pk)
    if row.report_state != ContactMessage.ReportState.OPEN:
        raise Refused(_("There is no open report of this message."))
    row.report_state = ContactMessage.ReportState.HANDLED
    row.handled_by, row.handled_at = by, timezone.now()
    row.save(update_fields=["report_state", "handled_by", "handled_at"])
    record(RosterRecord.Action.REPORT_HANDLED, by=by, person=row.sender, message=row.pk)
    return row
