"""Make the virtual environment complete: the only module that runs before there is one.

It needs Python 3.11 and nothing else but pip, keeps to the standard library, never removes a
package, and returns at once when the installed lock is the wanted one.
"""

import argparse
import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
UV = VENV / "bin" / "uv"
STAMP = VENV / "installed.lock"
RUN_LOCK = ROOT / "requirements.lock"
DEV_LOCK = ROOT / "requirements-dev.lock"
SETUP_LOCK = ROOT / "requirements-setup.lock"
# Nothing but what the lock lists, and nothing that differs from its hashes.
STRICTLY = ("--quiet", "--require-hashes", "--no-deps", "-r")


class SetupError(Exception):
    """Said to the person as it stands."""


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="script/setup", description="Install everything the portal needs into .venv."
    )
    parser.add_argument("--dev", action="store_true", help="also what the tests and checks need")
    parser.add_argument("--quiet", action="store_true", help="say nothing when nothing is to do")
    options = parser.parse_args(arguments)
    try:
        with one_at_a_time():
            make_environment()
            install(DEV_LOCK if options.dev else RUN_LOCK)
            compile_catalogues()
    except SetupError as error:
        print(f"script/setup: {error}", file=sys.stderr)
        return 1
    if not options.quiet:
        print("Ready: script/server runs the portal, script/test checks it.")
    return 0


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Two commands started together must not install into one environment at once."""
    descriptor = os.open(ROOT / "script", os.O_RDONLY)
    try:
        with suppress(OSError):  # some network file systems cannot lock a folder
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def make_environment() -> None:
    """Make .venv when it is missing or its interpreter is gone, without needing ensurepip."""
    if answers([str(PYTHON), "-c", ""]):
        return
    print(f"Making {VENV.name} with Python {sys.version.split()[0]} ...", flush=True)
    STAMP.unlink(missing_ok=True)
    made = subprocess.run([base_python(), "-m", "venv", "--without-pip", str(VENV)], check=False)
    if made.returncode:
        raise SetupError("this Python cannot make a virtual environment (module venv).")


def base_python() -> str:
    """The interpreter outside any virtual environment."""
    return str(getattr(sys, "_base_executable", None) or sys.executable)


def is_installed(lock: Path) -> bool:
    """Whether the last installation was of this lock, or of the larger one that contains it."""
    with suppress(FileNotFoundError):
        installed = STAMP.read_bytes()
        return installed in {lock.read_bytes(), DEV_LOCK.read_bytes()}
    return False


def install(lock: Path) -> None:
    """Bring the environment to the lock with uv, or with pip where uv cannot be had."""
    if is_installed(lock):
        return
    print(f"Installing {lock.name} ...", flush=True)
    command = [str(UV), "pip", "install", "--python", str(PYTHON), *STRICTLY, str(lock)]
    environment = {**os.environ, "UV_PYTHON_DOWNLOADS": "never", "UV_NO_PROGRESS": "1"}
    environment.setdefault("UV_LINK_MODE", "copy")
    if not (install_uv() and run(command, environment)):
        print("uv did not do it; trying pip, which takes longer ...", flush=True)
        if not run([*pip(), "install", *STRICTLY, str(lock)]):
            raise SetupError(f"could not install {lock.name}; the lines above say why.")
    shutil.copyfile(lock, STAMP)


def install_uv() -> bool:
    """Put the pinned uv into the environment; False when it cannot be had."""
    pinned = next(
        line.split()[0].partition("==")[2]
        for line in SETUP_LOCK.read_text(encoding="utf-8").splitlines()
        if line.startswith("uv==")
    )
    with suppress(OSError):
        told = subprocess.run([str(UV), "--version"], capture_output=True, text=True, check=False)
        if told.stdout.split()[1:2] == [pinned]:
            return True
    return run([*pip(), "install", *STRICTLY, str(SETUP_LOCK)])


def pip() -> list[str]:
    """A pip that installs into the environment: the machine's own, or one made by ensurepip."""
    for python in (base_python(), shutil.which("python3") or base_python(), str(PYTHON)):
        command = [python, "-m", "pip", "--python", str(PYTHON)]
        if answers([*command, "--version"]):
            return [*command, "--disable-pip-version-check"]
    if run([str(PYTHON), "-m", "ensurepip", "--default-pip"]):
        return [str(PYTHON), "-m", "pip", "--disable-pip-version-check"]
    raise SetupError("no pip was found; install it for this Python and try again.")


def compile_catalogues() -> None:
    """Compile message catalogues when one is newer than what was compiled from it."""
    sources = [
        po for folder in ("locale", "vendor_locale") for po in ROOT.glob(f"{folder}/*/*/*.po")
    ]
    if all(is_compiled(source) for source in sources):
        return
    command = [str(PYTHON), "-m", "script.stack.catalogues"]
    if subprocess.run(command, cwd=ROOT, check=False).returncode:
        raise SetupError("a message catalogue could not be compiled; the lines above say why.")


def is_compiled(source: Path) -> bool:
    """The same question as in `catalogues`, asked before there is an environment."""
    target = source.with_suffix(".mo")
    return target.exists() and target.stat().st_mtime_ns == source.stat().st_mtime_ns


def answers(command: Sequence[str]) -> bool:
    """Whether a command can be run at all and succeeds."""
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def run(command: Sequence[str], environment: dict[str, str] | None = None) -> bool:
    """Run an installer as if the person's own pip habits (--user, a target) were not set."""
    kept = dict(environment or os.environ)
    for habit in ("PIP_USER", "PIP_TARGET", "PIP_PREFIX", "PIP_REQUIRE_VIRTUALENV", "PYTHONHOME"):
        kept.pop(habit, None)
    kept["PIP_USER"] = "0"
    try:
        return subprocess.run(command, env=kept, cwd=ROOT, check=False).returncode == 0
    except OSError:
        return False


if __name__ == "__main__":
    sys.exit(main())
