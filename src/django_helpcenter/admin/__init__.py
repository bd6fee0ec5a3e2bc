"""The admin of the help center; one module a topic, registered on import."""

from __future__ import annotations

from django_helpcenter.admin.article_templates import HelpArticleTemplateAdmin
from django_helpcenter.admin.articles import HelpArticleAdmin
from django_helpcenter.admin.categories import HelpCategoryAdmin
from django_helpcenter.admin.drafts import HelpDraftAdmin
from django_helpcenter.admin.files import HelpFileAdmin
from django_helpcenter.admin.index import (
    HelpArticleEmbeddingAdmin,
    HelpIndexStateAdmin,
    HelpLexemeAdmin,
    HelpPassageAdmin,
    HelpPassageEmbeddingAdmin,
    HelpSpellingAdmin,
)
from django_helpcenter.admin.interactions import HelpArticleInteractionAdmin
from django_helpcenter.admin.links import HelpArticleLinksAdmin, HelpLinkAdmin
from django_helpcenter.admin.redirects import HelpCategoryRedirectAdmin, HelpRedirectAdmin
from django_helpcenter.admin.saved_filters import HelpSavedFilterAdmin
from django_helpcenter.admin.search_history import HelpSearchHistoryAdmin
from django_helpcenter.admin.search_rules import HelpPinnedResultAdmin, HelpSynonymAdmin
from django_helpcenter.admin.snippets import HelpSnippetAdmin
from django_helpcenter.admin.tags import HelpTagAdmin
from django_helpcenter.admin.tenants import HelpTenantAdmin
from django_helpcenter.admin.versions import (
    HelpArticleVersionAdmin,
    HelpReviewAdmin,
    HelpTransitionAdmin,
)

__all__ = [
    "HelpArticleAdmin",
    "HelpArticleEmbeddingAdmin",
    "HelpArticleInteractionAdmin",
    "HelpArticleLinksAdmin",
    "HelpArticleTemplateAdmin",
    "HelpArticleVersionAdmin",
    "HelpCategoryAdmin",
    "HelpCategoryRedirectAdmin",
    "HelpDraftAdmin",
    "HelpFileAdmin",
    "HelpIndexStateAdmin",
    "HelpLexemeAdmin",
    "HelpLinkAdmin",
    "HelpPassageAdmin",
    "HelpPassageEmbeddingAdmin",
    "HelpPinnedResultAdmin",
    "HelpRedirectAdmin",
    "HelpReviewAdmin",
    "HelpSavedFilterAdmin",
    "HelpSearchHistoryAdmin",
    "HelpSnippetAdmin",
    "HelpSpellingAdmin",
    "HelpSynonymAdmin",
    "HelpTagAdmin",
    "HelpTenantAdmin",
    "HelpTransitionAdmin",
]
