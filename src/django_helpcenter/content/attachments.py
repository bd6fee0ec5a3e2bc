"""Files that articles link to: told by their content, kept as they are, and never unpacked.

Nothing of them is shown by the help center; browsers save them. So what is refused here is what
would harm whoever opens a saved one, and what is something else than its readers are told.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from io import BytesIO
from zipfile import BadZipFile, LargeZipFile, ZipFile, ZipInfo

from django.utils.translation import gettext as _

from django_helpcenter.choices import FILE_EXTENSIONS, FileType
from django_helpcenter.content.clean_file import CleanFile
from django_helpcenter.content.images import clean_image, foreign_image_type, image_type
from django_helpcenter.exceptions import ContentError

#: Texts have nothing that tells them from other texts; of these alone the name decides.
_TEXT_NAMES = {"txt": FileType.TEXT, "text": FileType.TEXT, "log": FileType.TEXT}
_TEXT_NAMES |= {"csv": FileType.CSV}
_NOT_IN_TEXTS = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")

#: Where the main part of an office file lies, and what kind of file that makes it.
_MAIN_PARTS = {
    "word/document.xml": FileType.DOCX,
    "xl/workbook.xml": FileType.XLSX,
    "ppt/presentation.xml": FileType.PPTX,
}
_OPEN_DOCUMENTS = (FileType.ODT, FileType.ODS, FileType.ODP)
#: Where an OpenDocument file says what it is: first and not packed, so that it can be read here.
_OPEN_DOCUMENT = re.compile(
    rb"PK\x03\x04.{4}\0\0.{16}\x08\0.{2}mimetype([\x21-\x7e]+?)PK", re.DOTALL
)
#: The part that names the kinds of all others; it has a few thousand bytes.
_KINDS = "[Content_Types].xml"
_MAX_KINDS = 1_000_000
#: Parts of a file; a directory of more is made to keep its readers busy.
_MAX_PARTS = 20_000

#: What a file with programs in it has, whatever its name: macros, and controls that run some.
_PROGRAM_PARTS = re.compile(r"(?i)(?:^|/)(?:vbaProject\.bin|activeX/.*|Basic/.*|Scripts/.*)$")
_PROGRAM_KINDS = re.compile(r"(?i)macroEnabled|vbaProject|activeX|&|<!")

#: The old formats of office programs, of which nothing tells whether they have macros.
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
#: Bytes at the end of a PDF among which it says that it ends.
_PDF_TAIL = 1_024


def clean_file(data: bytes, *, name: str, max_pixels: int, taken: Collection[str]) -> CleanFile:
    """Return an image with nothing in it but what draws, or another file as it is.

    ``taken`` are the endings of the kinds to accept besides images. ``name`` decides between kinds
    of plain text alone. Raises ContentError, whose message says what to do.
    """
    if image_type(data) is None:
        kind = attachment_type(data, name=name)
        if kind is not None and FILE_EXTENSIONS[kind] in taken:
            return CleanFile(kind, data)
        if kind is not None or not foreign_image_type(data):
            raise ContentError(_not_taken(kind, taken))
    return clean_image(data, max_pixels=max_pixels)


def attachment_type(data: bytes, *, name: str) -> FileType | None:
    """Return the kind of a file by its content, ``None`` for one that is none of ours.

    Raises ContentError for a file that must not be kept, whose message says what to do.
    """
    if data.startswith(b"%PDF-"):
        if b"%%EOF" not in data[-_PDF_TAIL:]:
            raise ContentError(_("it is cut short or damaged; save it again"))
        return FileType.PDF
    if data.startswith(b"PK\x03\x04"):
        return _packed_type(data)
    if data.startswith(_COMPOUND):
        raise ContentError(
            _("it is in an old format or has a password; save it as DOCX, XLSX, PPTX or PDF")
        )
    return _text_type(data, name)


def _text_type(data: bytes, name: str) -> FileType | None:
    kind = _TEXT_NAMES.get(name.rpartition(".")[2].lower())
    if kind is None or not data:
        return None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        raise ContentError(_("its letters cannot be read; save it as UTF-8")) from exc
    return None if _NOT_IN_TEXTS.search(text) else kind


def _packed_type(data: bytes) -> FileType:
    """Tell the kinds of packed files apart by their directory; no part of them is unpacked."""
    try:
        with ZipFile(BytesIO(data)) as packed:
            parts = packed.infolist()
            if len(parts) > _MAX_PARTS or not any(part.header_offset == 0 for part in parts):
                raise BadZipFile
            kind = _kind_of(data, {part.filename for part in parts})
            if kind is not FileType.ZIP and _has_programs(packed, parts):
                raise ContentError(_("it has macros; save it without them"))
            return kind
    except (
        BadZipFile,
        LargeZipFile,
        NotImplementedError,
        RuntimeError,
        ValueError,
        OSError,
    ) as exc:
        raise ContentError(_("it is cut short or damaged; save it again")) from exc


def _kind_of(data: bytes, names: set[str]) -> FileType:
    said = _OPEN_DOCUMENT.match(data[:200])
    for kind in _OPEN_DOCUMENTS:
        if said and said[1].decode("ascii") == kind:
            return kind
    if _KINDS in names:
        for part, kind in _MAIN_PARTS.items():
            if part in names:
                return kind
    return FileType.ZIP


def _has_programs(packed: ZipFile, parts: list[ZipInfo]) -> bool:
    if any(_PROGRAM_PARTS.search(part.filename) for part in parts):
        return True
    found = next((part for part in parts if part.filename == _KINDS), None)
    if found is None:
        return False
    with packed.open(found) as opened:
        kinds = opened.read(_MAX_KINDS + 1)
    if len(kinds) > _MAX_KINDS:
        raise BadZipFile
    is_wide = kinds[:2] in (b"\xff\xfe", b"\xfe\xff")
    return bool(_PROGRAM_KINDS.search(kinds.decode("utf-16" if is_wide else "utf-8", "replace")))


def _not_taken(kind: FileType | None, taken: Collection[str]) -> str:
    known = [extension.upper() for extension in FILE_EXTENSIONS.values() if extension in taken]
    if kind is not None:
        text = _("%(kind)s files are not taken")
        return text % {"kind": kind.label}
    if not known:
        return _("it is not a PNG, JPEG, GIF, WebP or SVG image")
    text = _("it is not a PNG, JPEG, GIF, WebP or SVG image, and no file of these kinds: %(kinds)s")
    return text % {"kinds": ", ".join(known)}
