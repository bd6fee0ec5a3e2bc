"""JPEG: segments that begin with a marker, and between them the compressed picture."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from django_helpcenter.choices import FileType
from django_helpcenter.content.clean_file import CleanFile
from django_helpcenter.content.images.orientation import (
    UPRIGHT,
    orientation_exif,
    read_orientation,
    turned,
)
from django_helpcenter.content.images.pieces import (
    ByteReader,
    ImageDamaged,
    checked_size,
)

_START, _END, _SCAN = 0xD8, 0xD9, 0xDA
#: Headers of a frame, each of which says the size.
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
#: Tables of the decoder, and what it needs besides.
_TABLES = frozenset({0xC4, 0xCC, 0xDB, 0xDD})
_JFIF, _EXIF, _PROFILE, _ADOBE = 0xE0, 0xE1, 0xE2, 0xEE

_EXIF_NAME = b"Exif\0\0"
#: In compressed data a marker is what follows 0xFF and is neither padding nor a point of restart.
_MARKER = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")


@dataclass(slots=True)
class _Parts:
    """What was found so far."""

    introduction: bytes = b""
    rest: list[bytes] = field(default_factory=list)
    size: tuple[int, int] = (0, 0)
    orientation: int = UPRIGHT
    has_picture: bool = False


def clean_jpeg(data: bytes) -> CleanFile:
    """Return a JPEG without camera data, comments, thumbnails and what stands behind its end.

    The way up is kept, so that photos do not lie on their side.
    """
    reader = ByteReader(data, 2)
    parts = _Parts()
    while (marker := _next_marker(reader)) != _END:
        content = reader.take(_length(reader))
        if marker == _SCAN:
            parts.rest.append(_segment(marker, content) + _compressed(reader))
            parts.has_picture = True
        else:
            _keep(parts, marker, content)
    if not parts.has_picture or parts.size == (0, 0):
        raise ImageDamaged
    exif = b""
    if parts.orientation != UPRIGHT:
        exif = _segment(_EXIF, _EXIF_NAME + orientation_exif(parts.orientation))
    kept = [_bare(_START), parts.introduction, exif, *parts.rest, _bare(_END)]
    return CleanFile(FileType.JPEG, b"".join(kept), *turned(parts.size, parts.orientation))


def _keep(parts: _Parts, marker: int, content: bytes) -> None:
    """Keep a segment if the picture needs it."""
    if marker == _JFIF and content.startswith(b"JFIF\0") and len(content) >= 14:
        # Without its thumbnail, which may show what was cut away.
        parts.introduction = _segment(_JFIF, content[:12] + bytes(2))
    elif marker == _EXIF and content.startswith(_EXIF_NAME):
        parts.orientation = read_orientation(content[len(_EXIF_NAME) :])
    elif marker in _FRAMES:
        if parts.size != (0, 0):
            raise ImageDamaged
        parts.size = _size(content)
        parts.rest.append(_segment(marker, content))
    elif (
        marker in _TABLES
        or (marker == _PROFILE and content.startswith(b"ICC_PROFILE\0"))
        or (marker == _ADOBE and content.startswith(b"Adobe"))
    ):
        parts.rest.append(_segment(marker, content))


def _next_marker(reader: ByteReader) -> int:
    if reader.number(1) != 0xFF:
        raise ImageDamaged
    marker = 0xFF
    while marker == 0xFF:  # any number of them may stand in front of a marker
        marker = reader.number(1)
    if marker < 0xC0 or 0xD0 <= marker <= _START:
        raise ImageDamaged
    return marker


def _length(reader: ByteReader) -> int:
    return reader.number(2) - 2


def _compressed(reader: ByteReader) -> bytes:
    found = _MARKER.search(reader.data, reader.position)
    if found is None:
        raise ImageDamaged
    return reader.take(found.start() - reader.position).rstrip(b"\xff")


def _size(frame: bytes) -> tuple[int, int]:
    reader = ByteReader(frame, 1)
    height = reader.number(2)
    return checked_size(reader.number(2), height)


def _bare(marker: int) -> bytes:
    return bytes((0xFF, marker))


def _segment(marker: int, content: bytes) -> bytes:
    return _bare(marker) + (len(content) + 2).to_bytes(2, "big") + content
