"""Browser tests drive the system's Chromium; playwright downloads none."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.chromium import LAUNCH_ARGUMENTS, find_chromium


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Add to playwright's own arguments where Chromium is and how it runs anywhere."""
    return {
        **browser_type_launch_args,
        "executable_path": find_chromium(),
        "args": [*LAUNCH_ARGUMENTS],
    }


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test in this folder as `browser`."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.browser)
