"""Snippets that articles use, which article uses which, and templates for new articles."""

from __future__ import annotations

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import migrations, models
from django.db.models import F, Func, TextField, Value
from django.db.models.functions import Lower, Replace, Substr

import django_helpcenter.models.articles

# The setting may be absent, so it cannot be read as an attribute.
TENANT_MODEL = getattr(settings, "HELP_CENTER_TENANT_MODEL", "help_center.HelpTenant")

BUILT_IN = [
    ("how-to", "How-to"),
    ("troubleshooting", "Troubleshooting"),
    ("release-note", "Release note"),
]

MARK = "\x01"
ENDINGS = "png|jpg|gif|webp|svg|pdf|txt|csv|docx|xlsx|pptx|odt|ods|odp|zip"
QUOTES = "\"'“”„‟«»\u2018\u2019\u201a\u201b"


def file_keys() -> models.GeneratedField:
    marked = Replace(
        Replace(F("content"), Value("image:"), Value(MARK)), Value("file:"), Value(MARK)
    )
    keys = Func(
        marked,
        Value(rf"({MARK}[0-9a-f]{{32}})\.(?:{ENDINGS})|[^{MARK}]+|{MARK}"),
        Value(r"\1"),
        Value("g"),
        function="regexp_replace",
        output_field=TextField(),
    )
    keys_type = ArrayField(TextField())
    return models.GeneratedField(
        expression=Func(
            Substr(keys, 2), Value(MARK), function="string_to_array", output_field=keys_type
        ),
        output_field=keys_type,
        db_persist=True,
    )


def link_keys() -> models.GeneratedField:
    marked = Replace(F("content"), Value("article:"), Value(MARK))
    for before in ("/a/", "../"):
        marked = Replace(marked, Value(before), Value(f"{MARK}/"))
    keys = Func(
        marked,
        Value(
            rf"({MARK})(?:0*([0-9]{{1,18}})|(/[^][/?#()<>\s\"'`|\\{MARK}]{{1,255}}))"
            rf"|[^{MARK}]+|{MARK}"
        ),
        Value(r"\1\2\3"),
        Value("g"),
        function="regexp_replace",
        output_field=TextField(),
    )
    keys_type = ArrayField(TextField())
    return models.GeneratedField(
        expression=Func(
            Substr(keys, 2), Value(MARK), function="string_to_array", output_field=keys_type
        ),
        output_field=keys_type,
        db_persist=True,
    )


def snippet_keys() -> models.GeneratedField:
    keys = Func(
        Replace(F("content"), Value("{{"), Value(MARK)),
        Value(
            rf"{MARK}[ \t]*snippet[ \t]+[{QUOTES}][ \t]*([a-zA-Z0-9_-]+)[ \t]*[{QUOTES}]"
            rf"[ \t]*\}}\}}"
            rf"|[^{MARK}]+|{MARK}"
        ),
        Value(rf"{MARK}\1"),
        Value("g"),
        function="regexp_replace",
        output_field=TextField(),
    )
    keys_type = ArrayField(TextField())
    parts = Func(Lower(keys), Value(MARK), function="string_to_array", output_field=keys_type)
    return models.GeneratedField(
        expression=Func(parts, Value(""), function="array_remove", output_field=keys_type),
        output_field=keys_type,
        db_persist=True,
    )


