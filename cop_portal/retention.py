"""How long what is kept: rules that each app registers, and that one daily task applies.

The public page on retention prints the same rules, so that it cannot promise what does not run.
"""

from __future__ import annotations

import logging
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import ngettext

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.utils.functional import _StrPromise

logger = logging.getLogger(__name__)

BATCH = 500


@dataclass(frozen=True)
class Period:
    """A time of so many days, months or years, one of the three."""

    days: int = 0
    months: int = 0
    years: int = 0

    def __str__(self) -> str:
        if self.years:
            return ngettext("%(count)d year", "%(count)d years", self.years) % {"count": self.years}
        if self.months:
            sentence = ngettext("%(count)d month", "%(count)d months", self.months)
            return sentence % {"count": self.months}
        return ngettext("%(count)d day", "%(count)d days", self.days) % {"count": self.days}

    def before(self, now: datetime) -> datetime:
        """The moment so long ago; of a month that is shorter, its last day."""
        year, month = divmod(now.year * 12 + now.month - 1 - self.months - 12 * self.years, 12)
        day = min(now.day, monthrange(year, month + 1)[1])
        return now.replace(year=year, month=month + 1, day=day) - timedelta(days=self.days)


# The rows whose time was over before a moment.
Due = Callable[[datetime], "QuerySet[Any]"]
# Deals with the rows of one batch; returns with how many.
DealWith = Callable[["QuerySet[Any]"], int]


@dataclass(frozen=True)
class Rule:
    """`what` names what is kept, `since` from when the period is counted, and `then` what happens
    afterwards, each in words for the public page."""

    key: str
    what: str | _StrPromise
    period: Period
    since: str | _StrPromise
    then: str | _StrPromise
    due: Due
    deal_with: DealWith

    def rows(self, now: datetime) -> QuerySet[Any]:
        return self.due(self.period.before(now)).order_by("pk")

    def apply(self, now: datetime) -> int:
        """Batch after batch in the order of the keys, each in a transaction of its own; a row
        that cannot be dealt with waits for the next day."""
        total, after = 0, None
        while True:
            rows = self.rows(now)
            rows = rows if after is None else rows.filter(pk__gt=after)
            batch = list(rows.values_list("pk", flat=True)[:BATCH])
            if batch:
                with transaction.atomic():
                    total += self.deal_with(rows.model._base_manager.filter(pk__in=batch))
            if len(batch) < BATCH:
                return total
            after = batch[-1]


_RULES: dict[str, Rule] = {}


def retention_rule(
    key: str,
    what: str | _StrPromise,
    period: Period,
    *,
    since: str | _StrPromise,
    then: str | _StrPromise,
    due: Due,
) -> Callable[[DealWith], DealWith]:
    """Register a function that deals with one batch of the rows that `due` finds, and returns
    with how many: afterwards they are not due any more."""

    def register(deal_with: DealWith) -> DealWith:
        _RULES[key] = Rule(key, what, period, since, then, due, deal_with)
        return deal_with

    return register


def rules() -> list[Rule]:
    return list(_RULES.values())


def apply_all(now: datetime | None = None) -> dict[str, int | None]:
    """Apply every rule; say with how many rows each dealt. A rule that fails is logged with its
    trouble, counts as None, stops no other and is tried again the next day."""
    now = now or timezone.now()
    done: dict[str, int | None] = {}
    for rule in rules():
        try:
            done[rule.key] = rule.apply(now)
        except Exception:
            logger.exception("The retention rule %s failed", rule.key)
            done[rule.key] = None
    logger.info("Retention: %s", ", ".join(f"{key} {count}" for key, count in done.items()))
    return done


def waiting(now: datetime | None = None) -> dict[str, int]:
    """How many rows each rule would deal with now."""
    now = now or timezone.now()
    return {rule.key: rule.rows(now).order_by().count() for rule in rules()}
