"""Ways to search the same documents, each a function that builds one from a corpus.

What is built takes the number of a question and returns the names of at most ``DEPTH`` articles,
best first. The help center is measured through its service. BM25, dense vectors and their fusions
are references: the whole corpus in memory, the words of the questions cut beforehand. The others
are used as their manuals say, with the words of a question joined by OR where there is a choice.
Of equal scores the article that was imported first stands first, in all of them as in the help
center: where texts occur twice, another order would be a difference by chance.

Import this after Django is set up.
"""

from __future__ import annotations

import operator
import re
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial, reduce
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import numpy as np
from django.contrib.postgres.search import SearchQuery, SearchRank, SearchVector
from django.db import connection
from numpy.typing import NDArray
from pgvector.django import CosineDistance

from django_helpcenter.backends.loading import get_embeddings
from django_helpcenter.choices import SearchMode
from django_helpcenter.models import HelpArticle, HelpPassage, HelpPassageEmbedding
from django_helpcenter.search.query import parse_query
from django_helpcenter.services.evaluation import Question, run_name
from django_helpcenter.services.search import SearchService

#: Articles of a ranking; also the rows that an engine is asked for.
DEPTH = 100
#: Stop words and stemming wherever PostgreSQL cuts words.
CONFIG = "english"
K1, B = 1.2, 0.75
RRF_K = 60

Ranker = Callable[[int], list[str]]
#: Takes the number of a question and returns one score per article of the corpus.
Scorer = Callable[[int], NDArray[np.float64]]

_WORD = re.compile(r"\w+")

