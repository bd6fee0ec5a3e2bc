"""WebP: chunks in a RIFF container."""

from __future__ import annotations

from collections.abc import Iterator

from django_helpcenter.choices import FileType
from django_helpcenter.content.clean_file import CleanFile
from django_helpcenter.content.images.orientation import (
    UPRIGHT,
    orientation_exif,
    read_orientation,
)
from django_helpcenter.content.images.pieces import (
    ByteReader,
    ImageDamaged,
    checked_size,
)

_LOSSY, _LOSSLESS, _EXTENDED, _FRAME, _EXIF = b"VP8 ", b"VP8L", b"VP8X", b"ANMF", b"EXIF"
_KEPT = frozenset({_LOSSY, _LOSSLESS, _EXTENDED, _FRAME, b"ALPH", b"ANIM", b"ICCP"})
_KEPT_IN_FRAME = frozenset({_LOSSY, _LOSSLESS, b"ALPH"})
_HAS_EXIF, _HAS_XMP = 0x08, 0x04
#: Bytes in front of the chunks of a frame.
_FRAME_HEADER = 16


def clean_webp(data: bytes) -> CleanFile:
    """Return a WebP without camera data, and what stands behind its end."""
    length = int.from_bytes(data[4:8], "little") - 4
    chunks = ByteReader(data, 12).take(length)
    found = [(name, content) for name, content in _chunks(chunks) if name in (*_KEPT, _EXIF)]
    sizes = [size for name, content in found if (size := _size(name, content))]
    if not sizes or found[0][0] not in (_EXTENDED, _LOSSY, _LOSSLESS):
        raise ImageDamaged
    size = max(width for width, _ in sizes), max(height for _, height in sizes)
    orientation = UPRIGHT
    if found[0][0] == _EXTENDED:
        orientation = next((_orientation(exif) for name, exif in found if name == _EXIF), UPRIGHT)
    kept = [_chunk(name, _cleaned(name, content, orientation)) for name, content in found
            if name != _EXIF]  # fmt: skip
    if orientation != UPRIGHT:
        kept.append(_chunk(_EXIF, orientation_exif(orientation)))
    body = b"WEBP" + b"".join(kept)
    data = b"RIFF" + len(body).to_bytes(4, "little") + body
    # Browsers do not agree on whether this is turned; Chromium shows it as it lies.
    return CleanFile(FileType.WEBP, data, *size)


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    reader = ByteReader(data)
    while not reader.is_at_end:
        name = reader.take(4)
        content = reader.take(reader.number(4, is_little=True))
        if len(content) % 2 and not reader.is_at_end:
            reader.take(1)
        yield name, content


def _chunk(name: bytes, content: bytes) -> bytes:
    return name + len(content).to_bytes(4, "little") + content + bytes(len(content) % 2)


def _cleaned(name: bytes, content: bytes, orientation: int) -> bytes:
    if name == _EXTENDED:
        flags = content[0] & ~(_HAS_EXIF | _HAS_XMP)
        return bytes((flags | (_HAS_EXIF if orientation != UPRIGHT else 0),)) + content[1:10]
    if name == _FRAME:
        inner = [_chunk(*each) for each in _chunks(content[_FRAME_HEADER:])
                 if each[0] in _KEPT_IN_FRAME]  # fmt: skip
        return content[:_FRAME_HEADER] + b"".join(inner)
    return content


def _orientation(exif: bytes) -> int:
    return read_orientation(exif.removeprefix(b"Exif\0\0"))


def _size(name: bytes, content: bytes) -> tuple[int, int] | None:
    """Return the size that a chunk says, of a frame that of the picture in it."""
    reader = ByteReader(content)
    if name == _EXTENDED:
        reader.take(4)
        return reader.number(3, is_little=True) + 1, reader.number(3, is_little=True) + 1
    if name == _LOSSY:
        reader.take(3)
        if reader.take(3) != b"\x9d\x01\x2a":
            raise ImageDamaged
        # The two highest bits say how it is scaled.
        width, height = (reader.number(2, is_little=True) & 0x3FFF for _ in range(2))
        return checked_size(width, height)
    if name == _LOSSLESS:
        if reader.number(1) != 0x2F:
            raise ImageDamaged
        bits = reader.number(4, is_little=True)
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if name == _FRAME:
        reader.take(_FRAME_HEADER)
        sizes = [_size(*each) for each in _chunks(content[_FRAME_HEADER:]) if each[0] != _FRAME]
        return next(filter(None, sizes), None)
    return None
