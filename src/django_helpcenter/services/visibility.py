"""What follows at once when an article appears, disappears or changes its audience.

Runs in the transaction of the change: passages, vectors and word counts never lag behind a
restriction.
"""

from __future__ import annotations

from typing import Any

from django.db import router, transaction
from django.db.models import F

from django_helpcenter.choices import ROLE_ALL, ArticleStatus, IndexState
from django_helpcenter.models import (
    HelpArticle,
    HelpArticleEmbedding,
    HelpIndexState,
    HelpPassage,
    HelpPassageEmbedding,
)
from django_helpcenter.search.lexicon import add_passages, lock_lexicon, subtract_passages


def apply_visibility(article: HelpArticle) -> None:
    """Bring passages and vectors in step with the article's status and audience.

    The caller holds the article's row.
    """
    using = router.db_for_write(HelpPassage)
    with transaction.atomic(using=using):
        passages = HelpPassage.objects.using(using).filter(article=article)
        audiences = dict(passages.values_list("pk", "audience"))
        ids = list(audiences)
        if ids:
            lock_lexicon(article.tenant_id, using=using)
            subtract_passages(article.tenant_id, ids, using=using)
        audience = _audience_of_passages(article, next(iter(audiences.values()), None))
        if audience:
            passages.update(audience=audience)
            for model in (HelpPassageEmbedding, HelpArticleEmbedding):
                model.objects.using(using).filter(article=article).update(audience=audience)
            add_passages(article.tenant_id, ids, using=using)
        else:
            HelpArticleEmbedding.objects.using(using).filter(article=article).delete()
            passages.delete()
            # The instance too: whoever saves it later must not bring the old state back.
            article.indexed_hash, article.index_state = "", IndexState.STALE
            HelpArticle.objects.using(using).filter(pk=article.pk).update(
                indexed_hash="", index_state=IndexState.STALE
            )
        bump_corpus_version(article.tenant_id, using=using)


def _audience_of_passages(article: HelpArticle, former: list[str] | None) -> list[str]:
    """Return who may have the passages as they stand, nobody when there may be none.

    They still say what the article said when it was indexed: whoever is new to the audience of a
    text that has changed since gets the new one alone.
    """
    wanted = article.audience
    if article.status != ArticleStatus.PUBLISHED:
        return []
    hashes = {article.hash_content(), article.hash_content(former or wanted)}
    if former is None or article.indexed_hash in hashes or former == [ROLE_ALL]:
        return wanted
    return former if wanted == [ROLE_ALL] else sorted(set(wanted) & set(former))


def bump_corpus_version(tenant_id: Any, *, using: str) -> None:
    """Note that what readers can see has changed."""
    states = HelpIndexState.objects.using(using)
    if not states.filter(tenant_id=tenant_id).update(corpus_version=F("corpus_version") + 1):
        states.get_or_create(tenant_id=tenant_id)
