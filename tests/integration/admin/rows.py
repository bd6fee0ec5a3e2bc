"""Rows of every model that the admin lists."""

from __future__ import annotations

import uuid
from typing import Any

from django.apps import apps

from django_helpcenter.choices import InteractionType
from django_helpcenter.models import (
    HelpArticleEmbedding,
    HelpArticleInteraction,
    HelpArticleLinks,
    HelpArticleTemplate,
    HelpCategory,
    HelpCategoryRedirect,
    HelpDraft,
    HelpFile,
    HelpIndexState,
    HelpLexeme,
    HelpLink,
    HelpPassage,
    HelpPassageEmbedding,
    HelpPinnedResult,
    HelpRedirect,
    HelpReview,
    HelpReviewDigest,
    HelpSavedFilter,
    HelpSearchHistory,
    HelpSnippet,
    HelpSpelling,
    HelpSynonym,
    HelpTag,
    HelpTransition,
    get_tenant_model,
)
from tests.factories import make_user

#: The models with a list in the admin.
MODELS = [
    model
    for model in apps.get_app_config("help_center").get_models()
    if not model._meta.swapped
    and not model._meta.auto_created
    # Of people, not of a help center: nobody looks at it.
    and model is not HelpReviewDigest
]
_VECTOR = [1.0, *[0.0] * 383]


def fill(tenant: Any, make_article: Any, count: int) -> None:
    """Make this many rows of every model."""
    for _number in range(count):
        name = uuid.uuid4().hex[:12]
        own = {"tenant": tenant}
        category = HelpCategory.objects.create(name=name, slug=name, tenant=tenant)
        tag = HelpTag.objects.create(name=name, slug=name, **own)
        article = make_article(tenant, name, category=category, tags=[tag], status="PUBLISHED")
        piece = {"article": article, "audience": ["all"]}
        passage = HelpPassage.objects.create(
            ordinal=0, title=name, text=name, length=1, language="en", content_hash="x",
            **piece, **own,
        )  # fmt: skip
        vector = {"space": "s", "content_hash": "x", "embedding": _VECTOR, **piece, **own}
        HelpPassageEmbedding.objects.create(passage=passage, language="en", **vector)
        HelpArticleEmbedding.objects.create(**vector)
        HelpLexeme.objects.create(config="english", audience=["all"], lexeme=name, df=1, **own)
        HelpSpelling.objects.create(key=name, word=name, **own)
        HelpSynonym.objects.create(terms=f"{name}\nother", **own)
        HelpPinnedResult.objects.create(query=name, article=article, **own)
        HelpRedirect.objects.create(slug=f"{name}-old", article=article, **own)
        HelpCategoryRedirect.objects.create(slug=f"{name}-old", category=category, **own)
        HelpSearchHistory.objects.create(query=name, clicked_article=article, **own)
        HelpTransition.objects.create(article=article, before="DRAFT", after="REVIEW", **own)
        HelpReview.objects.create(article=article, action="VERIFIED", **own)
        HelpDraft.objects.create(
            article=article, editor=make_user(name), state="REVIEW", title=name, base_version=1,
            **own,
        )  # fmt: skip
        HelpArticleInteraction.objects.create(
            article=article, visitor_key=name, interaction_type=InteractionType.VIEW, **own
        )
        HelpFile.objects.create(
            key=uuid.uuid4().hex, name=name, content_type="image/png", size=1, **own
        )
        address = f"https://{name}.example/"
        HelpLink.objects.create(address=address, host=f"{name}.example", state="BROKEN", **own)
        HelpArticleLinks.objects.create(
            article=article, addresses=[address], links={address: [name, 1]}, **own
        )
        HelpSnippet.objects.create(key=name, content=name, **own)
        HelpArticleTemplate.objects.create(name=name, content=name, category=category, **own)
        HelpSavedFilter.objects.create(
            owner=make_user(f"{name}-owner"), list_name="helparticle", name=name, query="q=x",
            is_shared=True, **own,
        )  # fmt: skip
        another = get_tenant_model()._default_manager.create(name=name, slug=name)
        HelpIndexState.objects.create(tenant_id=another.pk)
    HelpIndexState.objects.get_or_create(tenant=tenant)
