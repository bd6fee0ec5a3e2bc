"""What PostgreSQL's parser loses of a text: codes, scripts without spaces, words without accents.

The parser cuts ``ERR-1042`` into a word and a negative number, takes a Chinese sentence for one
word, and keeps accents that many readers do not type. What is found here is indexed beside the
parser's own words, as it stands.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

#: Longer codes are keys and encoded data, which nobody types.
MAX_CODE_LENGTH = 100
#: Characters of a query that tell it from others.
MAX_KEY_LENGTH = 200
#: Parts of a path, name or version number that are indexed from its beginning on.
MAX_PARTS = 6

# Scripts whose words stand without spaces, or take endings that no stemmer here knows: Thai, Lao,
# Myanmar, Khmer, kana, Han, Hangul.
_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_SPACELESS = (
    f"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3041-\u30ff\u31f0-\u31ff\uac00-\ud7af々{_HAN}"
)
_RUN = re.compile(f"[{_SPACELESS}]+")
_IS_HAN = re.compile(f"[{_HAN}々]")
# A letter with its marks, which are characters of their own in Thai.
_CLUSTER = re.compile(r"\w[^\w\s]{0,8}", re.UNICODE)

_SEPARATORS = r"-_./:\\#@+~"
_CODE = re.compile(rf"[^\W_]+(?:[{_SEPARATORS}]+[^\W_]+)+", re.UNICODE)
_PATH_SEPARATOR = re.compile(r"[/\\:]+|(?<=\d)[.](?=\d)")
_SCHEME = re.compile(r"[a-z][a-z0-9+.]*:/+")
_HYPHENS = str.maketrans("\u2010\u2011\u2013\u2212", "----")
_VERSION = re.compile(r"v(?=\d)")
_NUMBERED = re.compile(r"[^\W\d_]+(?:[-_]+[^\W_]+)*[-_]+\d+")
_NUMBER = re.compile(r"\d{3,}")
# Accents of Latin and Greek, vowel points of Hebrew and Arabic.
_ACCENTS = "\u0300-\u036f\u0591-\u05c7\u064b-\u0655\u0670"
_ACCENT = re.compile(f"[{_ACCENTS}]")
_WORD = re.compile(rf"[^\W\d_](?:[{_ACCENTS}]|[^\W\d_]|['’](?=\w))*", re.UNICODE)
_PLAIN_WORD = re.compile(r"[^\W_]+")
# What is longer is read, cut and normalized for nothing.
_MAX_CHARACTERS = 2_000
#: Its й is a letter of its own.
_CYRILLIC = re.compile("[\u0400-\u052f]")

#: Letters that Unicode does not take apart; of Cyrillic only ё is often written without its dots.
_LETTERS = str.maketrans(
    {
        "ß": "ss",
        "æ": "ae",
        "œ": "oe",
        "ø": "o",
        "đ": "d",
        "ð": "d",
        "ł": "l",
        "þ": "th",
        "\N{LATIN SMALL LETTER DOTLESS I}": "i",
        "\N{CYRILLIC SMALL LETTER IO}": "\N{CYRILLIC SMALL LETTER IE}",
        "\N{ARABIC TATWEEL}": "",
    }
)


def indexed_tokens(text: str) -> list[str]:
    """Return what a passage is found by beside its words: codes with their beginnings, bigrams.

    Sorted, none twice and none empty.
    """
    normal = _normal(text)
    found = {part for code in _codes(normal) for part in _parts(code)}
    found.update(run_tokens(text))
    # A word of one character: only Han has them.
    found.update(_IS_HAN.findall(normal))
    return sorted(found)


def asked_tokens(text: str) -> list[str]:
    """Return what a query asks for beside its words: codes as they stand, bigrams."""
    return list(dict.fromkeys([*_codes(_normal(text)), *run_tokens(text)]))


def run_tokens(text: str) -> list[str]:
    """Return the bigrams of scripts that stand without spaces; a lone character is its own."""
    if text.isascii():
        return []
    found: list[str] = []
    for run in _RUN.findall(_normal(text)):
        clusters = _CLUSTER.findall(run)
        found += [a + b for a, b in pairwise(clusters)] or clusters
    return found


def without_runs(text: str) -> str:
    """Return a text without the scripts that stand without spaces."""
    return _RUN.sub(" ", text)


def folded_words(text: str) -> str:
    """Return the words of a text that have accents, vowel points or the like, without these.

    Each once, separated by spaces; empty for most texts in English.
    """
    words = (word for word in _WORD.findall(text) if not word.isascii())
    return " ".join(dict.fromkeys(_fold(word) for word in words if _fold(word) != word.lower()))


def fold(text: str) -> str:
    """Return a text in lower case without accents, vowel points or the like."""
    if text.isascii():
        return text.lower()
    return _WORD.sub(lambda found: _fold(found[0]), text)


def plain_words(text: str) -> list[str]:
    """Return the words of a text in order, in lower case and without accents."""
    return _PLAIN_WORD.findall(fold(unicodedata.normalize("NFKC", text[:_MAX_CHARACTERS])))


def query_key(query: str) -> str:
    """Return what queries have in common that ask the same: their plain words."""
    return " ".join(plain_words(query))[:MAX_KEY_LENGTH].rstrip()


def has_word(text: str) -> bool:
    """Tell whether a text has a letter or a digit."""
    return any(map(str.isalnum, text))


def count_words(text: str) -> int:
    """Return how many words a text has; a character counts as one where there are no spaces."""
    spaceless = sum(len(run) for run in _RUN.findall(text))
    return spaceless + len(re.findall(r"\w+", without_runs(text)))


@lru_cache(maxsize=4_096)
def _fold(word: str) -> str:
    lowered = word.casefold().translate(_LETTERS)
    if lowered.isascii():
        return lowered
    # Marks go only where a letter stands without them: not in Thai, nor the dots of kana.
    if _RUN.search(lowered) or _CYRILLIC.search(lowered):
        return lowered
    apart = unicodedata.normalize("NFKD", lowered)
    return unicodedata.normalize("NFC", _ACCENT.sub("", apart))


def _normal(text: str) -> str:
    """Return a text with full-width and half-width characters made normal, in lower case.

    What word processors make of the hyphen of a code is one again.
    """
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFKC", text).casefold().translate(_HYPHENS)


def _codes(text: str) -> Iterator[str]:
    """Yield the tokens of a text with digits or separators inside, in order."""
    for match in _CODE.finditer(_SCHEME.sub("", text)):
        code = match[0]
        is_word = code.replace("-", "").isalpha()
        if len(code) <= MAX_CODE_LENGTH and not is_word:
            yield code


def _parts(code: str) -> Iterator[str]:
    """Yield a code, what it begins with, and its last name: api, api/v2, api/v2/users.

    Of ERR-1042 also what people type of it: err1042, 1042.
    """
    yield code
    if _NUMBERED.fullmatch(code):
        yield re.sub("[-_]", "", code)
        yield from _NUMBER.findall(code)
    version = _VERSION.match(code)
    if version:
        yield from _parts(code[1:])
    edges = [match.start() for match in _PATH_SEPARATOR.finditer(code)][1:MAX_PARTS]
    yield from (code[:edge] for edge in edges)
    names = re.split(r"[/\\]", code)
    if len(names) > 1 and _CODE.fullmatch(names[-1]):
        yield names[-1]
