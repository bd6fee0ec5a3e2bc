"""Words as they are written, and how they are mistyped."""

from __future__ import annotations

import django.db.models.deletion
from django.conf import settings
from django.contrib.postgres.indexes import OpClass
from django.db import migrations, models

# The setting may be absent, so it cannot be read as an attribute.
TENANT_MODEL = getattr(settings, "HELP_CENTER_TENANT_MODEL", "help_center.HelpTenant")

#: As ``search.lexicon`` counts them from now on.
COUNT_WORDS = """
    INSERT INTO help_center_helplexeme (tenant_id, config, audience, lexeme, df)
    SELECT p.tenant_id, 'words', p.audience, lexeme, count(*)
    FROM help_center_helppassage p
    CROSS JOIN LATERAL unnest(tsvector_to_array(to_tsvector(
        'simple', translate(p.title || ' ' || p.heading_path || ' ' || p.text, '<>', '  ')
    ))) written(lexeme)
    WHERE lexeme !~ '[0-9[:punct:]]' AND char_length(lexeme) BETWEEN 2 AND 24
    GROUP BY 1, 3, 4
"""
UNCOUNT_WORDS = "DELETE FROM help_center_helplexeme WHERE config = 'words'"

SPELL_WORDS = """
    INSERT INTO help_center_helpspelling (tenant_id, key, word)
    SELECT DISTINCT tenant_id, left(lexeme, place) || substr(lexeme, place + 2), lexeme
    FROM help_center_helplexeme
    CROSS JOIN LATERAL generate_series(0, char_length(lexeme) - 1) place
    WHERE config = 'words' AND char_length(lexeme) >= 4
"""


class Migration(migrations.Migration):
    dependencies = [
        ("help_center", "0003_ranking"),
        # Not found by the autodetector, because the default model is in this app.
        migrations.swappable_dependency(TENANT_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="HelpSpelling",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.TextField(verbose_name="spelling")),
                ("word", models.TextField(verbose_name="word")),
                (
                    "tenant",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=TENANT_MODEL,
                        verbose_name="tenant",
                    ),
                ),
            ],
            options={"verbose_name": "spelling", "verbose_name_plural": "spellings"},
        ),
        migrations.AddConstraint(
            model_name="helpspelling",
            constraint=models.UniqueConstraint(
                "tenant",
                OpClass("key", name="text_pattern_ops"),
                "word",
                name="help_spelling_uniq",
            ),
        ),
        migrations.RunSQL(COUNT_WORDS, UNCOUNT_WORDS),
        migrations.RunSQL(SPELL_WORDS, migrations.RunSQL.noop),
    ]
