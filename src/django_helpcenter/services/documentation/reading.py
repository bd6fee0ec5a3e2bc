"""One file, from its bytes to what is known about it before anything is written."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from django_helpcenter.conf import conf
from django_helpcenter.content.front_matter import parse_front_matter
from django_helpcenter.exceptions import ContentError
from django_helpcenter.services.documentation.metadata import Metadata, read_metadata
from django_helpcenter.services.documentation.naming import split_number
from django_helpcenter.services.documentation.scan import SourceFile

#: A file of this name speaks for its folder; the first one that is there.
INDEX_STEMS = ("index", "_index", "readme")

#: Files about a repository, not about its subject.
_REPOSITORY_STEMS = frozenset(
    {
        "AUTHORS", "CHANGELOG", "CODEOWNERS", "CODE_OF_CONDUCT", "CONTRIBUTING", "CONTRIBUTORS",
        "COPYING", "GOVERNANCE", "ISSUE_TEMPLATE", "LICENCE", "LICENSE", "MAINTAINERS", "NOTICE",
        "PULL_REQUEST_TEMPLATE", "SECURITY",
    }
)  # fmt: skip

#: Everything that may be the address of a link or a picture, in any notation: too much rather than
#: too little, because it only decides whether a file has to be looked at again.
_ADDRESS = re.compile(
    r"""\]\(\s*<([^<>\n]+)>|\]\(\s*([^\s()<>]+(?:\([^\s()]*\)[^\s()]*)*)"""
    r"""|^[ >\t*+-]*\[[^\]\n]+\]:\s*<?([^\s<>]+)"""
    r"""|\b(?:href|src|to|url)\s*=\s*\{?["'`]([^"'`\n]+)|\{%-?\s*link\s+([^\s%]+)""",
    re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class Document:
    """A file that may become an article.

    ``body`` is as it stands in the file and begins at line ``body_line``; ``digest`` is of the
    bytes.
    """

    file: SourceFile
    digest: str
    metadata: Metadata
    has_front_matter: bool
    body: str
    body_line: int

    @property
    def path(self) -> str:
        """Where the file is, below the root."""
        return self.file.path

    @property
    def source_id(self) -> str:
        """What names this article from run to run: the front matter's ``id``, else the path."""
        return self.metadata.id or self.path

    @property
    def stem(self) -> str:
        """The file's name without its suffix."""
        return PurePosixPath(self.path).stem

    @property
    def folder(self) -> str:
        """The folder of the file, ``""`` for the root."""
        return self.path.rpartition("/")[0]

    @property
    def order(self) -> int | None:
        """The place among its siblings: the front matter's, else a number before its name."""
        order = self.metadata.order
        return split_number(self.stem)[0] if order is None else order

    @property
    def is_index(self) -> bool:
        """Whether the file speaks for its folder."""
        return self.index_rank >= 0

    @property
    def index_rank(self) -> int:
        """Which of several indexes counts, the lowest first; -1 for other files."""
        stem = self.stem.lower()
        return INDEX_STEMS.index(stem) if stem in INDEX_STEMS else -1

    @property
    def is_mdx(self) -> bool:
        """Whether the file is MDX, in which components are markup."""
        return self.path.lower().endswith(".mdx")

    def addresses(self) -> set[str]:
        """Return what looks like the address of a link or a picture."""
        found = {next(filter(None, groups)) for groups in _ADDRESS.findall(self.body)}
        return {address for address in found if not address.startswith(("http", "#", "mailto:"))}

    def why_no_article(self) -> str:
        """Say why this is no article, ``""`` when it is one."""
        if not self.body.strip():
            return "It describes its folder." if self.is_index else "It has no text."
        if self.stem in _REPOSITORY_STEMS and not self.has_front_matter:
            return "It is about the repository; give it front matter if it is an article."
        return ""


def read_document(file: SourceFile) -> Document:
    """Read a file and its front matter.

    Raises ContentError, with a line where one is to blame.
    """
    return parse_document_file(file, _read_bytes(file.location))


def parse_document_file(file: SourceFile, data: bytes) -> Document:
    """Read the bytes of a file; does what ``read_document`` does besides opening it."""
    text = _decode(data)
    front_matter = parse_front_matter(text)
    return Document(
        file=file,
        digest=hashlib.sha256(data).hexdigest(),
        metadata=read_metadata(front_matter.metadata, text),
        has_front_matter=bool(front_matter.metadata),
        body=front_matter.body,
        body_line=front_matter.body_line,
    )


def _read_bytes(location: Path) -> bytes:
    limit = conf.IMPORT_MAX_FILE_BYTES
    try:
        with location.open("rb") as opened:
            data = opened.read(limit + 1)
            size = len(data) if len(data) <= limit else location.stat().st_size
    except OSError as exc:
        reason = (exc.strerror or str(exc)).lower()
        raise ContentError(f"The file cannot be read: {reason}.") from exc
    if len(data) > limit:
        raise ContentError(
            f"The file has {size / 1e6:.1f} MB; at most {limit / 1e6:.1f} MB are read. Split it, "
            "or raise HELP_CENTER_IMPORT_MAX_FILE_BYTES."
        )
    return data


def _decode(data: bytes) -> str:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as exc:
        if b"\x00" in data:
            raise ContentError(
                "The file is not text in UTF-8; it looks binary, or is saved as UTF-16."
            ) from exc
        line = data.count(b"\n", 0, exc.start) + 1
        raise ContentError(
            f"The byte 0x{data[exc.start]:02x} is not UTF-8; save the file as UTF-8.", line=line
        ) from exc
    position = text.find("\x00")
    if position >= 0:
        raise ContentError(
            "There is a NUL character, which cannot be stored; remove it.",
            line=text.count("\n", 0, position) + 1,
        )
    return text
