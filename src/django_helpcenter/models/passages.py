"""What is searched, embedded and cited: pieces of articles, and their vectors."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.utils.translation import gettext_lazy as _
from pgvector.django import HalfVectorField, HnswIndex

from django_helpcenter.backends.embeddings.base import EMBEDDING_DIMENSIONS, SPACE_MAX_LENGTH
from django_helpcenter.models.articles import HelpArticle
from django_helpcenter.models.base import TenantAwareModel, TenantQuerySet
from django_helpcenter.models.search_vectors import passage_search_vector


class HelpPassage(TenantAwareModel):
    """A piece of a published article, cut at headings and paragraphs.

    Rows exist only for articles whose status is PUBLISHED; ``audience`` follows the article's in
    the same transaction. ``length`` is the number of words of title, heading path and text.
    ``folded`` and ``tokens`` are what ``content.lexemes`` finds in them.
    """

    article = models.ForeignKey(
        HelpArticle,
        on_delete=models.CASCADE,
        db_index=False,  # there is one by article and ordinal
        related_name="passages",
        verbose_name=_("article"),
    )
    version = models.PositiveIntegerField(_("version"), default=0)
    ordinal = models.PositiveIntegerField(_("ordinal"))
    language = models.CharField(_("language"), max_length=16)
    search_config = models.CharField(max_length=20, default="simple", editable=False)
    audience = ArrayField(models.TextField(), verbose_name=_("audience"))
    title = models.CharField(_("title"), max_length=500)
    heading_path = models.TextField(_("heading path"), blank=True)
    anchor = models.CharField(_("anchor"), max_length=255, blank=True)
    text = models.TextField(_("text"))
    length = models.PositiveIntegerField(_("length"))
    folded = models.TextField(_("words without accents"), blank=True, default="")
    tokens = ArrayField(models.TextField(), verbose_name=_("tokens"), default=list, blank=True)
    search_vector = models.GeneratedField(
        expression=passage_search_vector(), output_field=SearchVectorField(), db_persist=True
    )
    content_hash = models.CharField(_("content hash"), max_length=64)

    objects = TenantQuerySet.as_manager()

    #: Separates the headings of ``heading_path``.
    HEADING_SEPARATOR = " › "

    class Meta:
        verbose_name = _("passage")
        verbose_name_plural = _("passages")
        ordering = ["article", "ordinal"]
        constraints = [
            # Deferred: passages change places within one transaction.
            models.UniqueConstraint(
                fields=["article", "ordinal"],
                name="help_passage_ordinal_uniq",
                deferrable=models.Deferrable.DEFERRED,
            ),
        ]
        indexes = [
            GinIndex(fields=["search_vector"], name="help_passage_search_idx"),
            models.Index(fields=["tenant", "search_config"], name="help_passage_tenant_idx"),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.ordinal})"


class HelpPassageEmbedding(TenantAwareModel):
    """The vector of a passage in one embedding space; narrow, so that exact scans stay in memory.

    ``part`` 0 is the whole passage. Vectors of different spaces are never compared.
    """

    passage = models.ForeignKey(
        HelpPassage,
        on_delete=models.CASCADE,
        db_index=False,  # there is one by passage and space
        related_name="embeddings",
        verbose_name=_("passage"),
    )
    part = models.PositiveSmallIntegerField(_("part"), default=0)
    article = models.ForeignKey(
        HelpArticle, on_delete=models.CASCADE, related_name="+", verbose_name=_("article")
    )
    language = models.CharField(_("language"), max_length=16)
    audience = ArrayField(models.TextField(), verbose_name=_("audience"))
    space = models.CharField(_("embedding space"), max_length=SPACE_MAX_LENGTH)
    content_hash = models.CharField(_("content hash"), max_length=64)
    embedding = HalfVectorField(_("embedding"), dimensions=EMBEDDING_DIMENSIONS)

    objects = TenantQuerySet.as_manager()

    class Meta:
        verbose_name = _("passage embedding")
        verbose_name_plural = _("passage embeddings")
        constraints = [
            models.UniqueConstraint(
                fields=["passage", "space", "part"], name="help_passage_embedding_uniq"
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "space"], name="help_passage_space_idx"),
            HnswIndex(
                name="help_passage_embedding_idx",
                fields=["embedding"],
                m=16,
                ef_construction=128,
                opclasses=["halfvec_cosine_ops"],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.passage_id}/{self.part} ({self.space})"


class HelpArticleEmbedding(TenantAwareModel):
    """The vector of a whole article: related articles and near-duplicates.

    A table of its own, so that ordinary updates of an article do not touch a vector index.
    """

    article = models.OneToOneField(
        HelpArticle, on_delete=models.CASCADE, related_name="embedding", verbose_name=_("article")
    )
    audience = ArrayField(models.TextField(), verbose_name=_("audience"))
    space = models.CharField(_("embedding space"), max_length=SPACE_MAX_LENGTH)
    content_hash = models.CharField(_("content hash"), max_length=64)
    embedding = HalfVectorField(_("embedding"), dimensions=EMBEDDING_DIMENSIONS)

    objects = TenantQuerySet.as_manager()

    class Meta:
        verbose_name = _("article embedding")
        verbose_name_plural = _("article embeddings")
        indexes = [
            models.Index(fields=["tenant", "space"], name="help_article_space_idx"),
            HnswIndex(
                name="help_article_embedding_idx",
                fields=["embedding"],
                m=16,
                ef_construction=128,
                opclasses=["halfvec_cosine_ops"],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.article_id} ({self.space})"
