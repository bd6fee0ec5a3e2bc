"""What an article must fulfil before it is written, and what to say when it does not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from django_helpcenter.choices import ArticleStatus
from django_helpcenter.conf import conf
from django_helpcenter.models import HelpArticle
from django_helpcenter.services.refusals import refusal

#: What callers set of an article; everything else follows from it.
WRITABLE = frozenset(
    {
        "title", "slug", "summary", "content", "language", "translation_group",
        "translated_version", "category", "difficulty_level", "target_roles", "display_order",
        "status", "published_date", "publish_at", "expire_at", "source", "source_id",
        "source_path", "source_hash", "source_revision",
    }
)  # fmt: skip


def refuse_unknown(fields: Mapping[str, Any]) -> None:
    """Raise TypeError for a name that is not a field which callers set."""
    unknown = sorted(fields.keys() - WRITABLE)
    if unknown:
        raise TypeError(f"These are no fields of an article that can be set: {', '.join(unknown)}.")


def validate_article(article: HelpArticle) -> None:
    """Raise ValidationError for what a row must not be; uniqueness is left to constraints."""
    if len(article.content) > conf.ARTICLE_MAX_CHARACTERS:
        # First, because every other look at such a text costs time.
        raise refusal("content", article.too_long_message(len(article.content)), "max_length")
    article.clean_fields(
        exclude=[
            "category",
            "created_by",
            "last_updated_by",
            "tenant",
            "search_vector",
            "translated_from",
        ]
    )
    article.clean()
    if article.publish_at and article.expire_at and article.expire_at <= article.publish_at:
        raise refusal("expire_at", _("The article would expire before it is published."), "times")
    if article.status == ArticleStatus.PUBLISHED and not article.content.strip():
        raise refusal("content", _("An article without a text cannot be published."), "required")


def slug_is_taken(slug: str) -> ValidationError:
    """Return the error that says that another article has a slug."""
    return refusal("slug", _("The slug “%(slug)s” is taken.") % {"slug": slug}, "unique")


def language_is_taken(language: str) -> ValidationError:
    """Return the error that says that a text in a language is there already."""
    text = _("This article has a translation into this language (%(code)s) already.")
    return refusal("language", text % {"code": language}, "language")


def conflict_message(article: HelpArticle) -> str:
    """Say who changed an article when, and what to do."""
    return _(
        "“%(title)s” was changed by %(who)s on %(when)s. Nothing was saved; reload the article and "
        "apply your change to its current text."
    ) % {
        "title": article.title,
        "who": article.last_updated_by or _("somebody else"),
        "when": f"{timezone.localtime(article.updated_at):%Y-%m-%d %H:%M}",
    }
