"""A generated corpus: tenants of very different sizes in one set of tables.

Words follow a Zipf law with topics of their own, so that a common word is in a tenth of all
passages and a rare one in a handful. Vectors are clustered as those of a sentence model are:
passages of one article at a cosine of about .76, articles of one topic at about .55, others near 0.
Nothing of it means anything: it is for speed, and for the recall of an index against a full scan.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db import connection
from numpy.typing import NDArray

_Vectors = NDArray[np.float64]

#: Shares of the passages: what is left goes to tenants of 0.4 %, about as many as there are.
SHARES = {"half": 0.5, "tenth": 0.1, "hundredth": 0.01, "thousandth": 0.001}
REST_SHARE = 0.004
VOCABULARY = 40_000
TOPICS = 300
WORDS_PER_TOPIC = 80
PASSAGES_PER_ARTICLE = 5
DIMENSIONS = 384
SPACE = "benchmark"
#: Every twelfth article is for a role only.
ROLES = ("agents", "managers")

_INDEXES_TO_DELAY = """
    SELECT indexname, indexdef FROM pg_indexes
    WHERE tablename = ANY(%s) AND indexdef ~ 'USING (hnsw|gin)'
"""


@dataclass(frozen=True, slots=True)
class Query:
    """A question of a reader and its vector."""

    text: str
    vector: list[float]


class Corpus:
    """The world that the passages and the questions are drawn from; the same for a seed."""

    def __init__(self, seed: int = 7) -> None:
        self.random = np.random.default_rng(seed)
        self.words = _vocabulary(self.random)
        ranks = np.arange(1, VOCABULARY + 1)
        frequencies = 1.0 / (ranks + 2.7) ** 1.05
        self._cumulated = np.cumsum(frequencies / frequencies.sum())
        self._topic_words = self.random.integers(200, VOCABULARY, (TOPICS, WORDS_PER_TOPIC))
        self._topic_vectors = _unit(self.random.standard_normal((TOPICS, DIMENSIONS)))

    def article_vector(self, topic: int) -> _Vectors:
        """Return the centre of an article's passages."""
        return _near(self.random, self._topic_vectors[topic], 0.85)

    def passage_vector(self, article: _Vectors) -> _Vectors:
        """Return a passage near its article's centre."""
        return _near(self.random, article, 0.87)

    def text(self, topic: int, words: int) -> str:
        """Return so many words, a third of them the topic's."""
        common = np.searchsorted(self._cumulated, self.random.random(words))
        own = self._topic_words[topic, _skewed(self.random, WORDS_PER_TOPIC, words)]
        drawn = np.where(self.random.random(words) < 0.33, own, common)
        return " ".join(self.words[number] for number in drawn)

    def query(self, topic: int, near: _Vectors) -> Query:
        """Return a question of 3 to 12 words about a topic, its vector near a passage's."""
        words = int(self.random.integers(3, 13))
        return Query(self.text(topic, words), _near(self.random, near, 0.79).tolist())


def build(passages: int) -> None:
    """Fill an empty database with this many passages."""
    from django_helpcenter.models import HelpTenant

    world = Corpus()
    definitions = _take_slow_indexes_down()
    for slug, size in _sizes(passages).items():
        tenant = HelpTenant.objects.create(name=slug, slug=slug)
        _fill(world, tenant, size)
    with connection.cursor() as cursor:
        cursor.execute("SET maintenance_work_mem = '1GB'")
        for definition in definitions:
            cursor.execute(definition)
        cursor.execute("VACUUM ANALYZE")
    for tenant in HelpTenant.objects.exclude(slug="default"):
        _count(tenant)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def questions(slug: str, number: int, *, seed: int = 11) -> list[Query]:
    """Return questions of 3 to 12 words about one tenant's passages."""
    from django_helpcenter.models import HelpPassageEmbedding

    world = Corpus()
    world.random = np.random.default_rng(seed)
    rows = HelpPassageEmbedding.objects.filter(tenant__slug=slug).order_by("pk")
    near = list(rows.values_list("article__source_id", "embedding")[:20_000])
    asked = []
    for place in world.random.integers(0, len(near), number):
        name, vector = near[place]
        asked.append(world.query(int(name.split("-")[0]), np.array(vector)))
    return asked


