-- In how many passages that a reader may know of each of some words stands.
--
-- The lexicon counts all passages of published articles, by audience. Articles that are out of
-- their time are among them, so that they are found the moment their time comes; until then their
-- words are taken off. Each of their passages is taken apart once at the most, for all words
-- together, and only when it may have one of them.
--
-- Returns the numbers in the order of the words. Unless `exactly`, a word that stands in more
-- passages than could be taken off keeps its number: that it is known is all that is asked.
CREATE FUNCTION help_center_known_1(
    asked_tenant help_center_helppassage.tenant_id%TYPE,
    roles text[],
    asked_at timestamptz,
    asked_configs text[],   -- 'words': a word as it is written; else a configuration's lexeme
    asked_lexemes text[],
    exactly boolean
) RETURNS bigint[]
LANGUAGE plpgsql
STABLE
SET plan_cache_mode = force_generic_plan
SET jit = off
AS $function$
#variable_conflict use_column
DECLARE
    hidden bigint[];
    numbers bigint[];
    enough bigint;
    as_written boolean;
    unsure_configs text[]; unsure_lexemes text[]; unsure_queries tsquery[];
    passage_configs text[]; passage_queries tsquery[]; has_stop_words boolean[];
BEGIN
    SELECT array_agg(k.df ORDER BY a.place) INTO numbers
    FROM unnest(asked_configs, asked_lexemes) WITH ORDINALITY a(config, lexeme, place)
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(k.df), 0)::bigint AS df FROM help_center_helplexeme k
        WHERE k.tenant_id = asked_tenant AND k.config = a.config AND k.lexeme = a.lexeme
          AND k.audience && roles
    ) k;
    IF 0 < ANY(numbers) THEN
        hidden := help_center_hidden_1(asked_tenant, asked_at);
    END IF;
    IF hidden IS NULL THEN
        RETURN numbers;
    END IF;
    SELECT count(*), array_agg(DISTINCT p.search_config) INTO enough, passage_configs
    FROM help_center_helppassage p WHERE p.article_id = ANY(hidden) AND p.audience && roles;
    SELECT array_agg(u.config), array_agg(u.lexeme), array_agg(u.query), bool_or(u.config = 'words')
    INTO unsure_configs, unsure_lexemes, unsure_queries, as_written
    FROM (
        SELECT DISTINCT a.config, a.lexeme,
            ('''' || replace(replace(a.lexeme, '\', '\\'), '''', '''''') || '''')::tsquery AS query
        FROM unnest(asked_configs, asked_lexemes, numbers) a(config, lexeme, df)
        WHERE a.df > 0 AND (exactly OR a.df <= enough)
    ) u;
    IF unsure_configs IS NULL THEN
        RETURN numbers;
    END IF;

    -- What has a word as it is written has its lexeme in the index too, unless that leaves such
    -- words out. Looking there first saves most of the parsing.
    SELECT array_agg(c.config), array_agg(c.query), array_agg(c.has_stop_words)
    INTO passage_configs, passage_queries, has_stop_words
    FROM (
        SELECT s.config, string_agg(f.query, ' | ')::tsquery AS query,
            bool_or(f.query IS NULL) AS has_stop_words
        FROM unnest(passage_configs) s(config)
        JOIN unnest(unsure_configs, unsure_lexemes, unsure_queries) u(config, lexeme, query)
          ON u.config IN (s.config, 'words')
        CROSS JOIN LATERAL (
            SELECT CASE WHEN u.config <> 'words' THEN u.query::text ELSE (
                SELECT string_agg(
                    '''' || replace(replace(v.lexeme, '\', '\\'), '''', '''''') || '''', ' | '
                )
                FROM unnest(to_tsvector(s.config::regconfig, u.lexeme)) v
            ) END AS query
        ) f
        GROUP BY s.config
    ) c;

    RETURN (
        WITH passage AS MATERIALIZED (
            SELECT p.search_config, p.search_vector,
                -- What readers see, without what the parser would take for a tag.
                CASE WHEN as_written THEN to_tsvector('simple', translate(
                    p.title || ' ' || p.heading_path || ' ' || p.text, '<>', '  '
                )) END AS written
            FROM help_center_helppassage p
            JOIN unnest(passage_configs, passage_queries, has_stop_words)
                c(config, query, has_stop_words) ON c.config = p.search_config
            WHERE p.article_id = ANY(hidden) AND p.audience && roles
              AND (c.has_stop_words OR p.search_vector @@ c.query)
        ), taken_off AS MATERIALIZED (
            SELECT u.config, u.lexeme, count(*) AS df
            FROM unnest(unsure_configs, unsure_lexemes, unsure_queries) u(config, lexeme, query)
            JOIN passage p ON CASE WHEN u.config = 'words' THEN p.written @@ u.query
                ELSE p.search_config = u.config AND p.search_vector @@ u.query END
            GROUP BY 1, 2
        )
        SELECT array_agg(greatest(a.df - coalesce(t.df, 0), 0) ORDER BY a.place)
        FROM unnest(asked_configs, asked_lexemes, numbers) WITH ORDINALITY
            a(config, lexeme, df, place)
        LEFT JOIN taken_off t ON t.config = a.config AND t.lexeme = a.lexeme
    );
END
$function$;
