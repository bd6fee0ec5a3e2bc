"""Images of pixels: what is kept of them, and what is refused."""

from __future__ import annotations

import zlib
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from django_helpcenter.choices import FileType
from django_helpcenter.content.clean_file import CleanFile
from django_helpcenter.content.images import clean_image
from django_helpcenter.exceptions import ContentError
from tests.images import (
    PNG_SIGNATURE,
    SECRET,
    exif,
    gif,
    gif_extension,
    jpeg,
    jpeg_segment,
    png,
    png_chunk,
    svg,
    vp8,
    vp8l,
    vp8x,
    webp,
    webp_chunk,
)

LIMIT = 1_000_000
FRAME = webp_chunk(b"ANMF", bytes(16) + vp8() + webp_chunk(b"XMP ", SECRET))
#: A page, and an archive, as they are hidden in images.
PAGE = b"<html><script>alert(1)</script>" + SECRET
ARCHIVE = b"PK\x03\x04" + SECRET + b"PK\x05\x06"


def clean(data: bytes) -> CleanFile:
    return clean_image(data, max_pixels=LIMIT)


@pytest.mark.parametrize(
    ("data", "kind", "size"),
    [
        (png(), FileType.PNG, (2, 3)),
        (jpeg(), FileType.JPEG, (4, 2)),
        (gif(), FileType.GIF, (3, 2)),
        (webp(vp8()), FileType.WEBP, (6, 4)),
        (webp(vp8l()), FileType.WEBP, (6, 4)),
        (webp(vp8x((9, 8)), vp8((9, 8))), FileType.WEBP, (9, 8)),
        (svg(attributes='width="30" height="20px"'), FileType.SVG, (30, 20)),
        (svg(attributes='width="100%" height="20"'), FileType.SVG, (0, 0)),
    ],
)
def test_kind_and_size_are_told_by_the_content(
    data: bytes, kind: FileType, size: tuple[int, int]
) -> None:
    image = clean(data)
    assert (image.type, image.width, image.height) == (kind, *size)


@pytest.mark.parametrize(
    "data",
    [
        png(before=[png_chunk(b"tEXt", b"Author\0" + SECRET)]),
        png(before=[png_chunk(b"iTXt", SECRET), png_chunk(b"zTXt", SECRET)]),
        png(before=[png_chunk(b"eXIf", exif(1)), png_chunk(b"tIME", SECRET[:7])]),
        png(before=[png_chunk(b"prVt", PAGE)]),
        png(after=ARCHIVE),
        jpeg(before=[jpeg_segment(0xE1, b"Exif\0\0" + exif(1))]),
        jpeg(before=[jpeg_segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + SECRET)]),
        jpeg(before=[jpeg_segment(0xED, b"Photoshop 3.0\0" + SECRET)]),
        jpeg(before=[jpeg_segment(0xFE, PAGE)]),
        jpeg(after=ARCHIVE),
        gif(before=[gif_extension(0xFE, PAGE)]),
        gif(before=[gif_extension(0xFF, b"XMP DataXMP", SECRET)]),
        gif(before=[gif_extension(0x01, bytes(12), SECRET)]),
        gif(after=ARCHIVE),
        webp(vp8x((6, 4), 0x0C), vp8(), webp_chunk(b"EXIF", exif(1)), webp_chunk(b"XMP ", SECRET)),
        webp(vp8(), webp_chunk(b"EXIF", exif(6))),
        webp(vp8x((6, 4), 0x02), webp_chunk(b"ANIM", bytes(6)), FRAME),
        webp(vp8(), webp_chunk(b"page", PAGE)),
        webp(vp8(), after=ARCHIVE),
    ],
)
def test_nothing_is_kept_that_does_not_draw(data: bytes) -> None:
    assert SECRET[:7] in data
    image = clean(data)
    assert SECRET[:7] not in image.data
    assert clean(image.data) == image


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize(
    ("make", "size"),
    [
        (lambda block: png(size=(4, 2), before=[png_chunk(b"eXIf", block)]), (2, 4)),
        (
            lambda block: jpeg(size=(4, 2), before=[jpeg_segment(0xE1, b"Exif\0\0" + block)]),
            (2, 4),
        ),
        (lambda block: webp(vp8x((4, 2), 8), vp8((4, 2)), webp_chunk(b"EXIF", block)), (4, 2)),
    ],
    ids=["png", "jpeg", "webp"],
)
def test_photo_stays_the_right_way_up(
    make: Callable[[bytes], bytes], size: tuple[int, int], order: str
) -> None:
    image = clean(make(exif(6, order=order)))
    assert (image.width, image.height) == size
    assert SECRET not in image.data
    assert b"MM\0*" in image.data
    assert clean(image.data) == image


@pytest.mark.parametrize("block", [b"", b"II*\0", b"nonsense", exif(0), exif(9), exif(6)[:20]])
def test_way_up_that_cannot_be_read_is_upright(block: bytes) -> None:
    image = clean(jpeg(size=(4, 2), before=[jpeg_segment(0xE1, b"Exif\0\0" + block)]))
    assert (image.width, image.height) == (4, 2)
    assert b"Exif" not in image.data


def test_thumbnail_is_not_kept() -> None:
    assert b"RGB" not in clean(jpeg()).data


