"""All models but the tenant, which a host may swap."""

import uuid

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import pgvector.django.halfvec
import pgvector.django.indexes
from django.conf import settings
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import migrations, models
from django.db.models import Case, Func, TextField, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Left

import django_helpcenter.models.articles

# The setting may be absent, so it cannot be read as an attribute.
TENANT_MODEL = getattr(settings, "HELP_CENTER_TENANT_MODEL", "help_center.HelpTenant")

CONFIGS = (
    "arabic", "armenian", "basque", "catalan", "danish", "dutch", "english", "finnish", "french",
    "german", "greek", "hindi", "hungarian", "indonesian", "irish", "italian", "lithuanian",
    "nepali", "norwegian", "portuguese", "romanian", "russian", "serbian", "spanish", "swedish",
    "tamil", "turkish", "yiddish",
)  # fmt: skip


def by_config(fields: list[tuple[Func, str]]) -> Case:
    """Write the vector out for each configuration: a cast to regconfig is not immutable."""

    def vector(config: str) -> Combinable:
        combined: Combinable
        combined, *rest = (
            SearchVector(expression, weight=weight, config=config) for expression, weight in fields
        )
        for one in rest:
            combined = combined + one
        return combined

    return Case(
        *[When(search_config=config, then=vector(config)) for config in CONFIGS],
        default=vector("simple"),
        output_field=SearchVectorField(),
    )


def plain(expression: str | Func) -> Func:
    return Func(
        expression, Value("<>"), Value("  "), function="translate", output_field=TextField()
    )


def article_search_vector() -> Case:
    return by_config(
        [
            (plain("title"), "A"),
            (plain("summary"), "B"),
            (plain("search_tags"), "B"),
            (plain("category_name"), "D"),
            (plain(Left("content", 200_000)), "C"),
        ]
    )


def passage_search_vector() -> Case:
    return by_config([(plain("title"), "A"), (plain("heading_path"), "B"), (plain("text"), "C")])


