"""Sitemap, feed and overview as texts; whatever articles say stays text in them."""

from __future__ import annotations

import io
import re
import uuid
from collections.abc import Callable, Iterable, Sequence
from xml.sax.xmlreader import AttributesImpl

from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.utils.xmlutils import SimplerXMLGenerator

from django_helpcenter.models import HelpArticle
from django_helpcenter.services.public import Chapter, PublicArticle, SitemapPage

_SITEMAPS = "http://www.sitemaps.org/schemas/sitemap/0.9"
_XHTML = "http://www.w3.org/1999/xhtml"
#: What no XML may contain.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_MARKDOWN_SIGNS = re.compile(r"([\\\[\]<>`*_])")
#: Characters of a summary in the overview.
_NOTE_LENGTH = 200

#: Gives the absolute address of an article, by slug and language.
Address = Callable[[str, str], str]


def sitemap_xml(page: SitemapPage, address: Address) -> bytes:
    """Return a page of the sitemap, each article with its translations."""
    out, xml = _document("urlset", {"xmlns": _SITEMAPS, "xmlns:xhtml": _XHTML})
    for article in page.articles:
        xml.startElement("url", AttributesImpl({}))
        xml.addQuickElement("loc", address(article.slug, article.language))
        xml.addQuickElement("lastmod", article.changed_at.isoformat())
        for code, url in _alternates(page.translations.get(article.group, ()), address):
            xml.addQuickElement(
                "xhtml:link", attrs={"rel": "alternate", "hreflang": code, "href": url}
            )
        xml.endElement("url")
    return _finish(out, xml, "urlset")


def sitemap_index_xml(addresses: Iterable[str]) -> bytes:
    """Return a sitemap that leads to the pages of a long one."""
    out, xml = _document("sitemapindex", {"xmlns": _SITEMAPS})
    for address in addresses:
        xml.startElement("sitemap", AttributesImpl({}))
        xml.addQuickElement("loc", address)
        xml.endElement("sitemap")
    return _finish(out, xml, "sitemapindex")


def feed_xml(
    articles: Sequence[HelpArticle], address: Address, *, name: str, home: str, url: str
) -> bytes:
    """Return an Atom feed; an entry keeps its id when its article's address changes."""
    feed = Atom1Feed(
        title=clean(name), link=home, description=None, feed_url=url, author_name=clean(name)
    )
    for article in articles:
        feed.add_item(
            title=clean(article.title),
            link=address(article.slug, article.language),
            # The feed says that this is HTML, and readers show it as such.
            description=escape(clean(article.summary)),
            unique_id=f"urn:uuid:{uuid.uuid5(article.translation_group, article.language)}",
            pubdate=article.published_date,
            updateddate=max(article.updated_at, article.publish_at or article.updated_at),
            categories=[clean(article.category.name)],
        )
    out = io.BytesIO()
    feed.write(out, "utf-8")
    return out.getvalue()


def overview_text(chapters: Iterable[Chapter], left_out: int, address: Address, name: str) -> str:
    """Return the text of llms.txt: what there is, in Markdown."""
    about = _("Help articles of %(name)s. The links lead to the articles as Markdown.")
    lines = [f"# {_line(name)}", "", f"> {about % {'name': _line(name)}}"]
    for chapter in chapters:
        lines += ["", f"## {' › '.join(map(_line, chapter.path))}", ""]
        for article in chapter.articles:
            note = _line(article.summary[: 2 * _NOTE_LENGTH])[:_NOTE_LENGTH].rstrip("\\")
            link = f"- [{_line(article.title)}]({address(article.slug, article.language)})"
            lines.append(f"{link}: {note}" if note else link)
    if left_out:
        lines += ["", _("Articles that are not listed here: %(count)d") % {"count": left_out}]
    return "\n".join([*lines, ""])


def clean(text: str) -> str:
    """Drop what XML cannot contain."""
    return _NOT_XML.sub("", text)


def _line(text: str) -> str:
    """Return a text as words of one line that mean nothing in Markdown."""
    return _MARKDOWN_SIGNS.sub(r"\\\1", " ".join(clean(text).split()))


def _alternates(articles: Sequence[PublicArticle], address: Address) -> list[tuple[str, str]]:
    return [(article.language, address(article.slug, article.language)) for article in articles]


def _document(root: str, attributes: dict[str, str]) -> tuple[io.StringIO, SimplerXMLGenerator]:
    out = io.StringIO()
    xml = SimplerXMLGenerator(out, "utf-8")
    xml.startDocument()
    xml.startElement(root, AttributesImpl(attributes))
    return out, xml


def _finish(out: io.StringIO, xml: SimplerXMLGenerator, root: str) -> bytes:
    xml.endElement(root)
    xml.endDocument()
    return out.getvalue().encode()
