"""Who a session belongs to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account.auth_backends import AuthenticationBackend
from django.conf import settings

from members.models import User

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser
    from django.http import HttpRequest


class Backend(AuthenticationBackend):
    """Signing in by email; the person comes with their country, whose zone and months every
    page needs.

    A session ends with the account: whoever may no longer sign in is a visitor from the next
    request on. What a person may do is said in the apps' `rules.py` alone, so this backend
    grants nothing and asks the database nothing about permissions.
    """

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> User | None:
        """As allauth's, but the demonstration's published password opens nothing elsewhere: an
        installation that began as a demonstration may still hold its accounts."""
        from cop_portal.loading import DEMONSTRATION_PASSWORD

        if credentials.get("password") == DEMONSTRATION_PASSWORD and not settings.DEMONSTRATION:
            return None
        found: User | None = super().authenticate(request, **credentials)
        return found

    def get_user(self, user_id: Any) -> User | None:
        user = User.objects.select_related("country").filter(pk=user_id).first()
        return user if user and user.entry == User.Entry.OPEN else None

    def get_all_permissions(self, user_obj: User | AnonymousUser, obj: Any = None) -> set[str]:
        return set()

    def has_perm(self, user_obj: User | AnonymousUser, perm: str, obj: Any = None) -> bool:
        return False

    def has_module_perms(self, user_obj: User | AnonymousUser, app_label: str) -> bool:
        return False
