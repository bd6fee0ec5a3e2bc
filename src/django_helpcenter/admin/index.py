"""The search index in the admin: passages, vectors, words and the state of it all; to look at."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from django_helpcenter.admin.filters import TenantFilter
from django_helpcenter.admin.scoping import ReadOnlyAdmin
from django_helpcenter.models import (
    HelpArticleEmbedding,
    HelpIndexState,
    HelpLexeme,
    HelpPassage,
    HelpPassageEmbedding,
    HelpSpelling,
)
from django_helpcenter.search.lexicon import LENGTHS, PASSAGES


@admin.register(HelpPassage)
class HelpPassageAdmin(ReadOnlyAdmin):
    """The pieces of articles that are searched and cited."""

    list_display = (
        "title",
        "heading_path",
        "ordinal",
        "tenant",
        "language",
        "audience_display",
        "length",
    )
    list_filter = (TenantFilter, "language")
    list_select_related = ("tenant",)
    search_fields = ("title", "heading_path", "anchor")
    search_help_text = _("Title, heading or anchor")
    deferred_in_lists = ("text", "search_vector")
    ordering = ("-article_id", "ordinal")
    fields = (
        "tenant", "article", "ordinal", "title", "heading_path", "anchor", "text", "language",
        "audience_display", "length", "version", "content_hash",
    )  # fmt: skip
    readonly_fields = ("audience_display",)

    @admin.display(description=_("audience"))
    def audience_display(self, passage: HelpPassage) -> str:
        return ", ".join(passage.audience)


class _VectorAdmin(ReadOnlyAdmin):
    """Vectors are never fetched: they say nothing to people and are large."""

    list_filter = (TenantFilter, "space")
    search_fields = ("space", "article__title")
    search_help_text = _("Embedding space or title of the article")
    ordering = ("-pk",)
    exclude = ("embedding", "audience")
    readonly_fields = ("audience_display",)

    @admin.display(description=_("audience"))
    def audience_display(self, row: Any) -> str:
        return ", ".join(row.audience)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).defer("embedding")


@admin.register(HelpPassageEmbedding)
class HelpPassageEmbeddingAdmin(_VectorAdmin):
    """Which passages have a vector, and in which space."""

    list_display = ("article", "passage", "part", "tenant", "language", "space")
    list_select_related = ("tenant", "article", "passage")
    deferred_in_lists = (
        "embedding", "article__content", "article__search_vector", "passage__text",
        "passage__search_vector",
    )  # fmt: skip


@admin.register(HelpArticleEmbedding)
class HelpArticleEmbeddingAdmin(_VectorAdmin):
    """Which articles have a vector, and in which space."""

    list_display = ("article", "tenant", "space", "audience_display")
    list_select_related = ("tenant", "article")
    deferred_in_lists = ("embedding", "article__content", "article__search_vector")


@admin.register(HelpLexeme)
class HelpLexemeAdmin(ReadOnlyAdmin):
    """How common a word is in what an audience may read."""

    list_display = ("lexeme", "df", "config", "audience_display", "tenant")
    list_filter = (TenantFilter, "config")
    list_select_related = ("tenant",)
    search_fields = ("lexeme__startswith",)
    search_help_text = _("Start of the word, as the index holds it")
    ordering = ("-df", "lexeme", "pk")

    def get_queryset(self, request: HttpRequest) -> QuerySet[HelpLexeme]:
        """Leave out the entries that count passages and their words."""
        return super().get_queryset(request).exclude(lexeme__in=(PASSAGES, LENGTHS))

    @admin.display(description=_("audience"))
    def audience_display(self, lexeme: HelpLexeme) -> str:
        return ", ".join(lexeme.audience)


@admin.register(HelpSpelling)
class HelpSpellingAdmin(ReadOnlyAdmin):
    """How mistyped words find what was meant."""

    list_display = ("key", "word", "tenant")
    list_filter = (TenantFilter,)
    list_select_related = ("tenant",)
    search_fields = ("=key", "=word")
    search_help_text = _("A word, or what was typed in its place")
    ordering = ("word", "key", "pk")


@admin.register(HelpIndexState)
class HelpIndexStateAdmin(ReadOnlyAdmin):
    """The state of each tenant's index."""

    list_display = (
        "tenant_name", "passages", "vectors", "embedding_space", "corpus_version", "updated_at",
    )  # fmt: skip
    list_filter = ("embedding_space",)
    list_select_related = ("tenant",)
    ordering = ("tenant_id",)

    # Not "tenant", which lists drop for people who work for one: here it is the row's name.
    @admin.display(description=_("help center"), ordering="tenant")
    def tenant_name(self, state: HelpIndexState) -> str:
        return str(state.tenant)
