"""Bring the database and the static files to what the code expects, in one process.

The same as the management commands `migrate`, `load_reference_data`, `load_demonstration` and
`collectstatic` after one another; the last only when a source file has changed.
"""

import argparse
import hashlib
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import django
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command

from script.stack.paths import ROOT


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--demonstration", action="store_true", help="load its content as well")
    options = parser.parse_args(arguments)
    django.setup()
    call_command("migrate", interactive=False, verbosity=1)
    call_command("load_reference_data")
    if options.demonstration:
        call_command("load_demonstration")
    collect_static(Path(settings.STATIC_ROOT))
    return 0


def collect_static(target: Path) -> None:
    """Collect when a source, the settings or an installed package is not what it was last time."""
    stamp = target.with_name(f"{target.name}.collected")
    digest = hashlib.sha256("\n".join(static_sources()).encode()).hexdigest()
    if target.exists() and stamp.exists() and stamp.read_text() == digest:
        return
    call_command("collectstatic", interactive=False, verbosity=1)
    stamp.write_text(digest)


def static_sources() -> Iterator[str]:
    """Each file that decides what is collected, with its size and time."""
    files = [ROOT / "cop_portal" / "settings.py"]
    for finder in get_finders():
        files += [Path(storage.path(name)) for name, storage in finder.list([])]
    for file in sorted(files):
        status = file.stat()
        yield f"{file} {status.st_size} {status.st_mtime_ns}"


if __name__ == "__main__":
    sys.exit(main())
