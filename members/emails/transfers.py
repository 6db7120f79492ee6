"""Mails about moving to another country."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from cop_portal.names import name_of
from cop_portal.text import isolated
from members.emails.people import recipient_of
from members.models import Transfer
from notifications.kinds import Message, NotNeeded, mail_kind

if TYPE_CHECKING:
    from notifications.models import Delivery

State = Transfer.State


@mail_kind("members.transfer_proposed", _("Transfer waiting for a decision"), priority=4)
def transfer_proposed(delivery: Delivery) -> Message:
    """To those who decide in the receiving country. Context: `transfer`."""
    transfer = _transfer(delivery)
    if transfer.state != State.OPEN:
        raise NotNeeded("decided already")
    if not Transfer.objects.to_decide_by(recipient_of(delivery)).filter(pk=transfer.pk).exists():
        raise NotNeeded("no longer for this person to decide")
    return _message("transfer_proposed", transfer)


@mail_kind("members.transfer_decided", _("Decision on a transfer"))
def transfer_decided(delivery: Delivery) -> Message:
    """To the office that proposed it. Context: `transfer`."""
    transfer = _transfer(delivery)
    if transfer.state not in (State.ACCEPTED, State.DECLINED):
        raise NotNeeded("nothing was decided")
    if not Transfer.objects.visible_to(recipient_of(delivery)).filter(pk=transfer.pk).exists():
        raise NotNeeded("no longer for this person to know")
    return _message("transfer_decided", transfer)


@mail_kind("members.transferred", _("Transfer to another country"), priority=3)
def transferred(delivery: Delivery) -> Message:
    """To the person who moved. Context: `transfer`."""
    transfer = _transfer(delivery)
    if transfer.person.country_id != transfer.to_country_id:
        raise NotNeeded("the person has moved on since")
    return _message("transferred", transfer)


def _transfer(delivery: Delivery) -> Transfer:
    rows = Transfer.objects.select_related(
        "person__organisation", "from_country", "to_country", "proposed_by", "decided_by"
    )
    transfer = rows.filter(pk=delivery.context["transfer"]).first()
    if transfer is None:
        raise NotNeeded("the proposal is gone")
    return transfer


def _message(template: str, transfer: Transfer) -> Message:
    name = isolated(name_of(transfer.person))
    return Message(f"members/{template}", {"transfer": transfer, "name": name})
