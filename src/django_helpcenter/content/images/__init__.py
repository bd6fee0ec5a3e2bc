"""Images as they may be kept and served: told by their content, without what they need not say.

No image is decoded here. Each format is read piece by piece, and only the pieces that draw are
kept: no place, no camera, no author, nothing in front of or behind the picture. So cleaning loses
no quality, needs no library whose faults a hostile file could use, and a bomb stays folded up.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from django.utils.translation import gettext as _

from django_helpcenter.choices import FileType
from django_helpcenter.content.clean_file import CleanFile
from django_helpcenter.content.images.gif import clean_gif
from django_helpcenter.content.images.jpeg import clean_jpeg
from django_helpcenter.content.images.pieces import ImageDamaged
from django_helpcenter.content.images.png import clean_png
from django_helpcenter.content.images.svg import clean_svg
from django_helpcenter.content.images.webp import clean_webp
from django_helpcenter.exceptions import ContentError

_SIGNATURES = (
    (re.compile(rb"\x89PNG\r\n\x1a\n"), FileType.PNG),
    (re.compile(rb"\xff\xd8\xff"), FileType.JPEG),
    (re.compile(rb"GIF8[79]a"), FileType.GIF),
    (re.compile(rb"RIFF....WEBP", re.DOTALL), FileType.WEBP),
    (re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml\b|<!--|<svg\b)"), FileType.SVG),
)

#: What people also bring, to be told what to do instead.
_OTHERS = (
    (re.compile(rb"....ftyp(?:avif|avis)", re.DOTALL), "AVIF"),
    (re.compile(rb"....ftyp(?:hei[cfmsx]|hev[cmsx]|mif1|msf1)", re.DOTALL), "HEIC"),
    (re.compile(rb"BM"), "BMP"),
    (re.compile(rb"II\*\x00|MM\x00\*"), "TIFF"),
)

_CLEANERS: Mapping[FileType, Callable[[bytes], CleanFile]] = {
    FileType.PNG: clean_png,
    FileType.JPEG: clean_jpeg,
    FileType.GIF: clean_gif,
    FileType.WEBP: clean_webp,
    FileType.SVG: clean_svg,
}


def image_type(data: bytes) -> FileType | None:
    """Return the kind of an image by its content; a name proves nothing."""
    for signature, kind in _SIGNATURES:
        if signature.match(data[:1024]):
            return kind
    return None


def foreign_image_type(data: bytes) -> str:
    """Return the name of what is kept in another way than as an image of ours, "" for none."""
    return next((name for signature, name in _OTHERS if signature.match(data)), "")


def clean_image(data: bytes, *, max_pixels: int) -> CleanFile:
    """Return an image with nothing in it but what draws.

    The same image comes out when it is cleaned again. ``max_pixels`` limits width times height, for
    the sake of whoever looks at it. Raises ContentError, whose message says what to do.
    """
    kind = image_type(data)
    if kind is None:
        raise ContentError(_not_taken(data))
    try:
        image = _CLEANERS[kind](data)
    except ImageDamaged as exc:
        raise ContentError(
            _("it is cut short or damaged; save it again with an image program")
        ) from exc
    pixels = image.width * image.height
    if pixels > max_pixels:
        raise ContentError(
            _(
                "it has %(width)s × %(height)s pixels, which is more than %(limit)s million; make "
                "it smaller"
            )
            % {"width": image.width, "height": image.height, "limit": f"{max_pixels / 1e6:g}"}
        )
    return image


def _not_taken(data: bytes) -> str:
    name = foreign_image_type(data)
    if name:
        return _("%(kind)s files are not taken; save it as PNG, JPEG or WebP") % {"kind": name}
    return _("it is not a PNG, JPEG, GIF, WebP or SVG image")
