"""The word counts are exact after whatever services did."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import Model

from django_helpcenter.models import HelpArticle, HelpLexeme
from django_helpcenter.search import lexicon
from django_helpcenter.search.lexicon import LENGTHS, PASSAGES, lexicon_drift
from django_helpcenter.services.drift import measure_drift
from django_helpcenter.services.indexing import IndexingService
from django_helpcenter.services.knowledge import KnowledgeService
from django_helpcenter.services.search import SearchService
from django_helpcenter.types import SYSTEM
from tests.factories import fake_embeddings, make_article, make_indexed

WORDS = "valve dock site pump ladder crane gate wall order invoice".split()  # noqa: SIM905
STEPS = 60
TOTALS = (PASSAGES, LENGTHS)


def counts(tenant: Model) -> dict[tuple[str, str], int]:
    rows = HelpLexeme.objects.for_tenant(tenant).filter(df__gt=0).exclude(config=lexicon.WORDS)
    rows = rows.exclude(lexeme__in=TOTALS)
    return {(row.lexeme, " ".join(row.audience)): row.df for row in rows}


def drift(tenant: Model) -> int:
    return lexicon_drift(tenant, using=connection.alias)


def test_words_are_counted_once_a_passage(tenant: Model) -> None:
    make_indexed(tenant, "A", content="valve valve\n\n## B\n\nvalve dock", language="xx")
    assert counts(tenant) == {
        ("valve", "all"): 2,
        ("dock", "all"): 1,
        ("a", "all"): 2,
        ("b", "all"): 1,
    }


def test_passages_and_their_words_are_counted_by_audience(tenant: Model) -> None:
    make_article(tenant, "A", content="valve valve\n\n## B\n\nvalve dock")
    make_indexed(tenant, "Secret", content="valve", target_roles=["manager"])
    totals = HelpLexeme.objects.for_tenant(tenant).filter(lexeme__in=TOTALS, df__gt=0)
    assert sorted(totals.values_list("lexeme", "audience", "df")) == [
        (PASSAGES, ["all"], 2),
        (PASSAGES, ["manager"], 1),
        (LENGTHS, ["all"], 7),
        (LENGTHS, ["manager"], 2),
    ]


def test_words_are_counted_as_they_are_written_too(tenant: Model) -> None:
    make_indexed(tenant, "Valves 12", content="Close the ERR-1042 valves.\n\n## B\n\nvalves")
    written = HelpLexeme.objects.for_tenant(tenant).filter(config=lexicon.WORDS)
    assert dict(written.values_list("lexeme", "df")) == {
        "valves": 2, "close": 1, "the": 1, "err": 1,
    }  # fmt: skip


def test_words_are_counted_by_audience(tenant: Model) -> None:
    make_article(tenant, "Valve", content="dock", target_roles=["manager"])
    make_indexed(tenant, "Valve", content="dock")
    found = counts(tenant)
    assert found["valv", "all"] == found["valv", "manager"] == 1


def test_audience_does_not_depend_on_the_order_of_roles(tenant: Model) -> None:
    make_article(tenant, "Valve", target_roles=["a", "b"])
    make_indexed(tenant, "Valve", target_roles=["b", "a", "b"])
    assert counts(tenant)["valv", "a b"] == 2


def test_words_of_tenants_are_counted_apart(tenant: Model, other_tenant: Model) -> None:
    make_indexed(tenant, "Valve")
    make_indexed(other_tenant, "Valve")
    assert counts(tenant)["valv", "all"] == 1


def test_fresh_count_equals_the_kept_one(tenant: Model) -> None:
    make_indexed(tenant, "Valve", content="The dock.")
    before = counts(tenant)
    number = HelpLexeme.objects.for_tenant(tenant).count()
    rows = IndexingService(tenant=tenant).refresh_lexicon()
    assert (counts(tenant), rows) == (before, number)


def test_wrong_count_is_drift(tenant: Model) -> None:
    make_indexed(tenant, "Valve")
    HelpLexeme.objects.filter(lexeme="valv").update(df=7)
    HelpLexeme.objects.filter(lexeme="text").exclude(config=lexicon.WORDS).delete()
    assert drift(tenant) == 2


@pytest.mark.parametrize(
    "content",
    ["x" * 3_000, "x" * 2_046, "'\\''", "C:\\Users\\o'brien", "如何重置密码", "a\tb\u00a0c"],
)
def test_odd_words_are_counted_and_taken_back(tenant: Model, content: str) -> None:
    article = make_indexed(tenant, "Valve", content=content)
    assert drift(tenant) == 0
    KnowledgeService(tenant=tenant, actor=SYSTEM).archive_article(article)
    assert (drift(tenant), counts(tenant)) == (0, {})


def random_text(length: int) -> str:
    """Return letters that do not compress, so that an index row is as long as it looks."""
    return "".join(random.Random(length).choices("abcdefghijklmnopqrstuvwxyz0123456789", k=length))


def test_longest_roles_and_words_can_be_indexed(tenant: Model) -> None:
    roles = [random_text(length) for length in range(30, 60)]
    article = make_indexed(tenant, "Valve", content=random_text(480), target_roles=roles)
    assert len(article.audience) == 30
    assert (drift(tenant), article.passages.count()) == (0, 1)


def test_more_roles_are_refused(tenant: Model) -> None:
    roles = [random_text(length) for length in range(30, 70)]
    with pytest.raises(ValidationError, match="Name fewer roles"):
        make_article(tenant, target_roles=roles)


def test_more_roles_from_the_orm_fail_alone(tenant: Model) -> None:
    article, other = make_article(tenant, "Valve"), make_article(tenant, "Dock")
    article.target_roles = [random_text(length) for length in range(30, 70)]
    article.save()
    report = IndexingService(tenant=tenant).index_articles()
    assert [article_id for article_id, _ in report.failures] == [article.pk]
    assert other.passages.exists()


class Writer:
    """Does one random thing after another through the services."""

    def __init__(self, tenant: Model, seed: int) -> None:
        self.random = random.Random(seed)
        self.tenant = tenant
        self.service = KnowledgeService(tenant=tenant, actor=SYSTEM)
        self.steps: list[Callable[[], Any]] = [
            self.create, self.create, self.edit, self.edit, self.restrict, self.move,
            self.delete, self.index, self.index, self.index_one, self.rebuild, self.save,
        ]  # fmt: skip

    def run(self) -> None:
        for _ in range(STEPS):
            self.random.choice(self.steps)()
            assert drift(self.tenant) == 0

    def text(self) -> str:
        parts = [
            f"## {self.random.choice(WORDS)}\n\n{' '.join(self.random.choices(WORDS, k=6))}."
            for _ in range(self.random.randint(1, 4))
        ]
        return "\n\n".join(parts)

    def roles(self) -> list[str]:
        return self.random.choice([[], ["manager"], ["manager", "driver"], ["all"]])

    def article(self) -> HelpArticle:
        found = list(HelpArticle.objects.for_tenant(self.tenant).order_by("pk"))
        return self.random.choice(found) if found else self.create()

    def create(self) -> HelpArticle:
        return make_article(
            self.tenant,
            self.random.choice(WORDS),
            content=self.text(),
            language=self.random.choice(["en", "de", "xx"]),
            target_roles=self.roles(),
            status=self.random.choice(["DRAFT", "PUBLISHED", "PUBLISHED"]),
        )

    def edit(self) -> None:
        self.service.update_article(self.article(), content=self.text(), index=False)

    def restrict(self) -> None:
        self.service.update_article(self.article(), target_roles=self.roles(), index=False)

    def move(self) -> None:
        status = self.random.choice(["DRAFT", "REVIEW", "PUBLISHED", "ARCHIVED"])
        try:
            self.service.update_article(self.article(), status=status, index=False)
        except ValidationError:
            return  # not a way that the table knows

    def delete(self) -> None:
        self.service.delete_article(self.article())

    def index(self) -> None:
        IndexingService(tenant=self.tenant).index_articles()

    def index_one(self) -> None:
        IndexingService(tenant=self.tenant).index_articles([self.article().pk])

    def rebuild(self) -> None:
        everything = self.random.random() < 0.5
        IndexingService(tenant=self.tenant).rebuild(everything=everything)

    def save(self) -> None:
        """Write past the services, as hosts do."""
        article = self.article()
        article.target_roles = self.roles()
        article.status = self.random.choice(["PUBLISHED", "ARCHIVED"])
        article.save()


def seeds(number: int) -> list[Any]:
    """Return seeds, of which the first goes with every pair of Python and Django."""
    return [0, *(pytest.param(seed, marks=pytest.mark.thorough) for seed in range(1, number))]


@pytest.mark.parametrize("seed", seeds(6))
def test_counts_are_exact_after_every_step(tenant: Model, other_tenant: Model, seed: int) -> None:
    with fake_embeddings():
        make_indexed(other_tenant, "Valve", content="dock site pump")
        theirs = counts(other_tenant)
        Writer(tenant, seed).run()
        IndexingService(tenant=tenant).index_articles()
        assert measure_drift(tenant).is_none
    assert counts(other_tenant) == theirs


@pytest.mark.parametrize("seed", seeds(3))
def test_search_never_shows_what_is_not_visible(tenant: Model, seed: int) -> None:
    with fake_embeddings():
        writer = Writer(tenant, seed)
        search = SearchService(tenant=tenant)
        for _ in range(STEPS // 2):
            writer.random.choice(writer.steps)()
            found = {
                hit.article_id
                for word in WORDS
                for hit in search.hybrid_search(word, limit=100, record=False).hits
            }
            visible = HelpArticle.objects.visible_to(tenant, None)
            assert found <= set(visible.values_list("pk", flat=True))
