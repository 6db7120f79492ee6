"""What was announced of an event's times and places."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC
from typing import Any

from events.models import Session
from events.querysets import translated_columns

# Beside time and place: what a person with a seat must hear of when it changes.
_ACCESS = ("join_url", "dial_in", "dial_in_code")


def snapshot(sessions: Iterable[Session]) -> list[dict[str, Any]]:
    """Times and places of the sessions as plain values, to compare with what was announced."""
    columns = [*_ACCESS, *translated_columns(Session, "place", "city")]
    return [
        {
            "id": session.pk,
            "starts_at": session.starts_at.astimezone(UTC).isoformat(),
            "ends_at": session.ends_at.astimezone(UTC).isoformat(),
            "time_zone": str(session.zone),
            **{column: getattr(session, column) or "" for column in columns},
        }
        for session in sessions
    ]


def for_everyone(announced: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """A snapshot without what only people with a seat are shown."""
    return [
        {name: value for name, value in session.items() if name not in _ACCESS}
        for session in announced
    ]
