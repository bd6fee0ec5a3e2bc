"""Being refused by the file system, also when the tests run as root."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

#: The user "nobody"; any other than root would do.
NOBODY = 65534


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Make a file or folder unreadable for the block, and run the block as somebody it stops."""
    mode = path.stat().st_mode
    path.chmod(0)
    is_root = os.geteuid() == 0
    try:
        if is_root:
            os.seteuid(NOBODY)
        yield
    finally:
        if is_root:
            os.seteuid(0)
        path.chmod(mode)


@contextmanager
def folder_for_everybody() -> Iterator[Path]:
    """Yield an empty folder that others may enter; pytest's own are for one user alone."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name).resolve()
