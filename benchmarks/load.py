"""Fill an empty database with an invented community: `python -m benchmarks.load --people 100000`.

The database is the one of DATABASE_URL, migrated and without people, organisations or events; it
is named bench_… or belongs to a demonstration. The same seed, size and day make the same rows.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from datetime import date

import django

DEFAULT_SEED = 2013


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.load", description=__doc__)
    parser.add_argument("--people", type=int, default=1_000, help="default: %(default)s")
    parser.add_argument("--seed", type=int, default=DEFAULT_SEED, help="default: %(default)s")
    parser.add_argument(
        "--day", type=date.fromisoformat, help="the day the rows are made around; default: today"
    )
    options = parser.parse_args(arguments)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cop_portal.settings")
    django.setup()
    from benchmarks.filling import Refused, fill

    try:
        fill(options.people, options.seed, options.day)
    except Refused as error:
        print(f"benchmarks.load: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
