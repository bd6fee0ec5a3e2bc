"""Copy bytes that must turn out to be the expected ones."""

from __future__ import annotations

import errno
import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from django_helpcenter.backends.embeddings.manifest import file_sha256
from django_helpcenter.exceptions import ModelInstallError

if TYPE_CHECKING:
    from pathlib import Path

    from django_helpcenter.backends.embeddings.install.registry import PinnedFile

#: Gets one line for people after the other.
Report = Callable[[str], None]

CHUNK_BYTES = 1 << 20
#: Files smaller than this arrive without progress lines.
SILENT_BYTES = 5_000_000
PROGRESS_STEP_PERCENT = 20

NO_SPACE = {errno.ENOSPC, errno.EDQUOT}
NO_RIGHTS = {errno.EACCES, errno.EPERM, errno.EROFS}


class Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


def copy_pinned(
    reader: Readable, target: Path, expected: PinnedFile, source: str, report: Report
) -> None:
    """Copy a stream to ``target`` and prove its SHA-256; raises ModelInstallError when it differs.

    Stops reading as soon as more bytes come than expected.
    """
    digest, done, shown = hashlib.sha256(), 0, 0
    with target.open("wb") as file:
        while chunk := reader.read(CHUNK_BYTES):
            done += len(chunk)
            if done > expected.size:
                raise ModelInstallError(
                    f"{target.name} from {source} is larger than the expected "
                    f"{expected.size} bytes. Nothing was installed."
                )
            digest.update(chunk)
            file.write(chunk)
            percent = 100 * done // expected.size
            is_due = percent >= shown + PROGRESS_STEP_PERCENT or done == expected.size
            if is_due and expected.size > SILENT_BYTES:
                shown = percent
                report(f"{target.name}: {percent} % of {expected.size // 1_000_000} MB")
    if done < expected.size:
        raise ModelInstallError(
            f"{target.name} from {source} broke off after {done} of {expected.size} bytes. "
            "Nothing was installed; run the command again."
        )
    refuse_other_bytes(target.name, expected.sha256, digest.hexdigest(), source)


def verify_pinned(path: Path, expected: PinnedFile, source: str) -> None:
    """Prove the SHA-256 of a file that is there; raises ModelInstallError, OSError."""
    refuse_other_bytes(path.name, expected.sha256, file_sha256(path), source)


def refuse_other_bytes(name: str, expected: str, found: str, source: str) -> None:
    """Raise ModelInstallError when two hashes differ."""
    if expected != found:
        raise ModelInstallError(
            f"{name} from {source} is not the expected file (SHA-256 expected {expected}, "
            f"got {found}). Nothing was installed."
        )


@contextmanager
def explained_os_errors(place: Path) -> Iterator[None]:
    """Turn errors of the operating system into ModelInstallError with a mend."""
    try:
        yield
    except OSError as exc:
        what = f"{exc.strerror or exc} ({exc.filename or place})"
        if exc.errno in NO_SPACE:
            mend = f"Free some space on the disk of {place}, or choose another with --model-dir."
        elif exc.errno in NO_RIGHTS:
            mend = f"Run as a user who may write to {place}, or choose another with --model-dir."
        else:
            mend = f"Nothing was installed in {place}; run the command again."
        raise ModelInstallError(f"{what}. {mend}") from exc
