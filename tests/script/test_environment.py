"""What setting up rests on: locks, compiled catalogues, and what counts as installed."""

import gettext
import shutil
import subprocess
from pathlib import Path

import pytest

from script.stack import bootstrap, catalogues, locks
from script.stack.checks import Tally
from script.stack.environment import is_named
from script.stack.paths import ROOT

ARABIC = """
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: nplurals=6; plural=n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 "
": n%100>=11 && n%100<=99 ? 4 : 5;\\n"

msgid "one day"
msgid_plural "{n} days"
msgstr[0] "لا أيام"
msgstr[1] "يوم واحد"
msgstr[2] "يومان"
msgstr[3] "{n} أيام"
msgstr[4] "{n} يوما"
msgstr[5] "{n} يوم"

msgctxt "month"
msgid "May"
msgstr "أيار/مايو"

#, fuzzy
msgid "Guess"
msgstr "تخمين"
"""


@pytest.fixture
def catalogue(tmp_path: Path) -> Path:
    source = tmp_path / "locale" / "ar" / "LC_MESSAGES" / "django.po"
    source.parent.mkdir(parents=True)
    source.write_text(ARABIC, encoding="utf-8")
    return source


def test_a_catalogue_compiles_with_six_plurals_and_contexts(catalogue: Path) -> None:
    catalogues.compile_catalogue(catalogue)

    with catalogue.with_suffix(".mo").open("rb") as file:
        found = gettext.GNUTranslations(file)
    days = [found.ngettext("one day", "{n} days", number) for number in (0, 1, 2, 7, 11, 100)]
    assert days == ["لا أيام", "يوم واحد", "يومان", "{n} أيام", "{n} يوما", "{n} يوم"]
    assert found.pgettext("month", "May") == "أيار/مايو"
    assert found.gettext("Guess") == "Guess"


def test_a_catalogue_is_compiled_again_only_when_it_changed(catalogue: Path) -> None:
    assert not catalogues.is_compiled(catalogue)
    catalogues.compile_catalogue(catalogue)
    assert catalogues.is_compiled(catalogue)
    assert bootstrap.is_compiled(catalogue)

    catalogue.write_text(ARABIC.replace("يومان", "يومين"), encoding="utf-8")

    assert not catalogues.is_compiled(catalogue)


def test_the_locks_are_in_order() -> None:
    assert locks.find_faults(ROOT) == []


def test_a_change_that_forgot_the_locks_is_found(tmp_path: Path) -> None:
    for name in ("pyproject.toml", *locks.LOCKS):
        shutil.copy(ROOT / name, tmp_path)
    project = tmp_path / "pyproject.toml"
    project.write_text(project.read_text().replace('"rules==', '"rules>='))
    lock = tmp_path / "requirements.lock"
    lock.write_text(f"--index-url https://example.org\n{lock.read_text()}")

    faults = locks.find_faults(tmp_path)

    assert any("made from another pyproject.toml" in fault for fault in faults)
    assert any("does not pin rules>=" in fault for fault in faults)
    assert "requirements.lock names an address." in faults


@pytest.mark.parametrize(
    ("installed", "wanted", "expected"),
    [
        ("run", "run", True),
        ("dev", "run", True),
        ("dev", "dev", True),
        ("run", "dev", False),
        ("older", "run", False),
        (None, "run", False),
    ],
)
def test_the_larger_lock_serves_for_the_smaller(
    installed: str | None,
    wanted: str,
    expected: bool,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("run", "dev"):
        (tmp_path / name).write_text(name)
    if installed:
        (tmp_path / "stamp").write_text(installed)
    monkeypatch.setattr(bootstrap, "STAMP", tmp_path / "stamp")
    monkeypatch.setattr(bootstrap, "DEV_LOCK", tmp_path / "dev")

    assert bootstrap.is_installed(tmp_path / wanted) is expected


def test_a_variable_may_be_named_through_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("REDIS_URL", raising=False)
    assert not is_named("REDIS_URL")

    monkeypatch.setenv("REDIS_URL_FILE", "/run/secrets/redis")

    assert is_named("REDIS_URL")


def test_counts_come_from_pytests_own_report(tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    report.write_text(
        '<testsuites><testsuite errors="1" failures="2" skipped="3" tests="10"/></testsuites>'
    )
    tally = Tally(passed=1)

    tally.add_report(report)

    assert (tally.passed, tally.failed, tally.skipped) == (5, 3, 3)


@pytest.mark.parametrize("command", ["setup", "server", "test", "manage", "lock", "messages"])
def test_the_commands_are_plain_shell(command: str) -> None:
    script = ROOT / "script" / command

    assert script.stat().st_mode & 0o111
    assert subprocess.run(["sh", "-n", script], check=False).returncode == 0
