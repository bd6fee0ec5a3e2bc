"""Names that people give to their files, made fit to be shown and to be sent."""

from __future__ import annotations

import re
import unicodedata

#: Characters of the column.
MAX_LENGTH = 200
_UNFIT = re.compile(r'[<>:"|?*%;]+')


def clean_file_name(name: str, *, extension: str) -> str:
    """Return a file's name without folders, with no character that hides or turns others.

    It ends with ``extension``, whatever it ended with before.
    """
    last = re.split(r"[/\\]", name)[-1]
    # Categories that begin with C are controls, marks that turn the direction, and half characters.
    visible = "".join(
        " " if unicodedata.category(character)[0] in "CZ" else character
        for character in unicodedata.normalize("NFC", last)
    )
    stem = " ".join(_UNFIT.sub(" ", visible).split())
    head, dot, tail = stem.rpartition(".")
    if dot and len(tail) <= 5:
        stem = head
    stem = stem.strip(" .")[: MAX_LENGTH - len(extension) - 1].rstrip(" .") or "file"
    return f"{stem}.{extension}"
