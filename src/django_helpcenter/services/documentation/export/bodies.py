"""The text of an article as the body of a file: links between files, pictures beside it."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from django_helpcenter.content.document import parse_document
from django_helpcenter.content.foreign import reduce_foreign_markup
from django_helpcenter.content.source import normalize_source
from django_helpcenter.services.article_text import ARTICLE_LINK
from django_helpcenter.services.documentation.export.names import is_safe_folder
from django_helpcenter.services.documentation.rewriting import find_references, replace_targets
from django_helpcenter.services.stored_files import stored_file_name

#: What would end an address, or begin another part of it.
_NOT_IN_ADDRESSES = re.compile(r"[^\w./~-]", re.ASCII)
_LEADING_LINES = re.compile(r"\A(?:[ \t]*\n)+")

#: Where pictures and other files lie, beside the texts that name them.
IMAGE_FOLDER, FILE_FOLDER = "images", "files"


@dataclass(slots=True)
class Body:
    """A text for a file; ``files`` are stored ones by where they lie, ``lost`` links to none."""

    text: str
    files: dict[str, str] = field(default_factory=dict)
    lost: set[str] = field(default_factory=set)

    def has_foreign_markup(self, *, is_mdx: bool) -> bool:
        """Tell whether an import would take parts of it for the markup of another system."""
        return reduce_foreign_markup(self.text, is_mdx=is_mdx) != self.text


def tidy(content: str) -> str:
    """Return a text as an import leaves it: no empty lines before it, nothing after it."""
    return _LEADING_LINES.sub("", normalize_source(content)).rstrip()


def make_body(
    content: str, key: int, path: str, paths: Mapping[int, str], names: Mapping[str, str]
) -> Body:
    """Return the text of the article ``key`` for its file; ``paths`` are those of all articles.

    ``names`` are what people call the stored files that are no pictures.

    Raises ContentError for a text too long.
    """
    body = Body(tidy(content))
    references = find_references(parse_document(body.text).tokens)
    replacements: dict[str, str] = {}
    for target in {item.target for item in references.items}:
        file, link = stored_file_name(target), ARTICLE_LINK.fullmatch(target)
        if file:
            place = _place(file, names.get(file))
            body.files[place] = file
            replacements[target] = quoted(place)
        elif link:
            address = _address(int(link[1]), link[2], key, path, paths)
            if address:
                replacements[target] = address
            else:
                body.lost.add(target)
    body.text = replace_targets(body.text, references, replacements)
    return body


def _place(file: str, name: str | None) -> str:
    """Return where a stored file lies: under the name that a reader saves it by, where it has one.

    A folder of its key keeps files of one name apart.
    """
    if name is None:
        return f"{IMAGE_FOLDER}/{file}"
    if not is_safe_folder(name):
        return f"{FILE_FOLDER}/{file}"
    return f"{FILE_FOLDER}/{file.partition('.')[0]}/{name}"


def _address(
    key: int, anchor: str | None, origin: int, path: str, paths: Mapping[int, str]
) -> str | None:
    fragment = "" if anchor is None else f"#{anchor}"
    if key == origin and fragment:
        return fragment
    if key not in paths:
        return None
    folder = path.rpartition("/")[0]
    return quoted(posixpath.relpath(paths[key], folder or ".")) + fragment


def quoted(path: str) -> str:
    """Return a path as it stands in a link; letters of all scripts stay readable."""
    return "".join(
        char if char.isalnum() or not _NOT_IN_ADDRESSES.match(char) else _percent(char)
        for char in path
    )


def _percent(char: str) -> str:
    return "".join(f"%{byte:02X}" for byte in char.encode())
