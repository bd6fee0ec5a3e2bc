-- The ranking of one search. See docs/explanation/ranking.md.
--
-- A function, because PostgreSQL keeps the plans of its statements for a connection: parsing and
-- planning them anew would take longer than running them. It knows nothing of what a reader may see
-- beyond the audience of passages; who calls it joins its rows with the visible articles.
--
-- Returns one row without an article, which tells what was found of the query, and one for each
-- article with its best passage. Code that calls another version of this file calls another name.
CREATE FUNCTION help_center_rank_1(
    asked_tenant help_center_helppassage.tenant_id%TYPE,
    roles text[],
    asked text,             -- '': words do not take part
    asked_folded text,      -- the same without accents
    asked_tokens text[],    -- what the parser does not see as it is: codes, bigrams
    asked_key text,         -- what editor's picks go by
    phrases text[],         -- must all occur
    must_tokens text[],     -- must all occur
    asked_vector halfvec,   -- NULL: meaning does not take part
    asked_space text,       -- the space of the vector
    only_config text,       -- NULL: all configurations of the tenant
    preferred text,         -- the reader's language; NULL: none comes first
    within bigint[],        -- only these articles; NULL: all
    asked_at timestamptz,
    options jsonb
) RETURNS TABLE (
    article_id bigint, passage_id bigint, keyword float8, semantic float8, similarity float8,
    quality float8, score float8, pin int, found jsonb
)
LANGUAGE plpgsql
-- All its statements see the state of the one that calls it.
STABLE
ROWS 60
SET plan_cache_mode = force_generic_plan
SET jit = off
SET enable_sort = on
AS $function$
#variable_conflict use_column
DECLARE
    o record;
    state record;
    is_small boolean; is_capped boolean := FALSE;
    own tsquery := (
        '''@' || replace(replace(asked_tenant::text, '\', '\\'), '''', '''''') || ''''
    )::tsquery;
    former_scan text; former_search text;
    hidden bigint[];
    pinned bigint[];
    size_configs text[]; size_passages float8[]; size_lengths float8[];
    lexemes text[]; queries tsquery[]; configs text[]; idfs float8[];
    bring_queries tsquery[]; bring_configs text[]; bring_idfs float8[];
    near_queries tsquery[]; near_configs text[]; near_weights float8[];
    synonym record; meant text[] := '{}'; meant_idfs float8[] := '{}';
    unknown text[]; absent text[]; absent_configs text[]; masses float8[];
    place int; absences int;
    config text; phrase text; part tsquery; must tsquery;
    must_configs text[] := '{}'; must_queries tsquery[] := '{}'; has_phrases boolean;
    by_words bigint[];
    nearest bigint[]; distances float8[];
