"""`script/benchmark`: measure the portal's pages beside a bare Django page, and write a table."""

from __future__ import annotations

import argparse
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence

from benchmarks import report, weight
from benchmarks.clients import Target, WrongAnswer, fetch, page, run
from benchmarks.findings import Page, Side, Size
from benchmarks.load import DEFAULT_SEED
from benchmarks.processors import memory, used
from benchmarks.stage import FIRST_PORT, Stage, Web, serve
from script.stack.paths import ROOT
from script.stack.services import ServiceError

RESULTS = ROOT / "benchmarks" / "results" / "pages.md"
WINDOW = 0.5
CONNECTIONS = 2
COLD_VISITS = 3
MEMBERS_ONLY = "directory"
# A length of the bare page's texts that tells how many bytes the rest of it has.
PROBE = 100
BARE_ITEMS = 20


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="script/benchmark", description=__doc__)
    parser.add_argument("--sizes", default="1000,10000", help="people, default: %(default)s")
    parser.add_argument(
        "--seconds", type=float, default=5, help="for each page and reader, default: %(default)s"
    )
    parser.add_argument("--seed", type=int, default=DEFAULT_SEED, help="default: %(default)s")
    parser.add_argument("--write", action="store_true", help=f"replace {RESULTS.relative_to(ROOT)}")
    options = parser.parse_args(arguments)
    try:
        sizes = [int(size) for size in options.sizes.split(",")]
    except ValueError:
        parser.error("--sizes takes whole numbers with commas between them.")
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with Stage.up() as stage:
            found = [measure(stage, size, options.seed, options.seconds) for size in sizes]
            text = report.compose(found, stage, options.seed, options.seconds)
    except KeyboardInterrupt:
        print("script/benchmark: stopped.", file=sys.stderr)
        return 130
    except subprocess.CalledProcessError as error:
        print(f"script/benchmark: {' '.join(error.cmd[1:4])} failed.", file=sys.stderr)
        return 1
    except (ServiceError, WrongAnswer) as error:
        print(f"script/benchmark: {error}", file=sys.stderr)
        return 1
    print(text)
    if options.write:
        RESULTS.write_text(text, encoding="utf-8")
    return 0


def measure(stage: Stage, people: int, seed: int, seconds: float) -> Size:
    """One size: fill, serve both, then take turns between all pages until the time is spent."""
    database, day = stage.filled(people, seed)
    bare_cookie = stage.bare()
    stage.collect_static(database)
    known = stage.inside(database)
    portal_server = serve(stage, "cop_portal.wsgi:application", database, FIRST_PORT)
    bare_server = serve(stage, "benchmarks.bare.wsgi:application", "bench_bare", FIRST_PORT + 1)
    with portal_server as portal, bare_server as bare:
        pages = []
        for one in known["pages"]:
            name, role = one["name"], one["role"]
            cookie = known["cookies"].get(role, "")
            target = Target(portal.port, one["path"], cookie)
            if name == MEMBERS_ONLY:
                refuse_visitors(Target(portal.port, one["path"], ""))
            beside = Target(bare.port, "/", f"sessionid={bare_cookie}" if cookie else "")
            pages.append(prepare(stage, name, role, target, beside, one["work"]))
        print(f"Measuring with {people:,} people ...", flush=True)
        rounds = max(3, round(seconds / WINDOW))
        for _round in range(rounds):
            for one in pages:
                take(stage, portal, one.target, one.portal)
                take(stage, bare, one.bare_target, one.bare)
        return Size(
            people=people,
            day=day,
            pages=pages,
            visits={(one.name, one.role): weight.visit(one.target) for one in pages},
            portal_memory=memory(portal.process.pid),
            bare_memory=memory(bare.process.pid),
        )


def refuse_visitors(target: Target) -> None:
    """The directory leads visitors to signing in; were it open, nothing here would be true."""
    answer = fetch(target)
    if answer.status == 200:
        raise WrongAnswer(f"{target.path} is open to visitors.")


def prepare(
    stage: Stage, name: str, role: str, target: Target, beside: Target, work: dict[str, int]
) -> Page:
    """Warm one page, time it with an empty cache, and find a bare page of its size."""
    answer = page(target)
    page(target)
    times = []
    for _visit in range(COLD_VISITS):
        stage.forget_cache()
        started = time.perf_counter()
        page(target)
        times.append(time.perf_counter() - started)
    return Page(
        name=name,
        role=role,
        target=target,
        bare_target=of_size(beside, len(answer.plain)),
        statements=work["statements"],
        cold_statements=work["cold_statements"],
        calls=work["calls"],
        plain_bytes=len(answer.plain),
        sent_bytes=len(answer.body),
        cold=statistics.median(times),
    )


def of_size(beside: Target, size: int) -> Target:
    """The bare page whose HTML has so many bytes, to within the number of its items."""
    probe = Target(beside.port, f"/{PROBE}/", beside.cookie)
    frame = len(page(probe).plain) - PROBE * BARE_ITEMS
    length = max(0, round((size - frame) / BARE_ITEMS))
    found = Target(beside.port, f"/{length}/", beside.cookie)
    if length and abs(len(page(found).plain) - size) > BARE_ITEMS:
        raise WrongAnswer(f"the bare page cannot be made {size:,} bytes long.")
    return found


def take(stage: Stage, web: Web, target: Target, side: Side) -> None:
    """One window: what it took of the server and of PostgreSQL, for each answer."""
    server, database = used(web.process.pid), used(stage.postmaster)
    window = run(target, WINDOW, CONNECTIONS)
    answers = len(window.times)
    side.server.append((used(web.process.pid) - server) / answers)
    side.database.append((used(stage.postmaster) - database) / answers)
    side.rate.append(window.per_second)
    side.times += window.times


if __name__ == "__main__":
    sys.exit(main())
