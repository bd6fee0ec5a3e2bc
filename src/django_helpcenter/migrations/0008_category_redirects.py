"""Where the address of a category leads that was renamed or merged."""

from __future__ import annotations

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# The setting may be absent, so it cannot be read as an attribute.
TENANT_MODEL = getattr(settings, "HELP_CENTER_TENANT_MODEL", "help_center.HelpTenant")


class Migration(migrations.Migration):
    dependencies = [
        ("help_center", "0007_authoring"),
        # Not found by the autodetector, because the default model is in this app.
        migrations.swappable_dependency(TENANT_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="HelpCategoryRedirect",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "slug",
                    models.SlugField(
                        allow_unicode=True,
                        db_index=False,
                        max_length=255,
                        verbose_name="former slug",
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created")),
                (
                    "category",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="redirects",
                        to="help_center.helpcategory",
                        verbose_name="category",
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
                "verbose_name": "category redirect",
                "verbose_name_plural": "category redirects",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("tenant", "slug"), name="help_category_redirect_slug_uniq"
                    )
                ],
            },
        ),
    ]
