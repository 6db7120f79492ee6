"""The portal with its database restarted, and without its queue and cache."""

from __future__ import annotations

import http.cookiejar
import mailbox
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from contextlib import suppress

import pytest
from django.conf import settings

from script.stack.postgres import Postgres
from script.stack.processes import start
from script.stack.services import Lease
from script.stack.valkey import server as valkey_server
from tests.faults.conftest import free_port, wait_until

ROOT = settings.BASE_DIR
PASSWORD = "community-of-practice"
EVENT = "updating-social-registries"


class Browser:
    """Reads pages and sends their forms; keeps cookies."""

    def __init__(self, base: str) -> None:
        self.base = base
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self.opener = urllib.request.build_opener(jar)

    def get(self, path: str) -> tuple[int, str]:
        return self._open(urllib.request.Request(self.base + path))

    def post(self, path: str, page: str, **fields: str) -> tuple[int, str]:
        [token, *_more] = re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
        data = urllib.parse.urlencode({"csrfmiddlewaretoken": token, **fields}).encode()
        return self._open(urllib.request.Request(self.base + path, data))

    def _open(self, request: urllib.request.Request) -> tuple[int, str]:
        try:
            with self.opener.open(request, timeout=30) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()

    def sign_in(self, email: str) -> None:
        _status, page = self.get("/en/account/login/")
        status, _page = self.post("/en/account/login/", page, login=email, password=PASSWORD)
        assert status == 200


class Portal:
    """Web, worker and beat on servers of their own, all on this machine."""

    def __init__(self, folder) -> None:
        self.folder = folder
        self.log = folder / "log"
        self.database = Lease(Postgres(folder, True))
        self.redis_port, self.port = free_port(), free_port()
        self.processes: list[subprocess.Popen[bytes]] = []
        self.base = f"http://127.0.0.1:{self.port}"
        self.environment = {
            **os.environ,
            "DATABASE_URL": self.database.acquire(),
            "REDIS_URL": f"redis://127.0.0.1:{self.redis_port}/0",
            "SECRET_KEY": "of-this-test-alone",
            "COP_DATA_DIR": str(folder),
            "DEMONSTRATION": "true",
            "DEBUG": "false",
            "SITE_URL": self.base,
            "ALLOWED_HOSTS": "127.0.0.1",
            "EMAIL_URL": "",
            "MAIL_SWEEP_SECONDS": "1",
        }

    def run(self, *command: str) -> None:
        with self.log.open("ab") as log:
            self.processes.append(
                start(
                    command,
                    death_signal=signal.SIGKILL,
                    environment=self.environment,
                    folder=ROOT,
                    output=log.fileno(),
                )
            )

    def start(self) -> None:
        for command in ("migrate", "load_demonstration", "collectstatic --noinput"):
            subprocess.run(
                [sys.executable, "manage.py", *command.split()],
                cwd=ROOT, env=self.environment, check=True, capture_output=True,
            )  # fmt: skip
        self.start_redis()
        self.run(
            sys.executable, "-m", "gunicorn", "cop_portal.wsgi", "--bind",
            f"127.0.0.1:{self.port}", "--threads", "4",
        )  # fmt: skip
        self.run(
            sys.executable, "-m", "celery", "-A", "cop_portal", "worker", "--beat",
            "--concurrency", "1", "--loglevel", "INFO", "--schedule", str(self.folder / "beat"),
        )  # fmt: skip
        wait_until(self.answers, 30, "the portal")
        wait_until(lambda: " ready." in self.log.read_text(errors="replace"), 60, "the worker")

    def answers(self) -> bool:
        try:
            return Browser(self.base).get("/healthz")[0] == 200
        except OSError:
            return False

    def start_redis(self) -> None:
        self.run(
            str(valkey_server()), "--port", str(self.redis_port), "--bind", "127.0.0.1",
            "--save", "", "--dir", str(self.folder),
        )  # fmt: skip
        self.redis = self.processes.pop()
        wait_until(self.redis_answers, 10, "Redis")

    def redis_answers(self) -> bool:
        assert self.redis.poll() is None, self.log.read_text(errors="replace")[-2000:]
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.redis_port), 1):
            return True
        return False

    def stop_redis(self) -> None:
        self.redis.kill()
        self.redis.wait()

    def stop(self) -> None:
        for process in self.processes:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        self.stop_redis()
        self.database.release(wait=True)

    def wait_for_confirmation(self, address: str) -> None:
        """Wait for the one mail, long enough for a second attempt at it; fail with the mails that
        came and the ends of what the processes said."""
        try:
            wait_until(lambda: len(self.subjects_to(address)) == 1, 150, "the confirmation")
        except pytest.fail.Exception as failure:
            said = self.log.read_text(errors="replace")[-6000:]
            pytest.fail(f"{failure}\n{self.subjects_to(address)}\n{said}")

    def subjects_to(self, address: str) -> list[str]:
        box = mailbox.Maildir(self.folder / "inbox", create=True)
        return [str(message["Subject"]) for message in box if address in str(message["To"])]


@pytest.fixture(scope="module")
def portal(tmp_path_factory):
    portal = Portal(tmp_path_factory.mktemp("portal"))
    portal.folder.chmod(0o711)
    try:
        portal.start()
        yield portal
    finally:
        portal.stop()


def event_path(browser: Browser) -> str:
    """The address of the demonstration's workshop, found as a reader finds it."""
    _status, page = browser.get("/en/events/?kind=virtual_workshop&time=upcoming")
    return str(re.findall(r'href="(/en/events/\d+/[\w-]+/)"', page)[0])


def register(browser: Browser, path: str) -> tuple[int, str]:
    _status, page = browser.get(path)
    [number] = re.findall(r"/events/(\d+)/", path)
    return browser.post(f"/en/events/{number}/register/", page)


@pytest.mark.slow
def test_without_redis_pages_work_registrations_are_kept_and_mail_follows(portal):
    browser = Browser(portal.base)
    browser.sign_in("member.jo@cop.example")
    path = event_path(browser)
    portal.stop_redis()

    assert browser.get("/en/")[0] == 200
    assert browser.get("/en/members/")[0] == 200
    status, page = register(browser, path)
    assert status == 200
    assert "/withdraw/" in page
    assert portal.subjects_to("member.jo@cop.example") == []

    portal.start_redis()
    portal.wait_for_confirmation("member.jo@cop.example")


@pytest.mark.slow
def test_a_restarted_database_is_found_again_without_restarting_the_portal(portal):
    browser = Browser(portal.base)
    browser.sign_in("member.ma@cop.example")
    path = event_path(browser)

    portal.database.release(wait=True)
    assert browser.get(path)[0] >= 500
    portal.database.acquire()

    wait_until(lambda: browser.get(path)[0] == 200, 30, "the page")
    status, page = register(browser, path)
    assert status == 200
    assert "/withdraw/" in page
    portal.wait_for_confirmation("member.ma@cop.example")
