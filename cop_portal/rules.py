"""Who may do what with the portal itself: coordinators write pages, administrators set it up."""

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


@rules.predicate
def is_administrator(user: User | AnonymousUser) -> bool:
    return user.is_authenticated and user.is_active and user.is_superuser


rules.add_perm("cop_portal", is_staff)
for verb in ("view", "add", "change", "delete"):
    rules.add_perm(f"cop_portal.{verb}_page", is_staff)
for verb in ("view", "add", "change"):
    rules.add_perm(f"cop_portal.{verb}_site", is_administrator)
