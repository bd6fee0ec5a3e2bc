-- Which of some words a reader may know of, because articles for this reader have them.
--
-- Single letters tell nothing. Codes and pairs of characters are counted under the configuration of
-- the articles that have them.
CREATE FUNCTION help_center_known_words_1(
    asked_tenant help_center_helppassage.tenant_id%TYPE,
    roles text[],
    asked_at timestamptz,
    words text[]
) RETURNS text[]
LANGUAGE plpgsql
STABLE
SET plan_cache_mode = force_generic_plan
SET jit = off
AS $function$
#variable_conflict use_column
DECLARE
    configs text[];
    lexemes text[];
BEGIN
    SELECT array_agg(c.config), array_agg(w.word) INTO configs, lexemes
    FROM (SELECT DISTINCT unnest(words)) w(word)
    CROSS JOIN (
        SELECT 'words' UNION ALL
        SELECT jsonb_object_keys(s.configs) FROM help_center_helpindexstate s
        WHERE s.tenant_id = asked_tenant
    ) c(config)
    WHERE w.word !~ '^[a-z]$';
    RETURN (
        SELECT coalesce(array_agg(word), '{}') FROM (
            SELECT lexeme FROM unnest(
                lexemes,
                help_center_known_1(asked_tenant, roles, asked_at, configs, lexemes, FALSE)
            ) k(lexeme, df) WHERE df > 0
            UNION
            SELECT word FROM unnest(words) word WHERE word ~ '^[a-z]$'
        ) known(word)
    );
END
$function$;
