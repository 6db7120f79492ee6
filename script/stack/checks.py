"""`script/test`: every check there is, or with arguments only pytest with them.

Each check runs even if one before it failed; the last lines say what failed and count everything.
"""

import fcntl
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from script.stack import machine
from script.stack.environment import needed_leases, portal_variables
from script.stack.paths import ROOT, data_dir, make_folder
from script.stack.services import Lease, ServiceError, is_locked, lock_file

PYTHON = sys.executable
NO_TESTS = 5  # pytest's exit code when nothing was selected
SITE = "http://localhost:8000"
SKIP_NOTICE = (
    "BROWSER TESTS SKIPPED: no Chromium was found or could be installed with apt-get by this user."
)
# A stand-in for a real installation, to be judged by `check --deploy`.
PRODUCTION = {
    "ALLOWED_HOSTS": "portal.example.org",
    "BEHIND_PROXY": "true",
    "DEBUG": "false",
    "DEFAULT_FROM_EMAIL": "portal@portal.example.org",
    "DEMONSTRATION": "false",
    "EMAIL_URL": "smtp+tls://user:password@mail.example.org:587",
    "SECRET_KEY": "not-secret-but-long-and-varied-enough-0123456789-abcdefghijklmnopqrstuvwxyz",
    "SITE_URL": "https://portal.example.org",
}


