"""Pages for machines: sitemap, feed, overview, and articles as Markdown.

All but the last show what everybody may read, whoever asks.
"""

from __future__ import annotations

from functools import cached_property

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.cache import get_conditional_response, set_response_etag

from django_helpcenter.exceptions import NotVisible
from django_helpcenter.services.article_markdown import article_markdown
from django_helpcenter.services.public import PublicService
from django_helpcenter.web.links import canonical_url, markdown_url, wanted_language
from django_helpcenter.web.machine_texts import (
    feed_xml,
    overview_text,
    sitemap_index_xml,
    sitemap_xml,
)
from django_helpcenter.web.pages import ReaderView, help_center_name


class MachineView(ReaderView):
    """A text that is not sent again to who has it."""

    @cached_property
    def public(self) -> PublicService:
        """What everybody may read."""
        return PublicService(tenant=self.tenant)

    @property
    def name(self) -> str:
        """What the help center is called."""
        return help_center_name(self.tenant)

    def address(self, slug: str, language: str) -> str:
        """Return the absolute address of an article."""
        return canonical_url(self.request, slug, language)

    def markdown_address(self, slug: str, language: str) -> str:
        """Return the absolute address of an article as Markdown."""
        return self.request.build_absolute_uri(markdown_url(slug, language))

    def page_address(self, name: str) -> str:
        """Return the absolute address of a page of the help center."""
        return self.request.build_absolute_uri(reverse(f"help_center:{name}"))

    def send(self, content: str | bytes, content_type: str) -> HttpResponseBase:
        """Return a text, or that nothing has changed."""
        response = HttpResponse(content, content_type=f"{content_type}; charset=utf-8")
        response["X-Content-Type-Options"] = "nosniff"
        set_response_etag(response)
        found = get_conditional_response(self.request, response["ETag"], None, response)
        return response if found is None else found


class SitemapView(MachineView):
    """All public articles, or the pages of a list that is too long for one."""

    def get(self, request: HttpRequest) -> HttpResponseBase:
        sitemap = self.public.sitemap(self.page_number)
        if sitemap.page_count == 1 or "page" in request.GET:
            return self.send(sitemap_xml(sitemap, self.address), "application/xml")
        here = self.page_address("sitemap")
        pages = (f"{here}?page={number}" for number in range(1, sitemap.page_count + 1))
        return self.send(sitemap_index_xml(pages), "application/xml")


class FeedView(MachineView):
    """What changed last, as an Atom feed."""

    def get(self, request: HttpRequest) -> HttpResponseBase:
        text = feed_xml(
            self.public.changed_last(),
            self.address,
            name=self.name,
            home=self.page_address("home"),
            url=self.page_address("feed"),
        )
        return self.send(text, "application/atom+xml")


class OverviewView(MachineView):
    """What there is to read, for language models."""

    def get(self, request: HttpRequest) -> HttpResponseBase:
        chapters, left_out = self.public.overview()
        text = overview_text(chapters, left_out, self.markdown_address, self.name)
        return self.send(text, "text/plain")


class MarkdownView(MachineView):
    """An article as Markdown, for this reader."""

    names_article = True

    def get(self, request: HttpRequest, slug: str) -> HttpResponseBase:
        language = wanted_language(request)
        try:
            article = self.reading.find_article(slug, language=language)
        except NotVisible:
            moved = self.reading.find_moved(slug, language=language)
            return redirect(markdown_url(moved.slug, moved.language), permanent=True)
        text = article_markdown(
            article,
            visible=self.reading.visible,
            address_of=self.address,
            absolute=request.build_absolute_uri,
        )
        response = self.send(text, "text/markdown")
        response["X-Robots-Tag"] = "noindex"
        # Not the address as text: it holds no line end, but a header is no place to trust that.
        response["Link"] = f'<{self.address(article.slug, article.language)}>; rel="canonical"'
        return response
