"""Files besides images: told by their content, and refused when they are something else."""

from __future__ import annotations

import pytest

from django_helpcenter.choices import FILE_EXTENSIONS, FileType
from django_helpcenter.content.attachments import attachment_type, clean_file
from django_helpcenter.exceptions import ContentError
from tests.documents import MACRO_WORD, office, open_document, packed, pdf
from tests.images import png

ALL = list(FILE_EXTENSIONS.values())
DEFAULT = ["pdf", "txt", "csv", "docx", "xlsx", "pptx", "odt", "ods", "odp"]


def kept(data: bytes, name: str = "x.bin", taken: list[str] = DEFAULT) -> FileType:
    cleaned = clean_file(data, name=name, max_pixels=1_000, taken=taken)
    assert cleaned.type.is_image or cleaned.data == data
    return cleaned.type


@pytest.mark.parametrize(
    ("data", "name", "kind"),
    [
        (pdf(), "x.docx", FileType.PDF),
        (office(), "x", FileType.DOCX),
        (office("xl/workbook.xml"), "x.zip", FileType.XLSX),
        (office("ppt/presentation.xml"), "x.html", FileType.PPTX),
        (open_document("text"), "x.exe", FileType.ODT),
        (open_document("spreadsheet"), "x", FileType.ODS),
        (open_document("presentation"), "x", FileType.ODP),
        ("Größe\n".encode(), "x.TXT", FileType.TEXT),
        ("\ufeffa;b\r\n\f".encode(), "x.csv", FileType.CSV),
        (b"12:00 started", "run.log", FileType.TEXT),
        (b"<script>alert(1)</script>", "x.txt", FileType.TEXT),
        (png(), "x.pdf", FileType.PNG),
    ],
)
def test_kind_is_told_by_the_content(data: bytes, name: str, kind: FileType) -> None:
    assert kept(data, name) == kind


@pytest.mark.parametrize(
    ("data", "name", "reason"),
    [
        (b"<html><script>alert(1)</script>", "x.pdf", "it is not a PNG, JPEG.*kinds: PDF, TXT"),
        (b"<html>%PDF-1.7 %%EOF", "x.pdf", "it is not a PNG"),
        (b"\n%PDF-1.7\n%%EOF", "x.pdf", "it is not a PNG"),
        (b"%PDF-1.7\n<html>", "x.pdf", "cut short or damaged"),
        (b"MZ\x90\0", "x.exe", "it is not a PNG"),
        (b"MZ\x90\0", "x.txt", "letters cannot be read"),
        (b"a\0b", "x.csv", "it is not a PNG"),
        (b"#!/bin/sh", "x.sh", "it is not a PNG"),
        (b"", "x.txt", "it is not a PNG"),
        ("Größe".encode("latin-1"), "x.txt", "save it as UTF-8"),
        ("Größe".encode("utf-16"), "x.txt", "save it as UTF-8"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "x.doc", "save it as DOCX"),
        (b"PK\x03\x04" + b"x" * 200, "x.docx", "cut short or damaged"),
        (b"#!/bin/sh\n" + office(), "x.docx", "it is not a PNG"),
        (b"PK\x03\x04" + b"x" * 50 + office(), "x.docx", "cut short or damaged"),
        (packed({"run.exe": b"MZ"}), "x.docx", "ZIP files are not taken"),
        (packed({"META-INF/MANIFEST.MF": b"", "A.class": b""}), "x.jar", "ZIP files are not"),
        (open_document("text-template"), "x.odt", "ZIP files are not taken"),
        (b"\0\0\0\x20ftypheic", "x.heic", "HEIC files are not taken; save it as PNG"),
    ],
)
def test_what_is_something_else_is_refused(data: bytes, name: str, reason: str) -> None:
    with pytest.raises(ContentError, match=reason):
        kept(data, name)


@pytest.mark.parametrize(
    "data",
    [
        office(word__vbaProject_bin=b"x"),
        office(word__VBAPROJECT_bin=b"x"),
        office(word__activeX__activeX1_bin=b"x"),
        office(kinds=MACRO_WORD),
        office(kinds=MACRO_WORD.upper()),
        office(kinds=MACRO_WORD.replace("m", "&#109;")),
        packed(
            {
                "[Content_Types].xml": f'<?xml encoding="utf-16"?>{MACRO_WORD}'.encode("utf-16"),
                "word/document.xml": b"",
            }
        ),
        open_document(Basic__Standard__script=b"x"),
        open_document(Scripts__python__x=b"x"),
    ],
)
def test_file_with_macros_is_refused_whatever_its_name(data: bytes) -> None:
    for name in ("x.docx", "x.zip"):
        with pytest.raises(ContentError, match="it has macros"):
            kept(data, name, taken=ALL)


def test_bomb_is_not_unpacked() -> None:
    bomb = packed({"[Content_Types].xml": b"x" * 50_000_000, "word/document.xml": b""})
    with pytest.raises(ContentError, match="damaged"):
        kept(bomb)
    assert kept(packed({"zeros": bytes(50_000_000)}), taken=ALL) == FileType.ZIP


def test_directory_without_end_is_refused() -> None:
    many = packed({str(number): b"" for number in range(20_001)})
    with pytest.raises(ContentError, match="damaged"):
        kept(many, taken=ALL)


def test_cut_file_is_refused_wherever_it_is_cut() -> None:
    whole = office()
    for end in range(4, len(whole)):
        with pytest.raises(ContentError):
            attachment_type(whole[:end], name="x.docx")


def test_kinds_are_chosen() -> None:
    assert kept(packed({"a": b""}), taken=["zip"]) == FileType.ZIP
    with pytest.raises(ContentError, match="PDF files are not taken"):
        kept(pdf(), taken=["zip"])
    with pytest.raises(ContentError, match="it is not a PNG, JPEG, GIF, WebP or SVG image$"):
        kept(b"x", taken=[])
