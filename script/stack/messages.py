"""`script/messages`: bring the message catalogues up to date with the sources (--check: compare).

Both work on a copy that holds what is translated and nothing else, so that the check and the
update can never differ. They need GNU gettext; compiling (script/setup) does not.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from babel.messages.pofile import read_po

from script.stack.paths import ROOT

FOLDERS = (
    "cop_portal",
    "members",
    "notifications",
    "library",
    "surveys",
    "events",
    "discussions",
    "templates",
)
KINDS = {".py", ".html", ".txt"}
OPTIONS = ("--add-location=file", "--no-wrap", "--no-obsolete", "--verbosity=0")
MAIN_LANGUAGE = "ar"
# One message: its context, its text, its plural.
Message = tuple[str, str, str]


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="script/messages", description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing, say what differs")
    options = parser.parse_args(arguments)
    if shutil.which("xgettext") is None:
        print("GNU gettext is not installed (package gettext).", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        extract(copy)
        if options.check:
            return report(copy)
        for fresh in copy.glob("locale/*/LC_MESSAGES/*.po"):
            target = ROOT / fresh.relative_to(copy)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(fresh, target)
            print(f"Updated {target.relative_to(ROOT)}")
    return 0


def extract(copy: Path) -> None:
    """Make up-to-date catalogues of the sources under `copy`."""
    for source in sources():
        target = copy / source.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
    (copy / "locale").mkdir(exist_ok=True)
    languages = {MAIN_LANGUAGE, *(found.parts[-3] for found in copy.glob("locale/*/*/*.po"))}
    command = [sys.executable, "-m", "django", "makemessages", *OPTIONS]
    command += [f"--locale={language}" for language in sorted(languages)]
    # No settings: the paths in them would lead out of the copy. UTF-8: the sources' own.
    subprocess.run(command, cwd=copy, check=True, env={"PATH": search_path(), "LC_ALL": "C.UTF-8"})


def search_path() -> str:
    """The folders of gettext's programs."""
    found = {
        str(Path(where).parent)
        for name in ("xgettext", "msgmerge")
        if (where := shutil.which(name))
    }
    return ":".join([*sorted(found), "/usr/bin", "/bin"])


def sources() -> Iterator[Path]:
    """Every file with messages, and the catalogues themselves."""
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in KINDS and path.is_file() and "migrations" not in path.parts:
                yield path
    yield from sorted(ROOT.glob("locale/*/LC_MESSAGES/*.po"))


def report(copy: Path) -> int:
    """Say which messages a catalogue lacks and which it has in vain; 1 if there are any."""
    faults = 0
    for fresh in sorted(copy.glob("locale/*/LC_MESSAGES/*.po")):
        kept = ROOT / fresh.relative_to(copy)
        wanted = messages(fresh)
        present = messages(kept) if kept.exists() else set()
        for label, found in (("lacks", wanted - present), ("no longer needs", present - wanted)):
            for context, text, _plural in sorted(found):
                where = f" (context {context!r})" if context else ""
                print(f"{kept.relative_to(ROOT)} {label}: {text!r}{where}")
            faults += len(found)
    print(f"{faults} differences." if faults else "The catalogues hold every message and no other.")
    return 1 if faults else 0


def messages(catalogue: Path) -> set[Message]:
    """The messages of a catalogue, without the obsolete ones and the header."""
    with catalogue.open("rb") as file:
        found = read_po(file)
    keys = set()
    for message in found:
        text, plural = message.id if isinstance(message.id, tuple | list) else (message.id, "")
        if text:
            keys.add((message.context or "", str(text), str(plural)))
    return keys


if __name__ == "__main__":
    sys.exit(main())
