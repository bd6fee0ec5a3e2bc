"""Both sides into one order of articles.

    score = keyword · k + semantic · s + quality · band · q

k and s are the best passage's score of each side, divided by the best score of the query; q is the
article's quality. Scores are fused, not ranks: reciprocal rank fusion falls below BM25 alone on
real question sets.

How much the words say about this query decides how the two sides share their weight: when the best
passage covers all of the query's information, words get more, when it covers little of it, meaning
gets more. See docs/explanation/ranking.md for what that was measured to bring.
"""

from __future__ import annotations

from collections.abc import Mapping

from django_helpcenter.search.statement import TABLES, Lane

#: Votes that an article is thought to have had, half of them helpful, before its first one.
PRIOR_VOTES = 10
#: Days after which the freshness of an article has fallen to 1/e.
RECENCY_DAYS = 365

#: What is left of the relevance of an article in another language than the reader's.
OTHER_LANGUAGE = 0.5

#: Put around matches by ts_headline; private-use characters, taken out of texts beforehand.
MARK_START = "\ue000"
MARK_STOP = "\ue001"

#: BM25 of a passage that covers the query, in multiples of the query's summed idf.
FULL_COVERAGE = 1.05

_POOL = """
pool AS MATERIALIZED ({sides}),
cap AS MATERIALIZED (SELECT ({full}) AS is_capped)
"""

# A query in several configurations is as long as its longest form.
_BALANCE = """
balance AS MATERIALIZED (
    SELECT relevance * share AS semantic, relevance * (1 - share) AS keyword
    FROM (
        SELECT %(relevance)s::float8 AS relevance, least(1, greatest(0,
            %(share)s::float8 + %(share_uncovered)s::float8 + coverage
                * (%(share_covered)s::float8 - %(share_uncovered)s::float8))) AS share
        FROM (
            SELECT least(1, coalesce(max(score), 0) / nullif(%(full_coverage)s * (
                SELECT max(mass) FROM (SELECT sum(idf) AS mass FROM words GROUP BY config) forms
            ), 0)) AS coverage
            FROM lexical_scores
        ) covered
    ) shared
)
"""

_FIXED_BALANCE = """
balance AS (
    SELECT %(semantic_weight)s::float8 AS semantic, %(keyword_weight)s::float8 AS keyword
)
"""

_PHRASE = "AND (numnode({phrase}) = 0 OR p.search_vector @@ {phrase})"

_FUSED = """
scores AS MATERIALIZED (
    SELECT id, sum(words) AS words, max(similarity) AS similarity FROM (
        SELECT id, NULL::float8 AS words, NULL::float8 AS similarity FROM pool
        UNION ALL SELECT id, score, NULL FROM lexical_scores
        UNION ALL SELECT id, NULL, score FROM semantic_scores
    ) sides GROUP BY id
),
scored AS MATERIALIZED (
    SELECT s.id, p.article_id,
        coalesce(s.words, 0) / nullif(max(s.words) OVER (), 0) AS keyword,
        greatest(s.similarity, 0) / nullif(max(s.similarity) OVER (), 0) AS semantic,
        s.similarity
    FROM scores s JOIN {passages} p ON p.id = s.id
    WHERE p.tenant_id = %(tenant)s {phrases}
),
best AS MATERIALIZED (
    SELECT article_id,
        max(coalesce(scored.keyword, 0)) AS keyword,
        max(coalesce(scored.semantic, 0)) AS semantic,
        max(similarity) AS similarity,
        (array_agg(
            id ORDER BY balance.keyword * coalesce(scored.keyword, 0)
                + balance.semantic * coalesce(scored.semantic, 0) DESC, id
        ))[1] AS passage_id
    FROM scored CROSS JOIN balance GROUP BY article_id
),
judged AS MATERIALIZED (
    SELECT best.*, a.view_count, a.helpful_count, a.not_helpful_count, a.updated_at,
        ln(1 + a.view_count) / nullif(max(ln(1 + a.view_count)) OVER (), 0) AS views,
        CASE WHEN %(preferred)s::text IS NULL
                OR split_part(a.language, '-', 1) = split_part(%(preferred)s, '-', 1) THEN 1
             ELSE %(other_language)s::float8 END AS language_factor
    FROM best JOIN {articles} a ON a.id = best.article_id
    WHERE a.id IN (SELECT id FROM visible)
),
ranked AS MATERIALIZED (
    SELECT with_quality.*, count(*) OVER () AS total,
        language_factor * (balance.keyword * with_quality.keyword
                           + balance.semantic * with_quality.semantic)
            + %(quality_weight)s * quality AS score
    FROM (
        SELECT *,
            %(helpful_weight)s * (helpful_count + %(prior)s / 2.0)
                / (helpful_count + not_helpful_count + %(prior)s)
            + %(views_weight)s * coalesce(views, 0)
            + %(recency_weight)s
                * exp(-greatest(extract(epoch FROM now() - updated_at), 0) / %(recency_seconds)s)
            AS quality
        FROM judged
    ) with_quality CROSS JOIN balance
    ORDER BY score DESC, article_id
    LIMIT %(limit)s OFFSET %(offset)s
)
"""

