"""Files that articles show, and which article shows which."""

from __future__ import annotations

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import migrations, models
from django.db.models import F, Func, TextField, Value
from django.db.models.functions import Replace, Substr

# The setting may be absent, so it cannot be read as an attribute.
TENANT_MODEL = getattr(settings, "HELP_CENTER_TENANT_MODEL", "help_center.HelpTenant")

OFFICE = "application/vnd.openxmlformats-officedocument"
OPEN = "application/vnd.oasis.opendocument"
TYPES = [
    ("image/png", "PNG"),
    ("image/jpeg", "JPEG"),
    ("image/gif", "GIF"),
    ("image/webp", "WebP"),
    ("image/svg+xml", "SVG"),
    ("application/pdf", "PDF"),
    ("text/plain", "TXT"),
    ("text/csv", "CSV"),
    (f"{OFFICE}.wordprocessingml.document", "DOCX"),
    (f"{OFFICE}.spreadsheetml.sheet", "XLSX"),
    (f"{OFFICE}.presentationml.presentation", "PPTX"),
    (f"{OPEN}.text", "ODT"),
    (f"{OPEN}.spreadsheet", "ODS"),
    (f"{OPEN}.presentation", "ODP"),
    ("application/zip", "ZIP"),
]


MARK = "\x01"
ENDINGS = "png|jpg|gif|webp|svg|pdf|txt|csv|docx|xlsx|pptx|odt|ods|odp|zip"


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


class Migration(migrations.Migration):
    dependencies = [
        ("help_center", "0008_category_redirects"),
        migrations.swappable_dependency(TENANT_MODEL),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="HelpFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(editable=False, max_length=32, verbose_name="key")),
                (
                    "sha256",
                    models.CharField(editable=False, max_length=64, verbose_name="SHA-256"),
                ),
                ("storage_name", models.CharField(editable=False, max_length=200)),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                (
                    "content_type",
                    models.CharField(choices=TYPES, max_length=100, verbose_name="type"),
                ),
                ("size", models.PositiveBigIntegerField(verbose_name="size")),
                ("width", models.PositiveIntegerField(default=0, verbose_name="width")),
                ("height", models.PositiveIntegerField(default=0, verbose_name="height")),
                (
                    "alternative_text",
                    models.CharField(blank=True, max_length=500, verbose_name="alternative text"),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created")),
                (
                    "last_used_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="last used"
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
                (
                    "uploaded_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="uploaded by",
                    ),
                ),
            ],
            options={
                "verbose_name": "file",
                "verbose_name_plural": "files",
                "indexes": [
                    models.Index(fields=["tenant", "-created_at"], name="help_file_newest_idx")
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("tenant", "key"), name="help_file_key_uniq")
                ],
            },
        ),
        migrations.AddField("helparticle", "file_keys", file_keys()),
        migrations.AddField("helparticleversion", "file_keys", file_keys()),
        migrations.AddField("helpdraft", "file_keys", file_keys()),
        migrations.AddIndex(
            "helpdraft", GinIndex(fields=["file_keys"], name="help_draft_files_idx")
        ),
        migrations.AddIndex(
            "helparticle",
            GinIndex(fields=["file_keys"], name="help_article_files_idx", fastupdate=False),
        ),
        migrations.AddIndex(
            "helparticleversion", GinIndex(fields=["file_keys"], name="help_version_files_idx")
        ),
    ]