BEGIN
    SELECT * INTO o FROM jsonb_to_record(options) AS o(
        candidates int, candidate_terms int, candidate_rows int, rows_per_term int, terms int,
        least_passages int, scan_limit int, exact_limit int, ef_search text, fields float4[],
        k1 float8, b float8, pairs float8,
        keyword float8, semantic float8, synonyms float8, covered float8, uncovered float8, full_coverage float8,
        floor float8, uncovered_floor float8, keyword_floor float8, other_language float8,
        quality float8, helpful float8, views float8, recency float8, recency_seconds float8,
        prior float8
    );
    SELECT s.vectors, s.embedding_space, s.configs,
        EXISTS (
            SELECT FROM help_center_helpsynonym r WHERE r.tenant_id = asked_tenant
        ) AS has_synonyms,
        -- Articles that have passages and are out of their time; few, and usually none.
        (
            SELECT array_agg(a.id) FROM help_center_helparticle a
            WHERE a.tenant_id = asked_tenant AND a.status = 'PUBLISHED'
              AND (a.publish_at IS NOT NULL OR a.expire_at IS NOT NULL)
              AND (a.publish_at > asked_at OR a.expire_at <= asked_at)
        ) AS hidden,
        -- Editor's picks for this query, in their order; only what may be seen is shown of them.
        (
            SELECT array_agg(r.article_id ORDER BY r.position, r.id)
            FROM help_center_helppinnedresult r
            WHERE r.tenant_id = asked_tenant AND r.key = asked_key
              AND (within IS NULL OR r.article_id = ANY(within))
        ) AS pinned
    INTO state FROM help_center_helpindexstate s WHERE s.tenant_id = asked_tenant;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    hidden := state.hidden;
    pinned := state.pinned;
    -- The model has changed since the caller last looked: words alone, and the caller is told.
    IF asked_space IS DISTINCT FROM state.embedding_space THEN
        asked_vector := NULL;
    END IF;

    -- The passages of the reader's audience, and their average length: what a reader may not see
    -- does not shape what they get. The lexicon counts them as '' and ' '. Whether a tenant is
    -- small is asked of all its passages: they would all be read.
    SELECT array_agg(config) FILTER (WHERE is_asked),
        -- A handful of passages does not tell which words are rare: it counts as some more.
        array_agg(passages * greatest(1, o.least_passages / everything)) FILTER (WHERE is_asked),
        array_agg(greatest(lengths::float8 / passages, 1)) FILTER (WHERE is_asked),
        coalesce(sum(stored), 0) <= o.scan_limit
    INTO size_configs, size_passages, size_lengths, is_small
    FROM (
        SELECT config, passages, lengths, stored,
            passages > 0 AND (only_config IS NULL OR config = only_config) AS is_asked,
            sum(greatest(passages, 0)) OVER () AS everything
        FROM (
            SELECT c.config, sum(k.df) FILTER (WHERE k.lexeme = '') AS stored,
                sum(k.df) FILTER (WHERE k.lexeme = '' AND k.audience && roles)
                    - coalesce(max(h.passages), 0) AS passages,
                sum(k.df) FILTER (WHERE k.lexeme = ' ' AND k.audience && roles)
                    - coalesce(max(h.lengths), 0) AS lengths
            FROM jsonb_object_keys(state.configs) c(config)
            JOIN help_center_helplexeme k ON k.tenant_id = asked_tenant AND k.config = c.config
                AND k.lexeme IN ('', ' ')
            LEFT JOIN LATERAL (
                SELECT count(*) AS passages, sum(p.length) AS lengths
                FROM help_center_helppassage p
                WHERE hidden IS NOT NULL AND p.article_id = ANY(hidden)
                  AND p.search_config = c.config AND p.audience && roles
            ) h ON TRUE
            GROUP BY c.config
        ) counted
    ) counted;

    -- The words of the query. idf is ln(1 + (N - df + .5) / (df + .5)) over the N passages of a
    -- configuration: what is rare in one language is no measure for another. A tsquery is made of a
    -- lexeme as it stands: parsing it anew could split or stem it again.
    WITH parsed AS MATERIALIZED (
        SELECT c.config, c.passages, v.lexeme, v.positions, v.is_folded,
            ('''' || replace(replace(lexeme, '\', '\\'), '''', '''''') || '''')::tsquery AS query
        FROM unnest(size_configs, size_passages) c(config, passages)
        CROSS JOIN LATERAL (
            SELECT DISTINCT ON (lexeme) * FROM (
                SELECT lexeme, positions, FALSE AS is_folded
                FROM unnest(to_tsvector(c.config::regconfig, asked))
                UNION ALL SELECT token, NULL, FALSE FROM unnest(asked_tokens) token
                UNION ALL SELECT lexeme, positions, TRUE
                FROM unnest(to_tsvector(c.config::regconfig, asked_folded))
            ) words ORDER BY lexeme, is_folded, positions
        ) v
    ), looked_up AS MATERIALIZED (
        SELECT p.*, greatest(0, coalesce((
            SELECT sum(k.df) FROM help_center_helplexeme k
            WHERE k.tenant_id = asked_tenant AND k.config = p.config AND k.lexeme = p.lexeme
              AND k.audience && roles
        ), 0) - CASE WHEN hidden IS NULL THEN 0 ELSE (
            SELECT count(*) FROM help_center_helppassage h
            WHERE h.article_id = ANY(hidden) AND h.search_config = p.config AND h.audience && roles
              AND h.search_vector @@ p.query
        ) END)::float8 AS df
        FROM parsed p
    ), counted AS MATERIALIZED (
        -- A word counts without its accents only where it does not occur with them.
        SELECT l.* FROM looked_up l
        WHERE CASE WHEN l.is_folded
            THEN l.df > 0 AND EXISTS (
                SELECT FROM looked_up other
                WHERE NOT other.is_folded AND other.config = l.config AND other.positions && l.positions
                  AND other.df = 0
            )
            ELSE l.df > 0 OR asked_folded = '' OR NOT EXISTS (
                SELECT FROM looked_up other
                WHERE other.is_folded AND other.config = l.config AND other.positions && l.positions
                  AND other.df > 0
            )
        END
    ), weighed AS MATERIALIZED (
        SELECT config, lexeme, query, positions, df,
            ln(1 + (greatest(passages, df) - df + 0.5) / (df + 0.5)) AS idf
        FROM counted
    ), known AS MATERIALIZED (
        SELECT * FROM (
            SELECT *, row_number() OVER rarest AS place, sum(df) OVER rarest AS rows
            FROM weighed WHERE df > 0
            WINDOW rarest AS (PARTITION BY config ORDER BY df, lexeme)
        ) ranked WHERE place <= o.terms
    ), bringing AS (
        -- Rare words bring candidates, as long as together they bring a bounded number.
        SELECT query, config, idf FROM known
        WHERE place = 1 OR place <= o.candidate_terms AND rows <= o.candidate_rows
        UNION ALL
        -- Of common words alone one could bring any rows: what has several of them comes with it.
        SELECT (array_agg(query ORDER BY place))[1] && (array_agg(query ORDER BY place))[2]
            && coalesce((array_agg(query ORDER BY place))[3], (array_agg(query ORDER BY place))[1]),
            config, sum(idf)
        FROM known WHERE place <= 3
        GROUP BY config HAVING min(df) > o.candidate_rows AND count(*) > 1
    ), neighbors AS (
        SELECT config, lexeme, query, idf, lead(lexeme) OVER along AS next_lexeme,
            lead(query) OVER along AS next_query, lead(idf) OVER along AS next_idf
        FROM known CROSS JOIN unnest(positions) position
        WINDOW along AS (PARTITION BY config ORDER BY position)
    ), near AS (
        SELECT DISTINCT ON (config, lexeme, next_lexeme) config, query && next_query AS query,
            o.pairs * (idf + next_idf) / 2 AS weight
        FROM neighbors WHERE next_lexeme <> lexeme
    )
    SELECT words.*, brought.*, pairs.*, missing.*,
        -- What no language of the tenant has.
        (
            SELECT array_agg(DISTINCT lexeme) FROM weighed w
            WHERE df = 0 AND NOT EXISTS (
                SELECT FROM known k WHERE k.positions && w.positions OR k.lexeme = w.lexeme
            )
        ),
        -- The information of the query as each language has it.
        (
            SELECT array_agg(coalesce((SELECT sum(idf) FROM weighed w WHERE w.config = c.config), 0)
                ORDER BY c.place)
            FROM unnest(size_configs) WITH ORDINALITY c(config, place)
        )
    INTO lexemes, queries, configs, idfs, bring_queries, bring_configs, bring_idfs,
        near_queries, near_configs, near_weights, absent, absent_configs, unknown, masses
    FROM (
        SELECT array_agg(lexeme), array_agg(query), array_agg(config), array_agg(idf) FROM known
    ) words
    CROSS JOIN (SELECT array_agg(query), array_agg(config), array_agg(idf) FROM bringing) brought
    CROSS JOIN (SELECT array_agg(query), array_agg(config), array_agg(weight) FROM near) pairs
    CROSS JOIN (
        SELECT array_agg(lexeme), array_agg(config) FROM weighed WHERE df = 0
    ) missing;

    -- What the tenant says that words mean too. An unknown word whose meaning is known leaves the
    -- mass, and its meaning takes its place.
    IF state.has_synonyms THEN
        FOR synonym IN
            SELECT config, lexemes, query, o.synonyms * idf AS idf, stands_for
            FROM help_center_synonyms_1(
                asked_tenant, roles, asked || ' ' || asked_folded, asked_tokens, size_configs,
                size_passages, hidden, o.candidate_terms
            )
        LOOP
            bring_queries := bring_queries || synonym.query;
            bring_configs := bring_configs || synonym.config;
            bring_idfs := bring_idfs || synonym.idf;
            IF cardinality(synonym.lexemes) > 1 THEN
                near_queries := near_queries || synonym.query;
                near_configs := near_configs || synonym.config;
                near_weights := near_weights || synonym.idf;
                meant := meant || synonym.lexemes;
                meant_idfs := meant_idfs
                    || array_fill(synonym.idf, ARRAY[cardinality(synonym.lexemes)]);
            ELSIF NOT EXISTS (
                SELECT FROM unnest(lexemes, configs) known(lexeme, config)
                WHERE known.lexeme = synonym.lexemes[1] AND known.config = synonym.config
            ) THEN
                lexemes := lexemes || synonym.lexemes;
                queries := queries || synonym.query;
                configs := configs || synonym.config;
                idfs := idfs || synonym.idf;
            END IF;
            SELECT array_agg(lexeme) FILTER (WHERE NOT is_meant),
                array_agg(config) FILTER (WHERE NOT is_meant), count(*) FILTER (WHERE is_meant)
            INTO absent, absent_configs, absences
            FROM (
                SELECT *, config = synonym.config AND lexeme = ANY(synonym.stands_for) AS is_meant
                FROM unnest(absent, absent_configs) missing(lexeme, config)
            ) missing;
            IF absences > 0 THEN
                place := array_position(size_configs, synonym.config);
                masses[place] := synonym.idf + greatest(
                    0, masses[place] - absences * ln(1 + (size_passages[place] + 0.5) / 0.5)
                );
                unknown := (
                    SELECT array_agg(word) FROM unnest(unknown) word
                    WHERE word <> ALL(synonym.stands_for)
                );
            END IF;
        END LOOP;
    END IF;

    -- What has the quoted phrases; a phrase of stop words alone has nothing to look for.
    IF phrases IS NOT NULL THEN
        FOREACH config IN ARRAY coalesce(size_configs, '{}') LOOP
            must := NULL;
            FOREACH phrase IN ARRAY phrases LOOP
                part := phraseto_tsquery(config::regconfig, phrase);
                IF numnode(part) > 0 THEN
                    must := coalesce(must && part, part);
                END IF;
            END LOOP;
            IF must IS NOT NULL THEN
                must_configs := must_configs || config;
                must_queries := must_queries || must;
            END IF;
        END LOOP;
    END IF;
    IF must_tokens IS NOT NULL THEN
        SELECT string_agg(
            '''' || replace(replace(token, '\', '\\'), '''', '''''') || '''', ' & '
        )::tsquery
        INTO part FROM unnest(must_tokens) token;
        SELECT array_agg(c.config), array_agg(coalesce(m.query && part, part))
        INTO must_configs, must_queries
        FROM unnest(size_configs) c(config)
        LEFT JOIN unnest(must_configs, must_queries) m(config, query) ON m.config = c.config;
    END IF;
    has_phrases := coalesce(cardinality(must_queries), 0) > 0;

    -- Candidates: all of a small tenant; else what rare words and nearness bring.
    IF is_small THEN
        SELECT array_agg(p.id) INTO by_words FROM help_center_helppassage p
        WHERE p.tenant_id = asked_tenant AND p.audience && roles
          AND (hidden IS NULL OR p.article_id <> ALL(hidden))
          AND (within IS NULL OR p.article_id IN (SELECT unnest(within)))
          AND (NOT has_phrases OR NOT EXISTS (
            SELECT FROM unnest(must_configs, must_queries) m(config, query)
            WHERE m.config = p.search_config AND NOT p.search_vector @@ m.query
          ));
    ELSE
        IF has_phrases THEN
            -- Phrases bring in place of words, in the configurations in which they say something.
            SELECT array_agg(b.query), array_agg(b.config), array_agg(b.idf)
            INTO bring_queries, bring_configs, bring_idfs
            FROM (
                SELECT query, config, 1::float8 AS idf
                FROM unnest(must_queries, must_configs) m(query, config)
                UNION ALL
                SELECT query, config, idf
                FROM unnest(bring_queries, bring_configs, bring_idfs) b(query, config, idf)
                WHERE b.config <> ALL(must_configs)
            ) b;
        END IF;
        -- One scan of the index of words for each, which knows the tenants too; a common word alone
        -- does not rank all that has it. The index does not know for whom a passage is: behind some
        -- thousands that are for others it is given up.
        SELECT array_agg(id) INTO by_words FROM (
            SELECT found.id
            FROM unnest(bring_queries, bring_configs, bring_idfs) rare(query, config, idf)
            CROSS JOIN LATERAL (
                SELECT p.id, ts_rank(o.fields, p.search_vector, rare.query) AS rank
                FROM (
                    SELECT p.id, p.article_id, p.audience, p.search_vector
                    FROM help_center_helppassage p
                    -- IS TRUE keeps the index of tenants out.
                    WHERE p.search_vector @@ (own && rare.query)
                      AND (p.tenant_id = asked_tenant) IS TRUE AND p.search_config = rare.config
                    -- Written out, for the planner would take a parameter for a few rows.
                    LIMIT 20000
                ) p
                WHERE p.audience && roles AND (hidden IS NULL OR p.article_id <> ALL(hidden))
                  AND (within IS NULL OR p.article_id IN (SELECT unnest(within)))
                LIMIT o.rows_per_term
            ) found
            GROUP BY found.id ORDER BY sum(rare.idf * found.rank) DESC, found.id
            LIMIT o.candidates
        ) best;
        is_capped := coalesce(cardinality(by_words), 0) >= o.candidates;
    END IF;
    IF pinned IS NOT NULL THEN
        by_words := by_words || (
            SELECT array_agg(p.id) FROM help_center_helppassage p
            WHERE p.article_id = ANY(pinned) AND p.tenant_id = asked_tenant AND p.audience && roles
              AND (hidden IS NULL OR p.article_id <> ALL(hidden))
        );
    END IF;
    IF asked_vector IS NULL OR has_phrases THEN
        NULL;
    ELSIF is_small OR state.vectors <= o.exact_limit THEN
        -- OFFSET 0 keeps the planner from taking the vector index.
        SELECT array_agg(id), array_agg(distance) INTO nearest, distances FROM (
            SELECT id, distance FROM (
                SELECT v.passage_id AS id, v.embedding <=> asked_vector AS distance
                FROM help_center_helppassageembedding v
                WHERE v.tenant_id = asked_tenant AND v.space = asked_space AND v.audience && roles
                  AND (hidden IS NULL OR v.article_id <> ALL(hidden))
                  AND (within IS NULL OR v.article_id IN (SELECT unnest(within)))
                OFFSET 0
            ) scanned
            WHERE is_small OR distance <= 1 - o.floor
            ORDER BY distance, id LIMIT CASE WHEN is_small THEN NULL ELSE o.candidates END
        ) best;
    ELSE
        -- Without a sort there is only the vector index, whatever the planner thinks.
        -- Set here: only a superuser may name them in the function's own settings.
        former_scan := current_setting('hnsw.iterative_scan');
        former_search := current_setting('hnsw.ef_search');
        PERFORM set_config('enable_sort', 'off', true),
            set_config('hnsw.iterative_scan', 'relaxed_order', true),
            set_config('hnsw.ef_search', o.ef_search, true);
        SELECT array_agg(id), array_agg(distance) INTO nearest, distances FROM (
            SELECT v.passage_id AS id, v.embedding <=> asked_vector AS distance
            FROM help_center_helppassageembedding v
            WHERE v.tenant_id = asked_tenant AND v.space = asked_space AND v.audience && roles
              AND (hidden IS NULL OR v.article_id <> ALL(hidden))
              AND (within IS NULL OR v.article_id IN (SELECT unnest(within)))
            ORDER BY v.embedding <=> asked_vector LIMIT o.candidates
        ) best WHERE distance <= 1 - o.floor;
        PERFORM set_config('enable_sort', 'on', true),
            set_config('hnsw.iterative_scan', former_scan, true),
            set_config('hnsw.ef_search', former_search, true);
    END IF;

    RETURN QUERY SELECT NULL::bigint, NULL::bigint, NULL::float8, NULL::float8, NULL::float8,
        NULL::float8, NULL::float8, 0, jsonb_build_object(
            'space', state.embedding_space,
            'lexemes', coalesce(lexemes, '{}') || meant,
            'idfs', coalesce(idfs, '{}') || meant_idfs,
            'unknown', coalesce(unknown, '{}'),
            'is_capped', is_capped
                OR NOT is_small AND coalesce(cardinality(nearest), 0) >= o.candidates
        );
    -- Every candidate is scored by both sides. The occurrences of a word are read off ts_rank,
    -- which for n of them returns 6/pi^2 (1 + 1/2^2 + ... + 1/n^2) = r, with .645 r / (1 - r) = n
    -- (6 % high for many); for two words it returns how near they stand (tsrank.c).
    RETURN QUERY
    WITH terms AS MATERIALIZED (
        SELECT t.query, t.config, t.idf * (o.k1 + 1) * 0.645 AS weight, FALSE AS is_pair
        FROM unnest(queries, configs, idfs) t(query, config, idf)
        UNION ALL
        SELECT t.query, t.config, t.weight, TRUE
        FROM unnest(near_queries, near_configs, near_weights) t(query, config, weight)
    ), scored AS MATERIALIZED (
        SELECT p.id, p.article_id, o.full_coverage * p.mass AS whole,
            coalesce(1 - pool.distance, (
                SELECT 1 - min(v.embedding <=> asked_vector)
                FROM help_center_helppassageembedding v
                WHERE v.passage_id = p.id AND v.space = asked_space
            )) AS similarity,
            coalesce((
                SELECT sum(CASE
                    WHEN t.is_pair THEN t.weight * ts_rank(o.fields, p.search_vector, t.query)
                    -- n / (n + k), with the rank looked up once
                    ELSE t.weight / (0.645 - k
                        + k / nullif(ts_rank(o.fields, p.search_vector, t.query), 0))
                END)
                FROM terms t WHERE t.config = p.search_config
            ), 0) AS words
        FROM (
            SELECT id, min(distance) AS distance FROM (
                SELECT unnest(by_words) AS id, NULL::float8 AS distance
                UNION ALL SELECT * FROM unnest(nearest, distances)
            ) sides GROUP BY id
        ) pool
        CROSS JOIN LATERAL (
            SELECT p.id, p.article_id, p.search_vector, p.search_config,
                o.k1 * (1 - o.b + o.b * p.length / s.average) AS k, s.mass
            FROM help_center_helppassage p
            JOIN unnest(size_configs, size_lengths, masses) s(config, average, mass)
              ON s.config = p.search_config
            WHERE p.id = pool.id AND p.tenant_id = asked_tenant
            OFFSET 0
        ) p
    ), best AS MATERIALIZED (
        SELECT words, nullif(similarity, 0) AS similarity,
            -- The more of the query words cover, the more they count.
            CASE WHEN coverage IS NULL THEN share ELSE least(1, greatest(0,
                share + o.uncovered + (o.covered - o.uncovered) * coverage)) END AS share,
            -- To words that occur nowhere something is always a little near.
            similarity >= o.floor + greatest(0, o.uncovered_floor - o.floor) * greatest(
                0, 1 - coalesce(coverage / nullif(o.keyword_floor, 0), 1)) AS is_near
        FROM (
            SELECT nullif(max(words), 0) AS words, max(similarity) AS similarity,
                coalesce(o.semantic / nullif(o.keyword + o.semantic, 0), 0) AS share,
                -- How much of the query's information the best passage has. Nothing to measure: no
                -- words that say something, or no meaning to weigh them against.
                CASE WHEN asked_vector IS NOT NULL AND max(whole) > 0
                    THEN least(1, coalesce(max(words / nullif(whole, 0)), 0)) END AS coverage
            FROM scored
            OFFSET 0
        ) found
    ), articles AS (
        SELECT s.article_id, max(s.keyword) AS keyword, max(s.semantic) AS semantic,
            max(s.similarity) AS similarity,
            (array_agg(s.id ORDER BY (1 - share) * s.keyword + share * s.semantic DESC, s.id))[1]
                AS passage_id,
            (o.keyword + o.semantic)
                * ((1 - share) * max(s.keyword) + share * max(s.semantic)) AS relevance
        FROM (
            SELECT s.id, s.article_id, s.similarity, b.share,
                coalesce(s.words / b.words, 0) AS keyword,
                coalesce(greatest(s.similarity, 0) / b.similarity, 0) AS semantic
            FROM scored s CROSS JOIN best b
            WHERE b.is_near AND s.similarity >= o.floor OR s.article_id = ANY(pinned)
                -- A chance word of a question that is about something else is no answer to it.
                OR s.words > 1e-9 AND (
                    has_phrases OR s.similarity IS NULL
                    OR s.words >= o.keyword_floor * s.whole
                )
        ) s GROUP BY s.article_id, share
    ), judged AS (
        SELECT s.*,
            CASE WHEN preferred IS NULL
                OR lower(split_part(a.language, '-', 1)) = lower(split_part(preferred, '-', 1)) THEN 1
                ELSE o.other_language END AS language_factor,
            o.helpful * (a.helpful_count + o.prior / 2)
                / (a.helpful_count + a.not_helpful_count + o.prior)
            + o.views * coalesce(ln(1 + a.view_count::float8)
                / nullif(max(ln(1 + a.view_count::float8)) OVER (), 0), 0)
            + o.recency * exp(-greatest(extract(epoch FROM asked_at - a.updated_at)::float8, 0)
                / o.recency_seconds) AS quality
        FROM articles s CROSS JOIN LATERAL (
            SELECT * FROM help_center_helparticle a WHERE a.id = s.article_id OFFSET 0
        ) a
    )
    SELECT j.article_id, j.passage_id, j.keyword, j.semantic, j.similarity, j.quality,
        j.language_factor * j.relevance + o.quality * j.quality,
        array_position(pinned, j.article_id), NULL::jsonb
    FROM judged j;
END
$function$;
