"""Small images of each kind, built from their pieces, with room for what should not be there."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable

#: What must not be found in anything that is kept.
SECRET = b"Taken at 52.5200 N, 13.4050 E by Anna"

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"


def png_chunk(name: bytes, content: bytes = b"") -> bytes:
    """Return a chunk with its checksum."""
    checksum = zlib.crc32(name + content)
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", checksum)


def png(
    shade: int = 0,
    *,
    size: tuple[int, int] = (2, 3),
    before: Iterable[bytes] = (),
    after: bytes = b"",
) -> bytes:
    """Return a gray image; ``before`` are chunks in front of the pixels."""
    width, height = size
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress((b"\0" + bytes([shade]) * min(width, 5_000)) * min(height, 5_000))
    chunks = [png_chunk(b"IHDR", header), *before, png_chunk(b"IDAT", rows), png_chunk(b"IEND")]
    return PNG_SIGNATURE + b"".join(chunks) + after


def exif(orientation: int, *, order: str = "<") -> bytes:
    """Return a block of Exif data with an orientation, and a secret behind it."""
    mark = b"II*\0" if order == "<" else b"MM\0*"
    entries = struct.pack(f"{order}HHI", 0x010F, 2, len(SECRET)) + struct.pack(f"{order}I", 38)
    entries += struct.pack(f"{order}HHIHH", 0x0112, 3, 1, orientation, 0)
    return mark + struct.pack(f"{order}IH", 8, 2) + entries + bytes(4) + SECRET


def jpeg_segment(marker: int, content: bytes) -> bytes:
    """Return a segment with its length."""
    return bytes((0xFF, marker)) + struct.pack(">H", len(content) + 2) + content


def jpeg(
    *, size: tuple[int, int] = (4, 2), before: Iterable[bytes] = (), after: bytes = b""
) -> bytes:
    """Return the skeleton of a JPEG; ``before`` are segments in front of the frame."""
    width, height = size
    frame = struct.pack(">BHHB", 8, height, width, 1) + b"\x01\x11\x00"
    parts = [
        b"\xff\xd8",
        jpeg_segment(0xE0, b"JFIF\0\x01\x02\0\0\x48\0\x48\x01\x01" + b"RGB"),
        *before,
        jpeg_segment(0xDB, bytes(65)),
        jpeg_segment(0xC0, frame),
        jpeg_segment(0xC4, bytes(29)),
        jpeg_segment(0xDA, b"\x01\x01\x00\x00\x3f\x00"),
        b"compressed\xff\x00\xff\xd0data",
        b"\xff\xd9",
        after,
    ]
    return b"".join(parts)


def gif(
    *,
    size: tuple[int, int] = (3, 2),
    frame: tuple[int, int] | None = None,
    before: Iterable[bytes] = (),
    after: bytes = b"",
) -> bytes:
    """Return an image with two colors; ``before`` are blocks in front of its frame."""
    screen = struct.pack("<HH", *size) + b"\x80\0\0" + b"\0\0\0\xff\xff\xff"
    image = b"\x2c" + struct.pack("<HHHH", 0, 0, *(frame or size)) + b"\0\x02\x02\x4c\x01\0"
    return b"GIF89a" + screen + b"".join(before) + image + b"\x3b" + after


def gif_extension(label: int, *blocks: bytes) -> bytes:
    """Return a block that is no image."""
    return bytes((0x21, label)) + b"".join(bytes((len(b),)) + b for b in blocks) + b"\0"


def webp_chunk(name: bytes, content: bytes) -> bytes:
    """Return a chunk, filled up to an even length."""
    return name + struct.pack("<I", len(content)) + content + bytes(len(content) % 2)


def webp(*chunks: bytes, after: bytes = b"") -> bytes:
    """Return a container with these chunks."""
    body = b"WEBP" + b"".join(chunks)
    return b"RIFF" + struct.pack("<I", len(body)) + body + after


def vp8x(size: tuple[int, int], flags: int = 0) -> bytes:
    """Return the chunk that says what an extended WebP has."""
    sides = b"".join(struct.pack("<I", side - 1)[:3] for side in size)
    return webp_chunk(b"VP8X", bytes((flags, 0, 0, 0)) + sides)


def vp8(size: tuple[int, int] = (6, 4)) -> bytes:
    """Return a chunk with the beginning of a picture."""
    return webp_chunk(b"VP8 ", b"\x10\0\0\x9d\x01\x2a" + struct.pack("<HH", *size) + b"pixels")


def vp8l(size: tuple[int, int] = (6, 4)) -> bytes:
    """Return a chunk with the beginning of a picture without loss."""
    bits = (size[0] - 1) | (size[1] - 1) << 14
    return webp_chunk(b"VP8L", b"\x2f" + struct.pack("<I", bits) + b"pixels")


def svg(inside: str = "", attributes: str = "") -> bytes:
    """Return a drawing."""
    return f'<svg xmlns="http://www.w3.org/2000/svg" {attributes}>{inside}</svg>'.encode()