def _sizes(passages: int) -> dict[str, int]:
    sizes = {slug: int(share * passages) for slug, share in SHARES.items()}
    rest = passages - sum(sizes.values())
    size = max(PASSAGES_PER_ARTICLE, int(REST_SHARE * passages))
    for number in range(-(-rest // size)):
        sizes[f"rest-{number}"] = min(size, rest - number * size)
    return sizes


def _take_slow_indexes_down() -> list[str]:
    """Drop the indexes that are faster to build at the end; return their definitions."""
    from django_helpcenter.models import HelpArticle, HelpPassage, HelpPassageEmbedding

    models = (HelpArticle, HelpPassage, HelpPassageEmbedding)
    tables = [model._meta.db_table for model in models]
    with connection.cursor() as cursor:
        cursor.execute(_INDEXES_TO_DELAY, [tables])
        rows = cursor.fetchall()
        for name, _ in rows:
            cursor.execute(f"DROP INDEX {name}")
    return [definition for _, definition in rows]


def _fill(world: Corpus, tenant: Any, size: int) -> None:
    from django_helpcenter.models import HelpCategory

    category = HelpCategory.objects.create(tenant=tenant, name="All", slug="all")
    left = size
    while left > 0:
        left -= _write_some(world, tenant, category, min(left, 5_000))


def _write_some(world: Corpus, tenant: Any, category: Any, number: int) -> int:
    """Write this many passages with their articles and vectors."""
    from django_helpcenter.choices import ArticleStatus, IndexState
    from django_helpcenter.models import HelpArticle, HelpPassage

    articles: list[HelpArticle] = []
    passages: list[HelpPassage] = []
    vectors: list[_Vectors] = []
    while len(passages) < number:
        topic = int(world.random.integers(TOPICS))
        center = world.article_vector(topic)
        lengths = world.random.integers(50, 170, min(PASSAGES_PER_ARTICLE, number - len(passages)))
        texts = [world.text(topic, words) for words in lengths.tolist()]
        key = f"{topic}-{world.random.integers(2**40)}"
        article = HelpArticle(
            tenant=tenant, category=category, title=world.text(topic, 5).capitalize(), slug=key,
            source="benchmark", source_id=key, status=ArticleStatus.PUBLISHED,
            summary=world.text(topic, 12), content="\n\n".join(texts),
            target_roles=[ROLES[topic % 2]] if topic % 12 == 0 else [],
        )  # fmt: skip
        article.refresh_index_fields()
        article.indexed_hash, article.index_state = article.content_hash, IndexState.FRESH
        articles.append(article)
        for ordinal, text in enumerate(texts):
            heading_path = world.text(topic, 4)
            passages.append(
                HelpPassage(
                    article=article,
                    tenant=tenant,
                    ordinal=ordinal,
                    language=article.language,
                    search_config=article.search_config,
                    audience=article.audience,
                    title=article.title,
                    heading_path=heading_path,
                    text=text,
                    length=len(text.split()) + 9,
                    content_hash=f"{key}-{ordinal}",
                )
            )
            vectors.append(world.passage_vector(center))
    HelpArticle.objects.bulk_create(articles, batch_size=500)
    HelpPassage.objects.bulk_create(passages, batch_size=1_000)
    _copy_vectors(passages, vectors)
    return number


def _copy_vectors(passages: list[Any], vectors: list[_Vectors]) -> None:
    from django_helpcenter.models import HelpPassageEmbedding

    columns = "passage_id, part, article_id, tenant_id, language, audience, space, content_hash"
    table = HelpPassageEmbedding._meta.db_table
    with connection.cursor() as cursor:
        into = f"COPY {table} ({columns}, embedding) FROM STDIN"
        with cursor.copy(into) as copy:
            for row, vector in zip(passages, vectors, strict=True):
                literal = "[" + ",".join(map("{:.4f}".format, vector.tolist())) + "]"
                copy.write_row((
                    row.pk, 0, row.article_id, row.tenant_id, row.language, row.audience, SPACE,
                    row.content_hash, literal,
                ))  # fmt: skip


def _count(tenant: Any) -> None:
    """Count the tenant's words and passages, and let its vectors serve."""
    from django_helpcenter.models import HelpIndexState
    from django_helpcenter.services.indexing import IndexingService

    HelpIndexState.objects.create(tenant=tenant, embedding_space=SPACE)
    service = IndexingService(tenant=tenant)
    service.refresh_lexicon()
    service.refresh_statistics()


def _vocabulary(random: np.random.Generator) -> list[str]:
    """Return made-up words, no two alike and none of them a stop word."""
    onsets = [*"bcdfghjklmnprstvwz", "br", "cl", "dr", "fl", "gr", "pl", "st", "tr"]
    vowels = [*"aeiou", "ai", "ea", "io", "ou"]
    words: dict[str, None] = {}
    while len(words) < VOCABULARY:
        syllables = int(random.integers(2, 5))
        parts = [onsets[random.integers(len(onsets))] + vowels[random.integers(len(vowels))]
                 for _ in range(syllables)]  # fmt: skip
        words["".join(parts) + "mnkxt"[random.integers(5)]] = None
    return list(words)


def _skewed(random: np.random.Generator, size: int, number: int) -> NDArray[np.int64]:
    return np.minimum((random.random(number) ** 2 * size).astype(np.int64), size - 1)


def _near(random: np.random.Generator, center: _Vectors, cosine: float) -> _Vectors:
    """Return a unit vector at about this cosine from another."""
    noise = _unit(random.standard_normal(DIMENSIONS))
    return _unit(cosine * center + np.sqrt(1 - cosine**2) * noise)


def _unit(vectors: _Vectors) -> _Vectors:
    unit: _Vectors = vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)
    return unit
