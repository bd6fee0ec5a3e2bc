"""The addresses of all articles of a tenant, brought in step with the texts."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any
from urllib.parse import urldefrag, urlsplit

from django.db import models, transaction
from django.db.models import F, Func, Q, TextField
from django.db.models.functions import MD5

from django_helpcenter.choices import ArticleStatus
from django_helpcenter.conf import conf
from django_helpcenter.content.document import parse_document
from django_helpcenter.content.links import images_of, is_external, links_of, url_scheme
from django_helpcenter.content.snippets import Snippets
from django_helpcenter.exceptions import ContentError
from django_helpcenter.models import HelpArticle, HelpArticleLinks, HelpLink
from django_helpcenter.models.links import ADDRESS_LENGTH
from django_helpcenter.services.base import write_alias
from django_helpcenter.services.links.site_addresses import absolute_address, reader_base
from django_helpcenter.services.snippet_texts import load_snippets

#: Articles that are read before what they link to is written.
BATCH = 100
#: Addresses of one article; more are not looked at.
MAX_ADDRESSES = 1_000
#: Characters of a link's words that are kept.
MAX_WORDS = 200


def collect_links(tenant: models.Model, *, only: list[int] | None = None) -> int:
    """Read the articles whose text has changed since it was read last; return how many.

    Then every address that an article uses has a row, archived articles apart, and no other but
    those that are ignored.
    ``only``: of these articles alone.
    """
    keys = list(_behind(tenant, only).values_list("pk", flat=True))
    for start in range(0, len(keys), BATCH):
        _read(tenant, keys[start : start + BATCH])
    _match_addresses(tenant)
    return len(keys)


def used_addresses(tenant: models.Model, **articles: Any) -> set[str]:
    """Return the addresses that articles with these fields use."""
    rows = HelpArticleLinks.objects.for_tenant(tenant).using(write_alias())
    rows = rows.filter(**{f"article__{name}": value for name, value in articles.items()})
    address = Func(F("addresses"), function="unnest", output_field=TextField())
    return set(rows.order_by().values_list(address, flat=True).distinct())


def addresses_in(
    content: str, *, slug: str, own_host: str, snippets: Snippets | None = None
) -> dict[str, tuple[str, int]]:
    """Return the addresses in a text that can be checked, with the words and the line of each.

    Those in snippets stand in the line that names the snippet.

    Those of the help center are complete paths or ``article:ID``, whatever way they were written;
    those on the web have no fragment, which no server is told.
    """
    try:
        tokens = parse_document(content, snippets=snippets).tokens
    except ContentError:
        return {}
    base = reader_base(slug)
    found: dict[str, tuple[str, int]] = {}
    pairs = [(each.target, each.text, each.line) for each in links_of(tokens)]
    pairs += [(each.target, each.alt, each.line) for each in images_of(tokens)]
    for target, words, line in pairs:
        address = _checkable(target, base, own_host)
        if address and len(found) < MAX_ADDRESSES:
            found.setdefault(address, (words[:MAX_WORDS], line))
    return found


def host_of(address: str) -> str:
    """Return the host of an address, "" for one within the help center."""
    if not is_external(address):
        return ""
    try:
        return (urlsplit(address).hostname or "?")[:255]
    except ValueError:
        return "?"


def _checkable(target: str, base: str, own_host: str) -> str:
    if is_external(target):
        address = _external(target, own_host)
    elif url_scheme(target) in ("", "article") and target and not target.startswith("#"):
        address = absolute_address(target, base)
    else:
        return ""
    return address if len(address.encode()) <= ADDRESS_LENGTH else ""


def _external(target: str, own_host: str) -> str:
    """Return an address with a host; without it when the host is the help center's own."""
    address = f"https:{target}" if target.startswith("//") else target
    try:
        if own_host and host_of(address) == own_host:
            return urlsplit(address)._replace(scheme="", netloc="").geturl() or "/"
        return urldefrag(address).url
    except ValueError:  # what urllib refuses to take apart: nobody can follow it
        return address.partition("#")[0]


def _behind(tenant: models.Model, only: list[int] | None) -> models.QuerySet[HelpArticle]:
    articles = HelpArticle.objects.using(write_alias()).filter(tenant_id=tenant.pk)
    if only is not None:
        articles = articles.filter(pk__in=only)
    in_step = Q(collected_links__content_md5=MD5("content"))
    return articles.filter(Q(collected_links__isnull=True) | ~in_step).order_by("pk")


def _read(tenant: models.Model, keys: list[int]) -> None:
    own_host = str(getattr(tenant, conf.TENANT_DOMAIN_FIELD, "") or "").lower()
    articles = HelpArticle.objects.using(write_alias()).filter(pk__in=keys)
    rows = []
    read = list(articles.only("tenant_id", "slug", "language", "content"))
    book = load_snippets(tenant.pk, (article.content for article in read), using=write_alias())
    for article in read:
        found = addresses_in(
            article.content,
            slug=article.slug,
            own_host=own_host,
            snippets=book.snippets(article.language),
        )
        rows.append(
            HelpArticleLinks(
                article_id=article.pk,
                tenant_id=article.tenant_id,
                content_md5=hashlib.md5(
                    article.content.encode(), usedforsecurity=False
                ).hexdigest(),
                addresses=list(found),
                links=found,
            )
        )
    with transaction.atomic(using=write_alias()):
        # Articles that were deleted meanwhile are left out, and none can go until this is written.
        present = set(articles.select_for_update(no_key=True).values_list("pk", flat=True))
        HelpArticleLinks.objects.using(write_alias()).bulk_create(
            [row for row in rows if row.article_id in present],
            update_conflicts=True,
            unique_fields=["article"],
            update_fields=["content_md5", "addresses", "links", "read_at"],
        )


def _match_addresses(tenant: models.Model) -> None:
    kept = [status for status in ArticleStatus.values if status != ArticleStatus.ARCHIVED]
    used = used_addresses(tenant, status__in=kept)
    links = HelpLink.objects.using(write_alias()).filter(tenant_id=tenant.pk)
    known = dict(links.values_list("address", "pk"))
    new = [
        HelpLink(tenant_id=tenant.pk, address=address, host=host_of(address))
        for address in sorted(used - known.keys())
    ]
    HelpLink.objects.using(write_alias()).bulk_create(new, batch_size=500, ignore_conflicts=True)
    # Somebody has said something of the ignored ones, which counts when they are used again.
    for chunk in _chunks([known[address] for address in known.keys() - used]):
        links.filter(pk__in=chunk, is_ignored=False).delete()


def _chunks(keys: list[int], size: int = 1_000) -> Iterator[list[int]]:
    for start in range(0, len(keys), size):
        yield keys[start : start + size]
