-- Which of some words a reader may know of, because articles for this reader have them.
--
-- Single letters tell nothing, in whatever script. Words are looked up as they are written: under a
-- configuration there are stems, which stand in no article. Only there are codes and pairs of
-- characters counted.
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
    -- Digits, separators of codes, scripts that stand without spaces (content/lexemes.py).
    in_tokens constant text :=
        '[0-9+~[:punct:]\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005\u3041-\u30ff'
        '\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff'
        '\U00020000-\U0003ffff]';
    configs text[];
    lexemes text[];
    letters text[];
BEGIN
    SELECT array_agg(word) INTO letters FROM unnest(words) word
    WHERE char_length(word) = 1 AND word !~ in_tokens;
    SELECT array_agg(c.config), array_agg(w.word) INTO configs, lexemes
    FROM (SELECT DISTINCT unnest(words)) w(word)
    CROSS JOIN (
        SELECT 'words' UNION ALL
        SELECT jsonb_object_keys(s.configs) FROM help_center_helpindexstate s
        WHERE s.tenant_id = asked_tenant
    ) c(config)
    WHERE (c.config <> 'words') = (w.word ~ in_tokens);
    RETURN (
        SELECT coalesce(array_agg(word), '{}') FROM (
            SELECT lexeme FROM unnest(
                lexemes,
                help_center_known_1(asked_tenant, roles, asked_at, configs, lexemes, FALSE)
            ) k(lexeme, df) WHERE df > 0
            UNION
            SELECT unnest(letters)
        ) known(word)
    );
END
$function$;
