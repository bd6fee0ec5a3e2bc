"""A file whose kind is known from its content, as it may be kept and served."""

from __future__ import annotations

from dataclasses import dataclass

from django_helpcenter.choices import FileType


@dataclass(frozen=True, slots=True)
class CleanFile:
    """The bytes to keep; of an image nothing but what it shows.

    ``width`` and ``height`` are those that a reader sees, with the picture turned upright; 0 × 0
    where a file has no size of its own.
    """

    type: FileType
    data: bytes
    width: int = 0
    height: int = 0
