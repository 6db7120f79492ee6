"""`script/lock`: pin everything pyproject.toml asks for, with hashes and without any address.

The first line of each lock is a digest of the tables it was made from, so that a change in
pyproject.toml which forgot `script/lock` is found without a network.
"""

import argparse
import hashlib
import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from script.stack.paths import ROOT

# Whether each lock holds the project's own dependencies, and which groups; in the order of making.
LOCKS: dict[str, tuple[bool, tuple[str, ...]]] = {
    "requirements-dev.lock": (True, ("embedded", "dev")),
    "requirements.lock": (True, ("embedded",)),
    "requirements-production.lock": (True, ()),
    "requirements-setup.lock": (False, ("setup",)),
}
PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)", re.MULTILINE)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="script/lock", description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing, say what is wrong")
    parser.add_argument("--upgrade", action="store_true", help="take newer indirect dependencies")
    options = parser.parse_args(arguments)
    if not options.check:
        for name in LOCKS:
            compile_lock(name, upgrade=options.upgrade)
    faults = find_faults(ROOT)
    for fault in faults:
        print(fault, file=sys.stderr)
    print(f"{len(LOCKS)} locks, {'in order' if not faults else 'not in order'}.")
    return 1 if faults else 0


def compile_lock(name: str, *, upgrade: bool) -> None:
    """Resolve one lock for every platform; pins that still fit are kept unless upgrading."""
    lock = ROOT / name
    own, groups = LOCKS[name]
    uv = Path(sys.executable).with_name("uv")
    command = [str(uv), "pip", "compile", "--quiet", "--universal", "--generate-hashes"]
    command += ["--no-header", "--no-annotate", "--python-version", "3.11"]
    command += ["--output-file", name]
    command += ["pyproject.toml"] if own else []
    command += [f"--group={group}" for group in groups]
    command += ["--upgrade"] if upgrade else []
    if own and name != "requirements-dev.lock":
        command += ["--constraints", "requirements-dev.lock"]
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    text = lock.read_text(encoding="utf-8")
    lock.write_text(f"# pyproject.toml {asked_digest(ROOT, name)}\n{text}", encoding="utf-8")


def asked(root: Path, name: str) -> list[str]:
    """What pyproject.toml asks of one lock, as requirement lines."""
    tables: dict[str, Any] = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    own, groups = LOCKS[name]
    lines = list(tables["project"]["dependencies"]) if own else []
    for group in groups:
        lines += tables["dependency-groups"][group]
    return sorted(lines)


def asked_digest(root: Path, name: str) -> str:
    """A short digest of what is asked, kept in the lock's first line."""
    return hashlib.sha256(json.dumps(asked(root, name)).encode()).hexdigest()[:16]


def find_faults(root: Path) -> list[str]:
    """Every way in which the locks disagree with pyproject.toml or with each other."""
    faults = []
    texts = {name: (root / name).read_text(encoding="utf-8") for name in LOCKS}
    for name, text in texts.items():
        if not text.startswith(f"# pyproject.toml {asked_digest(root, name)}\n"):
            faults.append(f"{name} was made from another pyproject.toml: run script/lock.")
        if "http" in re.sub(PIN, "", text):
            faults.append(f"{name} names an address.")
        faults += [f"{name} lacks a hash for {pin}." for pin in unhashed(text)]
        faults += [
            f"pyproject.toml does not pin {line}." for line in asked(root, name) if "==" not in line
        ]
    everything = dict(PIN.findall(texts["requirements-dev.lock"]))
    for name in ("requirements.lock", "requirements-production.lock"):
        faults += [
            f"{name} and requirements-dev.lock disagree about {package}: run script/lock."
            for package, version in PIN.findall(texts[name])
            if everything.get(package) != version
        ]
    return faults


def unhashed(text: str) -> list[str]:
    """Pins that carry no hash."""
    entries = re.split(r"\n(?=[A-Za-z0-9])", text)
    return [found[0] for entry in entries if (found := PIN.match(entry)) and "--hash=" not in entry]


if __name__ == "__main__":
    sys.exit(main())
