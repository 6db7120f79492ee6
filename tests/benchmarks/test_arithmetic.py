"""The numbers of the table follow from what was counted; no test says how fast anything is."""

import os
import subprocess
import sys
import time

import pytest

from benchmarks import processors, report, weight
from benchmarks.clients import Answer, Target, Window, WrongAnswer, percentile, run
from benchmarks.findings import Page, Side


@pytest.mark.parametrize(
    ("share", "expected"), [(0.5, 5), (0.99, 10), (0.1, 1), (0.11, 2), (1.0, 10)]
)
def test_percentile_is_a_time_that_was_measured(share, expected):
    assert percentile([10, 1, 9, 2, 8, 3, 7, 4, 6, 5], share) == expected


def test_percentile_of_one_answer_is_that_answer():
    assert percentile([3.0], 0.99) == 3.0


def page_of(portal, bare):
    target = Target(80, "/")
    return Page(
        name="home",
        role="visitor",
        target=target,
        bare_target=target,
        statements=3,
        cold_statements=5,
        calls=45_678,
        plain_bytes=20_000,
        sent_bytes=5_000,
        cold=0.04,
        portal=portal,
        bare=bare,
    )


def test_ratio_compares_within_each_round_and_takes_the_middle_one():
    portal = Side(server=[0.010, 0.030, 0.080], database=[0.002, 0.006, 0.016])
    bare = Side(server=[0.005, 0.011, 0.004], database=[0.001, 0.001, 0.000])

    assert page_of(portal, bare).ratio == pytest.approx(3.0)


def test_a_row_of_the_table_in_its_units():
    portal = Side(server=[0.010], database=[0.002], rate=[40.4], times=[0.02, 0.03])
    bare = Side(server=[0.005], database=[0.001], rate=[100.0], times=[0.01])

    assert report.columns(page_of(portal, bare)) == [
        "home", "visitor", "10.0", "2.0", "2.0", "6.0", "40", "20.0", "30.0", "40.0", "45.7",
        "3", "5", "20.0", "5.0",
    ]  # fmt: skip


def test_table_is_markdown_with_numbers_at_the_right():
    assert report.table(["page", "reader", "ms"], [["home", "visitor", "1.0"]]) == (
        "| page | reader | ms |\n| --- | --- | ---: |\n| home | visitor | 1.0 |"
    )


# The closed loop ------------------------------------------------------------------------------


def test_run_counts_every_answer_and_times_it(site):
    site.pages["/ar/"] = (200, {}, b"page")

    window = run(Target(site.port, "/ar/"), 0.2, connections=2)

    assert len(window.times) == len(site.asked) > 0
    assert all(0 < seconds <= window.elapsed for seconds in window.times)
    assert Window(elapsed=2.0, times=[0.1] * 10).per_second == 5


def test_run_asks_once_over_each_connection_however_short_the_time(site):
    site.pages["/ar/"] = (200, {}, b"page")

    assert len(run(Target(site.port, "/ar/"), 0, connections=2).times) == 2


def test_run_refuses_to_time_an_error(site):
    site.pages["/ar/"] = (503, {}, b"away")

    with pytest.raises(WrongAnswer, match="/ar/: status 503"):
        run(Target(site.port, "/ar/"), 0.2, connections=2)


# Processor time -------------------------------------------------------------------------------


def test_used_counts_a_process_its_children_and_those_that_ended():
    spin = "import time\nwhile time.process_time() < 0.1: pass\n"
    code = (
        f"import subprocess, sys, time\n{spin}"
        f"subprocess.run([sys.executable, '-c', {spin!r}])\n"
        "print('done', flush=True)\nsys.stdin.read()"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    try:
        assert process.stdout.readline() == b"done\n"
        assert processors.used(process.pid) >= 0.19  # twice 0.1, less a clock tick
        assert processors.clock(process.pid) < processors.used(process.pid)
        assert processors.memory(process.pid) > 0
    finally:
        process.communicate()
    assert processors.used(process.pid) == 0


def test_clock_is_the_process_own():
    before = time.process_time()
    found = processors.clock(os.getpid())

    assert before <= found <= time.process_time()


# Weight ---------------------------------------------------------------------------------------


def test_a_visit_fetches_what_a_page_and_its_style_name_once(site):
    week = {"Cache-Control": "max-age=604800"}
    site.pages = {
        "/ar/": (200, {"Content-Type": "text/html"}, PAGE),
        "/site.css": (200, {"Content-Type": "text/css", **week}, STYLE),
        "/more.css": (200, {"Content-Type": "text/css", **week}, b"p{}"),
        "/icons.svg": (200, week, b"<svg/>"),
        "/face.png": (200, {"Cache-Control": "no-cache, max-age=900"}, b"picture"),
        "/letters.woff2": (200, week, b"a font"),
    }

    visit = weight.visit(Target(site.port, "/ar/"))

    assert sorted(site.asked) == sorted(site.pages)
    assert visit.requests == 5
    assert visit.first == len(PAGE) + len(STYLE) + len(b"p{}<svg/>picture")
    assert visit.next == len(PAGE) + len(b"picture")
    assert list(visit.fonts.values()) == [6]
    assert visit.foreign == {"cdn.example"}


PAGE = b"""<!doctype html><link rel="canonical" href="/not-fetched/">
<link rel="stylesheet" href="/site.css"><script src="https://cdn.example/app.js"></script>
<svg><use href="/icons.svg#home"/></svg><svg><use href="/icons.svg#clock"/></svg>
<a href="/elsewhere/">x</a><img src="/face.png" srcset="/face.png 1x" alt="">
<img src="data:image/gif;base64,AA" alt=""><use href="#inline"/>"""
STYLE = b"""@import "more.css"; @font-face{src:url("/letters.woff2")}
a{background:url(data:image/png;base64,AA)} b{background:url( '/icons.svg#home' )}"""


@pytest.mark.parametrize(
    ("control", "kept"),
    [
        ("max-age=315360000, public, immutable", True),
        ("max-age=60", False),
        ("no-cache, max-age=900", False),
        ("private, no-store", False),
        ("", False),
    ],
)
def test_only_what_says_so_is_kept_for_the_next_page(control, kept):
    assert weight.may_be_kept(Answer(200, {"cache-control": control}, b"")) is kept
