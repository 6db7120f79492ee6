"""Settings that contradict each other, found before the first request."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Error, Tags, register


@register(Tags.security)
def demonstration_stays_local(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Accounts with a published password must not face the public by mistake."""
    if settings.DEMONSTRATION and settings.SECURE:
        return [
            Error(
                "DEMONSTRATION is set on a site served over https.",
                hint="Unset DEMONSTRATION: its accounts have a published password.",
                id="cop_portal.E001",
            )
        ]
    return []


@register(Tags.security, deploy=True)
def mail_leaves(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    if settings.EMAIL_BACKEND == "cop_portal.inbox.MaildirBackend":
        return [
            checks.Warning(
                "EMAIL_URL is not set: mail is kept in a local folder and reaches nobody.",
                hint="Name the mail relay, for example smtp+tls://user:password@relay:587.",
                id="cop_portal.W001",
            )
        ]
    return []


@register()
def lease_outlasts_the_relay(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """A worker that waits for a slow relay must still own its message when the answer comes."""
    if settings.MAIL_LEASE_SECONDS < 2 * settings.EMAIL_TIMEOUT:
        return [
            Error(
                "MAIL_LEASE_SECONDS is shorter than twice EMAIL_TIMEOUT.",
                hint="Raise MAIL_LEASE_SECONDS or lower EMAIL_TIMEOUT.",
                id="cop_portal.E002",
            )
        ]
    return []


@register(Tags.translation)
def languages_are_known(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    if settings.LANGUAGE_CODE != "ar":
        return [
            checks.Warning(
                "Arabic is not the first of COP_LANGUAGES.",
                hint="The portal speaks Arabic first: COP_LANGUAGES=ar,en.",
                id="cop_portal.W002",
            )
        ]
    return []
