"""PNG: chunks with a checksum each."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

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

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_FIRST, _LAST, _PIXELS, _EXIF, _PROFILE = b"IHDR", b"IEND", b"IDAT", b"eXIf", b"iCCP"

#: Chunks that change what is seen: colors, transparency, the frames of an animation.
_KEPT = frozenset(
    {
        _FIRST, b"PLTE", _PIXELS, _LAST, b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"cICP", b"sBIT",
        b"bKGD", b"pHYs", b"mDCV", b"cLLI", b"acTL", b"fcTL", b"fdAT",
    }
)  # fmt: skip

#: A color profile that unfolds to more is none.
_MAX_PROFILE = 4_000_000
#: In the first byte of a chunk's name: decoders that do not know the chunk may leave it out.
_MAY_BE_LEFT_OUT = 0x20


def clean_png(data: bytes) -> CleanFile:
    """Return a PNG without texts, dates, and whatever stands behind its end."""
    kept: list[bytes] = [_SIGNATURE]
    size, orientation = (0, 0), UPRIGHT
    has_pixels = False
    for name, content in _chunks(data):
        if len(kept) == 1:
            size = _size(name, content)
        elif name == _FIRST:
            raise ImageDamaged
        has_pixels = has_pixels or name == _PIXELS
        if name == _EXIF and not has_pixels:
            orientation = read_orientation(content)
        elif name in _KEPT or (name == _PROFILE and _is_profile(content)):
            if name in (_PIXELS, _LAST) and orientation != UPRIGHT:
                kept.append(_chunk(_EXIF, orientation_exif(orientation)))
                size, orientation = turned(size, orientation), UPRIGHT
            kept.append(_chunk(name, content))
        elif not name[0] & _MAY_BE_LEFT_OUT:
            raise ImageDamaged
    if not has_pixels:
        raise ImageDamaged
    return CleanFile(FileType.PNG, b"".join(kept), *size)


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    reader = ByteReader(data, len(_SIGNATURE))
    name = b""
    while name != _LAST:
        length = reader.number(4)
        name = reader.take(4)
        content = reader.take(length)
        if not name.isalpha() or reader.number(4) != zlib.crc32(name + content):
            raise ImageDamaged
        yield name, content


def _chunk(name: bytes, content: bytes) -> bytes:
    checksum = zlib.crc32(name + content).to_bytes(4, "big")
    return len(content).to_bytes(4, "big") + name + content + checksum


def _size(name: bytes, header: bytes) -> tuple[int, int]:
    if name != _FIRST or len(header) != 13:
        raise ImageDamaged
    reader = ByteReader(header)
    return checked_size(reader.number(4), reader.number(4))


def _is_profile(content: bytes) -> bool:
    """Tell whether a color profile unfolds to a reasonable size."""
    folded = content.partition(b"\0")[2][1:]
    unfolding = zlib.decompressobj()
    try:
        unfolding.decompress(folded, _MAX_PROFILE)
    except zlib.error:
        return False
    return unfolding.eof
