"""Vectors from hashed words and letters: no model, no meaning, no dependency."""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from functools import lru_cache
from hashlib import blake2b
from itertools import pairwise

from django_helpcenter.backends.embeddings.base import (
    EMBEDDING_DIMENSIONS,
    EmbeddingBackend,
    EmbeddingOptions,
    Vector,
)

#: Part of the space: raise it whenever the same text would get another vector.
VERSION = 1

WORD = re.compile(r"\w+")
GRAM_LENGTH = 4
WORD_WEIGHT = 1.0
PAIR_WEIGHT = 0.5
#: All letter groups of a word together weigh this much.
GRAMS_WEIGHT = 0.7
#: Words of this many letters and more count in full; shorter ones are mostly grammar.
FULL_WEIGHT_LENGTH = 6


class HashingOptions(EmbeddingOptions):
    #: Hashing a query costs less than asking a cache for it.
    query_cache: str | None = None


class HashingEmbeddings(EmbeddingBackend):
    """Embed by feature hashing: words, neighbouring words and groups of letters.

    Texts that share words, or parts of words, come out near each other; synonyms and paraphrases
    do not. It is deterministic, needs no model and takes about a millisecond a passage, which makes
    it right for tests and for trying things out, and never better than lexical search for readers.
    """

    name = "hashing"
    max_tokens = 512
    Options = HashingOptions

    @property
    def space(self) -> str:
        return f"hashing-v{VERSION}-{EMBEDDING_DIMENSIONS}"

    def encode(self, texts: list[str]) -> list[Vector]:
        return [self._vector(text) for text in texts]

    def _vector(self, text: str) -> Vector:
        folded = unicodedata.normalize("NFKC", text[: self.max_tokens * 20]).casefold()
        words = WORD.findall(folded)[: self.max_tokens]
        vector = [0.0] * EMBEDDING_DIMENSIONS
        for word, count in Counter(words).items():
            weight = 1.0 + math.log(count)
            for index, part in _word_features(word):
                vector[index] += weight * part
        for pair, count in Counter(pairwise(words)).items():
            index, sign = _bucket("p:" + " ".join(pair))
            vector[index] += sign * PAIR_WEIGHT * (1.0 + math.log(count))
        return _unit(vector) or _unit(_fallback(folded))


@lru_cache(maxsize=20_000)
def _word_features(word: str) -> tuple[tuple[int, float], ...]:
    importance = min(len(word), FULL_WEIGHT_LENGTH) / FULL_WEIGHT_LENGTH
    index, sign = _bucket("w:" + word)
    features = [(index, sign * WORD_WEIGHT * importance)]
    padded = f"<{word}>"
    grams = [padded[at : at + GRAM_LENGTH] for at in range(max(1, len(padded) - GRAM_LENGTH + 1))]
    share = GRAMS_WEIGHT * importance / math.sqrt(len(grams))
    for gram in grams:
        index, sign = _bucket("g:" + gram)
        features.append((index, sign * share))
    return tuple(features)


def _bucket(feature: str) -> tuple[int, float]:
    digest = int.from_bytes(blake2b(feature.encode("utf-8"), digest_size=8).digest(), "big")
    # The sign makes features that collide cancel out on average instead of adding up.
    return (digest >> 1) % EMBEDDING_DIMENSIONS, 1.0 if digest & 1 else -1.0


def _fallback(text: str) -> Vector:
    # A text without words still needs a direction: the zero vector has no cosine.
    vector = [0.0] * EMBEDDING_DIMENSIONS
    index, sign = _bucket("t:" + text.strip())
    vector[index] = sign
    return vector


def _unit(vector: Vector) -> Vector:
    norm = math.sqrt(math.fsum(number * number for number in vector))
    return [number / norm for number in vector] if norm else []
