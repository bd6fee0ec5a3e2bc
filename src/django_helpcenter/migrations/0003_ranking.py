"""The ranking in the database, and words of passages stored where reading them is cheap."""

from __future__ import annotations

from importlib.resources import files

from django.db import migrations

RANKING = files("django_helpcenter.search") / "sql" / "help_center_rank_1.sql"

#: As ``search.lexicon`` counts them from now on.
COUNT_PASSAGES = """
    INSERT INTO help_center_helplexeme (tenant_id, config, audience, lexeme, df)
    SELECT tenant_id, search_config, audience, counted.lexeme, sum(counted.number)
    FROM help_center_helppassage
    CROSS JOIN LATERAL (VALUES ('', 1), (' ', length)) counted(lexeme, number)
    GROUP BY 1, 2, 3, 4
"""


class Migration(migrations.Migration):
    dependencies = [("help_center", "0002_initial")]

    operations = [
        migrations.RemoveField("helpindexstate", "average_length"),
        migrations.RunSQL(
            COUNT_PASSAGES, "DELETE FROM help_center_helplexeme WHERE lexeme IN ('', ' ')"
        ),
        # Beside its text a passage's words are moved out of the row, and fetched for every rank.
        migrations.RunSQL(
            "ALTER TABLE help_center_helppassage ALTER COLUMN search_vector SET STORAGE MAIN",
            migrations.RunSQL.noop,
        ),
        migrations.RunSQL(
            [(RANKING.read_text(encoding="utf-8"), None)],
            "DROP FUNCTION help_center_rank_1",
        ),
    ]
