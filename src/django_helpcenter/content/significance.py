"""How much a change of a text matters to its translations, where nobody has said so."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from django_helpcenter.choices import Significance

#: Code and addresses, in which every character counts: ``tar -x`` is not ``tar -X``. What is looked
#: through in vain ends where the next try begins: a hostile text costs no more than its length.
_EXACT = re.compile(
    r"(?s)(?:```.*?```|~~~.*?~~~|`[^`\n]+`|\]\([^()\n]*\)|<[^<>\s]*>"
    r"|(?<![a-z+.-])[a-z][a-z+.-]{0,30}://[^\s)>]+)"
)
#: Numbers with sign and points, words, and every other character for itself.
_TOKEN = re.compile(r"[-+]?\d+(?:[.,:]\d+)*|\w+|[^\w\s]")
#: Punctuation for Unicode that says something by itself.
_SAYS_SOMETHING = frozenset("%@#&/\\")


def guess_significance(before: Sequence[str], after: Sequence[str]) -> Significance:
    """Return MINOR when only white space, punctuation or case changed outside code, else NORMAL.

    Whether a change is a major one, only a person can say.
    """
    is_minor = all(map(_say_the_same, before, after)) and len(before) == len(after)
    return Significance.MINOR if is_minor else Significance.NORMAL


def _say_the_same(before: str, after: str) -> bool:
    return before == after or _tokens(before) == _tokens(after)


def _tokens(text: str) -> list[str]:
    tokens: list[str] = []
    end = 0
    for match in _EXACT.finditer(text):
        tokens += _words(text[end : match.start()])
        tokens.append(match[0])
        end = match.end()
    return tokens + _words(text[end:])


def _words(text: str) -> list[str]:
    return [token for token in _TOKEN.findall(text.casefold()) if not _is_punctuation(token)]


def _is_punctuation(token: str) -> bool:
    return (
        len(token) == 1
        and unicodedata.category(token).startswith("P")
        and token not in _SAYS_SOMETHING
    )