@dataclass
class Tally:
    """What was counted, and what failed."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0
    failures: list[str] = field(default_factory=list)
    times: list[tuple[str, float]] = field(default_factory=list)

    def add_report(self, report: Path) -> None:
        """Count a pytest run from its own report."""
        if not report.exists():
            return
        for suite in ET.parse(report).getroot().iter("testsuite"):  # noqa: S314 - our own file
            failed = int(suite.get("failures", 0)) + int(suite.get("errors", 0))
            skipped = int(suite.get("skipped", 0))
            self.failed += failed
            self.skipped += skipped
            self.passed += int(suite.get("tests", 0)) - failed - skipped


@dataclass
class Run:
    """One run of all checks in one environment."""

    variables: dict[str, str]
    folder: Path
    tally: Tally = field(default_factory=Tally)

    def check(
        self, name: str, *command: str | Path, variables: dict[str, str] | None = None
    ) -> None:
        """Run one check and count it as one."""
        with self._timed(name):
            failed = self._call(command, variables) != 0
        self.tally.passed += not failed
        self.tally.failed += failed
        if failed:
            self._note_failure(name)

    def pytest(self, name: str, *arguments: str) -> None:
        """Run pytest and count its tests; a run that selects none is said, not failed."""
        report = self.folder / f"report-{len(self.tally.times)}.xml"
        with self._timed(name):
            command = (PYTHON, "-m", "pytest", f"--junitxml={report}", *arguments)
            code = self._call(command, None)
        self.tally.add_report(report)
        if code == NO_TESTS:
            print(f"{name}: there are none.", flush=True)
        elif code:
            self._note_failure(name)

    def _call(self, command: Sequence[str | Path], variables: dict[str, str] | None) -> int:
        environment = {**self.variables, **(variables or {})}
        return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode

    @contextmanager
    def _timed(self, name: str) -> Iterator[None]:
        print(f"\n── {name} {'─' * max(3, 76 - len(name))}", flush=True)
        started = time.monotonic()
        yield
        taken = time.monotonic() - started
        self.tally.times.append((name, taken))
        print(f"({name}: {taken:.1f} s)", flush=True)

    def _note_failure(self, name: str) -> None:
        self.tally.failures.append(name)
        print(f"FAILED: {name}", flush=True)


def main(arguments: Sequence[str]) -> int:
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with services() as (data, leases):
            wanted = machine.missing() if wants_all(arguments) else []
            machine.install(wanted)
            run = Run(test_variables(data, leases), data)
            if arguments:
                return only_pytest(run, arguments)
            every_check(run)
            return conclude(run)
    except ServiceError as error:
        print(f"script/test: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def wants_all(arguments: Sequence[str]) -> bool:
    """Whether this run may come to a browser test or a catalogue."""
    return not arguments or any("e2e" in part or "browser" in part for part in arguments)


@contextmanager
def services() -> Iterator[tuple[Path, list[Lease]]]:
    """Embedded services of this run alone, forgotten afterwards, beside any running portal."""
    place = make_folder(data_dir() / "test")
    sweep(place)
    data = Path(tempfile.mkdtemp(prefix="run-", dir=place))
    data.chmod(0o711)
    held = lock_file(data / "lock", fcntl.LOCK_EX)
    leases = needed_leases(data, volatile=True)
    try:
        for lease in leases:
            lease.acquire()
        yield data, leases
    finally:
        for lease in leases:
            lease.release(wait=True)
        shutil.rmtree(data, ignore_errors=True)
        if held is not None:
            os.close(held)


def sweep(place: Path) -> None:
    """Remove what a killed run left, once its services have ended."""
    for lock in place.glob("run-*/lock"):
        holders = [lock, *lock.parent.glob("*/keeper")]
        if not any(is_locked(holder) for holder in holders):
            shutil.rmtree(lock.parent, ignore_errors=True)


def test_variables(data: Path, leases: list[Lease]) -> dict[str, str]:
    """The tests' environment: the machine's, less what names a real installation."""
    kept = {"DATABASE_URL", "DATABASE_URL_FILE", "REDIS_URL", "REDIS_URL_FILE"}
    for name in {*PRODUCTION, "COP_DATA_DIR", "DJANGO_SETTINGS_MODULE"} - kept:
        os.environ.pop(name, None)
    variables = portal_variables(data, leases, site_url=SITE, demonstration=False)
    variables["EMAIL_URL"] = ""  # so that a `.env` cannot name a mail server
    found = machine.browser()
    variables["COP_BROWSER_TESTS"] = "run" if found else "skip"
    if found:
        variables["COP_CHROMIUM"] = found
    return variables


def every_check(run: Run) -> None:
    here = Path(PYTHON).parent
    manage = (PYTHON, "manage.py")
    run.check("ruff check", here / "ruff", "check", "--quiet", ".")
    run.check("ruff format", here / "ruff", "format", "--check", "--quiet", ".")
    run.check("templates", here / "djangofmt", "--check", *template_folders())
    run.check("types (mypy)", here / "mypy")
    run.check("imports (import-linter)", here / "lint-imports", "--no-logo")
    run.check("locks", PYTHON, "-m", "script.stack.locks", "--check")
    run.check("migrations", *manage, "makemigrations", "--check", "--dry-run")
    deploy = ("check", "--deploy", "--fail-level", "WARNING")
    run.check("check --deploy", *manage, *deploy, variables=PRODUCTION)
    if machine.has_gettext():
        run.check("message catalogues", PYTHON, "-m", "script.stack.messages", "--check")
    else:
        print("\nMESSAGE CATALOGUES NOT COMPARED: GNU gettext is not installed.", flush=True)
        run.tally.skipped += 1
    parallel = ("-n", "auto", "--dist", "loadfile")
    run.pytest("tests", "-m", "not browser", *parallel)
    browser_tests(run, *parallel)


def browser_tests(run: Run, *options: str) -> None:
    arguments = ["-m", "browser", *options]
    if not has_browser(run):
        print(f"\n{SKIP_NOTICE}", flush=True)
        arguments += ["-p", "script.stack.skip_browser"]
    run.pytest("browser tests", *arguments)


def only_pytest(run: Run, arguments: Sequence[str]) -> int:
    """Pytest with the caller's own arguments, ending in its own summary and exit code."""
    command = [PYTHON, "-m", "pytest"]
    if not has_browser(run):
        command += ["-p", "script.stack.skip_browser"]
        print(SKIP_NOTICE, flush=True)
    done = subprocess.run([*command, *arguments], cwd=ROOT, env=run.variables, check=False)
    return done.returncode


def has_browser(run: Run) -> bool:
    return run.variables["COP_BROWSER_TESTS"] == "run"


def template_folders() -> list[str]:
    folders = [path for path in ROOT.glob("*/templates") if path.is_dir()]
    return [str(path.relative_to(ROOT)) for path in [ROOT / "templates", *sorted(folders)]]


def conclude(run: Run) -> int:
    """Times, failures and the count, in this order; 0 when everything passed."""
    tally = run.tally
    print("\n── summary " + "─" * 69)
    for name, taken in tally.times:
        mark = "FAILED" if name in tally.failures else "ok"
        print(f"{mark:>7}  {taken:6.1f} s  {name}")
    if not has_browser(run):
        print(SKIP_NOTICE)
    print(f"{tally.passed} passed, {tally.failed} failed, {tally.skipped} skipped", flush=True)
    return 1 if tally.failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
