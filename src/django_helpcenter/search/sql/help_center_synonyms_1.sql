-- What a tenant says that the words of a query mean too. See docs/explanation/ranking.md.
--
-- One row for each meaning that occurs in what the reader may see: its lexemes; its inverse document
-- frequency, for several words that of the rarest; and the lexemes of the query that it stands for.
CREATE FUNCTION help_center_synonyms_1(
    asked_tenant help_center_helppassage.tenant_id%TYPE,
    roles text[],
    asked text,
    asked_tokens text[],
    asked_configs text[],
    asked_passages float8[],  -- of each configuration
    hidden bigint[],          -- articles that are out of their time
    bound int                 -- meanings at the most
) RETURNS TABLE (config text, lexemes text[], query tsquery, idf float8, stands_for text[])
LANGUAGE sql
STABLE
ROWS 4
AS $function$
    WITH vectors AS MATERIALIZED (
        SELECT c.config, c.passages, to_tsvector(c.config::regconfig, asked) AS words
        FROM unnest(asked_configs, asked_passages) c(config, passages)
    ), rules AS MATERIALIZED (
        SELECT v.*, s.id, s.lines
        FROM vectors v
        JOIN help_center_helpsynonym s ON s.tenant_id = asked_tenant AND s.search_config = v.config
            AND tsvector_to_array(s.search_vector) && (tsvector_to_array(v.words) || asked_tokens)
    ), terms AS MATERIALIZED (
        SELECT r.id, l.words, l.tokens, parsed.lexemes,
            (numnode(parsed.query) = 0 OR r.words @@ parsed.query) AND l.tokens <@ asked_tokens
                AND cardinality(parsed.lexemes) > 0 AS is_met
        FROM rules r
        CROSS JOIN LATERAL jsonb_to_recordset(r.lines -> 'terms') l(words text, tokens text[])
        CROSS JOIN LATERAL (
            SELECT phraseto_tsquery(r.config::regconfig, l.words) AS query,
                tsvector_to_array(to_tsvector(r.config::regconfig, l.words)) || l.tokens AS lexemes
        ) parsed
    ), met AS MATERIALIZED (
        SELECT t.id, array_agg(DISTINCT found.lexeme) AS lexemes
        FROM terms t CROSS JOIN LATERAL unnest(t.lexemes) found(lexeme)
        WHERE t.is_met GROUP BY t.id
    ), meanings AS (
        SELECT r.config, r.passages, m.lexemes AS stands_for, l.words, l.tokens
        FROM rules r JOIN met m ON m.id = r.id
        CROSS JOIN LATERAL (
            -- Terms without a meaning of their own mean each other.
            SELECT t.words, t.tokens FROM terms t
            WHERE t.id = r.id AND NOT t.is_met AND r.lines -> 'meanings' = '[]'
            UNION ALL
            SELECT * FROM jsonb_to_recordset(r.lines -> 'meanings') l(words text, tokens text[])
        ) l
    ), parsed AS MATERIALIZED (
        SELECT DISTINCT m.config, m.passages, m.stands_for,
            tsvector_to_array(to_tsvector(m.config::regconfig, m.words)) || m.tokens AS lexemes,
            phraseto_tsquery(m.config::regconfig, m.words) AS words_query, m.tokens
        FROM meanings m
    )
    SELECT p.config, p.lexemes,
        CASE WHEN numnode(p.words_query) = 0 THEN t.query
            WHEN t.query IS NULL THEN p.words_query ELSE p.words_query && t.query END,
        ln(1 + (greatest(p.passages, k.df) - k.df + 0.5) / (k.df + 0.5)),
        p.stands_for
    FROM parsed p
    CROSS JOIN LATERAL (
        SELECT string_agg(
            '''' || replace(replace(token, '\', '\\'), '''', '''''') || '''', ' & '
        )::tsquery AS query
        FROM unnest(p.tokens) token
    ) t
    CROSS JOIN LATERAL (
        SELECT min(counted.df) AS df FROM unnest(p.lexemes) found(lexeme)
        CROSS JOIN LATERAL (
            SELECT (coalesce(sum(k.df), 0) - CASE WHEN hidden IS NULL THEN 0 ELSE (
                SELECT count(*) FROM help_center_helppassage h
                WHERE h.article_id = ANY(hidden) AND h.search_config = p.config
                  AND h.audience && roles
                  AND found.lexeme = ANY(tsvector_to_array(h.search_vector))
            ) END)::float8 AS df
            FROM help_center_helplexeme k
            WHERE k.tenant_id = asked_tenant AND k.config = p.config AND k.lexeme = found.lexeme
              AND k.audience && roles
        ) counted
    ) k
    WHERE k.df > 0
    ORDER BY k.df, p.lexemes
    LIMIT bound
$function$;
