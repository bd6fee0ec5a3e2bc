"""Small files of each kind that articles link to, made from nothing."""

from __future__ import annotations

from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

OPEN_DOCUMENT = "application/vnd.oasis.opendocument"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
MACRO_WORD = "application/vnd.ms-word.document.macroEnabled.main+xml"


def pdf(text: str = "1") -> bytes:
    """Return what a PDF begins and ends with."""
    return f"%PDF-1.7\n% {text}\ntrailer\n%%EOF\n".encode()


def packed(parts: dict[str, bytes], *, stored: tuple[str, ...] = ()) -> bytes:
    """Return a ZIP file of these parts."""
    made = BytesIO()
    with ZipFile(made, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data, ZIP_STORED if name in stored else ZIP_DEFLATED)
    return made.getvalue()


def office(main: str = "word/document.xml", kinds: str = WORD, **parts: bytes) -> bytes:
    """Return a file of an office program whose main part is this; ``parts`` are more of them."""
    named = {name.replace("__", "/").replace("_bin", ".bin"): data for name, data in parts.items()}
    listed = f'<Types><Override PartName="/{main}" ContentType="{kinds}"/></Types>'
    return packed({"[Content_Types].xml": listed.encode(), main: b"<x/>", **named})


def open_document(kind: str = "text", **parts: bytes) -> bytes:
    """Return an OpenDocument file of a kind."""
    named = {name.replace("__", "/"): data for name, data in parts.items()}
    first = {"mimetype": f"{OPEN_DOCUMENT}.{kind}".encode()}
    return packed({**first, "content.xml": b"<x/>", **named}, stored=("mimetype",))
