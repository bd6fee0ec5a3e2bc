"""What readers did with articles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models, router, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from django_helpcenter.choices import InteractionType
from django_helpcenter.models.articles import HelpArticle
from django_helpcenter.models.base import TenantAwareModel, TenantQuerySet
from django_helpcenter.models.tenants import user_model_name

if TYPE_CHECKING:
    from django_helpcenter.types import Reader

VOTES = (InteractionType.VOTE_HELPFUL, InteractionType.VOTE_NOT_HELPFUL)


def _person(user: Reader, visitor_key: str) -> dict[str, Any]:
    if user is not None and user.is_authenticated:
        return {"user_id": user.pk, "visitor_key": ""}
    if not visitor_key:
        raise ValueError("An interaction needs a signed-in user or a visitor key.")
    return {"user_id": None, "visitor_key": visitor_key}


class HelpArticleInteraction(TenantAwareModel):
    """A view, a vote, a bookmark, a share or feedback of one person.

    A person has at most one vote an article. ``is_counted`` says that the counters of the article
    hold this row already. ``scroll_depth`` is a percentage, ``time_spent`` seconds.
    """

    article = models.ForeignKey(
        HelpArticle,
        on_delete=models.CASCADE,
        db_index=False,  # there is one by article and type
        related_name="interactions",
        verbose_name=_("article"),
    )
    user = models.ForeignKey(
        user_model_name(),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("user"),
    )
    visitor_key = models.CharField(_("visitor"), max_length=64, blank=True)
    session_id = models.UUIDField(_("session"), null=True, blank=True)
    interaction_type = models.CharField(_("type"), max_length=30, choices=InteractionType.choices)
    time_spent = models.PositiveIntegerField(_("seconds spent"), null=True, blank=True)
    scroll_depth = models.PositiveSmallIntegerField(_("scroll depth"), null=True, blank=True)
    comment = models.TextField(_("comment"), blank=True)
    is_counted = models.BooleanField(_("counted"), default=False, editable=False)
    created_at = models.DateTimeField(_("at"), auto_now_add=True)

    objects = TenantQuerySet.as_manager()

    class Meta:
        verbose_name = _("interaction")
        verbose_name_plural = _("interactions")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "article", "user"],
                condition=Q(interaction_type__in=VOTES, user__isnull=False),
                name="help_interaction_user_vote",
            ),
            models.UniqueConstraint(
                fields=["tenant", "article", "visitor_key"],
                condition=Q(interaction_type__in=VOTES) & ~Q(visitor_key=""),
                name="help_interaction_visitor_vote",
            ),
        ]
        indexes = [
            models.Index(fields=["article", "interaction_type"], name="help_interaction_type_idx"),
            models.Index(fields=["tenant", "created_at"], name="help_interaction_tenant_idx"),
            models.Index(
                fields=["article"],
                condition=Q(is_counted=False, interaction_type=InteractionType.VIEW),
                name="help_interaction_uncounted_idx",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.interaction_type} ({self.article_id})"

    @classmethod
    def record_view(
        cls,
        article: HelpArticle,
        *,
        user: Reader = None,
        visitor_key: str = "",
        session_id: Any = None,
    ) -> HelpArticleInteraction:
        """Record that a person opened an article; the counter follows in a batch."""
        return cls.objects.create(
            tenant_id=article.tenant_id,
            article=article,
            interaction_type=InteractionType.VIEW,
            session_id=session_id,
            **_person(user, visitor_key),
        )

    @classmethod
    def record_vote(
        cls,
        article: HelpArticle,
        *,
        is_helpful: bool,
        user: Reader = None,
        visitor_key: str = "",
        comment: str = "",
    ) -> HelpArticleInteraction:
        """Record a person's vote, replacing their former one, and recount the article's votes."""
        kind = InteractionType.VOTE_HELPFUL if is_helpful else InteractionType.VOTE_NOT_HELPFUL
        person = _person(user, visitor_key)
        with transaction.atomic(using=router.db_for_write(cls)):
            # The row lock makes votes on one article take turns, so the counters equal the rows.
            locked = (
                HelpArticle.objects.select_for_update(no_key=True).only("pk").get(pk=article.pk)
            )
            vote, _created = cls.objects.update_or_create(
                tenant_id=article.tenant_id,
                article=locked,
                interaction_type__in=VOTES,
                **person,
                defaults={"interaction_type": kind, "comment": comment, "is_counted": True},
                create_defaults={
                    "tenant_id": article.tenant_id,
                    "article": locked,
                    "interaction_type": kind,
                    "comment": comment,
                    "is_counted": True,
                    **person,
                },
            )
            cls._recount_votes(locked)
        return vote

    @classmethod
    def _recount_votes(cls, article: HelpArticle) -> None:
        votes = cls.objects.filter(article=article)
        helpful = votes.filter(interaction_type=InteractionType.VOTE_HELPFUL).count()
        against = votes.filter(interaction_type=InteractionType.VOTE_NOT_HELPFUL).count()
        HelpArticle.objects.filter(pk=article.pk).update(
            helpful_count=helpful, not_helpful_count=against
        )
