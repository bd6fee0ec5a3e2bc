"""Articles into rows of passages, keeping the rows whose text did not change."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import OuterRef, Subquery

from django_helpcenter.content.lexemes import count_words, folded_words, indexed_tokens
from django_helpcenter.content.passages import Passage, embedding_text, split_passages
from django_helpcenter.content.snippets import Snippets
from django_helpcenter.exceptions import ContentError
from django_helpcenter.models import HelpArticle, HelpPassage, HelpPassageEmbedding
from django_helpcenter.models.roles import is_audience_too_long
from django_helpcenter.search.lexicon import add_passages, lock_lexicon, subtract_passages

_WORD = re.compile(r"\w+")

#: What may change about a passage whose text stays.
_PLACE = (
    "ordinal", "anchor", "version", "audience", "search_config", "length", "folded", "tokens",
)  # fmt: skip


def passage_rows(article: HelpArticle, snippets: Snippets | None = None) -> list[HelpPassage]:
    """Return the passages of an article as unsaved rows, with the texts of its snippets.

    Raises ContentError when the body cannot be read, or the roles are too many.
    """
    if is_audience_too_long(article.audience):
        raise ContentError("The target roles are too long: name fewer, or shorter names.")
    passages = split_passages(article.content, title=article.title, snippets=snippets)
    if _adds_words(article.summary, article.content):
        passages = [Passage(0, (), "", article.summary.strip()), *passages]
    return [_row(article, number, passage) for number, passage in enumerate(passages)]


def write_passages(tenant: Any, wanted: Mapping[int, Sequence[HelpPassage]], *, using: str) -> int:
    """Make the passages of a tenant's articles (by id) be these, inside the caller's transaction.

    The caller holds the articles. Rows whose text is the same stay, with their vectors. Returns how
    many rows are new.
    """
    manager = HelpPassage.objects.using(using)
    kept: dict[int, dict[str, list[HelpPassage]]] = defaultdict(lambda: defaultdict(list))
    before: list[int] = []
    for row in manager.filter(article__in=wanted).defer("search_vector", "text"):
        kept[row.article_id][row.content_hash].append(row)
        before.append(row.pk)
    new: list[HelpPassage] = []
    changed: list[HelpPassage] = []
    staying: list[int] = []
    for article_id, rows in wanted.items():
        for row in rows:
            same = kept[article_id][row.content_hash]
            if not same:
                new.append(row)
                continue
            old = same.pop(0)
            staying.append(old.pk)
            if _take_place(old, row):
                changed.append(old)
    lock_lexicon(tenant, using=using)
    subtract_passages(tenant, before, using=using)
    manager.filter(pk__in=set(before) - set(staying)).delete()
    if changed:
        manager.bulk_update(changed, _PLACE, batch_size=500)
    if staying:
        _align_audiences(list(wanted), using=using)
    created = manager.bulk_create(new, batch_size=500)
    add_passages(tenant, [*staying, *(row.pk for row in created)], using=using)
    return len(created)


def heading_parts(heading_path: str) -> tuple[str, ...]:
    """Return the headings of a stored heading path."""
    return tuple(heading_path.split(HelpPassage.HEADING_SEPARATOR)) if heading_path else ()


def _align_audiences(article_ids: Sequence[int], *, using: str) -> None:
    """Give the vectors that stay the audience of their passages."""
    own = HelpPassage.objects.filter(pk=OuterRef("passage")).values("audience")[:1]
    vectors = HelpPassageEmbedding.objects.using(using).filter(article__in=article_ids)
    vectors.exclude(audience=Subquery(own)).update(audience=Subquery(own))


def _take_place(old: HelpPassage, row: HelpPassage) -> bool:
    """Move a kept row to where its text now stands; tells whether anything changed."""
    if all(getattr(old, name) == getattr(row, name) for name in _PLACE):
        return False
    for name in _PLACE:
        setattr(old, name, getattr(row, name))
    return True


def _row(article: HelpArticle, ordinal: int, passage: Passage) -> HelpPassage:
    full_text = embedding_text(article.title, passage.heading_path, passage.text)
    digest = hashlib.sha256(f"{article.language}\n{full_text}".encode("utf-8", "replace"))
    return HelpPassage(
        article=article,
        tenant_id=article.tenant_id,
        version=article.version,
        ordinal=ordinal,
        language=article.language,
        search_config=article.search_config,
        audience=article.audience,
        title=article.title,
        heading_path=HelpPassage.HEADING_SEPARATOR.join(passage.heading_path),
        anchor=passage.anchor[:255],
        text=passage.text,
        length=count_words(full_text),
        folded=folded_words(full_text),
        tokens=indexed_tokens(full_text),
        content_hash=digest.hexdigest(),
    )


def _adds_words(summary: str, content: str) -> bool:
    """Tell whether the summary says something that the body does not say in the same words."""
    if not summary.strip():
        return False
    body = " ".join(_WORD.findall(content.casefold()))
    words = _WORD.findall(summary.casefold())
    return " ".join(words[:12]) not in body
