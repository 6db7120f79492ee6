"""The ledger's rows by what can be done with them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models

if TYPE_CHECKING:
    from notifications.models import Delivery  # noqa: F401  named in a subscript below


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def due(self, now: datetime) -> DeliveryQuerySet:
        """Rows a worker may claim: queued and due, or left behind by a worker that died."""
        return self.filter(state__in=["queued", "sending"], due_at__lte=now).order_by(
            "priority", "due_at", "pk"
        )
