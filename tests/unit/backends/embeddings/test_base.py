"""What every backend inherits: the query cache, the async twins, the cleaning of texts."""

from __future__ import annotations

import asyncio
import threading
import time
from typing import TYPE_CHECKING

import pytest
from django.core.cache import cache

from django_helpcenter.backends.embeddings.base import (
    EMBEDDING_DIMENSIONS,
    EmbeddingBackend,
    Vector,
    clean_text,
    normalize_query,
    pack_vector,
    unpack_vector,
)
from django_helpcenter.exceptions import ConfigurationError, EmbeddingUnavailable

if TYPE_CHECKING:
    from pytest_django import Settings


class CountingEmbeddings(EmbeddingBackend):
    """Remembers what it was asked, and how many asked at once."""

    name = "counting"
    max_tokens = 100
    space_name = "counting-v1"
    prefixes = ("", "")
    seconds = 0.0

    def __init__(self, **options: object) -> None:
        super().__init__(**options)
        self.asked: list[str] = []
        self.running = self.most_running = 0
        self.lock = threading.Lock()

    @property
    def space(self) -> str:
        return self.space_name

    @property
    def query_prefix(self) -> str:
        return self.prefixes[0]

    @property
    def document_prefix(self) -> str:
        return self.prefixes[1]

    def encode(self, texts: list[str]) -> list[Vector]:
        with self.lock:
            self.asked += texts
            self.running += 1
            self.most_running = max(self.most_running, self.running)
        time.sleep(self.seconds)
        with self.lock:
            self.running -= 1
        return [[1.0] + [0.0] * (EMBEDDING_DIMENSIONS - 1) for _ in texts]


class MissingEmbeddings(CountingEmbeddings):
    @property
    def space(self) -> str:
        raise EmbeddingUnavailable("The model is missing. Run: install it")


@pytest.fixture
def backend() -> CountingEmbeddings:
    cache.clear()
    return CountingEmbeddings()


def test_query_is_calculated_once(backend: CountingEmbeddings) -> None:
    assert backend.embed_query("hello") == backend.embed_query("hello")
    assert backend.asked == ["hello"]


def test_query_is_cached_across_backends(backend: CountingEmbeddings) -> None:
    backend.embed_query("hello")
    other = CountingEmbeddings()
    other.embed_query("hello")
    assert other.asked == []


def test_query_of_another_space_is_calculated_anew(backend: CountingEmbeddings) -> None:
    backend.embed_query("hello")
    other = CountingEmbeddings()
    other.space_name = "counting-v2"
    other.embed_query("hello")
    assert other.asked == ["hello"]


def test_query_with_another_prefix_is_calculated_anew(backend: CountingEmbeddings) -> None:
    backend.embed_query("hello")
    other = CountingEmbeddings()
    other.prefixes = ("query: ", "")
    other.embed_query("hello")
    assert other.asked == ["query: hello"]


def test_query_without_cache_is_calculated_each_time() -> None:
    backend = CountingEmbeddings(query_cache=None)
    backend.embed_query("hello")
    backend.embed_query("hello")
    assert backend.asked == ["hello", "hello"]


def test_blanks_and_composition_do_not_make_another_query(backend: CountingEmbeddings) -> None:
    backend.embed_query("  cafe\u0301 ")
    backend.embed_query("café")
    assert backend.asked == ["café"]


def test_query_is_cut_to_the_length_that_is_searched_for(
    backend: CountingEmbeddings, settings: Settings
) -> None:
    settings.HELP_CENTER_SEARCH_QUERY_MAX_LENGTH = 5
    backend.embed_query("x" * 100_000)
    assert backend.asked == ["xxxxx"]


def test_query_that_grows_when_composed_is_cut_too(settings: Settings) -> None:
    settings.HELP_CENTER_SEARCH_QUERY_MAX_LENGTH = 4
    # One character that has three in NFC.
    assert len(normalize_query("\ufb2c" * 10)) == 4


def test_query_prefix_stays_out_of_documents(backend: CountingEmbeddings) -> None:
    backend.prefixes = ("query: ", "passage: ")
    backend.embed_documents(["text"])
    assert backend.asked == ["passage: text"]


def test_async_query_is_cached(backend: CountingEmbeddings) -> None:
    async def ask_twice() -> tuple[Vector, Vector]:
        return await backend.aembed_query("hello"), await backend.aembed_query("hello")

    first, second = asyncio.run(ask_twice())
    assert first == second
    assert backend.asked == ["hello"]


def test_event_loop_runs_on_while_texts_are_embedded(backend: CountingEmbeddings) -> None:
    backend.seconds = 0.3

    async def beat() -> int:
        task = asyncio.ensure_future(backend.aembed_documents(["text"]))
        beats = 0
        while not task.done():
            await asyncio.sleep(0.01)
            beats += 1
        return beats

    assert asyncio.run(beat()) >= 5


def test_async_calls_at_once_are_bounded() -> None:
    backend = CountingEmbeddings(concurrency=2)
    backend.seconds = 0.05

    async def ask_many() -> None:
        await asyncio.gather(*(backend.aembed_documents(["text"]) for _ in range(8)))

    asyncio.run(ask_many())
    assert len(backend.asked) == 8
    assert backend.most_running == 2


def test_backend_serves_one_event_loop_after_the_other() -> None:
    backend = CountingEmbeddings(concurrency=1)
    backend.seconds = 0.01

    async def ask_many() -> None:
        await asyncio.gather(*(backend.aembed_documents(["text"]) for _ in range(4)))

    for _ in range(2):
        asyncio.run(ask_many())
    assert len(backend.asked) == 8


def test_unknown_cache_is_named_by_the_checks() -> None:
    messages = CountingEmbeddings(query_cache="vectors").check()
    assert [message.id for message in messages] == ["help_center.E051"]
    assert "'vectors'" in messages[0].msg


def test_unknown_cache_is_an_error_of_configuration() -> None:
    with pytest.raises(ConfigurationError, match="'vectors' is not in CACHES"):
        CountingEmbeddings(query_cache="vectors").embed_query("hello")


def test_backend_without_cache_passes_the_checks() -> None:
    assert CountingEmbeddings(query_cache=None).check() == []


def test_backend_without_model_is_not_ready() -> None:
    assert not MissingEmbeddings().is_ready()


def test_space_that_does_not_fit_its_column_is_refused(backend: CountingEmbeddings) -> None:
    backend.space_name = "s" * 65
    with pytest.raises(ConfigurationError, match="longer than 64"):
        backend.ready()


def test_lone_surrogates_are_replaced() -> None:
    assert clean_text("a\ud800b") == "a?b"


def test_text_beyond_ascii_is_kept() -> None:
    assert clean_text("Zürich 日本", "p: ") == "p: Zürich 日本"


def test_packed_vector_takes_four_bytes_a_number() -> None:
    vector = [0.5, -0.25, 0.0]
    assert len(pack_vector(vector)) == 12
    assert unpack_vector(pack_vector(vector)) == vector
