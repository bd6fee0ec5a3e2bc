"""Articles: what readers see."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from django_helpcenter.choices import ArticleStatus, DifficultyLevel, IndexState, search_config
from django_helpcenter.conf import conf
from django_helpcenter.models.ageing import Ageing
from django_helpcenter.models.article_queries import HelpArticleQuerySet
from django_helpcenter.models.base import TenantAwareModel
from django_helpcenter.models.categories import HelpCategory
from django_helpcenter.models.file_keys import file_keys_field
from django_helpcenter.models.link_keys import link_keys_field
from django_helpcenter.models.review_intervals import review_interval_constraint
from django_helpcenter.models.roles import audience_of, refuse_unfit_roles
from django_helpcenter.models.search_vectors import article_search_vector, words_vector
from django_helpcenter.models.snippet_keys import snippet_keys_field
from django_helpcenter.models.storable_texts import refuse_unstorable
from django_helpcenter.models.tags import HelpTag
from django_helpcenter.models.tenants import user_model_name
from django_helpcenter.models.title_words import words_of_title


def default_language() -> str:
    """Return the site's language."""
    return settings.LANGUAGE_CODE


class HelpArticle(Ageing, TenantAwareModel):
    """An article as readers see it.

    Counters are folded in batches from the interactions and do not touch ``updated_at``.
    """

    title = models.CharField(_("title"), max_length=500)
    slug = models.SlugField(_("slug"), max_length=255, allow_unicode=True, db_index=False)
    summary = models.TextField(_("summary"), blank=True)
    content = models.TextField(_("content"), blank=True, help_text=_("Markdown."))
    language = models.CharField(_("language"), max_length=16, default=default_language)
    translation_group = models.UUIDField(_("translation group"), default=uuid.uuid4, editable=False)
    translated_from = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="translated_into",
        verbose_name=_("translated from"),
    )
    translated_version = models.PositiveIntegerField(
        _("translated version"),
        default=0,
        editable=False,
        help_text=_("The version of the original that this says; 0: nobody knows."),
    )
    category = models.ForeignKey(
        HelpCategory,
        on_delete=models.RESTRICT,
        related_name="articles",
        verbose_name=_("category"),
    )
    tags = models.ManyToManyField(
        HelpTag, blank=True, related_name="articles", verbose_name=_("tags")
    )
    difficulty_level = models.CharField(
        _("difficulty"),
        max_length=20,
        choices=DifficultyLevel.choices,
        default=DifficultyLevel.BEGINNER,
    )
    target_roles = models.JSONField(
        _("target roles"),
        default=list,
        blank=True,
        help_text=_("Roles that may read this; empty, or “all”: everybody."),
    )
    display_order = models.IntegerField(_("display order"), default=0)

    status = models.CharField(
        _("status"),
        max_length=20,
        choices=ArticleStatus.choices,
        default=ArticleStatus.DRAFT,
    )
    published_date = models.DateTimeField(_("published"), null=True, blank=True)
    publish_at = models.DateTimeField(_("publish at"), null=True, blank=True)
    expire_at = models.DateTimeField(_("expire at"), null=True, blank=True)
    version = models.PositiveIntegerField(_("version"), default=0, editable=False)
    previous_version = models.ForeignKey(
        "HelpArticleVersion",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("previous version"),
    )
    created_by = models.ForeignKey(
        user_model_name(),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("created by"),
    )
    last_updated_by = models.ForeignKey(
        user_model_name(),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("last updated by"),
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)

    view_count = models.PositiveIntegerField(_("views"), default=0, editable=False)
    helpful_count = models.PositiveIntegerField(_("helpful"), default=0, editable=False)
    not_helpful_count = models.PositiveIntegerField(_("not helpful"), default=0, editable=False)

    source = models.CharField(_("source"), max_length=200, blank=True, editable=False)
    source_id = models.CharField(_("source id"), max_length=1000, blank=True, editable=False)
    source_path = models.CharField(_("source path"), max_length=1000, blank=True, editable=False)
    source_hash = models.CharField(_("source hash"), max_length=64, blank=True, editable=False)
    source_revision = models.CharField(
        _("source revision"),
        max_length=64,
        blank=True,
        editable=False,
        help_text=_(
            "Content hash as the last synchronisation wrote it; differs after edits by hand."
        ),
    )

    search_tags = models.TextField(_("search tags"), blank=True, default="", editable=False)
    category_name = models.CharField(
        _("category name"), max_length=200, blank=True, default="", editable=False
    )
    title_words = ArrayField(
        models.TextField(), verbose_name=_("title words"), default=list, blank=True, editable=False
    )
    search_config = models.CharField(max_length=20, default="simple", editable=False)
    search_vector = models.GeneratedField(
        expression=article_search_vector(), output_field=SearchVectorField(), db_persist=True
    )
    file_keys = file_keys_field()
    link_keys = link_keys_field()
    snippet_keys = snippet_keys_field()
    content_hash = models.CharField(max_length=64, blank=True, editable=False)
    indexed_hash = models.CharField(max_length=64, blank=True, editable=False)
    index_state = models.CharField(
        _("index"),
        max_length=10,
        choices=IndexState.choices,
        default=IndexState.STALE,
        editable=False,
    )
    index_error = models.TextField(_("index error"), blank=True, editable=False)

    objects = HelpArticleQuerySet.as_manager()

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("articles")
        permissions = [
            ("publish_helparticle", _("Can publish and archive articles")),
            ("review_helparticle", _("Can send articles back from review")),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "language", "slug"], name="help_article_slug_uniq"
            ),
            models.UniqueConstraint(
                fields=["tenant", "source", "source_id"],
                condition=~Q(source=""),
                name="help_article_source_uniq",
            ),
            models.UniqueConstraint(
                fields=["tenant", "translation_group", "language"],
                name="help_article_translation_uniq",
            ),
            review_interval_constraint("help_article_interval_check"),
        ]
        indexes = [
            GinIndex(fields=["search_vector"], name="help_article_search_idx"),
            # Without a list of pending entries: each picture on a page asks this.
            GinIndex(fields=["file_keys"], name="help_article_files_idx", fastupdate=False),
            GinIndex(fields=["link_keys"], name="help_article_link_keys_idx"),
            GinIndex(fields=["snippet_keys"], name="help_article_snippets_idx", fastupdate=False),
            # Without a list of pending entries: each letter that is typed would read it.
            # Of published articles alone: the others cost nothing, and crowd out nothing.
            GinIndex(
                words_vector("title_words"),
                name="help_article_title_words_idx",
                fastupdate=False,
                condition=Q(status=ArticleStatus.PUBLISHED),
            ),
            models.Index(
                "tenant",
                F("view_count").desc(),
                "id",
                name="help_article_read_most_idx",
                condition=Q(status=ArticleStatus.PUBLISHED),
            ),
            models.Index(fields=["status", "published_date"], name="help_article_published_idx"),
            models.Index(fields=["category", "status"], name="help_article_category_idx"),
            models.Index(fields=["view_count"], name="help_article_popularity_idx"),
            models.Index(fields=["tenant", "status"], name="help_article_tenant_idx"),
            models.Index(
                fields=["id"],
                condition=Q(index_state=IndexState.STALE),
                name="help_article_stale_idx",
            ),
            models.Index(
                fields=["tenant"],
                condition=Q(publish_at__isnull=False) | Q(expire_at__isnull=False),
                name="help_article_window_idx",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        super().clean()
        refuse_unstorable(self, ("title", "summary", "content"))
        if len(self.content) > conf.ARTICLE_MAX_CHARACTERS:
            too_long = self.too_long_message(len(self.content))
            raise ValidationError({"content": ValidationError(too_long, code="max_length")})
        refuse_unfit_roles(self.target_roles)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, and mark the index stale when what it holds has changed."""
        self.refresh_index_fields()
        update_fields: Iterable[str] | None = kwargs.get("update_fields")
        if update_fields:
            kwargs["update_fields"] = {
                *update_fields,
                "search_config",
                "title_words",
                "content_hash",
                "index_state",
                "published_date",
            }
        super().save(*args, **kwargs)

    def refresh_index_fields(self) -> None:
        """Bring the derived columns in step; for writers that bypass ``save()``."""
        self.search_config = search_config(self.language)
        self.refresh_title_words()
        self.content_hash = self.hash_content()
        if self.content_hash != self.indexed_hash:
            self.index_state = IndexState.STALE
        if self.status == ArticleStatus.PUBLISHED and self.published_date is None:
            self.published_date = timezone.now()

    def refresh_title_words(self) -> None:
        """Take the title apart, as suggestions find it."""
        self.title_words = words_of_title(self.tenant_id, self.title)

    def hash_content(self, audience: Sequence[str] | None = None) -> str:
        """Return the fingerprint of all that the index holds of this, for another audience too."""
        parts = [
            self.title,
            self.summary,
            self.content,
            self.language,
            self.status,
            *(self.audience if audience is None else audience),
        ]
        return hashlib.sha256(
            json.dumps(parts, ensure_ascii=False).encode("utf-8", "replace")
        ).hexdigest()

    @staticmethod
    def too_long_message(length: int) -> str:
        """Say that a body is too long, and what to do."""
        return _(
            "The text has %(length)s characters; at most %(limit)s can be searched. "
            "Split it into several articles."
        ) % {"length": length, "limit": conf.ARTICLE_MAX_CHARACTERS}

    @property
    def audience(self) -> list[str]:
        """The roles that may read this, ``["all"]`` for everybody."""
        return audience_of(self.target_roles)

    @property
    def is_visible(self) -> bool:
        """Whether this is published now, for readers of its audience."""
        now = timezone.now()
        return (
            self.status == ArticleStatus.PUBLISHED
            and (self.publish_at is None or self.publish_at <= now)
            and (self.expire_at is None or self.expire_at > now)
        )

    @property
    def helpful_ratio(self) -> float | None:
        """Helpful votes among all votes, 0 to 1; ``None`` without votes."""
        votes = self.helpful_count + self.not_helpful_count
        return self.helpful_count / votes if votes else None