class Migration(migrations.Migration):
    dependencies = [
        ("help_center", "0001_tenant"),
        # Not found by the autodetector, because the default model is in this app.
        migrations.swappable_dependency(TENANT_MODEL),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="HelpIndexState",
            fields=[
                (
                    "tenant",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to=TENANT_MODEL,
                        verbose_name="tenant",
                    ),
                ),
                (
                    "corpus_version",
                    models.PositiveBigIntegerField(default=0, verbose_name="corpus version"),
                ),
                (
                    "configs",
                    models.JSONField(blank=True, default=dict, verbose_name="configurations"),
                ),
                ("passages", models.PositiveIntegerField(default=0, verbose_name="passages")),
                ("vectors", models.PositiveIntegerField(default=0, verbose_name="vectors")),
                ("average_length", models.FloatField(default=0, verbose_name="average length")),
                (
                    "embedding_space",
                    models.CharField(blank=True, max_length=64, verbose_name="embedding space"),
                ),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="updated")),
            ],
            options={
                "verbose_name": "index state",
                "verbose_name_plural": "index states",
            },
        ),
        migrations.CreateModel(
            name="HelpArticle",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=500, verbose_name="title")),
                (
                    "slug",
                    models.SlugField(
                        allow_unicode=True, db_index=False, max_length=255, verbose_name="slug"
                    ),
                ),
                ("summary", models.TextField(blank=True, verbose_name="summary")),
                (
                    "content",
                    models.TextField(blank=True, help_text="Markdown.", verbose_name="content"),
                ),
                (
                    "language",
                    models.CharField(
                        default=django_helpcenter.models.articles.default_language,
                        max_length=16,
                        verbose_name="language",
                    ),
                ),
                (
                    "translation_group",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, verbose_name="translation group"
                    ),
                ),
                (
                    "difficulty_level",
                    models.CharField(
                        choices=[
                            ("BEGINNER", "Beginner"),
                            ("INTERMEDIATE", "Intermediate"),
                            ("ADVANCED", "Advanced"),
                        ],
                        default="BEGINNER",
                        max_length=20,
                        verbose_name="difficulty",
                    ),
                ),
                (
                    "target_roles",
                    models.JSONField(
                        blank=True,
                        default=list,
                        help_text="Roles that may read this; empty, or “all”: everybody.",
                        verbose_name="target roles",
                    ),
                ),
                ("display_order", models.IntegerField(default=0, verbose_name="display order")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("DRAFT", "Draft"),
                            ("REVIEW", "In review"),
                            ("PUBLISHED", "Published"),
                            ("ARCHIVED", "Archived"),
                        ],
                        default="DRAFT",
                        max_length=20,
                        verbose_name="status",
                    ),
                ),
                (
                    "published_date",
                    models.DateTimeField(blank=True, null=True, verbose_name="published"),
                ),
                (
                    "publish_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="publish at"),
                ),
                (
                    "expire_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="expire at"),
                ),
                (
                    "version",
                    models.PositiveIntegerField(default=0, editable=False, verbose_name="version"),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="updated")),
                (
                    "view_count",
                    models.PositiveIntegerField(default=0, editable=False, verbose_name="views"),
                ),
                (
                    "helpful_count",
                    models.PositiveIntegerField(default=0, editable=False, verbose_name="helpful"),
                ),
                (
                    "not_helpful_count",
                    models.PositiveIntegerField(
                        default=0, editable=False, verbose_name="not helpful"
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        blank=True, editable=False, max_length=200, verbose_name="source"
                    ),
                ),
                (
                    "source_id",
                    models.CharField(
                        blank=True, editable=False, max_length=1000, verbose_name="source id"
                    ),
                ),
                (
                    "source_path",
                    models.CharField(
                        blank=True, editable=False, max_length=1000, verbose_name="source path"
                    ),
                ),
                (
                    "source_hash",
                    models.CharField(
                        blank=True, editable=False, max_length=64, verbose_name="source hash"
                    ),
                ),
                (
                    "source_revision",
                    models.CharField(
                        blank=True,
                        editable=False,
                        help_text="Content hash as the last synchronisation wrote it; "
                        "differs after edits by hand.",
                        max_length=64,
                        verbose_name="source revision",
                    ),
                ),
                (
                    "search_tags",
                    models.TextField(
                        blank=True, default="", editable=False, verbose_name="search tags"
                    ),
                ),
                (
                    "category_name",
                    models.CharField(
                        blank=True,
                        default="",
                        editable=False,
                        max_length=200,
                        verbose_name="category name",
                    ),
                ),
                (
                    "search_config",
                    models.CharField(default="simple", editable=False, max_length=20),
                ),
                (
                    "search_vector",
                    models.GeneratedField(
                        db_persist=True,
                        expression=article_search_vector(),
                        output_field=SearchVectorField(),
                    ),
                ),
                ("content_hash", models.CharField(blank=True, editable=False, max_length=64)),
                ("indexed_hash", models.CharField(blank=True, editable=False, max_length=64)),
                (
                    "index_state",
                    models.CharField(
                        choices=[
                            ("STALE", "Waiting"),
                            ("FRESH", "Up to date"),
                            ("FAILED", "Failed"),
                        ],
                        default="STALE",
                        editable=False,
                        max_length=10,
                        verbose_name="index",
                    ),
                ),
                (
                    "index_error",
                    models.TextField(blank=True, editable=False, verbose_name="index error"),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="created by",
                    ),
                ),
                (
                    "last_updated_by",
                    models.ForeignKey(
                        blank=True,
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
                "verbose_name": "article",
                "verbose_name_plural": "articles",
                "permissions": [("publish_helparticle", "Can publish and archive articles")],
            },
        ),
        migrations.CreateModel(
            name="HelpArticleVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField(verbose_name="number")),
                ("title", models.CharField(max_length=500, verbose_name="title")),
                ("summary", models.TextField(blank=True, verbose_name="summary")),
                ("content", models.TextField(verbose_name="content")),
                ("content_hash", models.CharField(max_length=64, verbose_name="content hash")),
                ("note", models.CharField(blank=True, max_length=500, verbose_name="note")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created")),
                (
                    "article",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="versions",
                        to="help_center.helparticle",
                        verbose_name="article",
                    ),
                ),
                (
                    "author",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="author",
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
                "verbose_name": "article version",
                "verbose_name_plural": "article versions",
                "ordering": ["article", "-number"],
            },
        ),
        migrations.AddField(
            model_name="helparticle",
            name="previous_version",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="help_center.helparticleversion",
                verbose_name="previous version",
            ),
        ),
        migrations.CreateModel(
            name="HelpCategory",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("path", models.CharField(max_length=255, unique=True)),
                ("depth", models.PositiveIntegerField()),
                ("numchild", models.PositiveIntegerField(default=0)),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                (
                    "slug",
                    models.SlugField(
                        allow_unicode=True, db_index=False, max_length=255, verbose_name="slug"
                    ),
                ),
                ("description", models.TextField(blank=True, verbose_name="description")),
                ("icon", models.CharField(blank=True, max_length=50, verbose_name="icon")),
                (
                    "color",
                    models.CharField(
                        blank=True, help_text="As #rrggbb.", max_length=7, verbose_name="color"
                    ),
                ),
                ("display_order", models.IntegerField(default=0, verbose_name="display order")),
                (
                    "source",
                    models.CharField(
                        blank=True, editable=False, max_length=200, verbose_name="source"
                    ),
                ),
                (
                    "source_path",
                    models.CharField(
                        blank=True, editable=False, max_length=1000, verbose_name="source path"
                    ),
                ),
                (
                    "source_values",
                    models.JSONField(
                        blank=True,
                        default=dict,
                        editable=False,
                        help_text=(
                            "What the folder said when it was last read; a new saying is written."
                        ),
                        verbose_name="source values",
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="updated")),
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
                "verbose_name": "category",
                "verbose_name_plural": "categories",
            },
        ),
        migrations.AddField(
            model_name="helparticle",
            name="category",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.RESTRICT,
                related_name="articles",
                to="help_center.helpcategory",
                verbose_name="category",
            ),
        ),
        migrations.CreateModel(
            name="HelpLexeme",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("config", models.CharField(max_length=20, verbose_name="configuration")),
                (
                    "audience",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), verbose_name="audience"
                    ),
                ),
                ("lexeme", models.TextField(verbose_name="lexeme")),
                ("df", models.PositiveIntegerField(verbose_name="passages")),
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
                "verbose_name": "lexeme",
                "verbose_name_plural": "lexemes",
            },
        ),
        migrations.CreateModel(
            name="HelpPassage",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField(default=0, verbose_name="version")),
                ("ordinal", models.PositiveIntegerField(verbose_name="ordinal")),
                ("language", models.CharField(max_length=16, verbose_name="language")),
                (
                    "search_config",
                    models.CharField(default="simple", editable=False, max_length=20),
                ),
                (
                    "audience",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), verbose_name="audience"
                    ),
                ),
                ("title", models.CharField(max_length=500, verbose_name="title")),
                ("heading_path", models.TextField(blank=True, verbose_name="heading path")),
                ("anchor", models.CharField(blank=True, max_length=255, verbose_name="anchor")),
                ("text", models.TextField(verbose_name="text")),
                ("length", models.PositiveIntegerField(verbose_name="length")),
                (
                    "search_vector",
                    models.GeneratedField(
                        db_persist=True,
                        expression=passage_search_vector(),
                        output_field=SearchVectorField(),
                    ),
                ),
                ("content_hash", models.CharField(max_length=64, verbose_name="content hash")),
                (
                    "article",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="passages",
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
                "verbose_name": "passage",
                "verbose_name_plural": "passages",
                "ordering": ["article", "ordinal"],
            },
        ),
        migrations.CreateModel(
            name="HelpPassageEmbedding",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("part", models.PositiveSmallIntegerField(default=0, verbose_name="part")),
                ("language", models.CharField(max_length=16, verbose_name="language")),
                (
                    "audience",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), verbose_name="audience"
                    ),
                ),
                ("space", models.CharField(max_length=64, verbose_name="embedding space")),
                ("content_hash", models.CharField(max_length=64, verbose_name="content hash")),
                (
                    "embedding",
                    pgvector.django.halfvec.HalfVectorField(
                        dimensions=384, verbose_name="embedding"
                    ),
                ),
                (
                    "article",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="help_center.helparticle",
                        verbose_name="article",
                    ),
                ),
                (
                    "passage",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="embeddings",
                        to="help_center.helppassage",
                        verbose_name="passage",
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
                "verbose_name": "passage embedding",
                "verbose_name_plural": "passage embeddings",
            },
        ),
        migrations.CreateModel(
            name="HelpRedirect",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "language",
                    models.CharField(
                        default=django_helpcenter.models.articles.default_language,
                        max_length=16,
                        verbose_name="language",
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
                    "article",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="redirects",
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
                "verbose_name": "redirect",
                "verbose_name_plural": "redirects",
            },
        ),
        migrations.CreateModel(
            name="HelpSearchHistory",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "visitor_key",
                    models.CharField(blank=True, max_length=64, verbose_name="visitor"),
                ),
                ("session_id", models.UUIDField(blank=True, null=True, verbose_name="session")),
                ("query", models.CharField(max_length=512, verbose_name="query")),
                ("language", models.CharField(blank=True, max_length=16, verbose_name="language")),
                (
                    "mode",
                    models.CharField(
                        choices=[
                            ("hybrid", "Hybrid"),
                            ("lexical", "Lexical"),
                            ("semantic", "Semantic"),
                        ],
                        default="hybrid",
                        max_length=10,
                        verbose_name="mode",
                    ),
                ),
                ("filters", models.JSONField(blank=True, default=dict, verbose_name="filters")),
                ("results_count", models.PositiveIntegerField(default=0, verbose_name="results")),
                ("degraded", models.CharField(blank=True, max_length=100, verbose_name="degraded")),
                (
                    "click_position",
                    models.PositiveIntegerField(
                        blank=True, null=True, verbose_name="position opened"
                    ),
                ),
                ("clicked_at", models.DateTimeField(blank=True, null=True, verbose_name="opened")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="searched")),
                (
                    "clicked_article",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="help_center.helparticle",
                        verbose_name="opened article",
                    ),
                ),
                (
                    "refined_from",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="help_center.helpsearchhistory",
                        verbose_name="refines",
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
                    "user",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="user",
                    ),
                ),
            ],
            options={
                "verbose_name": "search",
                "verbose_name_plural": "search history",
                "ordering": ["-created_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="HelpTag",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=100, verbose_name="name")),
                (
                    "slug",
                    models.SlugField(
                        allow_unicode=True, db_index=False, max_length=100, verbose_name="slug"
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
                "verbose_name": "tag",
                "verbose_name_plural": "tags",
                "ordering": ["name"],
            },
        ),
        migrations.AddField(
            model_name="helparticle",
            name="tags",
            field=models.ManyToManyField(
                blank=True, related_name="articles", to="help_center.helptag", verbose_name="tags"
            ),
        ),
        migrations.CreateModel(
            name="HelpArticleEmbedding",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "audience",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), verbose_name="audience"
                    ),
                ),
                ("space", models.CharField(max_length=64, verbose_name="embedding space")),
                ("content_hash", models.CharField(max_length=64, verbose_name="content hash")),
                (
                    "embedding",
                    pgvector.django.halfvec.HalfVectorField(
                        dimensions=384, verbose_name="embedding"
                    ),
                ),
                (
                    "article",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="embedding",
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
                "verbose_name": "article embedding",
                "verbose_name_plural": "article embeddings",
                "indexes": [
                    models.Index(fields=["tenant", "space"], name="help_article_space_idx"),
                    pgvector.django.indexes.HnswIndex(
                        ef_construction=128,
                        fields=["embedding"],
                        m=16,
                        name="help_article_embedding_idx",
                        opclasses=["halfvec_cosine_ops"],
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HelpArticleInteraction",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "visitor_key",
                    models.CharField(blank=True, max_length=64, verbose_name="visitor"),
                ),
                ("session_id", models.UUIDField(blank=True, null=True, verbose_name="session")),
                (
                    "interaction_type",
                    models.CharField(
                        choices=[
                            ("VIEW", "View"),
                            ("BOOKMARK", "Bookmark"),
                            ("SHARE", "Share"),
                            ("VOTE_HELPFUL", "Helpful vote"),
                            ("VOTE_NOT_HELPFUL", "Not helpful vote"),
                            ("FEEDBACK_INCORRECT", "Feedback: incorrect"),
                            ("FEEDBACK_OUTDATED", "Feedback: outdated"),
                            ("FEEDBACK_UNCLEAR", "Feedback: unclear"),
                            ("FEEDBACK_OTHER", "Feedback: other"),
                        ],
                        max_length=30,
                        verbose_name="type",
                    ),
                ),
                (
                    "time_spent",
                    models.PositiveIntegerField(
                        blank=True, null=True, verbose_name="seconds spent"
                    ),
                ),
                (
                    "scroll_depth",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="scroll depth"
                    ),
                ),
                ("comment", models.TextField(blank=True, verbose_name="comment")),
                (
                    "is_counted",
                    models.BooleanField(default=False, editable=False, verbose_name="counted"),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="at")),
                (
                    "article",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="interactions",
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
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="user",
                    ),
                ),
            ],
            options={
                "verbose_name": "interaction",
                "verbose_name_plural": "interactions",
                "ordering": ["-created_at", "-pk"],
                "indexes": [
                    models.Index(
                        fields=["article", "interaction_type"], name="help_interaction_type_idx"
                    ),
                    models.Index(
                        fields=["tenant", "created_at"], name="help_interaction_tenant_idx"
                    ),
                    models.Index(
                        condition=models.Q(("interaction_type", "VIEW"), ("is_counted", False)),
                        fields=["article"],
                        name="help_interaction_uncounted_idx",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("interaction_type__in", ("VOTE_HELPFUL", "VOTE_NOT_HELPFUL")),
                            ("user__isnull", False),
                        ),
                        fields=("tenant", "article", "user"),
                        name="help_interaction_user_vote",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("interaction_type__in", ("VOTE_HELPFUL", "VOTE_NOT_HELPFUL")),
                            models.Q(("visitor_key", ""), _negated=True),
                        ),
                        fields=("tenant", "article", "visitor_key"),
                        name="help_interaction_visitor_vote",
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="helparticleversion",
            constraint=models.UniqueConstraint(
                fields=("tenant", "article", "number"), name="help_version_number_uniq"
            ),
        ),
        migrations.AddIndex(
            model_name="helpcategory",
            index=models.Index(fields=["tenant", "depth"], name="help_category_tenant_idx"),
        ),
        migrations.AddConstraint(
            model_name="helpcategory",
            constraint=models.UniqueConstraint(
                fields=("tenant", "slug"), name="help_category_slug_uniq"
            ),
        ),
        migrations.AddConstraint(
            model_name="helplexeme",
            constraint=models.UniqueConstraint(
                fields=("tenant", "config", "lexeme", "audience"), name="help_lexeme_uniq"
            ),
        ),
        migrations.AddIndex(
            model_name="helppassage",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["search_vector"], name="help_passage_search_idx"
            ),
        ),
        migrations.AddIndex(
            model_name="helppassage",
            index=models.Index(fields=["tenant", "search_config"], name="help_passage_tenant_idx"),
        ),
        migrations.AddConstraint(
            model_name="helppassage",
            constraint=models.UniqueConstraint(
                deferrable=django.db.models.constraints.Deferrable["DEFERRED"],
                fields=("article", "ordinal"),
                name="help_passage_ordinal_uniq",
            ),
        ),
        migrations.AddIndex(
            model_name="helppassageembedding",
            index=models.Index(fields=["tenant", "space"], name="help_passage_space_idx"),
        ),
        migrations.AddIndex(
            model_name="helppassageembedding",
            index=pgvector.django.indexes.HnswIndex(
                ef_construction=128,
                fields=["embedding"],
                m=16,
                name="help_passage_embedding_idx",
                opclasses=["halfvec_cosine_ops"],
            ),
        ),
        migrations.AddConstraint(
            model_name="helppassageembedding",
            constraint=models.UniqueConstraint(
                fields=("passage", "space", "part"), name="help_passage_embedding_uniq"
            ),
        ),
        migrations.AddConstraint(
            model_name="helpredirect",
            constraint=models.UniqueConstraint(
                fields=("tenant", "language", "slug"), name="help_redirect_slug_uniq"
            ),
        ),
        migrations.AddIndex(
            model_name="helpsearchhistory",
            index=models.Index(fields=["query", "results_count"], name="help_search_zero_idx"),
        ),
        migrations.AddIndex(
            model_name="helpsearchhistory",
            index=models.Index(fields=["tenant", "created_at"], name="help_search_tenant_idx"),
        ),
        migrations.AddConstraint(
            model_name="helptag",
            constraint=models.UniqueConstraint(
                fields=("tenant", "slug"), name="help_tag_slug_uniq"
            ),
        ),
        migrations.AddConstraint(
            model_name="helptag",
            constraint=models.UniqueConstraint(
                fields=("tenant", "name"), name="help_tag_name_uniq"
            ),
        ),
        migrations.AddIndex(
            model_name="helparticle",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["search_vector"], name="help_article_search_idx"
            ),
        ),
        migrations.AddIndex(
            model_name="helparticle",
            index=models.Index(
                fields=["status", "published_date"], name="help_article_published_idx"
            ),
        ),
        migrations.AddIndex(
            model_name="helparticle",
            index=models.Index(fields=["category", "status"], name="help_article_category_idx"),
        ),
        migrations.AddIndex(
            model_name="helparticle",
            index=models.Index(fields=["view_count"], name="help_article_popularity_idx"),
        ),
        migrations.AddIndex(
            model_name="helparticle",
            index=models.Index(fields=["tenant", "status"], name="help_article_tenant_idx"),
        ),
        migrations.AddIndex(
            model_name="helparticle",
            index=models.Index(
                condition=models.Q(("index_state", "STALE")),
                fields=["id"],
                name="help_article_stale_idx",
            ),
        ),
        migrations.AddIndex(
            model_name="helparticle",
            index=models.Index(
                condition=models.Q(
                    ("publish_at__isnull", False), ("expire_at__isnull", False), _connector="OR"
                ),
                fields=["tenant"],
                name="help_article_window_idx",
            ),
        ),
        migrations.AddConstraint(
            model_name="helparticle",
            constraint=models.UniqueConstraint(
                fields=("tenant", "language", "slug"), name="help_article_slug_uniq"
            ),
        ),
        migrations.AddConstraint(
            model_name="helparticle",
            constraint=models.UniqueConstraint(
                condition=models.Q(("source", ""), _negated=True),
                fields=("tenant", "source", "source_id"),
                name="help_article_source_uniq",
            ),
        ),
        migrations.AddConstraint(
            model_name="helparticle",
            constraint=models.UniqueConstraint(
                fields=("tenant", "translation_group", "language"),
                name="help_article_translation_uniq",
            ),
        ),
        # Beside nothing wide, a vector of 770 bytes stays in the row; PLAIN keeps it there.
        migrations.RunSQL(
            "ALTER TABLE help_center_helppassageembedding ALTER COLUMN embedding SET STORAGE PLAIN",
            migrations.RunSQL.noop,
        ),
    ]
