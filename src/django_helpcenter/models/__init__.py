"""The data of the help center; one module a topic."""

from __future__ import annotations

from django_helpcenter.models.article_queries import HelpArticleQuerySet
from django_helpcenter.models.article_templates import HelpArticleTemplate
from django_helpcenter.models.articles import HelpArticle
from django_helpcenter.models.base import TenantAwareModel, TenantQuerySet
from django_helpcenter.models.categories import HelpCategory
from django_helpcenter.models.drafts import HelpDraft
from django_helpcenter.models.files import HelpFile
from django_helpcenter.models.interactions import HelpArticleInteraction
from django_helpcenter.models.lexicon import HelpIndexState, HelpLexeme, HelpSpelling
from django_helpcenter.models.links import HelpArticleLinks, HelpLink
from django_helpcenter.models.passages import (
    HelpArticleEmbedding,
    HelpPassage,
    HelpPassageEmbedding,
)
from django_helpcenter.models.redirects import HelpCategoryRedirect, HelpRedirect
from django_helpcenter.models.reviews import HelpReview, HelpReviewDigest
from django_helpcenter.models.saved_filters import HelpSavedFilter
from django_helpcenter.models.search_history import HelpSearchHistory
from django_helpcenter.models.search_rules import HelpPinnedResult, HelpSynonym
from django_helpcenter.models.snippets import HelpSnippet
from django_helpcenter.models.tags import HelpTag
from django_helpcenter.models.tenants import HelpTenant, get_tenant_model, tenant_model_name
from django_helpcenter.models.transitions import HelpTransition
from django_helpcenter.models.versions import HelpArticleVersion

__all__ = [
    "HelpArticle",
    "HelpArticleEmbedding",
    "HelpArticleInteraction",
    "HelpArticleLinks",
    "HelpArticleQuerySet",
    "HelpArticleTemplate",
    "HelpArticleVersion",
    "HelpCategory",
    "HelpCategoryRedirect",
    "HelpDraft",
    "HelpFile",
    "HelpIndexState",
    "HelpLexeme",
    "HelpLink",
    "HelpPassage",
    "HelpPassageEmbedding",
    "HelpPinnedResult",
    "HelpRedirect",
    "HelpReview",
    "HelpReviewDigest",
    "HelpSavedFilter",
    "HelpSearchHistory",
    "HelpSnippet",
    "HelpSpelling",
    "HelpSynonym",
    "HelpTag",
    "HelpTenant",
    "HelpTransition",
    "TenantAwareModel",
    "TenantQuerySet",
    "get_tenant_model",
    "tenant_model_name",
]