# Angle brackets are blanked as the help center does: PostgreSQL drops what looks like a tag.
_LEXEMES = """
    SELECT text.number - 1, word.lexeme, cardinality(word.positions)
    FROM unnest(%s::text[]) WITH ORDINALITY text(body, number)
    CROSS JOIN LATERAL unnest(to_tsvector(%s::regconfig, translate(text.body, '<>', '  '))) word
"""


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage as the help center cut it; ``article`` is a place in ``Corpus.names``."""

    article: int
    title: str
    headings: str
    text: str

    @property
    def words(self) -> str:
        """All of it as one text."""
        return f"{self.title}\n{self.headings}\n{self.text}"


@dataclass(slots=True)
class Corpus:
    """What all methods search, and what they are asked; vectors are of length 1.

    ``vectors`` has a row for each row of ``vector_articles``, ``asked_vectors`` one per question.
    A method adds to ``embedding_ms`` what it spent on embedding a question.
    """

    tenant: Any
    names: list[str]
    passages: list[Passage]
    vectors: NDArray[np.float32]
    vector_articles: NDArray[np.int64]
    questions: Sequence[Question]
    asked_vectors: NDArray[np.float32]
    embedding_ms: float = 0.0

    @classmethod
    def load(cls, tenant: Any, questions: Sequence[Question]) -> Corpus:
        """Read what an anonymous reader of a tenant may see, and embed the questions."""
        backend = get_embeddings()
        assert backend is not None
        asked = [backend.embed_query(parse_query(question.text).text) for question in questions]
        named = _named_articles(tenant)
        places = {pk: place for place, pk in enumerate(named)}
        passages = HelpPassage.objects.filter(article__in=named).order_by("pk")
        rows = passages.values_list("article", "title", "heading_path", "text")
        embeddings = HelpPassageEmbedding.objects.filter(article__in=named).order_by("pk")
        articles, vectors = zip(*embeddings.values_list("article", "embedding"), strict=True)
        return cls(
            tenant=tenant,
            names=list(named.values()),
            passages=[Passage(places[pk], *texts) for pk, *texts in rows],
            vectors=np.array(vectors, dtype=np.float32),
            vector_articles=np.array([places[pk] for pk in articles]),
            questions=questions,
            asked_vectors=np.array(asked, dtype=np.float32),
        )

    def best_articles(self, passages: Iterable[int]) -> list[str]:
        """Return the articles of passages, best first, each where its best passage stands."""
        return _distinct(self.names[self.passages[number].article] for number in passages)


def help_center(mode: SearchMode, corpus: Corpus) -> Ranker:
    """Search through the service as an anonymous reader, quality neutral, nothing recorded."""
    service, names = SearchService(tenant=corpus.tenant), _named_articles(corpus.tenant)

    def rank(question: int) -> list[str]:
        results = service.hybrid_search(
            corpus.questions[question].text,
            limit=DEPTH,
            mode=mode,
            record=False,
            with_quality=False,
        )
        assert not results.degraded, results.degraded
        corpus.embedding_ms += results.timings_ms.get("embed", 0.0)
        return [names[hit.article_id] for hit in results.hits]

    return rank


def bm25(corpus: Corpus) -> Ranker:
    """Score all passages by BM25; an article is as good as its best passage."""
    return _ranker(corpus, _bm25_scores(corpus))


def dense(corpus: Corpus) -> Ranker:
    """Score all passages by cosine; an article is as good as its best passage."""
    return _ranker(corpus, _dense_scores(corpus))


def reciprocal_ranks(corpus: Corpus) -> Ranker:
    """Fuse the rankings of BM25 and dense vectors by reciprocal rank."""
    rankers = (bm25(corpus), dense(corpus))

    def rank(question: int) -> list[str]:
        scores: dict[str, float] = defaultdict(float)
        for ranker in rankers:
            for place, name in enumerate(ranker(question), 1):
                scores[name] += 1 / (RRF_K + place)
        return sorted(scores, key=lambda name: -scores[name])[:DEPTH]

    return rank


def convex_sum(corpus: Corpus) -> Ranker:
    """Add the scores of BM25 and dense vectors, half and half, each scaled to 0 to 1."""
    words, meaning = _bm25_scores(corpus), _dense_scores(corpus)
    return _ranker(
        corpus, lambda question: (_scaled(words(question)) + _scaled(meaning(question))) / 2
    )


def django_search(as_query: Callable[[str], Any], corpus: Corpus) -> Ranker:
    """Search whole articles as Django's manual does: a weighted vector made on the fly, and a rank.

    ``as_query`` turns a question into a query, ``None`` where it has no words.
    """
    names = _named_articles(corpus.tenant)
    title = SearchVector("title", weight="A", config=CONFIG)
    vector = title + SearchVector("content", weight="B", config=CONFIG)
    articles = HelpArticle.objects.visible_to(corpus.tenant, None).annotate(search=vector)

    def rank(question: int) -> list[str]:
        query = as_query(corpus.questions[question].text)
        if query is None:
            return []
        found = articles.filter(search=query).annotate(rank=SearchRank(vector, query))
        keys = found.order_by("-rank", "pk").values_list("pk", flat=True)
        return [names[pk] for pk in keys[:DEPTH]]

    return rank


def all_words(text: str) -> SearchQuery:
    """Ask for every word."""
    return SearchQuery(text, config=CONFIG)


def web_words(text: str) -> SearchQuery:
    """Ask as web search engines are asked: every word, with quotes, OR and minus."""
    return SearchQuery(text, config=CONFIG, search_type="websearch")


def any_word(text: str) -> Any:
    """Ask for any of the words; ``None`` when there are none."""
    queries = [SearchQuery(word, config=CONFIG) for word in _words(text)]
    return reduce(operator.or_, queries) if queries else None


def sqlite_search(corpus: Corpus) -> Ranker:
    """Search whole articles with SQLite's FTS5 and its bm25()."""
    database = sqlite3.connect(":memory:")
    database.execute(
        "CREATE VIRTUAL TABLE articles USING fts5(name UNINDEXED, title, body, tokenize = porter)"
    )
    names = _named_articles(corpus.tenant)
    articles = HelpArticle.objects.filter(pk__in=names).order_by("pk")
    rows = articles.values_list("pk", "title", "content")
    database.executemany(
        "INSERT INTO articles VALUES (?, ?, ?)",
        [(names[pk], title, content) for pk, title, content in rows],
    )

    def rank(question: int) -> list[str]:
        words = [f'"{word}"' for word in _words(corpus.questions[question].text)]
        found = database.execute(
            "SELECT name FROM articles WHERE articles MATCH ? "
            "ORDER BY bm25(articles), rowid LIMIT ?",
            (" OR ".join(words) or '""', DEPTH),
        )
        return [name for (name,) in found]

    return rank


def bm25s_search(corpus: Corpus) -> Ranker:
    """Search passages with bm25s and its own tokenizer; it stems where PyStemmer is installed."""
    bm25s: Any = import_module("bm25s")
    stemmer = import_module("Stemmer").Stemmer(CONFIG) if find_spec("Stemmer") else None
    cut = partial(bm25s.tokenize, stopwords="en", stemmer=stemmer, show_progress=False)
    index = bm25s.BM25(k1=K1, b=B)
    index.index(cut([passage.words for passage in corpus.passages]), show_progress=False)
    depth = min(DEPTH, len(corpus.passages))

    def rank(question: int) -> list[str]:
        asked = cut(corpus.questions[question].text)
        found, scores = index.retrieve(asked, k=depth, show_progress=False)
        order = np.lexsort((found[0], -scores[0]))
        return corpus.best_articles(found[0][order][scores[0][order] > 0])

    return rank


