"""Cleaned images look in a browser as they did before."""

from __future__ import annotations

import base64
import struct
from typing import Any

import pytest
from playwright.sync_api import Page

from django_helpcenter.content.images import clean_image
from tests.images import SECRET, exif, jpeg_segment, png_chunk, webp_chunk

#: Draws something with colors and edges, and returns it in a format of the browser's.
DRAW = """
([type, quality]) => {
  const canvas = Object.assign(document.createElement("canvas"), { width: 40, height: 24 });
  const context = canvas.getContext("2d");
  const colors = context.createLinearGradient(0, 0, 40, 24);
  colors.addColorStop(0, "red");
  colors.addColorStop(1, "blue");
  context.fillStyle = colors;
  context.fillRect(0, 0, 40, 24);
  context.fillStyle = "white";
  context.fillRect(4, 4, 10, 6);
  return canvas.toDataURL(type, quality).split(",")[1];
}
"""

#: Returns width, height and all pixels as the browser shows them.
LOOK = """
async ([type, data]) => {
  const image = new Image();
  image.src = `data:${type};base64,${data}`;
  await image.decode();
  const { naturalWidth: width, naturalHeight: height } = image;
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  const context = canvas.getContext("2d");
  context.drawImage(image, 0, 0);
  return [width, height, Array.from(context.getImageData(0, 0, width, height).data)];
}
"""


def with_exif_jpeg(data: bytes) -> bytes:
    return data[:2] + jpeg_segment(0xE1, b"Exif\0\0" + exif(6)) + data[2:]


def with_exif_png(data: bytes) -> bytes:
    return data[:33] + png_chunk(b"eXIf", exif(6)) + png_chunk(b"tEXt", SECRET) + data[33:]


def with_exif_webp(data: bytes) -> bytes:
    """Say in the head of an extended WebP, or in a new one, that there is Exif data, and add it."""
    sides = b"".join(struct.pack("<I", side - 1)[:3] for side in (40, 24))
    flags, rest = 0, data[12:]
    if rest.startswith(b"VP8X"):
        flags, rest = rest[8], rest[18:]
    head = webp_chunk(b"VP8X", bytes((flags | 8, 0, 0, 0)) + sides)
    body = b"WEBP" + head + rest + webp_chunk(b"EXIF", exif(6))
    return b"RIFF" + struct.pack("<I", len(body)) + body


@pytest.mark.parametrize(
    ("kind", "quality", "add_exif"),
    [
        ("image/jpeg", 0.8, with_exif_jpeg),
        ("image/png", 1, with_exif_png),
        ("image/webp", 0.8, with_exif_webp),
        ("image/webp", 1, with_exif_webp),
    ],
)
def test_image_looks_the_same(page: Page, kind: str, quality: float, add_exif: Any) -> None:
    plain = base64.b64decode(page.evaluate(DRAW, [kind, quality]))
    for data in (plain, add_exif(plain)):
        cleaned = clean_image(data, max_pixels=10_000)
        assert SECRET not in cleaned.data
        before, after = (
            page.evaluate(LOOK, [kind, base64.b64encode(each).decode()])
            for each in (data, cleaned.data)
        )
        assert after == before
        assert [cleaned.width, cleaned.height] == before[:2]
