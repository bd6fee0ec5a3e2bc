"""What the ranking knows of a tenant's words, and the state of its index."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from django_helpcenter.models.base import TenantAwareModel, TenantQuerySet
from django_helpcenter.models.tenants import tenant_model_name


class HelpLexeme(TenantAwareModel):
    """In how many passages of one audience a lexeme occurs.

    Kept by audience: words of articles that a reader may not see must not shape what they get. The
    lexemes "" and " " count the passages themselves, and their words; the configuration "words"
    has the words as they are written.
    """

    config = models.CharField(_("configuration"), max_length=20)
    audience = ArrayField(models.TextField(), verbose_name=_("audience"))
    lexeme = models.TextField(_("lexeme"))
    df = models.PositiveIntegerField(_("passages"))

    objects = TenantQuerySet.as_manager()

    class Meta:
        verbose_name = _("lexeme")
        verbose_name_plural = _("lexemes")
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "config", "lexeme", "audience"], name="help_lexeme_uniq"
            ),
        ]
        indexes = [
            # Words as they are written that begin alike, in whatever collation the database has.
            models.Index(
                "tenant",
                OpClass("lexeme", name="text_pattern_ops"),
                condition=Q(config="words"),
                name="help_lexeme_prefix_idx",
            ),
        ]

    def __str__(self) -> str:
        return self.lexeme


class HelpSpelling(TenantAwareModel):
    """A word of the lexicon without one of its letters: how a mistyped word finds what was meant.

    Made for all audiences; whether a reader may know of the word is asked of the lexicon.
    """

    key = models.TextField(_("spelling"))
    word = models.TextField(_("word"))

    objects = TenantQuerySet.as_manager()

    class Meta:
        verbose_name = _("spelling")
        verbose_name_plural = _("spellings")
        constraints = [
            # Also finds what begins like a key; a second index would be a third of the writing.
            models.UniqueConstraint(
                "tenant",
                OpClass("key", name="text_pattern_ops"),
                "word",
                name="help_spelling_uniq",
            ),
        ]

    def __str__(self) -> str:
        return self.key


class HelpIndexState(models.Model):
    """The state of a tenant's search index.

    ``embedding_space`` is the space that serves; it changes when all articles are embedded in the
    new one. ``corpus_version`` rises with every change that readers can see.
    """

    tenant = models.OneToOneField(
        tenant_model_name(),
        on_delete=models.CASCADE,
        related_name="+",
        primary_key=True,
        verbose_name=_("tenant"),
    )
    corpus_version = models.PositiveBigIntegerField(_("corpus version"), default=0)
    #: Passages by text search configuration.
    configs = models.JSONField(_("configurations"), default=dict, blank=True)
    passages = models.PositiveIntegerField(_("passages"), default=0)
    vectors = models.PositiveIntegerField(_("vectors"), default=0)
    embedding_space = models.CharField(_("embedding space"), max_length=64, blank=True)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)

    objects = TenantQuerySet.as_manager()

    class Meta:
        verbose_name = _("index state")
        verbose_name_plural = _("index states")

    def __str__(self) -> str:
        return f"{self.tenant_id}: {self.corpus_version}"
