"""The texts of the snippets that articles name: one query, however many there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import Case, CharField, Func, IntegerField, OuterRef, Value, When

from django_helpcenter.content.snippets import Snippets, named_keys
from django_helpcenter.models import HelpArticle, HelpSnippet
from django_helpcenter.models.articles import default_language


class SnippetBook:
    """The snippets of some articles of one tenant, by key and language."""

    def __init__(self, rows: Iterable[tuple[str, str, str]], *, mark_missing: bool = False) -> None:
        self._texts: dict[str, dict[str, str]] = defaultdict(dict)
        for key, language, content in rows:
            self._texts[key][language] = content
        self._mark_missing = mark_missing

    def snippets(self, language: str) -> Snippets:
        """Return what references stand for in an article in a language."""
        found: dict[str, str] = {}
        for key, texts in self._texts.items():
            known = [each for each in languages_for(language) if each in texts]
            if known:
                found[key] = texts[known[0]]
        return Snippets(found, mark_missing=self._mark_missing)


def load_snippets(
    tenant_id: Any,
    contents: Iterable[str],
    *,
    using: str | None = None,
    mark_missing: bool = False,
) -> SnippetBook:
    """Read the snippets that texts of a tenant name; no query when they name none."""
    keys = {key for content in contents for key in named_keys(content)}
    if not keys or tenant_id is None:
        return SnippetBook((), mark_missing=mark_missing)
    rows = HelpSnippet.objects.using(using).for_tenant(tenant_id).filter(key__in=keys)
    columns = rows.values_list("key", "language", "content").order_by()
    return SnippetBook(columns, mark_missing=mark_missing)


def snippets_for(
    article: HelpArticle, *, using: str | None = None, mark_missing: bool = False
) -> Snippets:
    """Return the snippets of one article, which need not be saved."""
    book = load_snippets(
        article.tenant_id, [article.content], using=using, mark_missing=mark_missing
    )
    return book.snippets(article.language)


def languages_for(language: str) -> list[str]:
    """Return the languages in which a snippet is taken, the best first."""
    return list(dict.fromkeys(_candidates(language, _base(language))))


def language_rank(language: OuterRef) -> Case:
    """Return the place of a snippet's language in ``languages_for``; null: it is not there.

    The language is a column of a query around that of the snippets.
    """
    base = Func(language, Value("-"), Value(1), function="split_part", output_field=CharField())
    candidates = enumerate(_candidates(language, base))
    return Case(
        *(When(language=each, then=Value(place)) for place, each in candidates),
        output_field=IntegerField(),
    )


def _candidates(language: Any, base: Any) -> tuple[Any, ...]:
    site = default_language()
    return (language, base, site, _base(site))


def _base(language: str) -> str:
    return language.partition("-")[0]
