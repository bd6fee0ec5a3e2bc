"""Tenants whose every article has canaries, readers of every kind, and what a reader gets."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.contrib.auth import get_user_model
from django.db import connection, transaction
from django.db.models import Model
from django.test import override_settings
from pgvector import HalfVector

from django_helpcenter.backends.loading import get_embeddings
from django_helpcenter.choices import SearchMode
from django_helpcenter.conf import conf
from django_helpcenter.content.lexemes import asked_tokens, query_key
from django_helpcenter.models import (
    HelpArticle,
    HelpCategory,
    HelpPinnedResult,
    HelpSearchHistory,
    HelpSynonym,
)
from django_helpcenter.search.query import parse_query
from django_helpcenter.services.knowledge import KnowledgeService
from django_helpcenter.services.search import SearchService
from django_helpcenter.types import SYSTEM, SearchResults
from tests.factories import HASHING, index, make_article, make_category, make_tenant, make_user
from tests.isolation.canary_texts import (
    READERS,
    SHARED_CATEGORY,
    SHARED_QUERY,
    SHARED_TAG,
    Canaries,
    Plan,
    Query,
    article_text,
    plans,
)

_WORD = re.compile(r"[a-z0-9]+")
_TAG = re.compile(r"</?mark>")

# Which articles match, whoever asks: a word of the query stands in a passage, or it is near enough.
_MATCHES = """
    SELECT DISTINCT p.article_id FROM help_center_helppassage p
    JOIN help_center_helppassageembedding v ON v.passage_id = p.id
    WHERE p.tenant_id = %(tenant)s
      AND NOT EXISTS (
        SELECT FROM unnest(%(phrases)s::text[]) phrase
        WHERE NOT p.search_vector @@ phraseto_tsquery(p.search_config::regconfig, phrase)
      ) AND (
        %(by_words)s AND tsvector_to_array(p.search_vector)
            && (tsvector_to_array(to_tsvector(p.search_config::regconfig, %(words)s))
                || %(tokens)s::text[])
        OR %(by_meaning)s AND 1 - (v.embedding <=> %(vector)s::halfvec) >= %(floor)s
      )
