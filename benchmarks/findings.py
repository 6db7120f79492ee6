"""What a measurement found, and the arithmetic on it."""

from __future__ import annotations

import statistics
from dataclasses import dataclass, field
from datetime import date

from benchmarks.clients import Target
from benchmarks.weight import Visit


@dataclass
class Side:
    """One server's windows for one page: seconds of processor for each answer, and times."""

    server: list[float] = field(default_factory=list)
    database: list[float] = field(default_factory=list)
    rate: list[float] = field(default_factory=list)
    times: list[float] = field(default_factory=list)

    @property
    def processor(self) -> list[float]:
        return [sum(pair) for pair in zip(self.server, self.database, strict=True)]


@dataclass
class Page:
    """One page for one reader, at one size of the community."""

    name: str
    role: str
    target: Target
    bare_target: Target
    statements: int
    cold_statements: int
    calls: int
    plain_bytes: int
    sent_bytes: int
    cold: float
    portal: Side = field(default_factory=Side)
    bare: Side = field(default_factory=Side)

    @property
    def ratio(self) -> float:
        """Processor of server and database against the bare page's, in the median round."""
        rounds = zip(self.portal.processor, self.bare.processor, strict=True)
        return statistics.median(ours / measure for ours, measure in rounds)


@dataclass
class Size:
    """Everything found with a community of one size."""

    people: int
    day: date
    pages: list[Page]
    visits: dict[tuple[str, str], Visit]
    portal_memory: int
    bare_memory: int
