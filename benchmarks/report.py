"""The table of a measurement, as Markdown."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import statistics
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.clients import percentile
from benchmarks.findings import Page, Size
from benchmarks.stage import GUNICORN, Stage

PACKAGES = ("django", "gunicorn", "psycopg")
FIRST_VISIT_LIMIT, NEXT_PAGE_LIMIT, REQUESTS_LIMIT = 100_000, 40_000, 10


def compose(found: list[Size], stage: Stage, seed: int, seconds: float) -> str:
    """The whole text: where and how, the sizes side by side, each size, the pages' weight."""
    blocks = [
        "# The portal's pages beside a bare Django page",
        "Made by `script/benchmark --write`; `benchmarks/README.md` says what each column means.",
        "\n".join(facts(found, stage, seed, seconds)),
        "## Processor time for one page as the community grows",
        (
            "Milliseconds of server and database together; in brackets, how many times the bare "
            "page of the same size, measured in the same minutes."
        ),
        growth(found),
    ]
    for size in found:
        blocks += [f"## {size.people:,} people", measured(size)]
        blocks.append(
            f"Memory of the server with one worker: {megabytes(size.portal_memory)}; "
            f"of the bare one: {megabytes(size.bare_memory)}."
        )
    blocks += ["## Weight", weights(found[0])]
    return "\n\n".join(blocks) + "\n"


def facts(found: list[Size], stage: Stage, seed: int, seconds: float) -> Iterable[str]:
    with stage.connect() as connection:
        postgres = connection.info.parameter_status("server_version")
    versions = [f"{name} {importlib.metadata.version(name)}" for name in PACKAGES]
    load = " ".join(f"{value:.1f}" for value in os.getloadavg())
    yield f"- Measured on {datetime.now(UTC):%Y-%m-%d %H:%M} UTC, load then {load}"
    yield f"- {os.cpu_count()} cores of {processor()}, {platform.system()} {platform.release()}"
    yield f"- Python {platform.python_version()}, {', '.join(versions)}, PostgreSQL {postgres}"
    yield f"- gunicorn {' '.join(GUNICORN)}; two connections; {seconds:g} seconds for each page"
    sizes = ", ".join(f"{size.people:,}" for size in found)
    yield f"- Seed {seed}; {sizes} people; rows made around {found[0].day.isoformat()}"


def processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def growth(found: list[Size]) -> str:
    rows = []
    for position, first in enumerate(found[0].pages):
        same = [size.pages[position] for size in found]
        cells = [f"{ms(statistics.median(p.portal.processor))} ({p.ratio:.1f}×)" for p in same]
        rows.append([first.name, first.role, *cells])
    return table(["page", "reader", *(f"{size.people:,}" for size in found)], rows)


def measured(size: Size) -> str:
    head = [
        "page", "reader", "server ms", "database ms", "× bare", "bare ms", "pages/s", "p50 ms",
        "p99 ms", "cold ms", "calls k", "SQL", "SQL cold", "HTML kB", "sent kB",
    ]  # fmt: skip
    return table(head, [columns(page) for page in size.pages])


def columns(page: Page) -> list[str]:
    return [
        page.name,
        page.role,
        ms(statistics.median(page.portal.server)),
        ms(statistics.median(page.portal.database)),
        f"{page.ratio:.1f}",
        ms(statistics.median(page.bare.processor)),
        f"{statistics.median(page.portal.rate):.0f}",
        ms(percentile(page.portal.times, 0.5)),
        ms(percentile(page.portal.times, 0.99)),
        ms(page.cold),
        f"{page.calls / 1000:.1f}",
        str(page.statements),
        str(page.cold_statements),
        kilobytes(page.plain_bytes),
        kilobytes(page.sent_bytes),
    ]


def weights(size: Size) -> str:
    rows = []
    for (name, role), visit in size.visits.items():
        fits = (
            visit.first <= FIRST_VISIT_LIMIT
            and visit.next <= NEXT_PAGE_LIMIT
            and visit.requests + len(visit.fonts) <= REQUESTS_LIMIT
            and not visit.foreign
        )
        rows.append(
            [
                name,
                role,
                kilobytes(visit.first),
                str(visit.requests),
                f"{kilobytes(sum(visit.fonts.values()))} ({len(visit.fonts)})",
                kilobytes(visit.next),
                ", ".join(sorted(visit.foreign)) or "none",
                "yes" if fits else "no",
            ]
        )
    head = ["page", "reader", "first visit kB", "requests", "fonts kB", "next page kB"]
    return table([*head, "other hosts", "within limits"], rows)


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table; columns after the second stand at the right."""
    rule = ["---", "---", *("---:" for _ in head[2:])]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (head, rule, *rows))


def ms(seconds: float) -> str:
    return f"{seconds * 1000:.1f}"


def kilobytes(count: int) -> str:
    return f"{count / 1000:.1f}"


def megabytes(count: int) -> str:
    return f"{count / 1_000_000:.0f} MB"
