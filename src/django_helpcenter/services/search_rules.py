"""Changing what editors know better than the ranking: synonyms and pinned results."""

from __future__ import annotations

from typing import TypeVar

from django_helpcenter.models import HelpArticle, HelpPinnedResult, HelpSynonym
from django_helpcenter.services.base import ActorService, in_transaction, write_alias
from django_helpcenter.services.visibility import bump_corpus_version

_Rule = TypeVar("_Rule", HelpSynonym, HelpPinnedResult)


class SearchRuleService(ActorService):
    """Creates, changes and deletes the synonyms and pinned results of a tenant.

    They take effect with the next search. All methods raise PermissionRefused, and those that save
    raise ValidationError.
    """

    @in_transaction
    def add_synonym(self, *, terms: str, meanings: str = "", language: str = "") -> HelpSynonym:
        """Let words mean the same, or with ``meanings`` more than they say; one a line."""
        self.require("add_helpsynonym")
        synonym = HelpSynonym(tenant_id=self.tenant.pk, terms=terms, meanings=meanings)
        synonym.language = language or synonym.language
        return self._saved(synonym)

    @in_transaction
    def change_synonym(
        self, synonym: HelpSynonym, *, terms: str, meanings: str, language: str
    ) -> HelpSynonym:
        """Replace what a synonym says."""
        self.require("change_helpsynonym")
        locked = self._lock(synonym)
        locked.terms, locked.meanings, locked.language = terms, meanings, language
        return self._saved(locked)

    @in_transaction
    def pin(self, *, query: str, article: HelpArticle, position: int = 1) -> HelpPinnedResult:
        """Put an article first for a query; who may not see it is not shown it."""
        self.require("add_helppinnedresult")
        self.require_own(article)
        pinned = HelpPinnedResult(
            tenant_id=self.tenant.pk, query=query, article=article, position=position
        )
        return self._saved(pinned)

    @in_transaction
    def change_pin(
        self, pinned: HelpPinnedResult, *, query: str, article: HelpArticle, position: int
    ) -> HelpPinnedResult:
        """Replace what is pinned to which query."""
        self.require("change_helppinnedresult")
        self.require_own(article)
        locked = self._lock(pinned)
        locked.query, locked.article, locked.position = query, article, position
        return self._saved(locked)

    @in_transaction
    def delete(self, rule: HelpSynonym | HelpPinnedResult) -> None:
        """Delete a synonym or a pinned result."""
        self.require(f"delete_{rule._meta.model_name}")
        self.require_own(rule)
        rule.delete()
        self._bump()

    def _lock(self, rule: _Rule) -> _Rule:
        self.require_own(rule)
        rows = type(rule).objects.for_tenant(self.tenant).select_for_update()
        return rows.get(pk=rule.pk)

    def _saved(self, rule: _Rule) -> _Rule:
        rule.full_clean(exclude=["tenant"], validate_unique=False, validate_constraints=False)
        rule.validate_constraints()
        rule.save()
        self._bump()
        return rule

    def _bump(self) -> None:
        bump_corpus_version(self.tenant.pk, using=write_alias())
