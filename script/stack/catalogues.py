"""Compile the message catalogues without GNU gettext; what is compiled already costs nothing."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from script.stack.paths import ROOT

FOLDERS = ("locale", "vendor_locale")


def catalogues(root: Path) -> Iterator[Path]:
    for folder in FOLDERS:
        yield from sorted(root.glob(f"{folder}/*/LC_MESSAGES/*.po"))


def is_compiled(source: Path) -> bool:
    """A compiled catalogue carries its source's exact time, and so follows any change."""
    target = source.with_suffix(".mo")
    return target.exists() and target.stat().st_mtime_ns == source.stat().st_mtime_ns


def compile_catalogue(source: Path) -> None:
    """Write the .mo beside its .po, whole or not at all; fuzzy entries are left out."""
    before = source.stat()
    with source.open("rb") as file:
        catalogue = read_po(file, locale=source.parts[-3], abort_invalid=True)
    target = source.with_suffix(".mo")
    draft = target.with_name(f"{target.name}.{os.getpid()}")
    with draft.open("wb") as file:
        write_mo(file, catalogue)
    os.utime(draft, ns=(before.st_atime_ns, before.st_mtime_ns))
    draft.replace(target)


def main() -> int:
    for source in catalogues(ROOT):
        if not is_compiled(source):
            compile_catalogue(source)
            print(f"Compiled {source.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
