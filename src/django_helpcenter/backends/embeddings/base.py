"""What an embedding backend is: the interface, its options, the query cache, the async twins."""

from __future__ import annotations

import asyncio
import hashlib
import unicodedata
from abc import ABC, abstractmethod
from array import array
from typing import TYPE_CHECKING, Any, ClassVar, ParamSpec, TypeVar
from weakref import WeakKeyDictionary

from django.core.cache import BaseCache, InvalidCacheBackendError, caches
from django.core.checks import CheckMessage, Error
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from django_helpcenter.conf import conf
from django_helpcenter.exceptions import ConfigurationError, EmbeddingUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

#: Numbers in a vector. The database column has this width, so every backend must.
EMBEDDING_DIMENSIONS = 384

#: Characters of a space; the database column is as wide.
SPACE_MAX_LENGTH = 64

#: A vector of length 1 with ``EMBEDDING_DIMENSIONS`` numbers.
Vector = list[float]

P = ParamSpec("P")
T = TypeVar("T")


class EmbeddingOptions(BaseModel):
    """The ``OPTIONS`` that every backend understands; a backend adds its own in a subclass."""

    model_config = ConfigDict(extra="forbid", frozen=True, protected_namespaces=())

    #: Alias of the Django cache that keeps vectors of queries; ``None``: no cache.
    query_cache: str | None = "default"
    #: Seconds that the vector of a query is kept.
    query_cache_ttl: int = Field(default=86_400, ge=0)
    #: Calls of the async methods that may compute at the same time, per event loop.
    concurrency: int = Field(default=2, ge=1)


