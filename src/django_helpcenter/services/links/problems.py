"""What a writer is told of the links from an article to other pages of the help center."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from django_helpcenter.choices import ROLE_ALL, LinkReason
from django_helpcenter.content.document import Document
from django_helpcenter.content.links import Link, links_of
from django_helpcenter.models import HelpArticle
from django_helpcenter.services.links.site_addresses import SiteAddress, read_address, reader_base
from django_helpcenter.services.links.targets import Targets, has_anchor
from django_helpcenter.types import Problem

#: Other articles that are read for their headings while somebody writes.
MAX_TEXTS = 20

Severity = Literal["error", "warning"]

#: Code, severity and words of each fault. No error where two new articles link to each other: one
#: of them is published first.
_TOLD: dict[LinkReason, tuple[str, Severity, Any]] = {
    LinkReason.NO_ARTICLE: (
        "broken_link",
        "error",
        gettext_lazy("The link “%(text)s” leads to an article that does not exist."),
    ),
    LinkReason.DELETED: (
        "broken_link",
        "error",
        gettext_lazy("The link “%(text)s” leads to an article that was deleted."),
    ),
    LinkReason.NO_CATEGORY: (
        "broken_link",
        "error",
        gettext_lazy("The link “%(text)s” leads to a category that does not exist."),
    ),
    LinkReason.NO_TAG: (
        "broken_link",
        "error",
        gettext_lazy("The link “%(text)s” leads to a tag that does not exist."),
    ),
    LinkReason.NO_FILE: (
        "broken_link",
        "error",
        gettext_lazy("The link “%(text)s” leads to a file that does not exist."),
    ),
    LinkReason.NO_PAGE: (
        "missing_page",
        "warning",
        gettext_lazy("The link “%(text)s” leads to a page that the help center does not have."),
    ),
    LinkReason.ARCHIVED: (
        "archived_link",
        "warning",
        gettext_lazy("The link “%(text)s” leads to an article that is archived."),
    ),
    LinkReason.UNPUBLISHED: (
        "unpublished_link",
        "warning",
        gettext_lazy("The link “%(text)s” leads to an article that is not published."),
    ),
    LinkReason.NO_HEADING: (
        "missing_heading",
        "warning",
        gettext_lazy("The link “%(text)s” leads to a heading that the article does not have."),
    ),
    LinkReason.FORMER: (
        "former_address",
        "warning",
        gettext_lazy("The link “%(text)s” leads to a former address, which redirects."),
    ),
}


def link_problems(
    article: HelpArticle, document: Document, *, using: str | None = None
) -> Iterator[Problem]:
    """Yield what is wrong with the links of an article, which need not be saved.

    Takes no query without such links, and never more for more of them.
    """
    if not article.tenant_id:
        return
    base = reader_base(article.slug or "-")
    links = [
        (link, address)
        for link in links_of(document.tokens)
        if (address := read_address(link.target, base=base)) is not None
    ]
    others = [address for _link, address in links if not _is_own(article, address)]
    targets = Targets(article.tenant_id, others, using=using, max_texts=MAX_TEXTS)
    own_anchors = {heading.anchor for heading in document.headings}
    for link, address in links:
        if _is_own(article, address):
            if address.anchor and not has_anchor(address, own_anchors):
                yield _problem(link, LinkReason.NO_HEADING)
        elif reason := targets.judge(address):
            yield _problem(link, reason, targets.article(address))
        elif _is_narrower(article, targets.article(address)):
            message = _("The link “%(text)s” leads to an article that fewer roles may read.")
            message %= {"text": link.text}
            yield Problem("narrower_link", "warning", message, link.line)


def _is_own(article: HelpArticle, address: SiteAddress) -> bool:
    if address.kind == "number":
        return bool(address.key) and int(address.key) == article.pk
    return address.kind == "article" and address.key == article.slug


def _problem(link: Link, reason: LinkReason, target: HelpArticle | None = None) -> Problem:
    code, severity, words = _TOLD[reason]
    message = str(words) % {"text": link.text}
    if reason == LinkReason.FORMER and target is not None:
        message += " " + _("Write “article:%(number)d”, which never changes.") % {
            "number": target.pk
        }
    return Problem(code, severity, message, link.line)


def _is_narrower(article: HelpArticle, target: HelpArticle | None) -> bool:
    """Tell whether some readers of an article may not follow its link."""
    if target is None or ROLE_ALL in target.audience:
        return False
    return not set(article.audience) <= set(target.audience)
