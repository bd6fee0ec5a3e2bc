"""What has become of the pages that texts link to: a constant number of queries for all of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any
from urllib.parse import unquote

from django.db.models import Case, F, Q, TextField, Value, When

from django_helpcenter.choices import ArticleStatus, LinkReason
from django_helpcenter.content.document import parse_document
from django_helpcenter.content.snippets import Snippets
from django_helpcenter.content.toc import heading_anchor
from django_helpcenter.exceptions import ContentError
from django_helpcenter.models import (
    HelpArticle,
    HelpCategory,
    HelpCategoryRedirect,
    HelpFile,
    HelpRedirect,
    HelpTag,
)
from django_helpcenter.services.links.site_addresses import SiteAddress
from django_helpcenter.services.snippet_texts import SnippetBook, load_snippets

_COLUMNS = (
    "id", "tenant_id", "slug", "title", "language", "status", "publish_at", "expire_at",
    "target_roles",
)  # fmt: skip

#: How the ids of the page around a text begin.
_OUR_OWN = "hc-"


class Targets:
    """The pages that some addresses mean, as they are now.

    ``max_texts`` bounds how many articles are read for their headings; an anchor in one more counts
    as there.
    """

    def __init__(
        self,
        tenant_id: Any,
        addresses: Iterable[SiteAddress],
        *,
        using: str | None = None,
        max_texts: int = 200,
    ) -> None:
        self._tenant_id, self._using = tenant_id, using
        self._texts_left = max_texts
        self._anchors: dict[int, frozenset[str] | None] = {}
        wanted = list(addresses)
        keys = {
            kind: {address.key for address in wanted if address.kind == kind and address.key}
            for kind in ("number", "article", "category", "tag", "file")
        }
        self._by_number: dict[str, HelpArticle] = {}
        self._by_slug: dict[str, HelpArticle] = {}
        self._snippets = SnippetBook(())
        self._find_articles(keys["number"], keys["article"], [a for a in wanted if a.anchor])
        self._moved = self._find_moved(keys["article"] - self._by_slug.keys())
        self._categories = self._slugs(HelpCategory, keys["category"])
        former = keys["category"] - self._categories
        self._former_categories = self._slugs(HelpCategoryRedirect, former)
        self._tags = self._slugs(HelpTag, keys["tag"])
        self._files = self._find_files(keys["file"])

    def article(self, address: SiteAddress) -> HelpArticle | None:
        """Return the article that an address means, by way of a redirect too."""
        if address.kind == "number":
            return self._by_number.get(_plain_number(address.key))
        return self._by_slug.get(address.key) or self._moved.get(address.key)

    def judge(self, address: SiteAddress) -> LinkReason | None:
        """Return what is wrong with an address, ``None`` for nothing."""
        if address.kind in ("number", "article"):
            return self._judge_article(address)
        if address.kind == "category":
            if address.key in self._categories:
                return None
            is_former = address.key in self._former_categories
            return LinkReason.FORMER if is_former else LinkReason.NO_CATEGORY
        if address.kind == "tag":
            return None if address.key in self._tags else LinkReason.NO_TAG
        if address.kind == "file":
            return None if address.key in self._files else LinkReason.NO_FILE
        return LinkReason.NO_PAGE

    def _judge_article(self, address: SiteAddress) -> LinkReason | None:
        target = self.article(address)
        if target is None:
            is_gone = address.kind == "article" and address.key in self._moved
            return LinkReason.DELETED if is_gone else LinkReason.NO_ARTICLE
        if target.status == ArticleStatus.ARCHIVED:
            return LinkReason.ARCHIVED
        if not target.is_visible:
            return LinkReason.UNPUBLISHED
        if address.kind == "article" and address.key in self._moved:
            return LinkReason.FORMER
        return None if self._has_anchor(target, address) else LinkReason.NO_HEADING

    def _has_anchor(self, target: Any, address: SiteAddress) -> bool:
        if not address.anchor:
            return True
        if target.pk not in self._anchors:
            if self._texts_left <= 0:
                return True
            self._texts_left -= 1
            snippets = self._snippets.snippets(target.language)
            self._anchors[target.pk] = anchors_of(
                target.anchored_text, snippets, title=target.title
            )
        anchors = self._anchors[target.pk]
        return anchors is None or has_anchor(address, anchors)

    def _find_articles(
        self, numbers: set[str], slugs: set[str], anchored: list[SiteAddress]
    ) -> None:
        if not numbers and not slugs:
            return
        wanted = Q(pk__in=set(map(int, numbers))) | Q(slug__in=slugs)
        # Long texts are fetched where a heading in them is asked for.
        is_anchored = Q(pk__in={int(a.key) for a in anchored if a.kind == "number" and a.key})
        is_anchored |= Q(slug__in={a.key for a in anchored if a.kind == "article"})
        text = Case(
            When(is_anchored, then=F("content")), default=Value(""), output_field=TextField()
        )
        rows = HelpArticle.objects.using(self._using).filter(wanted, tenant_id=self._tenant_id)
        found: list[Any] = list(rows.annotate(anchored_text=text).only(*_COLUMNS))
        # Their headings may stand in snippets.
        texts = (row.anchored_text for row in found)
        self._snippets = load_snippets(self._tenant_id, texts, using=self._using)
        for row in found:
            self._by_number[str(row.pk)] = row
            # One slug may stand in several languages: readers get one that they may see.
            if row.slug not in self._by_slug or row.is_visible:
                self._by_slug[row.slug] = row

    def _find_moved(self, slugs: set[str]) -> dict[str, HelpArticle | None]:
        """Return the articles that had these slugs, ``None`` for one that was deleted."""
        if not slugs:
            return {}
        rows = HelpRedirect.objects.using(self._using).filter(
            tenant_id=self._tenant_id, slug__in=slugs
        )
        columns = (f"article__{name}" for name in _COLUMNS)
        found: dict[str, HelpArticle | None] = {}
        for row in rows.select_related("article").only("slug", "tenant_id", *columns):
            found[row.slug] = row.article or found.get(row.slug)
        return found

    def _slugs(self, model: Any, slugs: set[str]) -> set[str]:
        if not slugs:
            return set()
        rows = model._default_manager.using(self._using).filter(
            tenant_id=self._tenant_id, slug__in=slugs
        )
        return set(rows.values_list("slug", flat=True))

    def _find_files(self, names: set[str]) -> set[str]:
        if not names:
            return set()
        files = HelpFile.objects.using(self._using).filter(
            tenant_id=self._tenant_id, key__in={name.partition(".")[0] for name in names}
        )
        return {file.file_name for file in files.only("key", "content_type")}


def anchors_of(text: str, snippets: Snippets, *, title: str) -> frozenset[str] | None:
    """Return the anchors of the headings in the page of a text with this title.

    ``None`` when the text is too long to be read.
    """
    try:
        # A first heading that repeats the title is not in the page.
        document = parse_document(text, drop_title=title, snippets=snippets)
        return frozenset(heading.anchor for heading in document.headings)
    except ContentError:
        return None


def has_anchor(address: SiteAddress, anchors: Collection[str]) -> bool:
    """Tell whether the fragment of an address is one of these ids of headings.

    What follows ``article:ID`` is the words of a heading, what follows the address of a page is an
    id as it stands in the page.
    """
    if address.kind == "number":
        return heading_anchor(address.anchor) in anchors
    anchor = unquote(address.anchor)
    return anchor in anchors or anchor.startswith(_OUR_OWN)


def _plain_number(key: str) -> str:
    return str(int(key)) if key else ""
