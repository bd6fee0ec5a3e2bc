"""Drafts beside what readers see, the record of transitions, and addresses that are gone."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# The setting may be absent, so it cannot be read as an attribute.
TENANT_MODEL = getattr(settings, "HELP_CENTER_TENANT_MODEL", "help_center.HelpTenant")


class Migration(migrations.Migration):
    dependencies = [
        ("help_center", "0006_suggestions"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        # Not found by the autodetector, because the default model is in this app.
        migrations.swappable_dependency(TENANT_MODEL),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="helparticle",
            options={
                "permissions": [
                    ("publish_helparticle", "Can publish and archive articles"),
                    ("review_helparticle", "Can send articles back from review"),
                ],
                "verbose_name": "article",
                "verbose_name_plural": "articles",
            },
        ),
        migrations.AlterField(
            model_name="helpredirect",
            name="article",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="redirects",
                to="help_center.helparticle",
                verbose_name="article",
            ),
        ),
        migrations.CreateModel(
            name="HelpDraft",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("WRITING", "Being written"), ("REVIEW", "In review")],
                        default="WRITING",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("title", models.CharField(max_length=500, verbose_name="title")),
                ("summary", models.TextField(blank=True, verbose_name="summary")),
                ("content", models.TextField(blank=True, verbose_name="content")),
                ("base_version", models.PositiveIntegerField(verbose_name="base version")),
                ("base_title", models.CharField(max_length=500, verbose_name="base title")),
                ("base_summary", models.TextField(blank=True, verbose_name="base summary")),
                ("base_content", models.TextField(blank=True, verbose_name="base content")),
                ("revision", models.PositiveIntegerField(default=1, verbose_name="revision")),
                ("note", models.CharField(blank=True, max_length=500, verbose_name="note")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="updated")),
                (
                    "article",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="drafts",
                        to="help_center.helparticle",
                        verbose_name="article",
                    ),
                ),
                (
                    "editor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="editor",
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
                "verbose_name": "draft",
                "verbose_name_plural": "drafts",
                "ordering": ["-updated_at", "-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("tenant", "article", "editor"), name="help_draft_editor_uniq"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="HelpTransition",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "before",
                    models.CharField(
                        choices=[
                            ("DRAFT", "Draft"),
                            ("REVIEW", "In review"),
                            ("PUBLISHED", "Published"),
                            ("ARCHIVED", "Archived"),
                        ],
                        max_length=20,
                        verbose_name="from",
                    ),
                ),
                (
                    "after",
                    models.CharField(
                        choices=[
                            ("DRAFT", "Draft"),
                            ("REVIEW", "In review"),
                            ("PUBLISHED", "Published"),
                            ("ARCHIVED", "Archived"),
                        ],
                        max_length=20,
                        verbose_name="to",
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=500, verbose_name="note")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="when")),
                (
                    "actor",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="who",
                    ),
                ),
                (
                    "article",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="transitions",
                        to="help_center.helparticle",
                        verbose_name="article",
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
                "verbose_name": "transition",
                "verbose_name_plural": "transitions",
                "ordering": ["-created_at", "-pk"],
                "indexes": [
                    models.Index(
                        fields=["tenant", "-created_at"], name="help_transition_tenant_idx"
                    )
                ],
            },
        ),
    ]
