-- The floor: one statement, written by hand, that does a whole hybrid retrieval of ten articles. It ranks by
-- reciprocal ranks, knows no phrases, languages, quality or filters, and marks no matches.
WITH lx AS MATERIALIZED (        -- words of the query that this tenant has: the rare ones, at most 6
    SELECT quote_literal(l.lexeme)::tsquery AS tq, l.lexeme,
        ln(1 + %(passages)s::float8 / k.df) AS idf
    FROM unnest(to_tsvector('english', %(query)s)) l
    JOIN LATERAL (
        SELECT sum(df) AS df FROM help_center_helplexeme
        WHERE tenant_id = %(tenant)s AND config = 'english' AND lexeme = l.lexeme
          AND audience && %(roles)s::text[]
    ) k ON k.df > 0
    WHERE k.df < greatest(20, 0.1 * %(passages)s) ORDER BY k.df LIMIT 6
),
cand AS MATERIALIZED (           -- one index scan a word; no tsvector is read here
    SELECT d.id, sum(lx.idf) AS s
    FROM lx CROSS JOIN LATERAL (
        SELECT id FROM help_center_helparticle
        WHERE search_vector @@ lx.tq AND tenant_id = %(tenant)s AND status = 'PUBLISHED'
          AND (target_roles = '[]' OR target_roles ?| %(roles)s::text[])
        LIMIT 2000
    ) d
    GROUP BY 1 ORDER BY s DESC LIMIT 60
),
q AS MATERIALIZED (SELECT string_agg(quote_literal(lexeme), ' | ')::tsquery AS q FROM lx),
lex AS MATERIALIZED (            -- the costly rank on 60 rows at most
    SELECT c.id, row_number() OVER (
        ORDER BY c.s + ts_rank_cd(a.search_vector, q.q, 32) DESC, c.id
    ) AS rn
    FROM cand c JOIN help_center_helparticle a ON a.id = c.id CROSS JOIN q
),
vec AS MATERIALIZED ({nearest}),
vart AS MATERIALIZED (           -- the best passage of each article
    SELECT id, passage_id, d, row_number() OVER (ORDER BY d) AS rn FROM (
        SELECT DISTINCT ON (article_id) article_id AS id, passage_id, d
        FROM vec ORDER BY article_id, d
    ) z
),
fused AS MATERIALIZED (
    SELECT id, max(passage_id) AS passage_id, sum(1.0 / (60 + rn)) AS score FROM (
        SELECT id, NULL::bigint AS passage_id, rn FROM lex
        UNION ALL SELECT id, passage_id, rn FROM vart
    ) u
    GROUP BY id ORDER BY score DESC, id LIMIT 10
)
SELECT f.id, f.score, a.title, a.summary, left(p.text, 300) AS passage
FROM fused f JOIN help_center_helparticle a ON a.id = f.id
LEFT JOIN help_center_helppassage p ON p.id = f.passage_id
ORDER BY f.score DESC, f.id
