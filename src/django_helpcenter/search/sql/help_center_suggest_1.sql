-- What a reader may be about to type. See docs/explanation/suggestions.md.
--
-- A function, because PostgreSQL keeps the plans of its statements for a connection: parsing and
-- planning them anew would take longer than running them. It passes over what the reader cannot
-- see, so that what is hidden crowds out nothing, but what may be seen is for the caller to decide:
-- each title and each category comes with an article, which the caller joins with the visible ones.

-- Whether a published article is open to a reader now. Small enough to become part of a plan.
CREATE FUNCTION help_center_is_open_1(
    publish_at timestamptz, expire_at timestamptz, target_roles jsonb, roles text[],
    asked_at timestamptz
) RETURNS boolean
LANGUAGE sql
IMMUTABLE
AS $function$
    SELECT (publish_at IS NULL OR publish_at <= asked_at)
        AND (expire_at IS NULL OR expire_at > asked_at)
        AND (target_roles = '[]'::jsonb OR target_roles ?| roles)
$function$;

CREATE FUNCTION help_center_suggest_1(
    asked_tenant help_center_helparticle.tenant_id%TYPE,
    roles text[],
    asked_at timestamptz,
    words tsquery,              -- what titles must have; NULL: there is nothing to look for
    beginning tsquery,          -- what the best of them begin with; NULL: none comes first
    is_short boolean,           -- too much has these words: what begins so, what is read most
    preferred text,             -- the reader's language
    articles int,               -- that are returned
    candidates int,             -- titles that are compared
    most_read int,              -- articles of which a letter or two begins a word
    looked_at int,              -- rows that are looked at to find those that the reader may see
    categories int              -- that are returned
) RETURNS TABLE (kind text, place bigint, article_id bigint, category_id bigint)
LANGUAGE plpgsql
STABLE
ROWS 20
SET plan_cache_mode = force_generic_plan
SET jit = off
SET enable_seqscan = off
AS $function$
#variable_conflict use_column
BEGIN
    IF words IS NULL THEN
        RETURN;
    END IF;
    RETURN QUERY
    WITH candidate AS (
        (
            SELECT a.* FROM (
                SELECT a.id, a.language, a.view_count, a.helpful_count, a.title_words,
                    a.publish_at, a.expire_at, a.target_roles
                FROM help_center_helparticle a
                WHERE a.status = 'PUBLISHED' AND array_to_tsvector(a.title_words) @@ beginning
                LIMIT looked_at
            ) a
            WHERE help_center_is_open_1(publish_at, expire_at, target_roles, roles, asked_at)
            LIMIT candidates / 4
        )
        UNION ALL
        (
            SELECT a.* FROM (
                SELECT a.id, a.language, a.view_count, a.helpful_count, a.title_words,
                    a.publish_at, a.expire_at, a.target_roles
                FROM help_center_helparticle a
                WHERE NOT is_short
                  AND a.status = 'PUBLISHED' AND array_to_tsvector(a.title_words) @@ words
                LIMIT looked_at
            ) a
            WHERE help_center_is_open_1(publish_at, expire_at, target_roles, roles, asked_at)
            LIMIT candidates
        )
        UNION ALL
        SELECT a.* FROM (
            SELECT a.* FROM (
                SELECT a.id, a.language, a.view_count, a.helpful_count, a.title_words,
                    a.publish_at, a.expire_at, a.target_roles
                FROM help_center_helparticle a
                WHERE is_short AND a.tenant_id = asked_tenant AND a.status = 'PUBLISHED'
                ORDER BY a.view_count DESC, a.id LIMIT looked_at
            ) a
            WHERE help_center_is_open_1(publish_at, expire_at, target_roles, roles, asked_at)
            LIMIT most_read
        ) a
        WHERE array_to_tsvector(a.title_words) @@ words
    )
    SELECT 'article', row_number() OVER (
            ORDER BY begins DESC,
                -- Any English is English, as in the ranking.
                lower(split_part(c.language, '-', 1)) = lower(split_part(preferred, '-', 1)) DESC,
                c.view_count DESC, c.helpful_count DESC, c.id
        ) AS place, c.id, NULL::bigint
    FROM (
        SELECT DISTINCT ON (c.id) c.*,
            coalesce(array_to_tsvector(c.title_words) @@ beginning, FALSE) AS begins
        FROM candidate c
    ) c
    ORDER BY place LIMIT articles;

    -- A category is seen through an article of it, or of one below. All that have the words share
    -- the number of articles, and of categories below, that are looked at; one by one (LIMIT), for
    -- the planner takes what there is for more than it is.
    RETURN QUERY
    WITH named AS MATERIALIZED (
        SELECT c.id, c.name, c.path, array_to_tsvector(c.name_words) AS words
        FROM help_center_helpcategory c
        WHERE c.tenant_id = asked_tenant AND c.depth > 1
          AND array_to_tsvector(c.name_words) @@ words
        LIMIT looked_at / 10
    ), share AS MATERIALIZED (
        SELECT looked_at / greatest(count(*), 1) AS rows FROM named
    )
    SELECT 'category', row_number() OVER (ORDER BY begins DESC, name, id) AS place, seen_by, id
    FROM (
        SELECT n.id, n.name, coalesce(n.words @@ beginning, FALSE) AS begins, seen.id AS seen_by
        FROM named n
        CROSS JOIN LATERAL (
            SELECT a.id FROM (
                SELECT a.* FROM (
                    SELECT below.id FROM help_center_helpcategory below
                    WHERE below.path ~>=~ n.path AND below.path ~<~ (n.path || '~')
                    LIMIT (SELECT rows FROM share)
                ) below
                CROSS JOIN LATERAL (
                    SELECT a.id, a.publish_at, a.expire_at, a.target_roles
                    FROM help_center_helparticle a
                    WHERE a.category_id = below.id AND a.status = 'PUBLISHED'
                    LIMIT (SELECT rows FROM share)
                ) a
                LIMIT (SELECT rows FROM share)
            ) a
            WHERE help_center_is_open_1(publish_at, expire_at, target_roles, roles, asked_at)
            LIMIT 1
        ) seen
        LIMIT 10 * categories
    ) found
    ORDER BY place LIMIT categories;
END
$function$;
