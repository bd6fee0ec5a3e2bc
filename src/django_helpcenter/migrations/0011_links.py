"""The links in articles, and what is known of where they lead."""

from __future__ import annotations

import django.db.models.deletion
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import migrations, models
from django.db.models import F, Func, TextField, Value
from django.db.models.functions import Replace, Substr

# The setting may be absent, so it cannot be read as an attribute.
TENANT_MODEL = getattr(settings, "HELP_CENTER_TENANT_MODEL", "help_center.HelpTenant")

MARK = "\x01"


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


class Migration(migrations.Migration):
    dependencies = [
        ("help_center", "0010_ageing"),
        # Not found by the autodetector, because the default model is in this app.
        migrations.swappable_dependency(TENANT_MODEL),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="HelpArticleLinks",
            fields=[
                (
                    "article",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="collected_links",
                        serialize=False,
                        to="help_center.helparticle",
                        verbose_name="article",
                    ),
                ),
                ("content_md5", models.CharField(editable=False, max_length=32)),
                (
                    "addresses",
                    ArrayField(
                        base_field=models.TextField(), default=list, verbose_name="addresses"
                    ),
                ),
                ("links", models.JSONField(default=dict, verbose_name="links")),
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
                ("read_at", models.DateTimeField(auto_now=True, verbose_name="read")),
            ],
            options={
                "verbose_name": "article's links",
                "verbose_name_plural": "links of articles",
            },
        ),
        migrations.CreateModel(
            name="HelpLink",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("address", models.TextField(verbose_name="address")),
                ("host", models.CharField(blank=True, max_length=255, verbose_name="host")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("NEW", "Not checked yet"),
                            ("GOOD", "Works"),
                            ("MOVED", "Moved"),
                            ("FAILING", "Failing"),
                            ("BROKEN", "Broken"),
                            ("UNSURE", "Cannot tell"),
                        ],
                        default="NEW",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("status", "the server answers with an error"),
                            ("timeout", "does not answer in time"),
                            ("name", "there is no such host"),
                            ("refused", "refuses the connection"),
                            ("tls", "has no valid certificate"),
                            ("network", "cannot be reached"),
                            ("answer", "does not answer as a web server does"),
                            ("loop", "redirects in circles"),
                            ("private", "is not in the public internet, so it is not asked"),
                            ("port", "has a port that is not asked"),
                            ("scheme", "leads away from the web, so it is not followed"),
                            ("host", "is a host that is not asked"),
                            ("address", "is no valid address"),
                            ("no_article", "the article does not exist"),
                            ("deleted", "the article was deleted"),
                            ("archived", "the article is archived"),
                            ("unpublished", "the article is not published"),
                            ("no_heading", "the article has no such heading"),
                            ("no_category", "the category does not exist"),
                            ("no_tag", "the tag does not exist"),
                            ("no_file", "the file does not exist"),
                            ("no_page", "the help center has no such page"),
                            ("former", "the address has changed and redirects"),
                        ],
                        default="",
                        max_length=20,
                        verbose_name="reason",
                    ),
                ),
                (
                    "http_status",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="HTTP status"
                    ),
                ),
                ("moved_to", models.TextField(blank=True, default="", verbose_name="moved to")),
                ("checked_at", models.DateTimeField(blank=True, null=True, verbose_name="checked")),
                (
                    "failing_since",
                    models.DateTimeField(blank=True, null=True, verbose_name="since"),
                ),
                (
                    "failed_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="failed last"),
                ),
                (
                    "failures",
                    models.PositiveSmallIntegerField(default=0, verbose_name="failures in a row"),
                ),
                (
                    "next_check_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="next check"),
                ),
                (
                    "is_ignored",
                    models.BooleanField(
                        default=False,
                        help_text="Not asked, and not in the list of broken links.",
                        verbose_name="ignored",
                    ),
                ),
                (
                    "note",
                    models.CharField(
                        blank=True,
                        help_text="Why it is ignored.",
                        max_length=500,
                        verbose_name="note",
                    ),
                ),
                (
                    "ignored_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="ignored by",
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
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="found")),
            ],
            options={
                "verbose_name": "link",
                "verbose_name_plural": "links",
            },
        ),
        migrations.AddField("helparticle", "link_keys", link_keys()),
        migrations.AddIndex(
            "helparticle", GinIndex(fields=["link_keys"], name="help_article_link_keys_idx")
        ),
        migrations.AddIndex(
            "helparticlelinks",
            models.Index(fields=["tenant"], name="help_article_links_tenant_idx"),
        ),
        migrations.AddIndex(
            "helparticlelinks",
            GinIndex(fields=["addresses"], name="help_article_links_addr_idx"),
        ),
        migrations.AddIndex(
            "helplink",
            models.Index(fields=["tenant", "state", "is_ignored"], name="help_link_state_idx"),
        ),
        migrations.AddIndex(
            "helplink",
            models.Index(
                "tenant", F("next_check_at").asc(nulls_first=True), name="help_link_due_idx"
            ),
        ),
        migrations.AddConstraint(
            "helplink",
            models.UniqueConstraint(fields=["tenant", "address"], name="help_link_address_uniq"),
        ),
    ]
