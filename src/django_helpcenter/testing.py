"""For the tests of host projects: suites that every backend must pass, and backends to test with.

A suite is a class without a runner of its own. Subclass it under a name that your runner collects
and say how the backend is made::

    class TestMyEmbeddings(EmbeddingBackendContract):
        def make_backend(self, **options):
            return MyEmbeddings(**options)
"""

from __future__ import annotations

import asyncio
import math
import zlib
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.core.checks import CheckMessage

from django_helpcenter.backends.embeddings.base import (
    EMBEDDING_DIMENSIONS,
    SPACE_MAX_LENGTH,
    EmbeddingBackend,
    Vector,
)
from django_helpcenter.backends.embeddings.hashing import HashingEmbeddings, HashingOptions
from django_helpcenter.exceptions import ConfigurationError, EmbeddingUnavailable

# These are tests, only that they live where host projects can import them, without pytest.
# ruff: noqa: S101, PT017, RUF001

#: Numbers of two vectors of one text may differ by this much: a batch is calculated in another
#: order than a single text.
TOLERANCE = 1e-5

TEXTS = (
    "How do I reset my password?",
    "Invoices are sent on the first day of the month.",
    "A work order can be assigned to several technicians at once.",
)

#: Texts that broke a tokenizer, a model or a database somewhere.
HOSTILE_TEXTS = (
    "",
    " \t\n",
    "?!",
    "\x00",
    "one\x00two",
    "\ud800 a lone surrogate",
    "👩‍👩‍👧‍👦 🏳️‍🌈",
    "如何重置我的密码？",
    "cafe\u0301",
    "[CLS] [SEP] [PAD]",
    "x" * 5_000,
    "word " * 50_000,
    " " * 50_000 + "word",
)


class EmbeddingBackendContract:
    """What the help center relies on, whichever backend makes the vectors."""

    def make_backend(self, **options: object) -> EmbeddingBackend:
        """Return a new, working backend with these options."""
        raise NotImplementedError(f"{type(self).__name__} must say how its backend is made.")

    def test_vectors_have_the_width_of_the_database_column(self) -> None:
        backend = self.make_backend()
        assert backend.dimensions == EMBEDDING_DIMENSIONS
        assert {len(vector) for vector in backend.embed_documents(TEXTS)} == {EMBEDDING_DIMENSIONS}

    def test_numbers_are_plain_floats(self) -> None:
        vector = self.make_backend().embed_documents(TEXTS[:1])[0]
        assert isinstance(vector, list)
        assert {type(number) for number in vector} == {float}

    def test_vectors_have_length_one(self) -> None:
        for vector in self.make_backend().embed_documents(TEXTS):
            assert math.isclose(math.hypot(*vector), 1.0, abs_tol=1e-3)

    def test_no_texts_give_no_vectors(self) -> None:
        assert self.make_backend().embed_documents([]) == []

    def test_vectors_come_in_the_order_of_the_texts(self) -> None:
        backend = self.make_backend()
        texts = [" ".join(TEXTS[: 1 + number % 3]) + f" {number}" for number in range(20)]
        together = backend.embed_documents(texts)
        for text, vector in zip(texts, together, strict=True):
            assert_close(backend.embed_documents([text])[0], vector)

    def test_tuple_of_texts_is_as_good_as_a_list(self) -> None:
        backend = self.make_backend()
        assert backend.embed_documents(tuple(TEXTS)) == backend.embed_documents(list(TEXTS))

    def test_two_backends_agree(self) -> None:
        first, second = self.make_backend(), self.make_backend()
        assert first.space == second.space
        assert_close(first.embed_documents(TEXTS)[0], second.embed_documents(TEXTS)[0])

    def test_hostile_texts_get_sound_vectors(self) -> None:
        for vector in self.make_backend().embed_documents(HOSTILE_TEXTS):
            assert all(math.isfinite(number) for number in vector)
            assert math.isclose(math.hypot(*vector), 1.0, abs_tol=1e-3)

    def test_hostile_queries_get_sound_vectors(self) -> None:
        backend = self.make_backend()
        for text in HOSTILE_TEXTS:
            assert math.isclose(math.hypot(*backend.embed_query(text)), 1.0, abs_tol=1e-3)

    def test_question_is_nearest_to_the_text_that_shares_its_words(self) -> None:
        backend = self.make_backend()
        query = backend.embed_query("reset the password")
        nearness = [cosine(query, vector) for vector in backend.embed_documents(TEXTS)]
        assert nearness.index(max(nearness)) == 0

    def test_query_from_the_cache_is_the_query_that_was_calculated(self) -> None:
        backend = self.make_backend(query_cache="default")
        query = "How are two queries compared?"
        assert_close(backend.embed_query(query), backend.embed_query(query))

    def test_async_queries_are_the_same(self) -> None:
        backend = self.make_backend(query_cache=None)
        assert_close(asyncio.run(backend.aembed_query(TEXTS[0])), backend.embed_query(TEXTS[0]))

    def test_async_documents_are_the_same(self) -> None:
        backend = self.make_backend()
        vectors = asyncio.run(backend.aembed_documents(TEXTS))
        for ours, theirs in zip(vectors, backend.embed_documents(TEXTS), strict=True):
            assert_close(ours, theirs)

    def test_threads_may_share_a_backend(self) -> None:
        backend = self.make_backend()
        alone = backend.embed_documents(TEXTS)
        with ThreadPoolExecutor(4) as pool:
            for vectors in pool.map(backend.embed_documents, [TEXTS] * 8):
                assert vectors == alone

    def test_space_fits_its_column(self) -> None:
        assert 0 < len(self.make_backend().space) <= SPACE_MAX_LENGTH

    def test_backend_has_a_name_and_a_reading_limit(self) -> None:
        backend = self.make_backend()
        assert backend.name
        assert backend.max_tokens > 0

    def test_working_backend_is_ready(self) -> None:
        backend = self.make_backend()
        backend.ready()
        assert backend.is_ready()

    def test_working_backend_has_nothing_to_say_to_the_checks(self) -> None:
        messages: list[CheckMessage] = self.make_backend().check(deploy=True)
        assert messages == []

    def test_unknown_option_is_refused_by_name(self) -> None:
        try:
            self.make_backend(no_such_option=1)
        except ConfigurationError as exc:
            assert "no_such_option" in str(exc)
            assert "query_cache" in str(exc)
        else:
            raise AssertionError("an option that does not exist was accepted")


