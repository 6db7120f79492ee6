"""Every write about people that has a consequence, one module for each matter."""

from members.actions.appointments import appoint, end_appointment
from members.actions.joining import approve, decline, submit_application
from members.actions.refusal import Refused

__all__ = ["Refused", "appoint", "approve", "decline", "end_appointment", "submit_application"]
