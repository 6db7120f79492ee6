"""The supervisor's own rules, with programs of one line."""

import os
import sys
from pathlib import Path

import pytest

from script.stack import supervisor
from script.stack.supervisor import Printer, Program, Signals, Supervisor, describe


def program(code: str, name: str = "one") -> Program:
    return Program(name, [sys.executable, "-u", "-c", code], dict(os.environ))


def build(*programs: Program, signals: Signals | None = None) -> Supervisor:
    names = [item.name for item in programs]
    return Supervisor(programs, signals or Signals(), Printer(names), Path.cwd())


def test_lines_carry_the_name_of_their_program(capsys: pytest.CaptureFixture[str]) -> None:
    code = build(program("print('first'); print('last', end='')", "setup")).run_to_end()

    assert code == 0
    assert capsys.readouterr().out == "setup | first\nsetup | last\n"


def test_a_program_run_once_passes_its_code_on() -> None:
    assert build(program("raise SystemExit(7)")).run_to_end() == 7


def test_a_program_that_never_starts_is_given_up(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor, "LONGEST_PAUSE", 0.0)
    running = build(program("raise SystemExit(1)"))
    running.is_ready = lambda: False

    assert running.run() == 1
    assert "one does not start; the lines above say why." in capsys.readouterr().out


def test_programs_stop_in_the_reverse_of_their_order(capsys: pytest.CaptureFixture[str]) -> None:
    patient = (
        "import signal, sys, time\n"
        "def end(*_):\n    print('ends'); sys.exit()\n"
        "signal.signal(signal.SIGTERM, end)\n"
        "print('up')\n"
        "while True: time.sleep(1)"
    )
    signals = Signals()
    running = build(program(patient, "web"), program(patient, "beat"), signals=signals)
    lines: list[str] = []

    def note(name: str, text: str) -> None:
        lines.append(f"{name} {text}")
        if {"web up", "beat up"} <= set(lines):
            signals.count = max(signals.count, 1)

    running.printer.line = note  # type: ignore[method-assign]
    assert running.run() == 0

    assert lines[-2:] == ["beat ends", "web ends"]


@pytest.mark.parametrize(
    ("code", "words"), [(3, "exit code 3"), (-9, "killed by SIGKILL"), (-99, "killed by signal 99")]
)
def test_an_exit_code_in_words(code: int, words: str) -> None:
    assert describe(code) == words
