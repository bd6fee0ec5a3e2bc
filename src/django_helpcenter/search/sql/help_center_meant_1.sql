-- What was meant by mistyped words, as a query of the words of titles; see search/meant_words.py.
--
-- NULL when there is no word like one of them, and when none of them is mistyped: what occurs as it
-- is typed is right. What a reader may not see is neither known nor meant.
CREATE FUNCTION help_center_meant_1(
    asked_tenant help_center_helplexeme.tenant_id%TYPE,
    roles text[],
    asked_at timestamptz,
    owner text,                 -- before each word in the index, with the quote that opens it
    words text[],
    to_words text[],            -- where the words that begin like this end
    endings text[],             -- what closes the quote
    given boolean[],            -- the lexicon has no words of this kind: taken as they are
    variant_numbers int[],      -- of which word, from 1
    variants text[],            -- what may have been meant, or is one of its spellings
    to_variants text[],
    heads text[],               -- NULL: a word; else what stands before the letter that is left out
    tails text[],               -- and what stands behind
    entries int,                -- of one range that this reader may know of
    looked_at int,              -- and that are read to find so many
    meanings int                -- that one word may stand for
) RETURNS tsquery
LANGUAGE plpgsql
STABLE
SET plan_cache_mode = force_generic_plan
SET jit = off
AS $function$
#variable_conflict use_column
DECLARE
    -- Without articles that are out of their time, the first word found is known.
    has_hidden boolean := help_center_hidden_1(asked_tenant, asked_at) IS NOT NULL;
    -- Some of them may be taken off once their passages are looked through.
    enough int := CASE WHEN has_hidden THEN 5 * entries ELSE entries END;
    numbers int[];
    known int[];
    found text[];
    counts bigint[];
BEGIN
    SELECT array_agg(k.number::int), array_agg(l.lexeme) INTO numbers, found
    FROM unnest(words, to_words, given) WITH ORDINALITY k(word, to_word, given, number)
    CROSS JOIN LATERAL (
        SELECT lexeme FROM help_center_helplexeme l
        WHERE NOT k.given AND l.tenant_id = asked_tenant AND l.config = 'words'
          AND l.lexeme ~>=~ k.word AND l.lexeme ~<~ k.to_word
          AND l.audience && roles AND l.df > 0
        LIMIT CASE WHEN has_hidden THEN entries ELSE 1 END
    ) l;
    IF has_hidden THEN
        counts := help_center_known_1(
            asked_tenant, roles, asked_at, (SELECT array_agg('words'::text) FROM unnest(found)),
            found, FALSE
        );
        SELECT array_agg(number) INTO numbers FROM unnest(numbers, counts) k(number, df)
        WHERE df > 0;
    END IF;
    SELECT array_agg(number) INTO known
    FROM unnest(given) WITH ORDINALITY k(given, number)
    WHERE k.given OR number = ANY(numbers);
    IF cardinality(known) = cardinality(words) THEN
        RETURN NULL;
    END IF;
    known := coalesce(known, '{}');
    -- What only others know crowds out nothing. A range of spellings holds words that differ in
    -- other places too: around the letter that the spelling lacks, a word must read as what is typed
    -- does around the wrong one.
    SELECT array_agg(number), array_agg(word) INTO numbers, found
    FROM (
        SELECT DISTINCT v.number, one.word
        FROM unnest(variant_numbers, variants, to_variants, heads, tails)
            v(number, variant, to_variant, head, tail)
        CROSS JOIN LATERAL (
            (
                SELECT w.lexeme AS word FROM (
                    SELECT w.lexeme, w.audience, w.df FROM help_center_helplexeme w
                    WHERE v.head IS NULL AND w.tenant_id = asked_tenant AND w.config = 'words'
                      AND w.lexeme ~>=~ v.variant AND w.lexeme ~<~ v.to_variant
                    LIMIT looked_at
                ) w
                WHERE w.audience && roles AND w.df > 0
                LIMIT enough
            )
            UNION ALL
            (
                SELECT s.word FROM (
                    SELECT s.word FROM help_center_helpspelling s
                    WHERE v.head IS NOT NULL AND s.tenant_id = asked_tenant
                      AND s.key ~>=~ v.variant AND s.key ~<~ v.to_variant
                      AND starts_with(s.word, v.head)
                      AND starts_with(substr(s.word, length(v.head) + 2), v.tail)
                    LIMIT looked_at
                ) s
                CROSS JOIN LATERAL (
                    SELECT FROM help_center_helplexeme w
                    WHERE w.tenant_id = asked_tenant AND w.config = 'words' AND w.lexeme = s.word
                      AND w.audience && roles AND w.df > 0
                    LIMIT 1
                ) known
                LIMIT enough
            )
        ) one
        WHERE v.number <> ALL(known)
    ) meant;
    counts := help_center_known_1(
        asked_tenant, roles, asked_at, (SELECT array_agg('words'::text) FROM unnest(found)), found,
        TRUE
    );
    RETURN (
        SELECT CASE WHEN count(*) = cardinality(words)
            THEN string_agg(term, ' & ' ORDER BY number)::tsquery END
        FROM (
            SELECT number, '(' || string_agg(owner || word || ending, ' | ') || ')' AS term
            FROM (
                SELECT *, row_number() OVER (PARTITION BY number ORDER BY df DESC, word) AS place
                FROM (
                    SELECT number, words[number] AS word, endings[number] AS ending, 0 AS df
                    FROM unnest(known) number
                    UNION ALL
                    SELECT number, word, '''', df FROM unnest(numbers, found, counts)
                        m(number, word, df)
                    WHERE df > 0
                ) resolved
            ) best
            WHERE place <= meanings GROUP BY number
        ) terms
    );
END
$function$;
