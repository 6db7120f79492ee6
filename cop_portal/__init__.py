"""The project package: settings, addresses, the home page and what every app shares."""

from cop_portal.celery import app as celery_app

__all__ = ["celery_app"]
