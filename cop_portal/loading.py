"""Reading the data files of the repository into the database, without ever overwriting."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.conf import settings

# Of the demonstration's accounts, printed at its start; opens nothing in a real installation.
DEMONSTRATION_PASSWORD = "community-of-practice"  # noqa: S105  public by intention

DATA = Path(__file__).resolve().parent / "data"


def read(name: str) -> Any:
    """The content of one data file."""
    return json.loads((DATA / name).read_text(encoding="utf-8"))


def translated(field: str, texts: dict[str, str]) -> dict[str, str]:
    """The columns of one translated field: `{"name_ar": …, "name_en": …}`."""
    return {f"{field}_{code}": texts.get(code, "") for code, _name in settings.LANGUAGES}
