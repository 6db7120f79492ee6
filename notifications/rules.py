"""Who may do what with the delivery ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

import rules

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from members.models import User


@rules.predicate
def is_staff(user: User | AnonymousUser) -> bool:
    """Coordinators and administrators."""
    return user.is_authenticated and user.is_staff


# The ledger is read and sent again; its rows are written by actions and workers alone.
rules.add_perm("notifications", is_staff)
rules.add_perm("notifications.view_delivery", is_staff)
rules.add_perm("notifications.resend_delivery", is_staff)
