"""What people did to keep articles right, and which reminders of it were sent."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from django_helpcenter.choices import ReviewAction
from django_helpcenter.models.articles import HelpArticle
from django_helpcenter.models.base import TenantAwareModel, TenantQuerySet
from django_helpcenter.models.tenants import user_model_name


class HelpReview(TenantAwareModel):
    """Who found an article still right or changed who sees to it, when, and why.

    ``actor`` none: the system. ``owner`` is whom the article was given to.
    """

    article = models.ForeignKey(
        HelpArticle, on_delete=models.CASCADE, related_name="reviews", verbose_name=_("article")
    )
    action = models.CharField(_("what"), max_length=10, choices=ReviewAction.choices)
    owner = models.ForeignKey(
        user_model_name(),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("owner"),
    )
    actor = models.ForeignKey(
        user_model_name(),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("who"),
    )
    note = models.CharField(_("note"), max_length=500, blank=True)
    created_at = models.DateTimeField(_("when"), auto_now_add=True)

    objects = TenantQuerySet.as_manager()

    class Meta:
        verbose_name = _("record of upkeep")
        verbose_name_plural = _("records of upkeep")
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["tenant", "-created_at"], name="help_review_tenant_idx"),
        ]

    def __str__(self) -> str:
        return str(self.get_action_display())


class HelpReviewDigest(models.Model):
    """When a person was last reminded of what is due, in all help centers at once.

    One row a person: whoever moves ``claimed_at`` on sends the mail, and nobody else does.
    ``sent_at`` stays behind it while the mail is on its way, or when the process was killed then.
    """

    owner = models.OneToOneField(
        user_model_name(), on_delete=models.CASCADE, related_name="+", verbose_name=_("owner")
    )
    claimed_at = models.DateTimeField(_("claimed"), null=True)
    sent_at = models.DateTimeField(_("sent"), null=True)
    error = models.TextField(_("error"), blank=True)

    class Meta:
        verbose_name = _("review digest")
        verbose_name_plural = _("review digests")

    def __str__(self) -> str:
        return str(self.owner)
