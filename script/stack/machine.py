"""What the tests need from the machine itself: a browser and GNU gettext."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# libatomic1 is for the driver between the tests and the browser, which brings all else it needs.
PACKAGES = {
    "chromium": ("chromium", "fonts-dejavu-core", "libatomic1"),
    "gettext": ("gettext",),
}


def browser() -> str | None:
    """A Chromium that really starts (some packages only tell where to get one) and is driven."""
    if not has_driver():
        return None
    named = os.environ.get("COP_CHROMIUM")
    for name in (named, *BROWSERS) if named else BROWSERS:
        found = shutil.which(name)
        if found and succeeds([found, "--version"], 30):
            return found
    return None


def has_driver() -> bool:
    """Whether the program between the tests and the browser starts."""
    package = find_spec("playwright")
    if package is None or package.origin is None:
        return False
    return succeeds([str(Path(package.origin).parent / "driver" / "node"), "--version"], 30)


def has_gettext() -> bool:
    return all(shutil.which(name) for name in ("xgettext", "msgmerge", "msguniq", "msgattrib"))


def missing() -> list[str]:
    """Which of the two are not there."""
    found = [] if browser() else ["chromium"]
    return found if has_gettext() else [*found, "gettext"]


def install(wanted: Sequence[str]) -> None:
    """Install what is missing with the system's packages, if this user may; never asks."""
    apt = shutil.which("apt-get")
    become = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if not wanted or apt is None or (become and not succeeds([*become, "true"], 10)):
        return
    print(f"Installing {' and '.join(wanted)} with apt-get ...", flush=True)
    packages = [package for name in wanted for package in PACKAGES[name]]
    command = [*become, "env", "DEBIAN_FRONTEND=noninteractive", apt, "-qq"]
    command += ["-o", "DPkg::Lock::Timeout=300"]
    chosen = ["install", "-y", "--no-install-recommends", *packages]
    if not succeeds([*command, *chosen], 900):
        succeeds([*command, "update"], 300)
        if not succeeds([*command, *chosen], 900):
            print("apt-get could not install them.", flush=True)


def succeeds(command: Sequence[str], seconds: float) -> bool:
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, timeout=seconds, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0
