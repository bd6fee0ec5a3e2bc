"""Which articles link to an article, whatever their status: read from their texts as they are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Case, F, Q, TextField, Value, When

from django_helpcenter.choices import ArticleStatus
from django_helpcenter.content.document import parse_document
from django_helpcenter.content.links import links_of
from django_helpcenter.exceptions import ContentError
from django_helpcenter.models import HelpArticle, HelpRedirect, HelpSnippet
from django_helpcenter.models.link_keys import number_key, slug_keys
from django_helpcenter.services.links.site_addresses import SiteAddress, read_address, reader_base

#: Linking articles that are looked for; who links more often than this is no help to name.
LIMIT = 200


def linking_articles(
    tenant_id: Any, articles: Sequence[HelpArticle], *, using: str | None = None
) -> list[HelpArticle]:
    """Return the articles that link to any of these, published ones first; none of these itself.

    By number (``article:12``), by the address of the slug that one has or had, or by a snippet
    with such a link. At most ``LIMIT``; three queries, however many there are.
    """
    numbers = {number_key(article.pk) for article in articles}
    slugs = _slugs_of(tenant_id, articles, using)
    keys = numbers.union(*(slug_keys(slug) for slug in slugs))
    if not keys:
        return []
    snippets = _linking_snippets(tenant_id, sorted(keys), numbers, slugs, using)
    # An article that names one by its number is not read: the text of the others says whether the
    # address with the slug is one of this help center.
    is_sure = Q(link_keys__overlap=sorted(numbers)) | Q(snippet_keys__overlap=snippets)
    text = Case(When(is_sure, then=Value("")), default=F("content"), output_field=TextField())
    rows = HelpArticle.objects.using(using).filter(
        Q(link_keys__overlap=sorted(keys)) | Q(snippet_keys__overlap=snippets), tenant_id=tenant_id
    )
    rows = rows.exclude(pk__in=[article.pk for article in articles]).annotate(to_be_read=text)
    rows = rows.order_by(_published_first(), "title", "pk").only(
        "tenant_id", "title", "slug", "status", "language", "publish_at", "expire_at"
    )
    return [row for row in rows[:LIMIT] if _links_by_slug(row, slugs)]


def left_dead(
    tenant_id: Any, articles: Sequence[HelpArticle], *, using: str | None = None
) -> list[HelpArticle]:
    """Return the articles whose links lead nowhere when these are archived or deleted."""
    linking = linking_articles(tenant_id, articles, using=using)
    return [article for article in linking if article.status != ArticleStatus.ARCHIVED]


def _slugs_of(tenant_id: Any, articles: Iterable[HelpArticle], using: str | None) -> set[str]:
    former = HelpRedirect.objects.using(using).filter(
        tenant_id=tenant_id, article__in=[article.pk for article in articles]
    )
    return {article.slug for article in articles} | set(former.values_list("slug", flat=True))


def _linking_snippets(
    tenant_id: Any, keys: list[str], numbers: set[str], slugs: set[str], using: str | None
) -> list[str]:
    rows = HelpSnippet.objects.using(using).filter(tenant_id=tenant_id, link_keys__overlap=keys)
    # Relative addresses in it count against the article that names it, whichever that is.
    base = reader_base("any")
    return [
        key
        for key, content, found in rows.values_list("key", "content", "link_keys")
        if not numbers.isdisjoint(found) or _has_slug(content, base, slugs)
    ]


def _links_by_slug(article: Any, slugs: set[str]) -> bool:
    text = article.to_be_read
    return not text or _has_slug(text, reader_base(article.slug), slugs)


def _has_slug(text: str, base: str, slugs: set[str]) -> bool:
    try:
        links = list(links_of(parse_document(text).tokens))
    except ContentError:
        return False
    found = (read_address(link.target, base=base) for link in links)
    return any(_means(address, slugs) for address in found)


def _means(address: SiteAddress | None, slugs: set[str]) -> bool:
    return address is not None and address.kind == "article" and address.key in slugs


def _published_first() -> Case:
    return Case(When(status=ArticleStatus.PUBLISHED, then=Value(0)), default=Value(1))
