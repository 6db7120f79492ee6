"""What happens where there is no browser: an attempt, a notice, and tests that count as skipped."""

import subprocess
import sys
from pathlib import Path

import pytest

from script.stack import machine
from script.stack.paths import ROOT


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine whose only program is an apt-get that notes how it was called."""
    programs = tmp_path / "bin"
    programs.mkdir()
    calls = tmp_path / "calls"
    apt = programs / "apt-get"
    apt.write_text(f'#!/bin/sh\necho "$@" >> {calls}\n')
    apt.chmod(0o755)
    (programs / "env").symlink_to("/usr/bin/env")
    (programs / "sudo").symlink_to(apt)
    monkeypatch.setenv("PATH", str(programs))
    monkeypatch.delenv("COP_CHROMIUM", raising=False)
    return calls


def test_what_is_missing_is_installed_by_root(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 0)

    machine.install(machine.missing())

    (call,) = bare.read_text().splitlines()
    assert call.endswith(
        "install -y --no-install-recommends chromium fonts-dejavu-core libatomic1 gettext"
    )


def test_nothing_is_tried_by_a_user_who_may_not(
    bare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (bare.parent / "bin" / "sudo").unlink()
    monkeypatch.setattr("os.geteuid", lambda: 1000)

    machine.install(machine.missing())

    assert not bare.exists()


def test_a_browser_that_does_not_start_is_none(bare: Path) -> None:
    stand_in = bare.parent / "bin" / "chromium"
    stand_in.write_text("#!/bin/sh\necho install the other package; exit 1\n")
    stand_in.chmod(0o755)

    assert machine.browser() is None
    assert "chromium" in machine.missing()


def test_browser_tests_are_skipped_in_plain_sight(tmp_path: Path) -> None:
    test = tmp_path / "test_pages.py"
    test.write_text(
        "import pytest\n"
        "@pytest.mark.browser\ndef test_page():\n    raise AssertionError\n"
        "def test_other():\n    pass\n"
    )
    command = [sys.executable, "-m", "pytest", "-p", "script.stack.skip_browser", "-rs", str(test)]
    command += [
        "-p",
        "no:django",
        "-p",
        "no:cacheprovider",
        "-o",
        "addopts=",
        "-o",
        "markers=browser",
    ]

    done = subprocess.run(
        [*command, f"--rootdir={tmp_path}"], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert "1 passed, 1 skipped" in done.stdout, done.stdout + done.stderr
    assert "no Chromium on this machine" in done.stdout
