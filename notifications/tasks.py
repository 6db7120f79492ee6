"""Celery's entry points to the ledger."""

from celery import shared_task

from notifications.sending import send_due


@shared_task(name="notifications.send_due_deliveries", ignore_result=True)
def send_due_deliveries() -> None:
    send_due()
