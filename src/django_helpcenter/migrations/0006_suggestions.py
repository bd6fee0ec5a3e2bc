"""What is suggested while a reader types: words of titles, searches in plain words."""

from __future__ import annotations

from importlib.resources import files

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVectorField
from django.db import migrations, models
from django.db.models import F, Func, Q

SQL = files("django_helpcenter.search") / "sql"
FILES = (
    "help_center_hidden_1", "help_center_known_1", "help_center_known_words_1",
    "help_center_popular_1", "help_center_meant_1", "help_center_suggest_1",
)  # fmt: skip
FUNCTIONS = (
    "help_center_hidden_1", "help_center_known_1", "help_center_known_words_1",
    "help_center_written_1", "help_center_popular_1", "help_center_meant_1",
    "help_center_is_open_1", "help_center_suggest_1",
)  # fmt: skip

# What is written here lets accents be; the next time that a title is saved or indexed, its words
# are taken apart as ``content.title_words`` does it from now on.
WORDS_OF_TITLES = """
    UPDATE {table} SET {state}{words} = array(
        SELECT DISTINCT tenant_id || ' ' || found.word FROM (
            SELECT word, string_agg(word, ' ') OVER (
                ORDER BY place ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
            ) AS beginning
            FROM regexp_split_to_table(lower({title}), '[^[:alnum:]]+')
                WITH ORDINALITY w(word, place)
            WHERE word <> ''
        ) w CROSS JOIN LATERAL (
            VALUES (left(w.word, 64)), ('^' || left(w.beginning, 60))
        ) found(word)
        ORDER BY 1
    )
"""
# In the same statement, for a row that a transaction changes twice has its keys checked at the end,
# and until then no index can be made.
MARK_TITLES = r"""
    index_state = CASE WHEN status = 'PUBLISHED' AND title ~ '[^\x01-\x7f]' THEN 'STALE'
        ELSE index_state END,
"""
SHORTEN_QUERIES = """
    UPDATE help_center_helpsearchhistory h SET query_key = k.words, query_words = k.found
    FROM help_center_helpsearchhistory s CROSS JOIN LATERAL (
        SELECT coalesce(string_agg(word, ' ' ORDER BY place), ''),
            coalesce(array_agg(DISTINCT word), '{}')
        FROM regexp_split_to_table(lower(s.query), '[^[:alnum:]]+') WITH ORDINALITY w(word, place)
        WHERE word <> ''
    ) k(words, found)
    WHERE s.id = h.id AND char_length(s.query) <= 100 AND s.query !~ '[^ A-Za-z?!,]'
"""


class Migration(migrations.Migration):
    dependencies = [("help_center", "0005_search_rules")]

    operations = [
        migrations.AddField(
            "helparticle",
            "title_words",
            ArrayField(
                base_field=models.TextField(),
                blank=True,
                default=list,
                editable=False,
                verbose_name="title words",
            ),
        ),
        migrations.AddField(
            "helpcategory",
            "name_words",
            ArrayField(
                base_field=models.TextField(),
                blank=True,
                default=list,
                editable=False,
                verbose_name="name words",
            ),
        ),
        migrations.AddField(
            "helpsearchhistory",
            "query_key",
            models.CharField(
                blank=True,
                default="",
                editable=False,
                max_length=100,
                verbose_name="query in plain words",
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            "helpsearchhistory",
            "query_words",
            ArrayField(
                base_field=models.TextField(),
                blank=True,
                default=list,
                editable=False,
                verbose_name="words",
            ),
        ),
        migrations.RunSQL(
            [
                WORDS_OF_TITLES.format(
                    table="help_center_helparticle",
                    words="title_words",
                    title="title",
                    state=MARK_TITLES,
                ),
                WORDS_OF_TITLES.format(
                    table="help_center_helpcategory",
                    words="name_words",
                    title="name",
                    state="",
                ),
                SHORTEN_QUERIES,
            ],
            migrations.RunSQL.noop,
        ),
        migrations.AddIndex(
            "helparticle",
            GinIndex(
                Func(
                    F("title_words"),
                    function="array_to_tsvector",
                    output_field=SearchVectorField(),
                ),
                condition=Q(status="PUBLISHED"),
                fastupdate=False,
                name="help_article_title_words_idx",
            ),
        ),
        migrations.AddIndex(
            "helparticle",
            models.Index(
                "tenant",
                F("view_count").desc(),
                "id",
                condition=Q(status="PUBLISHED"),
                name="help_article_read_most_idx",
            ),
        ),
        migrations.AddIndex(
            "helplexeme",
            models.Index(
                "tenant",
                OpClass("lexeme", name="text_pattern_ops"),
                condition=Q(config="words"),
                name="help_lexeme_prefix_idx",
            ),
        ),
        migrations.AddIndex(
            "helpsearchhistory",
            models.Index(
                "tenant",
                OpClass("query_key", name="text_pattern_ops"),
                F("created_at").desc(),
                condition=~Q(query_key="") & (Q(user__isnull=False) | ~Q(visitor_key="")),
                name="help_search_asked_idx",
            ),
        ),
        migrations.AddIndex(
            "helpsearchhistory",
            models.Index(
                "tenant",
                OpClass("query_key", name="text_pattern_ops"),
                F("created_at").desc(),
                condition=Q(clicked_article__isnull=False)
                & ~Q(query_key="")
                & (Q(user__isnull=False) | ~Q(visitor_key="")),
                include=["user", "visitor_key"],
                name="help_search_opened_idx",
            ),
        ),
        migrations.AddIndex(
            "helpsearchhistory",
            models.Index(
                F("clicked_article"),
                F("created_at").desc(),
                condition=Q(clicked_article__isnull=False)
                & (Q(user__isnull=False) | ~Q(visitor_key="")),
                name="help_search_led_to_idx",
            ),
        ),
        migrations.RunSQL(
            [((SQL / f"{name}.sql").read_text(encoding="utf-8"), None) for name in FILES],
            [f"DROP FUNCTION {name}" for name in reversed(FUNCTIONS)],
        ),
    ]