_PAGE = """
SELECT r.article_id, a.slug, a.language, a.title, a.summary, a.category_id, a.category_name,
    a.updated_at, r.passage_id, p.heading_path, p.anchor, p.text,
    {headline} AS headline, {title_headline} AS title_headline,
    r.score, r.keyword, r.semantic, r.quality, r.similarity, r.total,
    (SELECT is_capped FROM cap) AS is_capped
FROM ranked r
JOIN {articles} a ON a.id = r.article_id
JOIN {passages} p ON p.id = r.passage_id
ORDER BY r.score DESC, r.article_id
"""

_HEADLINE = """ts_headline(p.search_config::regconfig, translate({text}, %(marks)s, ''),
        (SELECT string_agg(tsquery::text, ' | ')::tsquery FROM terms
         WHERE config = p.search_config), %(headline_options)s)"""


def pool_lane(*, has_lexical: bool, has_semantic: bool) -> Lane:
    """Return the candidates of both sides, each once, and whether a side has more than it may."""
    sides = [
        name for name, is_on in (("lexical", has_lexical), ("semantic", has_semantic)) if is_on
    ]
    selects = [f"SELECT id FROM {side}" for side in sides]  # noqa: S608 - the names stand above
    full = [f"(SELECT count(*) FROM {side}) >= %(candidates)s" for side in sides]  # noqa: S608
    return Lane(_POOL.format(sides=" UNION ".join(selects), full=" OR ".join(full)))


def balance_lane(
    weights: Mapping[str, float], shift: tuple[float, float], *, has_both_sides: bool
) -> Lane:
    """Return how the sides share their weight for this query.

    ``shift`` is what the share of the semantic side gains when the words cover all of the query,
    and when they cover nothing of it.
    """
    if not has_both_sides:
        return Lane(
            _FIXED_BALANCE,
            {"semantic_weight": weights["semantic"], "keyword_weight": weights["keyword"]},
        )
    relevance = weights["keyword"] + weights["semantic"]
    return Lane(
        _BALANCE,
        {
            "relevance": relevance,
            "share": weights["semantic"] / relevance if relevance else 0.0,
            "share_covered": shift[0],
            "share_uncovered": shift[1],
            "full_coverage": FULL_COVERAGE,
        },
    )


def fused_lane(
    quality_weight: float,
    quality_weights: Mapping[str, float],
    *,
    limit: int,
    offset: int,
    phrases: tuple[str, ...] = (),
    preferred_language: str | None = None,
) -> Lane:
    """Return the page of articles in their final order.

    Quoted phrases must all occur. Articles in other languages than the preferred one stay, further
    down.
    """
    conditions = [
        # A phrase of stop words alone has nothing to look for.
        _PHRASE.format(phrase=f"phraseto_tsquery(p.search_config::regconfig, %(phrase_{number})s)")
        for number in range(len(phrases))
    ]
    return Lane(
        _FUSED.format(phrases=" ".join(conditions), **TABLES),
        {
            "quality_weight": quality_weight,
            "helpful_weight": quality_weights["helpful"],
            "views_weight": quality_weights["views"],
            "recency_weight": quality_weights["recency"],
            "recency_seconds": RECENCY_DAYS * 86_400.0,
            "prior": PRIOR_VOTES,
            "preferred": preferred_language,
            "other_language": OTHER_LANGUAGE,
            "limit": limit,
            "offset": offset,
            **{f"phrase_{number}": phrase for number, phrase in enumerate(phrases)},
        },
    )


def page_select(*, has_headlines: bool) -> Lane:
    """Return the final select; headlines cost most of a page, so they are asked for."""
    if not has_headlines:
        return Lane(_PAGE.format(headline="''", title_headline="''", **TABLES))
    options = f"StartSel={MARK_START}, StopSel={MARK_STOP}"
    title = _HEADLINE.format(text="a.title").replace("headline_options", "title_options")
    return Lane(
        _PAGE.format(headline=_HEADLINE.format(text="p.text"), title_headline=title, **TABLES),
        {
            "marks": MARK_START + MARK_STOP,
            "headline_options": f"{options}, MaxWords=36, MinWords=18, MaxFragments=2, "
            "FragmentDelimiter= … ",
            "title_options": f"{options}, HighlightAll=true",
        },
    )
