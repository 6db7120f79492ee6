"""Real processes around the test database: workers to kill and a mail server that counts."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
import uuid
from urllib.parse import quote

import pytest
from aiosmtpd.controller import Controller
from django.conf import settings
from django.db import connection

from script.stack.processes import start

ROOT = settings.BASE_DIR


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until(question, seconds, what):
    """Ask until the answer is true; fail with `what` when it never is."""
    end = time.monotonic() + seconds
    while not (answer := question()):
        if time.monotonic() > end:
            pytest.fail(f"waited {seconds} s in vain for {what}")
        time.sleep(0.05)
    return answer


def database_url() -> str:
    """The test database's address, as another process names it."""
    of = connection.settings_dict
    login = quote(of["USER"]) + (f":{quote(of['PASSWORD'])}" if of["PASSWORD"] else "")
    host = quote(str(of["HOST"]), safe="")
    port = f":{of['PORT']}" if of["PORT"] else ""
    return f"postgres://{login}@{host}{port}/{of['NAME']}"


class SlowSink:
    """An SMTP server's handler that takes its time and remembers (recipient, Message-ID)."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.taken: list[tuple[str, str]] = []

    async def handle_DATA(self, server, session, envelope):  # noqa: N802  aiosmtpd calls it
        lines = envelope.content.decode().splitlines()
        header = next(line for line in lines if line.startswith("Message-ID:"))
        self.taken.append((envelope.rcpt_tos[0], header))
        await asyncio.sleep(self.seconds)
        return "250 OK"


@pytest.fixture
def relay():
    """A mail server that needs 5 ms for each message."""
    sink = SlowSink(0.005)
    controller = Controller(sink, hostname="127.0.0.1", port=free_port())
    controller.start()
    sink.url = f"smtp://127.0.0.1:{controller.port}"
    yield sink
    controller.stop()


class Workers:
    """Celery workers on a queue of their own, each in its own process group."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.queue = f"fire-{uuid.uuid4().hex[:8]}"
        self.environment = environment
        self.running: list[subprocess.Popen[bytes]] = []

    def start(self) -> subprocess.Popen[bytes]:
        command = [
            sys.executable, "-m", "celery", "-A", "cop_portal", "worker", "--queues", self.queue,
            "--concurrency", "2", "--loglevel", "ERROR", "--hostname", f"{uuid.uuid4().hex}@test",
            "--without-gossip", "--without-mingle",
        ]  # fmt: skip
        worker = start(
            command, death_signal=signal.SIGKILL, environment=self.environment, folder=ROOT,
            output=subprocess.DEVNULL,
        )  # fmt: skip
        self.running.append(worker)
        return worker

    def kill(self, worker: subprocess.Popen[bytes]) -> None:
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()
        self.running.remove(worker)

    def stop(self) -> None:
        for worker in self.running:
            os.killpg(worker.pid, signal.SIGKILL)
            worker.wait()


@pytest.fixture
def workers(transactional_db, relay):
    fleet = Workers(
        {
            **os.environ,
            "DATABASE_URL": database_url(),
            "EMAIL_URL": relay.url,
            "EMAIL_TIMEOUT": "1",
            "MAIL_LEASE_SECONDS": "3",
            "REDIS_URL": settings.REDIS_URL,
            "SECRET_KEY": settings.SECRET_KEY,
        }
    )
    yield fleet
    fleet.stop()
