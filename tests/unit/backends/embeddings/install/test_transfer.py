"""Copies are proven, and errors of the system say what to do."""

from __future__ import annotations

import errno
import hashlib
import io
from pathlib import Path

import pytest

from django_helpcenter.backends.embeddings.install.registry import PinnedFile
from django_helpcenter.backends.embeddings.install.transfer import (
    copy_pinned,
    explained_os_errors,
    verify_pinned,
)
from django_helpcenter.exceptions import ModelInstallError

FULL_DEVICE = Path("/dev/full")


def pin(data: bytes) -> PinnedFile:
    return PinnedFile(hashlib.sha256(data).hexdigest(), len(data))


def test_expected_bytes_arrive(tmp_path: Path) -> None:
    copy_pinned(io.BytesIO(b"data"), tmp_path / "file", pin(b"data"), "here", lambda line: None)
    assert (tmp_path / "file").read_bytes() == b"data"


def test_other_bytes_are_refused_with_file_hashes_and_source(tmp_path: Path) -> None:
    with pytest.raises(ModelInstallError) as caught:
        copy_pinned(io.BytesIO(b"dada"), tmp_path / "file", pin(b"data"), "here", lambda line: None)
    message = str(caught.value)
    assert "file from here" in message
    assert f"expected {pin(b'data').sha256}" in message
    assert f"got {pin(b'dada').sha256}" in message


def test_endless_stream_is_cut(tmp_path: Path) -> None:
    class Endless:
        def read(self, size: int, /) -> bytes:
            return bytes(size)

    with pytest.raises(ModelInstallError, match="larger than the expected 4 bytes"):
        copy_pinned(Endless(), tmp_path / "file", pin(b"data"), "here", lambda line: None)


def test_stream_that_ends_early_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelInstallError, match="broke off after 2 of 4 bytes"):
        copy_pinned(io.BytesIO(b"da"), tmp_path / "file", pin(b"data"), "here", lambda line: None)


def test_large_file_reports_progress(tmp_path: Path) -> None:
    data = bytes(10_000_000)
    lines: list[str] = []
    copy_pinned(io.BytesIO(data), tmp_path / "file", pin(data), "here", lines.append)
    assert lines[-1] == "file: 100 % of 10 MB"
    assert 3 <= len(lines) <= 6


def test_small_file_is_silent(tmp_path: Path) -> None:
    lines: list[str] = []
    copy_pinned(io.BytesIO(b"data"), tmp_path / "file", pin(b"data"), "here", lines.append)
    assert lines == []


def test_file_that_is_there_is_proven(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"dada")
    with pytest.raises(ModelInstallError, match="not the expected file"):
        verify_pinned(tmp_path / "file", pin(b"data"), "here")


@pytest.mark.skipif(not FULL_DEVICE.exists(), reason="this system has no /dev/full")
def test_full_disk_is_explained() -> None:
    data = bytes(2_000_000)
    with (
        pytest.raises(ModelInstallError, match=r"Free some space .* --model-dir"),
        explained_os_errors(Path("/srv/models")),
    ):
        copy_pinned(io.BytesIO(data), FULL_DEVICE, pin(data), "here", lambda line: None)


@pytest.mark.parametrize("number", [errno.EACCES, errno.EPERM, errno.EROFS])
def test_missing_rights_are_explained(number: int) -> None:
    with (
        pytest.raises(ModelInstallError, match="a user who may write to /srv/models"),
        explained_os_errors(Path("/srv/models")),
    ):
        raise OSError(number, "not allowed")


def test_other_error_names_the_file() -> None:
    with (
        pytest.raises(ModelInstallError, match=r"went wrong \(/srv/file\)"),
        explained_os_errors(Path("/srv/models")),
    ):
        raise OSError(errno.EIO, "went wrong", "/srv/file")
