"""A pytest plugin for a machine without a browser: its tests count as skipped, in plain sight."""

import pytest

REASON = "no Chromium on this machine"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.skip(reason=REASON))
