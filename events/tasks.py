"""Celery's entry points to this app."""

from celery import shared_task

from events.reminders import queue_due_reminders


@shared_task(name="events.queue_reminders")
def queue_reminders() -> None:
    queue_due_reminders()