@pytest.mark.parametrize(
    ("data", "kept"),
    [
        (png(before=[png_chunk(b"gAMA", b"gamm"), png_chunk(b"tRNS", b"tr")]), b"gAMA"),
        (png(before=[png_chunk(b"iCCP", b"name\0\0" + zlib.compress(b"profile"))]), b"iCCP"),
        (jpeg(before=[jpeg_segment(0xE2, b"ICC_PROFILE\0profile")]), b"ICC_PROFILE"),
        (jpeg(before=[jpeg_segment(0xEE, b"Adobe\0d")]), b"Adobe"),
        (gif(before=[gif_extension(0xFF, b"NETSCAPE2.0", b"\x01\0\0")]), b"NETSCAPE2.0"),
        (gif(before=[gif_extension(0xF9, b"\x04\x0a\0\0")]), b"\x21\xf9"),
        (webp(vp8x((6, 4), 0x20), webp_chunk(b"ICCP", b"profile"), vp8()), b"ICCP"),
        (webp(vp8x((6, 4), 2), webp_chunk(b"ANIM", bytes(6)), FRAME), b"ANMF"),
    ],
)
def test_what_changes_the_picture_is_kept(data: bytes, kept: bytes) -> None:
    assert kept in clean(data).data


def test_color_profile_that_unfolds_without_end_is_left_out() -> None:
    bomb = zlib.compress(bytes(20_000_000), 9)
    assert b"iCCP" not in clean(png(before=[png_chunk(b"iCCP", b"x\0\0" + bomb)])).data


@pytest.mark.parametrize(
    "data",
    [
        png(size=(100_000, 100_000)),
        png(size=(2**31 - 1, 1)),
        png(size=(1001, 1000)),
        jpeg(size=(65_535, 65_535)),
        gif(size=(65_535, 65_535)),
        gif(size=(1, 1), frame=(65_535, 65_535)),
        webp(vp8x((16_777_216, 16_777_216)), vp8()),
        webp(vp8x((1, 1)), vp8l((16_384, 16_384))),
        webp(vp8x((1, 1)), webp_chunk(b"ANMF", bytes(16) + vp8((16_000, 16_000)))),
        svg(attributes='width="100000" height="100000"'),
    ],
)
def test_image_too_large_to_look_at_is_refused(data: bytes) -> None:
    with pytest.raises(ContentError, match="pixels, which is more than 1 million; make it smaller"):
        clean(data)


def broken_checksum() -> bytes:
    return png().replace(b"IDAT", b"IDAt", 1)


@pytest.mark.parametrize(
    "data",
    [
        PNG_SIGNATURE,
        PNG_SIGNATURE + PAGE,
        png()[:-4],
        broken_checksum(),
        PNG_SIGNATURE + png_chunk(b"IHDR", bytes(13)) + png_chunk(b"IEND"),
        PNG_SIGNATURE + png_chunk(b"IDAT") + png_chunk(b"IEND"),
        png(before=[png_chunk(b"HTML", PAGE)]),
        png(before=[png_chunk(b"IHDR", bytes(13))]),
        png(size=(0, 5)),
        b"\xff\xd8\xff" + PAGE,
        jpeg()[:-2],
        b"\xff\xd8\xff\xd9",
        b"\xff\xd8\xff\xd8\xff\xd9",
        jpeg(size=(0, 2)),
        jpeg(before=[jpeg_segment(0xC0, bytes(9))]),
        b"\xff\xd8\xff\xe0\x00\x00",
        b"GIF89a" + PAGE,
        gif()[:-1],
        gif(before=[b"<"]),
        b"GIF89a\1\0\1\0\0\0\0\x3b",
        webp(),
        webp(webp_chunk(b"ALPH", b"x")),
        webp(webp_chunk(b"VP8 ", b"too short")),
        webp(webp_chunk(b"VP8 ", bytes(20))),
        webp(webp_chunk(b"VP8L", bytes(20))),
        webp(vp8())[:-4],
        b"RIFF\0\0\0\0WEBP",
    ],
)
def test_what_only_begins_like_an_image_is_refused(data: bytes) -> None:
    with pytest.raises(ContentError, match="cut short or damaged; save it again"):
        clean(data)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (PAGE, "it is not a PNG, JPEG, GIF, WebP or SVG image"),
        (b"", "it is not a PNG"),
        (b"\0\0\0\x20ftypavif", "AVIF files are not taken"),
        (b"\0\0\0\x20ftypheic", "HEIC files are not taken"),
        (b"BM....", "BMP files are not taken"),
        (b"II*\0", "TIFF files are not taken"),
        (svg("<script>alert(1)</script>"), "the SVG image contains <script>; export it as a plain"),
    ],
)
def test_refusal_names_the_mend(data: bytes, reason: str) -> None:
    with pytest.raises(ContentError, match=reason):
        clean(data)


SAMPLES = [png(), jpeg(), gif(), webp(vp8x((6, 4), 8), vp8(), webp_chunk(b"EXIF", exif(6))), svg()]


@given(st.sampled_from(SAMPLES), st.integers(0, 400), st.binary(max_size=6))
def test_any_damage_is_refused_or_harmless(sample: bytes, place: int, damage: bytes) -> None:
    data = sample[:place] + damage + sample[place + len(damage) :]
    try:
        image = clean(data)
    except ContentError:
        return
    assert clean(image.data) == image