def tantivy_search(corpus: Corpus) -> Ranker:
    """Search passages with tantivy: title, headings and text stemmed, alike in weight."""
    tantivy: Any = import_module("tantivy")
    fields = ["title", "headings", "text"]
    schema = tantivy.SchemaBuilder().add_integer_field("number", fast=True)
    for field in fields:
        schema = schema.add_text_field(field, tokenizer_name="en_stem")
    index = tantivy.Index(schema.build())
    writer = index.writer(num_threads=1)
    for number, passage in enumerate(corpus.passages):
        texts = {field: getattr(passage, field) for field in fields}
        writer.add_document(tantivy.Document(number=number, **texts))
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    searcher = index.searcher()

    def rank(question: int) -> list[str]:
        # In lower case, or OR and NOT would be operators.
        asked = " ".join(_words(corpus.questions[question].text)).lower()
        query, _errors = index.parse_query_lenient(asked, fields)
        hits = [address for _, address in searcher.search(query, DEPTH, count=False).hits]
        return corpus.best_articles(searcher.fast_field_values("number", hits))

    return rank


def pgvector_search(corpus: Corpus) -> Ranker:
    """Order the rows of the tenant by cosine distance in the database, with default settings."""
    names = _named_articles(corpus.tenant)
    rows = HelpPassageEmbedding.objects.for_tenant(corpus.tenant)

    def rank(question: int) -> list[str]:
        distance = CosineDistance("embedding", corpus.asked_vectors[question])
        nearest = rows.order_by(distance, "pk").values_list("article", flat=True)
        return _distinct(names[pk] for pk in nearest[:DEPTH] if pk in names)

    return rank


def _named_articles(tenant: Any) -> dict[int, str]:
    """Return how judgements name each article that an anonymous reader may see, by key."""
    rows = HelpArticle.objects.visible_to(tenant, None).order_by("pk")
    columns = rows.values_list("pk", "source_id", "slug")
    return {pk: run_name(source_id or slug) for pk, source_id, slug in columns}


def _bm25_scores(corpus: Corpus) -> Scorer:
    postings = _postings(corpus.passages)
    asked: dict[int, list[str]] = defaultdict(list)
    for number, lexeme, _ in _lexemes([question.text for question in corpus.questions]):
        asked[number].append(lexeme)
    articles = np.array([passage.article for passage in corpus.passages])

    def score(question: int) -> NDArray[np.float64]:
        scores = np.zeros(len(articles))
        for lexeme in asked[question]:
            if lexeme in postings:
                numbers, weights = postings[lexeme]
                scores[numbers] += weights
        best = np.zeros(len(corpus.names))
        np.maximum.at(best, articles, scores)
        return best

    return score


def _postings(
    passages: Sequence[Passage],
) -> dict[str, tuple[NDArray[np.int64], NDArray[np.float64]]]:
    """Return the passages of each lexeme, and what it adds to the score of each of them."""
    rows: dict[str, list[tuple[int, int]]] = defaultdict(list)
    lengths = np.zeros(len(passages))
    for number, lexeme, count in _lexemes([passage.words for passage in passages]):
        rows[lexeme].append((number, count))
        lengths[number] += count
    norms = K1 * (1 - B + B * lengths / lengths.mean())
    postings = {}
    for lexeme, found in rows.items():
        numbers, counts = np.array(found).T
        idf = np.log(1 + (len(passages) - len(found) + 0.5) / (len(found) + 0.5))
        postings[lexeme] = numbers, idf * (K1 + 1) * counts / (counts + norms[numbers])
    return postings


def _lexemes(texts: Sequence[str]) -> list[tuple[int, str, int]]:
    """Return the lexemes of texts: the number of the text, the lexeme, how often it occurs."""
    with connection.cursor() as cursor:
        cursor.execute(_LEXEMES, [list(texts), CONFIG])
        return list(cursor.fetchall())


def _dense_scores(corpus: Corpus) -> Scorer:
    def score(question: int) -> NDArray[np.float64]:
        cosines = corpus.vectors @ corpus.asked_vectors[question]
        best = np.full(len(corpus.names), -1.0)
        np.maximum.at(best, corpus.vector_articles, cosines)
        return best

    return score


def _ranker(corpus: Corpus, score: Scorer) -> Ranker:
    """Rank the articles by score; a score of 0 is no hit."""

    def rank(question: int) -> list[str]:
        scores = score(question)
        order = np.argsort(-scores, kind="stable")[:DEPTH]
        return [corpus.names[place] for place in order if scores[place] != 0]

    return rank


def _scaled(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Scale scores to 0 to 1, all to 0 where they are alike."""
    low, high = scores.min(), scores.max()
    return (scores - low) / ((high - low) or 1.0)


def _words(text: str) -> list[str]:
    return _distinct(_WORD.findall(text))


def _distinct(values: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(values))
