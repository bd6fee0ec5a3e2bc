"""Owners and review intervals, the record of reviews, and who was reminded when."""

import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps
from django.db.models import F

# The setting may be absent, so it cannot be read as an attribute.
TENANT_MODEL = getattr(settings, "HELP_CENTER_TENANT_MODEL", "help_center.HelpTenant")

INTERVAL_VALIDATORS = [
    django.core.validators.MinValueValidator(1, "Give one day or more, or say “never”."),
    django.core.validators.MaxValueValidator(
        36_500, "Give at most %(limit_value)s days, or say “never”."
    ),
]


def take_last_edit(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Take the last edit, of whatever it was, for the last change of the text."""
    articles = apps.get_model("help_center", "HelpArticle").objects
    articles.using(schema_editor.connection.alias).update(text_changed_at=F("updated_at"))


class Migration(migrations.Migration):
    dependencies = [
        ("help_center", "0009_files"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        # Not found by the autodetector, because the default model is in this app.
        migrations.swappable_dependency(TENANT_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="HelpReview",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "action",
                    models.CharField(
                        choices=[
                            ("VERIFIED", "Found still right"),
                            ("OWNER", "Owner changed"),
                            ("INTERVAL", "Interval changed"),
                        ],
                        max_length=10,
                        verbose_name="what",
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
                        related_name="reviews",
                        to="help_center.helparticle",
                        verbose_name="article",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="owner",
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
                "verbose_name": "record of upkeep",
                "verbose_name_plural": "records of upkeep",
                "ordering": ["-created_at", "-pk"],
                "indexes": [
                    models.Index(fields=["tenant", "-created_at"], name="help_review_tenant_idx")
                ],
            },
        ),
        migrations.CreateModel(
            name="HelpReviewDigest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("claimed_at", models.DateTimeField(null=True, verbose_name="claimed")),
                ("sent_at", models.DateTimeField(null=True, verbose_name="sent")),
                ("error", models.TextField(blank=True, verbose_name="error")),
                (
                    "owner",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="owner",
                    ),
                ),
            ],
            options={
                "verbose_name": "review digest",
                "verbose_name_plural": "review digests",
            },
        ),
        migrations.AddField(
            model_name="helparticle",
            name="owner",
            field=models.ForeignKey(
                blank=True,
                help_text="Who sees to it that this stays right, and is reminded of it.",
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="owner",
            ),
        ),
        migrations.AddField(
            model_name="helparticle",
            name="review_interval_days",
            field=models.PositiveIntegerField(
                blank=True, null=True, validators=INTERVAL_VALIDATORS, verbose_name="review every"
            ),
        ),
        migrations.AddField(
            model_name="helparticle",
            name="text_changed_at",
            field=models.DateTimeField(
                default=django.utils.timezone.now, editable=False, verbose_name="text changed"
            ),
        ),
        migrations.AddField(
            model_name="helparticle",
            name="verified_at",
            field=models.DateTimeField(
                blank=True, editable=False, null=True, verbose_name="verified"
            ),
        ),
        migrations.AddField(
            model_name="helparticle",
            name="verified_by",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="verified by",
            ),
        ),
        migrations.AddField(
            model_name="helpcategory",
            name="review_interval_days",
            field=models.PositiveIntegerField(
                blank=True, null=True, validators=INTERVAL_VALIDATORS, verbose_name="review every"
            ),
        ),
        migrations.AddIndex(
            model_name="helpcategory",
            index=models.Index(
                condition=models.Q(("review_interval_days__isnull", False)),
                fields=["path"],
                name="help_category_interval_idx",
            ),
        ),
        migrations.AddConstraint(
            model_name="helparticle",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("review_interval_days__isnull", True),
                    ("review_interval_days__range", (1, 36500)),
                    _connector="OR",
                ),
                name="help_article_interval_check",
            ),
        ),
        migrations.AddConstraint(
            model_name="helpcategory",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("review_interval_days__isnull", True),
                    ("review_interval_days__range", (1, 36500)),
                    _connector="OR",
                ),
                name="help_category_interval_check",
            ),
        ),
        migrations.RunPython(take_last_edit, migrations.RunPython.noop),
    ]