class Migration(migrations.Migration):
    dependencies = [
        ("help_center", "0012_translations"),
        # Not found by the autodetector, because the default model is in this app.
        migrations.swappable_dependency(TENANT_MODEL),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="HelpArticleTemplate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                (
                    "description",
                    models.CharField(
                        blank=True,
                        help_text="When to use this; writers see it when they choose.",
                        max_length=300,
                        verbose_name="description",
                    ),
                ),
                (
                    "replaces",
                    models.CharField(
                        blank=True,
                        choices=BUILT_IN,
                        help_text="The template that comes with the help center "
                        "which this is offered for.",
                        max_length=20,
                        verbose_name="replaces",
                    ),
                ),
                ("display_order", models.IntegerField(default=0, verbose_name="display order")),
                (
                    "language",
                    models.CharField(
                        blank=True,
                        help_text="Empty: the site's.",
                        max_length=16,
                        validators=[
                            django.core.validators.RegexValidator(
                                "\\A[A-Za-z]{2,3}(?:-[A-Za-z0-9]+)*\\Z",
                                "Give the code of a language, such as “de-at”.",
                            )
                        ],
                        verbose_name="language",
                    ),
                ),
                ("title", models.CharField(blank=True, max_length=500, verbose_name="title")),
                ("summary", models.TextField(blank=True, verbose_name="summary")),
                (
                    "content",
                    models.TextField(
                        help_text="Markdown. “[Replace: …]” marks what every article says in "
                        "its own words; an article in which one is left is not published.",
                        verbose_name="content",
                    ),
                ),
                ("file_keys", file_keys()),
                ("snippet_keys", snippet_keys()),
                (
                    "target_roles",
                    models.JSONField(
                        blank=True,
                        default=list,
                        help_text="Roles that may read this; empty, or “all”: everybody.",
                        verbose_name="target roles",
                    ),
                ),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="updated")),
                (
                    "category",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="help_center.helpcategory",
                        verbose_name="category",
                    ),
                ),
                (
                    "tags",
                    models.ManyToManyField(
                        blank=True, related_name="+", to="help_center.helptag", verbose_name="tags"
                    ),
                ),
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
            options={
                "verbose_name": "article template",
                "verbose_name_plural": "article templates",
                "ordering": ["display_order", "name", "pk"],
            },
        ),
        migrations.CreateModel(
            name="HelpSnippet",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "key",
                    models.CharField(
                        help_text="What texts call this, such as “support-hours”.",
                        max_length=80,
                        validators=[
                            django.core.validators.RegexValidator(
                                "\\A[a-z0-9]+(?:[_-]+[a-z0-9]+)*\\Z",
                                "Use small letters a to z, digits and hyphens, "
                                "such as “support-hours”.",
                            )
                        ],
                        verbose_name="key",
                    ),
                ),
                (
                    "language",
                    models.CharField(
                        default=django_helpcenter.models.articles.default_language,
                        max_length=16,
                        validators=[
                            django.core.validators.RegexValidator(
                                "\\A[A-Za-z]{2,3}(?:-[A-Za-z0-9]+)*\\Z",
                                "Give the code of a language, such as “de-at”.",
                            )
                        ],
                        verbose_name="language",
                    ),
                ),
                (
                    "description",
                    models.CharField(
                        blank=True,
                        help_text="What this is for; writers see it when they choose a snippet.",
                        max_length=300,
                        verbose_name="description",
                    ),
                ),
                ("content", models.TextField(help_text="Markdown.", verbose_name="content")),
                ("file_keys", file_keys()),
                ("link_keys", link_keys()),
                (
                    "source",
                    models.CharField(
                        blank=True, editable=False, max_length=200, verbose_name="source"
                    ),
                ),
                ("source_hash", models.CharField(blank=True, editable=False, max_length=64)),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="updated")),
                (
                    "last_updated_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="last updated by",
                    ),
                ),
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
            options={
                "verbose_name": "snippet",
                "verbose_name_plural": "snippets",
                "ordering": ["key", "language", "pk"],
            },
        ),
        migrations.AddField(
            model_name="helparticle",
            name="snippet_keys",
            field=snippet_keys(),
        ),
        migrations.AddField(
            model_name="helpdraft",
            name="snippet_keys",
            field=snippet_keys(),
        ),
        migrations.AddIndex(
            model_name="helparticle",
            index=GinIndex(
                fastupdate=False, fields=["snippet_keys"], name="help_article_snippets_idx"
            ),
        ),
        migrations.AddIndex(
            model_name="helpdraft",
            index=GinIndex(fields=["snippet_keys"], name="help_draft_snippets_idx"),
        ),
        migrations.AddIndex(
            model_name="helparticletemplate",
            index=models.Index(fields=["tenant", "display_order"], name="help_template_order_idx"),
        ),
        migrations.AddIndex(
            model_name="helparticletemplate",
            index=GinIndex(fields=["file_keys"], name="help_template_files_idx"),
        ),
        migrations.AddIndex(
            model_name="helparticletemplate",
            index=GinIndex(fields=["snippet_keys"], name="help_template_snippets_idx"),
        ),
        migrations.AddConstraint(
            model_name="helparticletemplate",
            constraint=models.UniqueConstraint(
                fields=("tenant", "name", "language"), name="help_template_name_uniq"
            ),
        ),
        migrations.AddIndex(
            model_name="helpsnippet",
            index=GinIndex(fastupdate=False, fields=["file_keys"], name="help_snippet_files_idx"),
        ),
        migrations.AddConstraint(
            model_name="helpsnippet",
            constraint=models.UniqueConstraint(
                fields=("tenant", "key", "language"), name="help_snippet_uniq"
            ),
        ),
    ]
