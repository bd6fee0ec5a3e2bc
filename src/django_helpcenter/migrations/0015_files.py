"""Files besides images that articles link to, and since when a file is unused."""

from __future__ import annotations

import django.utils.timezone
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import migrations, models
from django.db.migrations.operations.base import Operation
from django.db.models import F, Func, TextField, Value
from django.db.models.functions import Replace, Substr

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


#: All models with a text, and the index of the files that it names.
HOLDERS = {
    "helparticle": GinIndex(fields=["file_keys"], name="help_article_files_idx", fastupdate=False),
    "helparticleversion": GinIndex(fields=["file_keys"], name="help_version_files_idx"),
    "helpdraft": GinIndex(fields=["file_keys"], name="help_draft_files_idx"),
}


def read_anew() -> list[Operation]:
    """Replace the generated columns: PostgreSQL before 17 cannot give one another expression."""
    operations: list[Operation] = []
    for model, index in HOLDERS.items():
        operations += [
            migrations.RemoveIndex(model, index.name),
            migrations.RemoveField(model, "file_keys"),
            migrations.AddField(model, "file_keys", file_keys()),
            migrations.AddIndex(model, index),
        ]
    return operations


class Migration(migrations.Migration):
    dependencies = [("help_center", "0009_files")]

    operations = [
        migrations.AlterField(
            "helpfile",
            "content_type",
            models.CharField(choices=TYPES, max_length=100, verbose_name="type"),
        ),
        migrations.AddField(
            "helpfile",
            "last_used_at",
            models.DateTimeField(
                default=django.utils.timezone.now, editable=False, verbose_name="last used"
            ),
        ),
        *read_anew(),
    ]
