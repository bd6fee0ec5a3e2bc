"""Which article is a translation of which, of which version, and how much a change matters."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models

SIGNIFICANCE = [
    ("MINOR", "Minor: translations stay up to date"),
    ("NORMAL", "Normal: translations should follow"),
    ("MAJOR", "Major: translations say something wrong now"),
]


class Migration(migrations.Migration):
    dependencies = [("help_center", "0011_links")]

    operations = [
        migrations.AddField(
            "helparticle",
            "translated_from",
            models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="translated_into",
                to="help_center.helparticle",
                verbose_name="translated from",
            ),
        ),
        migrations.AddField(
            "helparticle",
            "translated_version",
            models.PositiveIntegerField(
                default=0,
                editable=False,
                help_text="The version of the original that this says; 0: nobody knows.",
                verbose_name="translated version",
            ),
        ),
        migrations.AddField(
            "helparticleversion",
            "significance",
            models.CharField(
                choices=SIGNIFICANCE,
                default="NORMAL",
                help_text="What the change from the version before asks of translations.",
                max_length=10,
                verbose_name="significance",
            ),
        ),
        migrations.AddField(
            "helparticleversion",
            "text_hash",
            models.CharField(blank=True, editable=False, max_length=64, verbose_name="text hash"),
        ),
        migrations.AddField(
            "helparticleversion",
            "translated_version",
            models.PositiveIntegerField(
                default=0, editable=False, verbose_name="translated version"
            ),
        ),
        migrations.AddField(
            "helpdraft",
            "significance",
            models.CharField(
                blank=True, choices=SIGNIFICANCE, max_length=10, verbose_name="significance"
            ),
        ),
        migrations.AddField(
            "helpdraft",
            "translated_version",
            models.PositiveIntegerField(
                blank=True, editable=False, null=True, verbose_name="translated version"
            ),
        ),
    ]