class FakeOptions(HashingOptions):
    #: Names the space: vectors of two labels have nothing in common.
    label: str = "fake"


class FakeEmbeddings(HashingEmbeddings):
    """Embed without a model, remember the texts, and do as a test says.

    ``get_embeddings()`` returns the instance that a setting names; what is set on it holds for all
    who use it.
    """

    name = "fake"
    Options = FakeOptions
    options: FakeOptions

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        #: The texts that were embedded as documents, in order.
        self.documents: list[str] = []
        #: Called with the texts before they are embedded: to change something just then, or raise.
        self.before_documents: Callable[[Sequence[str]], None] | None = None
        #: The same for a query.
        self.before_query: Callable[[str], None] | None = None
        #: Behave like a backend whose model is not installed.
        self.is_missing = False

    @classmethod
    def declaration(cls, label: str = "fake") -> dict[str, Any]:
        """Return what ``HELP_CENTER_EMBEDDINGS`` says to use this backend."""
        return {"BACKEND": f"{cls.__module__}.{cls.__qualname__}", "OPTIONS": {"label": label}}

    @property
    def space(self) -> str:
        if self.is_missing:
            raise EmbeddingUnavailable(f"The model {self.options.label!r} is not installed.")
        return f"fake-{self.options.label}"

    def embed_documents(self, texts: Sequence[str]) -> list[Vector]:
        if self.before_documents is not None:
            self.before_documents(texts)
        vectors = super().embed_documents(texts)
        self.documents.extend(texts)
        return vectors

    def embed_query(self, text: str) -> Vector:
        if self.before_query is not None:
            self.before_query(text)
        return super().embed_query(text)

    def encode(self, texts: list[str]) -> list[Vector]:
        # Every label puts the same numbers into another order.
        turn = zlib.crc32(self.options.label.encode()) % EMBEDDING_DIMENSIONS
        return [vector[turn:] + vector[:turn] for vector in super().encode(texts)]


def assert_close(ours: Vector, theirs: Vector, tolerance: float = TOLERANCE) -> None:
    """Fail unless two vectors agree number by number."""
    assert len(ours) == len(theirs)
    assert max(abs(a - b) for a, b in zip(ours, theirs, strict=True)) <= tolerance


def cosine(ours: Vector, theirs: Vector) -> float:
    """Return the cosine of two vectors of length 1."""
    return math.fsum(a * b for a, b in zip(ours, theirs, strict=True))
