"""Handing work to a worker. What cannot be handed over waits for the regular sweep."""

from __future__ import annotations

import logging
import time
from typing import Any

from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)

# A queue that is away is not asked again for so many seconds: who decides on five hundred requests
# at once must not wait for it five hundred times.
PAUSE = 5.0
_away = {"until": 0.0}


def hand_over(task: Any, *arguments: int, what: str) -> None:
    """Announce work that a sweep would find anyway; `what` names it for the log."""
    if time.monotonic() < _away["until"]:
        return
    try:
        task.delay(*arguments)
    except OperationalError:
        _away["until"] = time.monotonic() + PAUSE
        logger.warning("The task queue is away; %s waits for the sweep.", what)
