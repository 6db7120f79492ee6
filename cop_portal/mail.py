"""The one door through which mail leaves."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from email.utils import formataddr
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils.translation import get_language

from cop_portal.models import Site

if TYPE_CHECKING:
    from django.core.mail.backends.base import BaseEmailBackend

    from members.models import User

# Above 998 bytes a line makes the whole body quoted-printable, three times the size in Arabic.
MAX_LINE = 400


def send(
    template: str,
    context: Mapping[str, Any],
    *,
    to: str,
    recipient: User | None = None,
    message_id: str = "",
    headers: Mapping[str, str] | None = None,
    attachments: Sequence[tuple[str, bytes, str]] = (),
    takes_replies: bool = True,
    connection: BaseEmailBackend | None = None,
) -> str:
    """Render `templates/emails/<template>_*` and send it; return the subject.

    Written in the active language and zone: wrap the call in `cop_portal.reader.reading_as`.
    Text and HTML parts are both required. Answers go to the secretariat, or with `takes_replies`
    off to no address that is named. Raises what the mail backend raises.
    """
    site = Site.objects.first() or Site()
    subject, text, html = render(template, {"site": site, **context}, recipient=recipient)
    answers_to = settings.REPLY_TO_EMAIL or site.contact_email if takes_replies else ""
    message = EmailMultiAlternatives(
        subject=subject,
        body=short_lines(tidy(text)),
        from_email=formataddr((site.name or "", settings.DEFAULT_FROM_EMAIL)),
        to=[to],
        reply_to=[answers_to] if answers_to else [],
        headers={
            "Auto-Submitted": "auto-generated",
            "X-Auto-Response-Suppress": "All",
            "Content-Language": get_language(),
            **({"Message-ID": message_id} if message_id else {}),
            **(headers or {}),
        },
        connection=connection,
    )
    message.attach_alternative(short_lines(html), "text/html")
    for attachment in attachments:
        message.attach(*attachment)
    message.send()
    return subject


def render(
    template: str, context: Mapping[str, Any], *, recipient: User | None = None
) -> tuple[str, str, str]:
    """The subject, the text and the HTML of a mail in the active language, as `send` sends them;
    a page that shows a mail beforehand shows this. `context` holds the `site`."""
    everything = {
        "site_url": settings.SITE_URL,
        "recipient": recipient,
        "LANGUAGE_CODE": get_language(),
        **context,
    }
    subject = " ".join(render_to_string(f"emails/{template}_subject.txt", everything).split())
    everything["subject"] = subject
    text = render_to_string(f"emails/{template}_message.txt", everything)
    return subject, text, render_to_string(f"emails/{template}_message.html", everything)


def tidy(text: str) -> str:
    """Plain text as a person would type it: no blank edges, one empty line at most."""
    lines = [line.strip() for line in text.strip().splitlines()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)) + "\n"


def short_lines(text: str) -> str:
    """Break lines longer than `MAX_LINE` bytes at spaces, which changes no reading of them."""
    return "\n".join(part for line in text.splitlines() for part in _broken(line)) + "\n"


def _broken(line: str) -> list[str]:
    if len(line.encode()) <= MAX_LINE:
        return [line]
    parts: list[str] = []
    current: list[str] = []
    size = 0
    for word in line.split(" "):
        width = len(word.encode()) + 1
        if current and size + width > MAX_LINE:
            parts.append(" ".join(current))
            current, size = [], 0
        current.append(word)
        size += width
    return [*parts, " ".join(current)]
