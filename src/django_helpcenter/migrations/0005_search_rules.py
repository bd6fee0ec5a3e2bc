"""Synonyms and editor's picks, and the ranking in the database, which knows of them."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import migrations, models
from django.db.models import Case, F, Func, TextField, Value, When

import django_helpcenter.models.articles

# The setting may be absent, so it cannot be read as an attribute.
TENANT_MODEL = getattr(settings, "HELP_CENTER_TENANT_MODEL", "help_center.HelpTenant")

SQL = files("django_helpcenter.search") / "sql"
FUNCTIONS = ("help_center_synonyms_1", "help_center_rank_1")

CONFIGS = (
    "arabic", "armenian", "basque", "catalan", "danish", "dutch", "english", "finnish", "french",
    "german", "greek", "hindi", "hungarian", "indonesian", "irish", "italian", "lithuanian",
    "nepali", "norwegian", "portuguese", "romanian", "russian", "serbian", "spanish", "swedish",
    "tamil", "turkish", "yiddish",
)  # fmt: skip


def synonym_search_vector() -> Func:
    """Write the vector out for each configuration: a cast to regconfig is not immutable."""
    terms = Func("terms", Value("<>"), Value("  "), function="translate", output_field=TextField())
    words = Case(
        *[
            When(search_config=config, then=SearchVector(terms, weight="A", config=config))
            for config in CONFIGS
        ],
        default=SearchVector(terms, weight="A", config="simple"),
        output_field=SearchVectorField(),
    )
    tokens = Func(F("tokens"), function="array_to_tsvector", output_field=SearchVectorField())
    return Func(
        words,
        tokens,
        template="(%(expressions)s)",
        arg_joiner=" || ",
        output_field=SearchVectorField(),
    )


def primary_key() -> models.Field[Any, Any]:
    return models.BigAutoField(
        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
    )


def tenant() -> models.Field[Any, Any]:
    return models.ForeignKey(
        db_index=False,
        on_delete=django.db.models.deletion.CASCADE,
        related_name="+",
        to=TENANT_MODEL,
        verbose_name="tenant",
    )


class Migration(migrations.Migration):
    dependencies = [
        ("help_center", "0004_spellings"),
        # Not found by the autodetector, because the default model is in this app.
        migrations.swappable_dependency(TENANT_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="HelpSynonym",
            fields=[
                ("id", primary_key()),
                (
                    "language",
                    models.CharField(
                        default=django_helpcenter.models.articles.default_language,
                        max_length=16,
                        verbose_name="language",
                    ),
                ),
                (
                    "terms",
                    models.TextField(
                        help_text=(
                            "One a line. Without meanings they all mean the same: at least two."
                        ),
                        verbose_name="words or phrases",
                    ),
                ),
                (
                    "meanings",
                    models.TextField(
                        blank=True,
                        help_text=(
                            "One a line. Who asks for one of the words above finds these too, not "
                            "the other way round. Leave this empty for words that all mean the "
                            "same."
                        ),
                        verbose_name="meanings",
                    ),
                ),
                ("lines", models.JSONField(default=dict, editable=False)),
                (
                    "tokens",
                    ArrayField(base_field=models.TextField(), default=list, editable=False),
                ),
                (
                    "search_config",
                    models.CharField(default="simple", editable=False, max_length=20),
                ),
                (
                    "search_vector",
                    models.GeneratedField(
                        db_persist=True,
                        expression=synonym_search_vector(),
                        output_field=SearchVectorField(),
                    ),
                ),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="updated")),
                ("tenant", tenant()),
            ],
            options={
                "verbose_name": "synonym",
                "verbose_name_plural": "synonyms",
                "ordering": ["terms", "pk"],
                "indexes": [
                    models.Index(fields=["tenant", "search_config"], name="help_synonym_idx")
                ],
            },
        ),
        migrations.CreateModel(
            name="HelpPinnedResult",
            fields=[
                ("id", primary_key()),
                (
                    "query",
                    models.CharField(
                        help_text=(
                            "The whole query. Case, accents and punctuation make no difference."
                        ),
                        max_length=200,
                        verbose_name="query",
                    ),
                ),
                ("key", models.CharField(editable=False, max_length=200)),
                (
                    "position",
                    models.PositiveSmallIntegerField(
                        default=1,
                        help_text="Of several picks for one query the lowest comes first.",
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(20),
                        ],
                        verbose_name="position",
                    ),
                ),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="updated")),
                (
                    "article",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="help_center.helparticle",
                        verbose_name="article",
                    ),
                ),
                ("tenant", tenant()),
            ],
            options={
                "verbose_name": "pinned result",
                "verbose_name_plural": "pinned results",
                "ordering": ["key", "position", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("tenant", "key", "article"),
                        name="help_pinned_uniq",
                        violation_error_message="This article is pinned to this query already.",
                    )
                ],
            },
        ),
        migrations.RunSQL(
            [((SQL / f"{name}.sql").read_text(encoding="utf-8"), None) for name in FUNCTIONS],
            [f"DROP FUNCTION {name}" for name in reversed(FUNCTIONS)],
        ),
    ]