"""


@dataclass(frozen=True, slots=True)
class Planted:
    """An article with its canaries."""

    plan: Plan
    canaries: Canaries
    article: HelpArticle

    def passes(self, query: Query) -> bool:
        """Tell whether the filters of a query leave it in."""
        tags = {SHARED_TAG, self.canaries.tag}
        return (
            query.language in {None, self.article.language}
            and query.category in {"", self.article.category.slug}
            and query.tag in {"", *tags}
        )


@dataclass(repr=False)
class Center:
    """The help center of one tenant."""

    tenant: Model
    planted: list[Planted]
    users: dict[str, Any]
    _matches: dict[Query, frozenset[int]] = field(default_factory=dict)
    _twins: dict[frozenset[int], Center] = field(default_factory=dict)
    _visible: dict[str, frozenset[int]] = field(default_factory=dict)
    _related: dict[tuple[str, int], list[str]] = field(default_factory=dict)

    @cached_property
    def canaries(self) -> list[Canaries]:
        return [each.canaries for each in self.planted]

    def seen_by(self, reader: str) -> list[Planted]:
        return [each for each in self.planted if reader in each.plan.seen_by]

    def visit(self, reader: str, query: Query) -> Visit:
        """Search as a reader."""
        service = SearchService(tenant=self.tenant, user=self.users[reader])
        category = None
        if query.category:
            found = HelpCategory.objects.for_tenant(self.tenant).filter(slug=query.category)
            category = found.first() or make_category(self.tenant, "Empty")
        results = service.hybrid_search(
            query.text,
            language=query.language,
            category=category,
            tags=[query.tag] if query.tag else [],
            mode=query.mode,
            record=False,
            with_facets=True,
        )
        return Visit(self, reader, query, service, results)

    def count(self, reader: str, query: Query) -> int:
        """Count what a reader may see of what matches, one article after the other."""
        matches = self._matches.get(query)
        if query_key(query.text) == SHARED_QUERY:
            matches = frozenset(each.article.pk for each in self.planted)
        if matches is None:
            matches = self._matches[query] = _matching(self.tenant, query)
        if reader not in self._visible:
            self._visible[reader] = frozenset(self.visible(reader))
        found = matches & self._visible[reader]
        return sum(each.article.pk in found and each.passes(query) for each in self.planted)

    def related(self, reader: str, article_id: int) -> list[str]:
        """Return what is shown of the articles related to one."""
        key = (reader, article_id)
        if key not in self._related:
            service = SearchService(tenant=self.tenant, user=self.users[reader])
            article = next(e.article for e in self.planted if e.article.pk == article_id)
            self._related[key] = [
                text
                for other in service.related_articles(article)
                for text in (other.title, other.slug, other.summary, other.category_name)
            ]
        return self._related[key]

    def hidden_words(self, reader: str, centers: list[Center]) -> frozenset[str]:
        """Return the canaries of all these help centers that are not for a reader of this one."""
        seen = {word for each in self.seen_by(reader) for word in each.canaries.words}
        every = {word for center in centers for each in center.canaries for word in each.words}
        return frozenset(every - seen)

    def visible(self, reader: str) -> list[int]:
        """Return the keys of what a reader may see."""
        seen = HelpArticle.objects.visible_to(self.tenant, self.users[reader])
        return list(seen.order_by("pk").values_list("pk", flat=True))

    def twin(self, reader: str) -> Center:
        """Return a help center that has nothing but what a reader may see here."""
        seen = self.seen_by(reader)
        key = frozenset(each.article.pk for each in seen)
        if key not in self._twins:
            self._twins[key] = _copy(seen, f"twin {self.tenant.pk} {reader}", self.users)
        return self._twins[key]


@dataclass(frozen=True, slots=True)
class Visit:
    """A reader, what was typed, and what came back."""

    center: Center
    reader: str
    query: Query
    service: SearchService
    results: SearchResults


def hits(visit: Visit) -> Iterator[str]:
    for hit in visit.results.hits:
        yield from (hit.title, hit.title_html, hit.slug, hit.summary, hit.category_name)
        yield from (hit.snippet, hit.passage, hit.anchor, *hit.heading_path)


def unknown_words(visit: Visit) -> Iterator[str]:
    yield from visit.results.unknown


def correction(visit: Visit) -> Iterator[str]:
    yield visit.service.did_you_mean(visit.results)


def figures(visit: Visit) -> Iterator[str]:
    yield f"{visit.results.total} {visit.results.is_capped} {visit.results.degraded}"


def facets(visit: Visit) -> Iterator[str]:
    found = visit.results.facets
    assert found is not None
    for facet in (*found.categories, *found.tags, *found.languages):
        yield f"{facet.label} {facet.value} {facet.count}"


def suggestions(visit: Visit) -> Iterator[str]:
    for suggested in visit.service.suggest(visit.query.text):
        yield from (suggested.text, suggested.slug, suggested.language, suggested.category_name)


def related_searches(visit: Visit) -> Iterator[str]:
    yield from visit.service.related_searches(visit.query.text)


def related(visit: Visit) -> Iterator[str]:
    """Yield what is offered beside the first article that was found, whatever was asked."""
    for hit in visit.results.hits[:1]:
        yield from visit.center.related(visit.reader, hit.article_id)


#: All ways in which something reaches a reader. What search learns to tell is added here.
GETS: tuple[Callable[[Visit], Iterator[str]], ...] = (
    hits,
    unknown_words,
    correction,
    figures,
    facets,
    suggestions,
    related_searches,
    related,
)


def words_of(texts: Iterator[str]) -> set[str]:
    """Return the words of what a reader got."""
    return {word for text in texts for word in _WORD.findall(_TAG.sub("", text.lower()))}


def roles_by_name(user: Any, tenant: Model) -> tuple[str, ...]:
    """Say who has which role, without asking the database thousands of times."""
    return READERS[user.get_username()] or ()


@contextmanager
def planted_world(tenants: int, **settings: Any) -> Iterator[list[Center]]:
    """Yield help centers full of canaries, in a transaction that is undone at the end."""
    # A single word is enough, so that what matches can be counted in another way.
    settings = {
        "HELP_CENTER_EMBEDDINGS": HASHING,
        "HELP_CENTER_SEARCH_KEYWORD_FLOOR": 0,
        "HELP_CENTER_SEARCH_UNCOVERED_FLOOR": -1.0,
        **settings,
    }
    with override_settings(**settings), transaction.atomic():
        users = {
            name: None if roles is None else _make_reader(name, roles)
            for name, roles in READERS.items()
        }
        yield [_plant(number, f"tenant {number} of {tenants}", users) for number in range(tenants)]
        transaction.set_rollback(True)


def _make_reader(name: str, roles: tuple[str, ...]) -> Any:
    """Return a reader; two worlds may stand side by side, so they share their readers."""
    known = get_user_model().objects.filter(username=name).first()
    return known or make_user(name, roles=roles, is_staff=name == "staff")


def _plant(number: int, name: str, users: dict[str, Any]) -> Center:
    tenant = make_tenant(name)
    rng = random.Random(number)
    planted = [
        Planted(plan, canaries, _write(tenant, plan.made, canaries, place))
        for place, plan in enumerate(plans())
        for canaries in [Canaries.invent(rng)]
    ]
    index(tenant)
    service = KnowledgeService(tenant=tenant, actor=SYSTEM)
    for each in planted:
        if each.plan.then:
            service.update_article(each.article, index=False, **each.plan.then)
        # What is hidden is what most have read.
        views = 3 if len(each.plan.seen_by) == len(READERS) else 5_000
        HelpArticle.objects.filter(pk=each.article.pk).update(view_count=views, helpful_count=views)
        each.article.refresh_from_db()
        _remember_searches(tenant, each, each.article)
    index(tenant)
    return Center(tenant, planted, users)


def _remember_searches(tenant: Model, planted: Planted, article: HelpArticle) -> None:
    """Let three people have found an article by its words, after they had asked for others.

    Half of the articles, so that the searches are not more than are looked at.
    """
    canaries = planted.canaries
    HelpSynonym.objects.create(
        tenant_id=tenant.pk, language=article.language, terms=f"{canaries.heading}\n{canaries.text}"
    )
    HelpPinnedResult.objects.create(tenant_id=tenant.pk, query=SHARED_QUERY, article=article)
    people = ("one", "two", "three") if plans_place(planted.plan) % 2 else ()
    for person in people:
        first, second = (
            HelpSearchHistory(
                tenant_id=tenant.pk, visitor_key=person, query=query, results_count=1,
                clicked_article=article,
            )
            for query in (SHARED_QUERY, f"{SHARED_QUERY} {canaries.text}")
        )  # fmt: skip
        first.save()
        second.refined_from = first
        second.save()


def _copy(seen: list[Planted], name: str, users: dict[str, Any]) -> Center:
    tenant = make_tenant(name)
    copies = []
    for each in seen:
        place = plans_place(each.plan)
        article = _write(tenant, each.plan.made | each.plan.then, each.canaries, place)
        kept = ("view_count", "helpful_count", "updated_at")
        original = each.article
        HelpArticle.objects.filter(pk=article.pk).update(
            **{name: getattr(original, name) for name in kept}
        )
        article.refresh_from_db()
        _remember_searches(tenant, each, article)
        copies.append(Planted(each.plan, each.canaries, article))
    index(tenant)
    return Center(tenant, copies, users)


def plans_place(plan: Plan) -> int:
    return [each.name for each in plans()].index(plan.name)


def _write(tenant: Model, made: dict[str, Any], canaries: Canaries, place: int) -> HelpArticle:
    # Some stand in the category that all share, the others in one of their own.
    own = canaries.category if place % 2 else SHARED_CATEGORY
    return make_article(
        tenant,
        category=make_category(tenant, own, slug=own),
        tags=[SHARED_TAG, canaries.tag],
        **article_text(canaries, place, made.get("language", "en")),
        **made,
    )


def _matching(tenant: Model, query: Query) -> frozenset[int]:
    backend = get_embeddings()
    assert backend is not None
    parsed = parse_query(query.text)
    parameters = {
        "tenant": tenant.pk,
        # A search by meaning alone knows no phrases.
        "phrases": [] if query.mode == SearchMode.SEMANTIC else list(parsed.phrases),
        "words": parsed.words,
        "tokens": asked_tokens(parsed.text),
        "by_words": query.mode != SearchMode.SEMANTIC,
        "by_meaning": query.mode != SearchMode.LEXICAL,
        "vector": HalfVector(backend.embed_query(parsed.text)).to_text(),
        "floor": conf.SEARCH_SEMANTIC_FLOOR,
    }
    with connection.cursor() as cursor:
        cursor.execute(_MATCHES, parameters)
        return frozenset(article_id for (article_id,) in cursor.fetchall())
