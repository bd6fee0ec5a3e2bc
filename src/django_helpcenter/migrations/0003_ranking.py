"""What the ranking counts, and what PostgreSQL's parser loses of a text."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import migrations, models
from django.db.models import Case, F, Func, TextField, Value, When
from django.db.models.expressions import Combinable

#: As ``search.lexicon`` counts them from now on.
COUNT_PASSAGES = """
    INSERT INTO help_center_helplexeme (tenant_id, config, audience, lexeme, df)
    SELECT tenant_id, search_config, audience, counted.lexeme, sum(counted.number)
    FROM help_center_helppassage
    CROSS JOIN LATERAL (VALUES ('', 1), (' ', length)) counted(lexeme, number)
    GROUP BY 1, 2, 3, 4
"""
UNCOUNT_PASSAGES = "DELETE FROM help_center_helplexeme WHERE lexeme IN ('', ' ')"

CONFIGS = (
    "arabic", "armenian", "basque", "catalan", "danish", "dutch", "english", "finnish", "french",
    "german", "greek", "hindi", "hungarian", "indonesian", "irish", "italian", "lithuanian",
    "nepali", "norwegian", "portuguese", "romanian", "russian", "serbian", "spanish", "swedish",
    "tamil", "turkish", "yiddish",
)  # fmt: skip
WEIGHTS = {"title": "A", "heading_path": "B", "text": "C", "folded": "D"}


def passage_search_vector() -> Func:
    """Write the vector out for each configuration: a cast to regconfig is not immutable."""

    def vector(config: str) -> Combinable:
        combined: Combinable
        combined, *rest = (
            SearchVector(
                Func(
                    name,
                    Value("<>"),
                    Value("  "),
                    function="translate",
                    output_field=TextField(),
                ),
                weight=weight,
                config=config,
            )
            for name, weight in WEIGHTS.items()
        )
        for one in rest:
            combined = combined + one
        return combined

    words = Case(
        *[When(search_config=config, then=vector(config)) for config in CONFIGS],
        default=vector("simple"),
        output_field=SearchVectorField(),
    )
    owner = Func(
        F("tenant_id"),
        template="ARRAY['@' || %(expressions)s::text]",
        output_field=ArrayField(TextField()),
    )
    tokens = Func(
        joined(F("tokens"), owner), function="array_to_tsvector", output_field=SearchVectorField()
    )
    return joined(words, tokens)


def joined(*expressions: Combinable) -> Func:
    return Func(
        *expressions,
        template="(%(expressions)s)",
        arg_joiner=" || ",
        output_field=SearchVectorField(),
    )


class Migration(migrations.Migration):
    dependencies = [("help_center", "0002_initial")]

    operations = [
        migrations.RemoveField("helpindexstate", "average_length"),
        migrations.RunSQL(COUNT_PASSAGES, UNCOUNT_PASSAGES),
        migrations.AddField(
            "helppassage",
            "folded",
            models.TextField(blank=True, default="", verbose_name="words without accents"),
        ),
        migrations.AddField(
            "helppassage",
            "tokens",
            ArrayField(
                base_field=models.TextField(), blank=True, default=list, verbose_name="tokens"
            ),
        ),
        # A generated column cannot be altered.
        migrations.RemoveIndex("helppassage", "help_passage_search_idx"),
        migrations.RemoveField("helppassage", "search_vector"),
        migrations.AddField(
            "helppassage",
            "search_vector",
            models.GeneratedField(
                db_persist=True,
                expression=passage_search_vector(),
                output_field=SearchVectorField(),
            ),
        ),
        migrations.AddIndex(
            "helppassage", GinIndex(fields=["search_vector"], name="help_passage_search_idx")
        ),
        # Beside its text a passage's words are moved out of the row, and fetched for every rank.
        migrations.RunSQL(
            "ALTER TABLE help_center_helppassage ALTER COLUMN search_vector SET STORAGE MAIN",
            migrations.RunSQL.noop,
        ),
    ]