class EmbeddingBackend(ABC):
    """Turn texts into vectors of one space, where near means alike.

    A subclass names its ``Options`` and implements ``encode`` and ``space``. Every backend must
    pass ``django_helpcenter.testing.EmbeddingBackendContract``.
    """

    name: str
    dimensions: int = EMBEDDING_DIMENSIONS
    #: Tokens of a text that are read; the rest does not shape the vector.
    max_tokens: int

    Options: ClassVar[type[EmbeddingOptions]] = EmbeddingOptions

    def __init__(self, **options: Any) -> None:
        self.options = self._validated(options)
        self._gates: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = (
            WeakKeyDictionary()
        )

    @property
    @abstractmethod
    def space(self) -> str:
        """Name the vector space, in at most 64 characters.

        Vectors are comparable exactly when their spaces are equal. Raises EmbeddingUnavailable when
        the model is missing.
        """

    @abstractmethod
    def encode(self, texts: list[str]) -> list[Vector]:
        """Return one vector per text, in order; called with at least one clean text."""

    @property
    def query_prefix(self) -> str:
        """What the model wants in front of a query."""
        return ""

    @property
    def document_prefix(self) -> str:
        """What the model wants in front of a document."""
        return ""

    def ready(self) -> None:
        """Load whatever the first call would load.

        Raises EmbeddingUnavailable, whose message names the mend.
        """
        if len(self.space) > SPACE_MAX_LENGTH:
            raise ConfigurationError(
                f"The space {self.space!r} is longer than {SPACE_MAX_LENGTH} characters."
            )

    def is_ready(self) -> bool:
        """Tell whether ``ready`` succeeds; loads what it loads."""
        try:
            self.ready()
        except EmbeddingUnavailable:
            return False
        return True

    def embed_documents(self, texts: Sequence[str]) -> list[Vector]:
        """Return one vector per text, in the order of the texts."""
        if not texts:
            return []
        prefix = self.document_prefix
        return self.encode([clean_text(text, prefix) for text in texts])

    def embed_query(self, text: str) -> Vector:
        """Return the vector of a query, from the query cache where it is known.

        Reads the first ``HELP_CENTER_SEARCH_QUERY_MAX_LENGTH`` characters.
        """
        query = normalize_query(text)
        cache = self._query_cache()
        if cache is None:
            return self._encode_query(query)
        key = self._query_key(query)
        packed = cache.get(key)
        if packed is None:
            vector = self._encode_query(query)
            cache.set(key, pack_vector(vector), self.options.query_cache_ttl)
            return vector
        return unpack_vector(packed)

    async def aembed_documents(self, texts: Sequence[str]) -> list[Vector]:
        """Do what ``embed_documents`` does without holding up the event loop."""
        return await self._in_thread(self.embed_documents, texts)

    async def aembed_query(self, text: str) -> Vector:
        """Do what ``embed_query`` does without holding up the event loop."""
        query = normalize_query(text)
        cache = self._query_cache()
        if cache is None:
            return await self._in_thread(self._encode_query, query)
        key = await asyncio.to_thread(self._query_key, query)
        packed = await cache.aget(key)
        if packed is None:
            vector = await self._in_thread(self._encode_query, query)
            await cache.aset(key, pack_vector(vector), self.options.query_cache_ttl)
            return vector
        return unpack_vector(packed)

    def check(self, *, deploy: bool = False) -> list[CheckMessage]:
        """Return what a system check should say; never touches the network or loads a model."""
        if self.options.query_cache is None:
            return []
        try:
            self._query_cache()
        except ConfigurationError as exc:
            return [
                Error(
                    str(exc),
                    hint="Set OPTIONS['query_cache'] to an alias of CACHES, or to None.",
                    id="help_center.E051",
                )
            ]
        return []

    def _validated(self, options: dict[str, Any]) -> EmbeddingOptions:
        backend = f"{type(self).__module__}.{type(self).__qualname__}"
        try:
            return self.Options(**options)
        except ValidationError as exc:
            wrong = "; ".join(
                f"{'.'.join(str(part) for part in error['loc'])}: {error['msg']}"
                for error in exc.errors()
            )
            allowed = ", ".join(sorted(self.Options.model_fields))
            raise ConfigurationError(
                f"OPTIONS of {backend} are wrong ({wrong}). Allowed options: {allowed}."
            ) from exc

    def _encode_query(self, query: str) -> Vector:
        return self.encode([clean_text(query, self.query_prefix)])[0]

    def _query_cache(self) -> BaseCache | None:
        alias = self.options.query_cache
        if alias is None:
            return None
        try:
            return caches[alias]
        except InvalidCacheBackendError as exc:
            raise ConfigurationError(f"The query cache {alias!r} is not in CACHES: {exc}") from exc

    def _query_key(self, query: str) -> str:
        parts = "\x00".join((self.space, self.query_prefix, query))
        digest = hashlib.sha256(parts.encode("utf-8", "replace")).hexdigest()
        return f"help_center:query-vector:{digest}"

    async def _in_thread(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        # A semaphore belongs to one event loop, and a process may run several one after another.
        loop = asyncio.get_running_loop()
        gate = self._gates.get(loop)
        if gate is None:
            gate = self._gates.setdefault(loop, asyncio.Semaphore(self.options.concurrency))
        async with gate:
            return await asyncio.to_thread(function, *args, **kwargs)


def clean_text(text: str, prefix: str = "") -> str:
    """Put the prefix in front and replace lone surrogates, which no tokenizer accepts."""
    text = prefix + text if prefix else text
    if text.isascii():
        return text
    return text.encode("utf-8", "replace").decode("utf-8")


def normalize_query(text: str) -> str:
    """Return the query in NFC, without outer blanks, cut to the length that is searched for."""
    # Cut before normalizing too: a query may be megabytes of hostile input.
    limit = int(conf.SEARCH_QUERY_MAX_LENGTH)
    return unicodedata.normalize("NFC", text.strip()[:limit])[:limit]


def pack_vector(vector: Vector) -> bytes:
    """Pack a vector into four bytes per number."""
    return array("f", vector).tobytes()


def unpack_vector(packed: bytes) -> Vector:
    """Undo ``pack_vector``."""
    numbers = array("f")
    numbers.frombytes(packed)
    return numbers.tolist()
