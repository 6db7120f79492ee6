"""Celery's entry points to the portal's own work."""

from celery import shared_task

from cop_portal.retention import apply_all


@shared_task(name="cop_portal.apply_retention", ignore_result=True)
def apply_retention() -> None:
    apply_all()
