"""The generated full-text columns.

PostgreSQL accepts a generated column only when its expression is immutable, so the language
cannot be cast to a configuration: each configuration is written out, as an outer ``Case``.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db.models import Case, F, Func, TextField, Value, When
from django.db.models.expressions import Combinable, Expression
from django.db.models.functions import Left

from django_helpcenter.choices import SEARCH_CONFIGS

#: Characters of a body that are indexed per article: a tsvector of over 1 MB fails the insert.
INDEXED_CHARACTERS = 200_000

#: What stands before a tenant's key among the lexemes of its passages. No text has such a lexeme.
OWNER_PREFIX = "@"

_Field = tuple[Func, str]


def _vector(fields: Sequence[_Field], config: str) -> Combinable:
    vectors = [
        SearchVector(expression, weight=weight, config=config) for expression, weight in fields
    ]
    combined: Combinable = vectors[0]
    for vector in vectors[1:]:
        combined = combined + vector
    return combined


def _by_config(fields: Sequence[_Field]) -> Case:
    configs = sorted(set(SEARCH_CONFIGS.values()))
    return Case(
        *[When(search_config=config, then=_vector(fields, config)) for config in configs],
        default=_vector(fields, "simple"),
        output_field=SearchVectorField(),
    )


def _plain(expression: str | Expression) -> Func:
    """Blank out angle brackets: the parser takes ``<host>`` for a tag and drops the word."""
    return Func(
        expression, Value("<>"), Value("  "), function="translate", output_field=TextField()
    )


def article_search_vector() -> Case:
    """Return the expression of ``HelpArticle.search_vector``: title, summary and tags, content."""
    return _by_config(
        [
            (_plain("title"), "A"),
            (_plain("summary"), "B"),
            (_plain("search_tags"), "B"),
            (_plain("category_name"), "D"),
            (_plain(Left("content", INDEXED_CHARACTERS)), "C"),
        ]
    )


def passage_search_vector() -> Func:
    """Return the expression of ``HelpPassage.search_vector``.

    Title A, heading path B, text C; words without their accents D; tokens as they stand, and whose
    passage it is, so that the index of words finds what one tenant has of a common word.
    """
    words = _by_config(
        [
            (_plain("title"), "A"),
            (_plain("heading_path"), "B"),
            (_plain("text"), "C"),
            (_plain("folded"), "D"),
        ]
    )
    owner = Func(
        F("tenant_id"),
        template=f"ARRAY['{OWNER_PREFIX}' || %(expressions)s::text]",
        output_field=ArrayField(TextField()),
    )
    return _joined(words, _tokens(_joined(F("tokens"), owner)))


def synonym_search_vector() -> Func:
    """Return the expression of ``HelpSynonym.search_vector``: the words and tokens of its terms."""
    return _joined(_by_config([(_plain("terms"), "A")]), _tokens(F("tokens")))


def _tokens(array: Combinable) -> Func:
    return Func(array, function="array_to_tsvector", output_field=SearchVectorField())


def _joined(*expressions: Combinable) -> Func:
    return Func(
        *expressions,
        template="(%(expressions)s)",
        arg_joiner=" || ",
        output_field=SearchVectorField(),
    )


def words_vector(field: str) -> Func:
    """Return an array of words as a vector: unlike an array, it can be asked for beginnings."""
    return Func(F(field), function="array_to_tsvector", output_field=SearchVectorField())
