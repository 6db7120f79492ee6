"""Celery's entry points to the ledger."""

from celery import shared_task


@shared_task(name="notifications.send_due_deliveries")
def send_due_deliveries() -> None:
    """Send what is due."""
