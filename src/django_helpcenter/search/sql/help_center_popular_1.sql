-- Searches of other readers. What may be told of them is in docs/explanation/suggestions.md.

-- How a search is mostly written, and its words; which share of the times something was opened.
--
-- It is shown in the spelling that most people use, in plain words when enough share none, or none
-- without signs that look like letters: ? is among the words of these. Single letters count as
-- known, so that many of them would spell anything: what has more than two is not shown at all.
CREATE FUNCTION help_center_written_1(
    asked_tenant help_center_helpsearchhistory.tenant_id%TYPE,
    asked_key text,
    since timestamptz,
    people int,
    rows_of_one int
) RETURNS TABLE (query text, query_words text[], opened_share float8)
LANGUAGE plpgsql
STABLE
ROWS 1
SET plan_cache_mode = force_generic_plan
SET jit = off
AS $function$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    WITH asked AS MATERIALIZED (
        SELECT h.query, h.query_words, h.clicked_article_id IS NOT NULL AS is_opened,
            coalesce('user ' || h.user_id, 'visitor ' || h.visitor_key) AS person
        FROM help_center_helpsearchhistory h
        WHERE h.tenant_id = asked_tenant AND h.query_key = asked_key AND h.query_key <> ''
          AND h.created_at >= since AND (h.user_id IS NOT NULL OR h.visitor_key <> '')
        ORDER BY h.created_at DESC LIMIT rows_of_one
    )
    SELECT s.query,
        -- In plain words, a code falls apart into words that may be known. It must be known itself.
        CASE WHEN s.query_words IS NOT NULL THEN s.query_words
            ELSE string_to_array(asked_key, ' ') || array(
                SELECT word FROM asked a CROSS JOIN LATERAL unnest(a.query_words) word
                WHERE word <> '?' GROUP BY word HAVING count(DISTINCT a.person) >= people
            ) END,
        (SELECT avg(is_opened::int)::float8 FROM asked)
    FROM (
        SELECT a.query::text, a.query_words, count(DISTINCT a.person) AS sharing FROM asked a
        WHERE '?' <> ALL(a.query_words)
        GROUP BY 1, 2 HAVING count(DISTINCT a.person) >= people
        UNION ALL
        SELECT asked_key, NULL, 0
        ORDER BY sharing DESC, query LIMIT 1
    ) s
    WHERE 2 >= (
        SELECT count(*) FROM unnest(string_to_array(asked_key, ' ')) one(word)
        WHERE char_length(one.word) = 1
    );
END
$function$;

-- The searches that begin like this, which led so many people to something.
--
-- It goes from one search to the next in the order of the index, whatever the number of times that
-- each was made, and looks at the latest of each. Searches that fewer people share, and those of
-- long ago, count for little: many of them must not keep it from what comes behind.
CREATE FUNCTION help_center_popular_1(
    asked_tenant help_center_helpsearchhistory.tenant_id%TYPE,
    roles text[],
    asked_at timestamptz,
    beginning text,
    wanted int,
    since timestamptz,
    people int,
    least_share float8,     -- of the times, after which something was opened
    walked int,             -- searches that are gone through
    different int,          -- and of these, shared by so many people
    rows_of_one int         -- how often each is looked at
) RETURNS TABLE (query text, place bigint)
LANGUAGE plpgsql
STABLE
ROWS 3
SET plan_cache_mode = force_generic_plan
SET jit = off
AS $function$
#variable_conflict use_column
DECLARE
    -- Behind every letter, in the order of bytes.
    behind text := beginning || U&'\+10FFFF';
BEGIN
    RETURN QUERY
    WITH RECURSIVE search(key, number, shared, sharing, last_since) AS (
        SELECT beginning, 0, 0, 0::bigint, NULL::timestamptz
        UNION ALL
        SELECT following.key, s.number + 1, s.shared + (o.sharing >= people)::int,
            o.sharing, o.last_since
        FROM search s
        CROSS JOIN LATERAL (
            SELECT h.query_key::text AS key, h.created_at AS latest
            FROM help_center_helpsearchhistory h
            WHERE h.tenant_id = asked_tenant AND h.query_key ~>~ s.key AND h.query_key ~<~ behind
              AND h.clicked_article_id IS NOT NULL AND h.query_key <> ''
              AND (h.user_id IS NOT NULL OR h.visitor_key <> '')
            ORDER BY h.query_key USING ~<~, h.created_at DESC LIMIT 1
        ) following
        CROSS JOIN LATERAL (
            SELECT count(DISTINCT person) AS sharing,
                -- The more often it is made, the shorter ago so many are.
                CASE WHEN count(*) >= rows_of_one THEN min(created_at) END AS last_since
            FROM (
                SELECT h.created_at,
                    coalesce('user ' || h.user_id, 'visitor ' || h.visitor_key) AS person
                FROM help_center_helpsearchhistory h
                WHERE following.latest >= since
                  AND h.tenant_id = asked_tenant AND h.query_key = following.key
                  AND h.clicked_article_id IS NOT NULL AND h.query_key <> ''
                  AND (h.user_id IS NOT NULL OR h.visitor_key <> '')
                  AND h.created_at >= since
                ORDER BY h.created_at DESC LIMIT rows_of_one
            ) newest
        ) o
        WHERE s.number < walked AND s.shared < different
    ), often AS MATERIALIZED (
        SELECT s.key, row_number() OVER (
            ORDER BY s.sharing DESC, s.last_since DESC NULLS LAST, s.key
        ) AS place
        FROM search s WHERE s.sharing >= people
        ORDER BY place LIMIT 4 * wanted
    ), written AS MATERIALIZED (
        SELECT w.query, w.query_words, o.place FROM often o
        CROSS JOIN LATERAL help_center_written_1(
            asked_tenant, o.key, since, people, rows_of_one
        ) w
        WHERE w.opened_share >= least_share
    )
    SELECT w.query, w.place FROM written w
    WHERE w.query_words <@ (
        SELECT help_center_known_words_1(asked_tenant, roles, asked_at, array_agg(word))
        FROM written CROSS JOIN LATERAL unnest(query_words) word
    )
    ORDER BY w.place LIMIT wanted;
END
$function$;
