"""Every write about people that has a consequence, one module for each matter."""

from members.actions.appointments import appoint, end_appointment
from members.actions.contact import (
    DAILY_LIMIT,
    block,
    handle_report,
    lift_block,
    report,
    send_message,
)
from members.actions.experts import mark_expert, unmark_expert
from members.actions.joining import approve, decline, submit_application
from members.actions.posts import change_post
from members.actions.refusal import Refused
from members.actions.transfers import (
    accept_transfer,
    decline_transfer,
    propose_transfer,
    withdraw_transfer,
)

__all__ = [
    "DAILY_LIMIT",
    "Refused",
    "accept_transfer",
    "appoint",
    "approve",
    "block",
    "change_post",
    "decline",
    "decline_transfer",
    "end_appointment",
    "handle_report",
    "lift_block",
    "mark_expert",
    "propose_transfer",
    "report",
    "send_message",
    "submit_application",
    "unmark_expert",
    "withdraw_transfer",
]
