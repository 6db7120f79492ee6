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

__all__ = [
    "DAILY_LIMIT",
    "Refused",
    "appoint",
    "approve",
    "block",
    "change_post",
    "decline",
    "end_appointment",
    "handle_report",
    "lift_block",
    "mark_expert",
    "report",
    "send_message",
    "submit_application",
    "unmark_expert",
]
