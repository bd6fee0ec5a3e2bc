"""Documents as the scan and the reader make them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from django_helpcenter.services.documentation.reading import Document, read_document
from django_helpcenter.services.documentation.scan import scan_folder

#: Makes a folder of files given as ``path=text`` and returns its documents.
ReadFolder = Callable[[dict[str, str]], list[Document]]


@pytest.fixture
def read_folder(tmp_path: Path) -> ReadFolder:
    """Return a function that writes files and reads them as documents, sorted by path."""

    def read(files: dict[str, str]) -> list[Document]:
        for path, text in files.items():
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_text(text, encoding="utf-8")
        return [read_document(file) for file in scan_folder(tmp_path).files]

    return read
