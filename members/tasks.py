"""Celery's entry points to this app."""

from celery import shared_task

from members.actions.appointments import tell_of_handovers as tell_whom_it_concerns
from members.actions.imports import work_on, work_on_stalled
from members.actions.joining import remind_of_requests as mention_late_requests
from members.actions.roster import remind_to_confirm as mention_due_rows


@shared_task(name="members.remind_of_requests")
def remind_of_requests() -> None:
    mention_late_requests()


@shared_task(name="members.remind_to_confirm")
def remind_to_confirm() -> None:
    mention_due_rows()


@shared_task(name="members.tell_of_handovers", ignore_result=True)
def tell_of_handovers() -> None:
    tell_whom_it_concerns()


@shared_task(name="members.work_on_import", ignore_result=True)
def work_on_import(key: int) -> None:
    work_on(key)


@shared_task(name="members.continue_imports", ignore_result=True)
def continue_imports() -> None:
    work_on_stalled()
