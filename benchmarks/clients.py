"""A closed loop of readers: each asks again as soon as the answer has arrived."""

from __future__ import annotations

import gzip
import http.client
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

OK = 200


class WrongAnswer(Exception):
    """The server did not answer with the page that was to be measured."""


@dataclass(frozen=True)
class Target:
    """One address and who asks for it; `cookie` is the session's, empty for a visitor."""

    port: int
    path: str
    cookie: str = ""

    @property
    def headers(self) -> dict[str, str]:
        headers = {"Accept": "text/html", "Accept-Encoding": "gzip", "User-Agent": "benchmark"}
        return headers | ({"Cookie": self.cookie} if self.cookie else {})


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def plain(self) -> bytes:
        is_packed = self.headers.get("content-encoding") == "gzip"
        return gzip.decompress(self.body) if is_packed else self.body


@dataclass
class Window:
    """What some seconds of asking brought: the time of each answer, in seconds."""

    elapsed: float = 0.0
    times: list[float] = field(default_factory=list)

    @property
    def per_second(self) -> float:
        return len(self.times) / self.elapsed


def ask(connection: http.client.HTTPConnection, target: Target) -> Answer:
    connection.request("GET", target.path, headers=target.headers)
    response = connection.getresponse()
    headers = {name.lower(): value for name, value in response.getheaders()}
    return Answer(response.status, headers, response.read())


def fetch(target: Target) -> Answer:
    """One answer over a connection of its own, of whatever status."""
    connection = http.client.HTTPConnection("127.0.0.1", target.port, timeout=60)
    try:
        return ask(connection, target)
    finally:
        connection.close()


def page(target: Target) -> Answer:
    """The page itself; raises WrongAnswer for anything else than 200."""
    answer = fetch(target)
    if answer.status != OK:
        place = answer.headers.get("location", "")
        raise WrongAnswer(f"{target.path}: status {answer.status} {place}".rstrip())
    return answer


def run(target: Target, seconds: float, connections: int) -> Window:
    """Ask over so many connections for so long, over each at least once; the last answers are
    waited for."""
    window = Window()
    wrong: list[Exception] = []
    started = time.perf_counter()
    deadline = started + seconds

    def reader() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", target.port, timeout=60)
        try:
            ended = 0.0
            while ended < deadline:
                asked = time.perf_counter()
                answer = ask(connection, target)
                if answer.status != OK:
                    raise WrongAnswer(f"{target.path}: status {answer.status}")
                ended = time.perf_counter()
                window.times.append(ended - asked)
        except (OSError, http.client.HTTPException, WrongAnswer) as error:
            wrong.append(error)
        finally:
            connection.close()

    readers = [threading.Thread(target=reader) for _ in range(connections)]
    for thread in readers:
        thread.start()
    for thread in readers:
        thread.join()
    if wrong:
        raise wrong[0]
    window.elapsed = time.perf_counter() - started
    return window


def percentile(times: Sequence[float], share: float) -> float:
    """The time that `share` of the answers did not exceed (nearest rank)."""
    ordered = sorted(times)
    rank = max(1, -(-len(ordered) * share // 1))
    return ordered[int(rank) - 1]
