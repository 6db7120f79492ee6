"""A kind of mail of our own, and a mail server that remembers what it was given."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller

from notifications import kinds

TEMPLATES = Path(__file__).parent.parent / "templates"


@pytest.fixture
def mail_templates(settings):
    settings.TEMPLATES = [
        {**settings.TEMPLATES[0], "DIRS": [*settings.TEMPLATES[0]["DIRS"], TEMPLATES]}
    ]


@pytest.fixture
def note(mail_templates, monkeypatch):
    """Register the optional kind "tests.note"; telling it with needed=False is not needed."""

    def compose(delivery):
        if not delivery.context.get("needed", True):
            raise kinds.NotNeeded("the cause is gone")
        return kinds.Message("tests/note", {"word": delivery.context.get("word", "مرحبًا")})

    monkeypatch.setattr(kinds, "KINDS", {})
    kinds.mail_kind("tests.note", "Notes", optional=True)(compose)
    kinds.mail_kind("tests.code", "Codes", secret=True, priority=1)(compose)
    for module in ("actions", "sending", "views"):
        monkeypatch.setattr(f"notifications.{module}.KINDS", kinds.KINDS)
    return compose


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Sink:
    """An SMTP handler; `answers` are given to the first recipients, then everything is taken."""

    def __init__(self):
        self.messages = []
        self.answers = []

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        if self.answers and (answer := self.answers.pop(0)):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        self.messages.append((envelope.rcpt_tos, envelope.content))
        return "250 OK"


@pytest.fixture
def smtp(settings):
    """A real SMTP server on loopback which the portal's mail is sent to."""
    sink = Sink()
    controller = Controller(sink, hostname="127.0.0.1", port=free_port())
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_PORT = controller.port
    yield sink
    controller.stop()
