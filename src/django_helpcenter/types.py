"""Values that services take and return."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, Literal, Protocol, TypeAlias

from django_helpcenter.choices import SearchMode, SuggestionKind

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser
    from django.contrib.auth.models import AbstractUser, AnonymousUser


class SystemActor:
    """The actor of commands and background work: may do everything within its tenant."""

    is_authenticated = False
    pk = None

    def __repr__(self) -> str:
        return "SYSTEM"


#: The one instance of :class:`SystemActor`.
SYSTEM: Final = SystemActor()


@dataclass(frozen=True, slots=True)
class RoleReader:
    """A reader of whom nothing is known but the roles; without any: what everybody reads.

    Stands for what somebody else would see. It is nobody's account, and nothing is noted of it.
    """

    roles: tuple[str, ...] = ()
    is_authenticated: bool = field(default=False, init=False)
    pk: Any = field(default=None, init=False)


#: A reader: a signed-in user, an anonymous one, one with given roles, or nobody.
Reader: TypeAlias = "AbstractBaseUser | AnonymousUser | RoleReader | None"
#: Who writes: a user, or the system.
Actor: TypeAlias = "AbstractUser | AnonymousUser | SystemActor"


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that a writer should mend.

    ``error``: it keeps the article from being published; ``warning``: it does not. ``code`` stays
    the same in every language. ``line`` counts from 1, in the content; ``None`` where the problem
    is that of the whole ``field``.
    """

    code: str
    severity: Literal["error", "warning"]
    message: str
    line: int | None = None
    field: Literal["title", "summary", "content"] = "content"


class TextMarker(Protocol):
    """Marks the words of a query in texts; returns safe HTML whose only tags are ``<mark>``."""

    def mark(self, text: str) -> str:
        """Return all of a text."""

    def snippet(self, text: str) -> str:
        """Return the piece of a text that shows best why it was found."""


@dataclass(frozen=True, slots=True)
class SearchHit:
    """One article of a result page, with the passage that matched best.

    ``score`` and its parts are 0 to 1 (parts are normalised over the candidates of this query,
    ``similarity`` is the plain cosine). ``is_pinned``: an editor put it first for this query.
    """

    article_id: int
    slug: str
    language: str
    title: str
    summary: str
    category_id: int | None
    category_name: str
    passage_id: int
    heading_path: tuple[str, ...]
    anchor: str
    passage: str
    updated_at: datetime
    score: float
    keyword_score: float
    semantic_score: float
    quality_score: float
    similarity: float | None
    is_pinned: bool
    marker: TextMarker = field(repr=False, compare=False)

    @property
    def snippet(self) -> str:
        """The part of the passage that shows why it was found: safe HTML, made when asked for."""
        return self.marker.snippet(self.passage)

    @property
    def title_html(self) -> str:
        """The title with the words of the query marked: safe HTML, made when asked for."""
        return self.marker.mark(self.title)


@dataclass(frozen=True, slots=True)
class FacetValue:
    """A value that narrows a search, and how many of the articles found have it.

    ``value`` is the slug of a category or tag, or the code of a language.
    """

    value: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class SearchFacets:
    """What the articles found have in common, the most frequent first.

    Each article counts in its own category, in all of its tags, and in its language.
    """

    categories: tuple[FacetValue, ...] = ()
    tags: tuple[FacetValue, ...] = ()
    languages: tuple[FacetValue, ...] = ()


@dataclass(frozen=True, slots=True)
class SearchResults:
    """A page of search results.

    ``total`` counts the articles among the candidates; ``is_capped`` says that there may be more.
    ``degraded`` names why the semantic side did not take part (empty: it did, or was not asked to).
    ``unknown`` are the query's words that no article has, as lexemes. ``facets`` counts over the
    same articles as ``total``, and is there when it was asked for.
    """

    query: str
    mode: SearchMode
    hits: tuple[SearchHit, ...]
    total: int
    is_capped: bool = False
    degraded: str = ""
    unknown: tuple[str, ...] = ()
    facets: SearchFacets | None = None
    history_id: int | None = None
    timings_ms: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What somebody may be about to type: an article, a category, or a search of other readers.

    ``slug``, ``language``, ``object_id`` and ``category_name`` are of the article, ``slug`` and
    ``object_id`` of the category; a search has its text alone.
    """

    kind: SuggestionKind
    text: str
    slug: str = ""
    language: str = ""
    object_id: int | None = None
    category_name: str = ""
