"""What the address of an article or category leads to once its slug has changed, or it is gone."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from django_helpcenter.models.articles import HelpArticle, default_language
from django_helpcenter.models.base import TenantAwareModel, TenantQuerySet
from django_helpcenter.models.categories import HelpCategory


class HelpRedirect(TenantAwareModel):
    """A former slug of an article; it points at the article, so chains cannot form.

    Without an article it says that there was one, and that it is gone.
    """

    language = models.CharField(_("language"), max_length=16, default=default_language)
    slug = models.SlugField(_("former slug"), max_length=255, allow_unicode=True, db_index=False)
    article = models.ForeignKey(
        HelpArticle,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="redirects",
        verbose_name=_("article"),
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = TenantQuerySet.as_manager()

    class Meta:
        verbose_name = _("redirect")
        verbose_name_plural = _("redirects")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "language", "slug"], name="help_redirect_slug_uniq"
            ),
        ]

    def __str__(self) -> str:
        return self.slug


class HelpCategoryRedirect(TenantAwareModel):
    """A former slug of a category, or the slug of one that went into another.

    It points at the category, so chains cannot form.
    """

    slug = models.SlugField(_("former slug"), max_length=255, allow_unicode=True, db_index=False)
    category = models.ForeignKey(
        HelpCategory,
        on_delete=models.CASCADE,
        related_name="redirects",
        verbose_name=_("category"),
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = TenantQuerySet.as_manager()

    class Meta:
        verbose_name = _("category redirect")
        verbose_name_plural = _("category redirects")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "slug"], name="help_category_redirect_slug_uniq"
            ),
        ]

    def __str__(self) -> str:
        return self.slug
