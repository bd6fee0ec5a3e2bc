"""Browser tests drive the system's Chromium; playwright downloads none."""

from __future__ import annotations

from collections.abc import Iterator
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


@pytest.fixture(scope="session", autouse=True)
def _database_beside_event_loop() -> Iterator[None]:
    """Let tests use the database, though Playwright's event loop runs in their thread."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        yield


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test in this folder as `browser`."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.browser)
