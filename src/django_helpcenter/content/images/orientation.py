"""Which way up a photo is: the one thing that is kept of what a camera wrote."""

from __future__ import annotations

from django_helpcenter.content.images.pieces import ByteReader, ImageDamaged

UPRIGHT = 1
#: From here on the picture lies on its side.
_FIRST_SIDEWAYS, _LAST = 5, 8

_TAG = 0x0112
_SHORT = 3
#: No camera writes more entries.
_MAX_ENTRIES = 1_000


def read_orientation(exif: bytes) -> int:
    """Return the orientation that a block of Exif data names, 1 to 8; upright for none."""
    try:
        return _read(exif)
    except ImageDamaged:
        return UPRIGHT


def orientation_exif(orientation: int) -> bytes:
    """Return a block of Exif data that says the orientation and nothing else."""
    entry = _TAG.to_bytes(2, "big") + _SHORT.to_bytes(2, "big") + (1).to_bytes(4, "big")
    entry += orientation.to_bytes(2, "big") + b"\0\0"
    return b"MM\0*" + (8).to_bytes(4, "big") + (1).to_bytes(2, "big") + entry + bytes(4)


def turned(size: tuple[int, int], orientation: int) -> tuple[int, int]:
    """Return width and height as a reader sees them."""
    width, height = size
    return (height, width) if orientation >= _FIRST_SIDEWAYS else size


def _read(exif: bytes) -> int:
    is_little = exif[:4] == b"II*\0"
    if not is_little and exif[:4] != b"MM\0*":
        return UPRIGHT
    reader = ByteReader(exif, 4)
    reader.position = reader.number(4, is_little=is_little)
    for _entry in range(min(reader.number(2, is_little=is_little), _MAX_ENTRIES)):
        tag, kind = (reader.number(2, is_little=is_little) for _ in range(2))
        reader.take(4)
        value = reader.number(2, is_little=is_little)
        reader.take(2)
        if (tag, kind) == (_TAG, _SHORT):
            return value if UPRIGHT <= value <= _LAST else UPRIGHT
    return UPRIGHT
