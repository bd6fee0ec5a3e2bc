"""Hashed vectors: the same everywhere, near when words are shared, blind to meaning."""

from __future__ import annotations

import hashlib
import os
import struct
import subprocess
import sys

from django_helpcenter.backends.embeddings.hashing import HashingEmbeddings
from django_helpcenter.testing import cosine

SAMPLE = "Reset your password in Settings, then sign in with the new one. Ünïcode 日本語 42"


def nearness(ours: str, theirs: str) -> float:
    """Return the cosine of two texts."""
    first, second = HashingEmbeddings().embed_documents([ours, theirs])
    return cosine(first, second)


def fingerprint() -> str:
    """Return a hash of a vector, rounded to what a database keeps."""
    vector = HashingEmbeddings().embed_documents([SAMPLE])[0]
    return hashlib.sha256(struct.pack("384e", *vector)).hexdigest()[:16]


def test_vectors_are_those_of_this_version() -> None:
    # Another value here means that stored vectors no longer fit: raise VERSION with it.
    assert HashingEmbeddings().space == "hashing-v1-384"
    assert fingerprint() == "8c796f58d1a808a4"


def test_vectors_do_not_depend_on_the_hash_seed_of_python() -> None:
    code = (
        "from django.conf import settings; settings.configure();"
        "from django_helpcenter.backends.embeddings.hashing import HashingEmbeddings as H;"
        "print(H().embed_documents(['reset the password'])[0][:20])"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", code],
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(outputs) == 1


def test_shared_words_are_near() -> None:
    assert nearness("reset your password", "how to reset the password") > 0.4


def test_inflected_words_are_near() -> None:
    assert nearness("exporting invoices", "export an invoice") > 0.2


def test_unrelated_texts_are_far() -> None:
    assert abs(nearness("reset your password", "export monthly invoices")) < 0.2


def test_meaning_is_not_seen() -> None:
    assert abs(nearness("forgot credentials", "lost password")) < 0.2


def test_order_of_words_counts_a_little() -> None:
    assert 0.5 < nearness("dog bites man", "man bites dog") < 0.99


def test_case_and_width_do_not_count() -> None:
    assert nearness("PASSWORD", "password") > 0.999999


def test_short_words_count_less_than_long_ones() -> None:
    assert nearness("the password", "password") > nearness("the password", "the")


def test_texts_without_words_differ() -> None:
    assert nearness("!!!", "???") < 0.5


def test_words_beyond_the_limit_are_not_read() -> None:
    limit = HashingEmbeddings.max_tokens
    assert nearness("word " * limit, "word " * limit + "unrelated") > 0.999999
