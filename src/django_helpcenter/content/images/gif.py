"""GIF: a screen, and blocks that draw on it."""

from __future__ import annotations

from django_helpcenter.choices import FileType
from django_helpcenter.content.clean_file import CleanFile
from django_helpcenter.content.images.pieces import (
    ByteReader,
    ImageDamaged,
    checked_size,
)

_EXTENSION, _IMAGE, _END = 0x21, 0x2C, 0x3B
_CONTROL, _APPLICATION = 0xF9, 0xFF
#: What says how often an animation runs; programs keep all sorts of things in such blocks.
_LOOPS = (b"NETSCAPE2.0", b"ANIMEXTS1.0")


def clean_gif(data: bytes) -> CleanFile:
    """Return a GIF without comments, programs' own data and what stands behind its end."""
    reader = ByteReader(data)
    header = reader.take(6)
    width, height = (reader.number(2, is_little=True) for _ in range(2))
    flags = reader.take(3)
    kept = [header, data[6:10], flags, reader.take(_colors(flags[0]))]
    has_picture = False
    while (kind := reader.number(1)) != _END:
        start = reader.position - 1
        if kind == _EXTENSION:
            if _skip_extension(reader):
                kept.append(data[start : reader.position])
        elif kind == _IMAGE:
            right, bottom = _skip_image(reader)
            width, height = max(width, right), max(height, bottom)
            kept.append(data[start : reader.position])
            has_picture = True
        else:
            raise ImageDamaged
    if not has_picture:
        raise ImageDamaged
    kept.append(bytes((_END,)))
    return CleanFile(FileType.GIF, b"".join(kept), *checked_size(width, height))


def _colors(flags: int) -> int:
    """Return the bytes of the table of colors that follows, 0 for none."""
    return 3 * 2 ** ((flags & 0x07) + 1) if flags & 0x80 else 0


def _skip_extension(reader: ByteReader) -> bool:
    """Go past an extension; tell whether what is seen depends on it."""
    label = reader.number(1)
    name = reader.data[reader.position + 1 : reader.position + 12]
    _skip_blocks(reader)
    return label == _CONTROL or (label == _APPLICATION and name in _LOOPS)


def _skip_image(reader: ByteReader) -> tuple[int, int]:
    """Go past an image; return where its right and lower edges are."""
    left, top, width, height = (reader.number(2, is_little=True) for _ in range(4))
    reader.take(_colors(reader.number(1)))
    reader.take(1)
    _skip_blocks(reader)
    checked_size(width, height)
    return left + width, top + height


def _skip_blocks(reader: ByteReader) -> None:
    while length := reader.number(1):
        reader.take(length)
