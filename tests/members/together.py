"""Doing several things at the same moment, over connections of their own."""

from __future__ import annotations

from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any

from django.db import connections
from django.utils import translation

from members.actions.refusal import Refused


def together(*calls: Callable[[], Any]) -> list[str]:
    """Run each call in a thread of its own, all let go together; return "done", or the sentence
    of the refusal in English, of each, sorted."""
    barrier, results = Barrier(len(calls)), [""] * len(calls)

    def run(place: int, call: Callable[[], Any]) -> None:
        try:
            barrier.wait(timeout=20)
            with translation.override("en"):
                call()
            results[place] = "done"
        except Refused as refusal:
            results[place] = str(refusal)
        finally:
            connections.close_all()

    threads = [Thread(target=run, args=(n, call)) for n, call in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(results)
