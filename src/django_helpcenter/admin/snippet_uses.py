"""The texts that use a snippet, as its page lists them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from django_helpcenter.admin.badges import STATUS_TONES, badge
from django_helpcenter.services.snippet_uses import SnippetUses

#: A page with more links is no help.
_LISTED = 200


def listed_uses(uses: SnippetUses, site: str) -> SafeString | str:
    """Return articles, drafts and templates as links, each with its status."""
    rows = [*_articles(uses, site), *_drafts(uses, site), *_templates(uses, site)]
    items = format_html_join("", '<li><a href="{}">{}</a> {}</li>', rows)
    if not items:
        return _("No text uses this snippet.")
    return format_html('<ul class="hc-uses">{}</ul>', items)


def _articles(uses: SnippetUses, site: str) -> Iterator[tuple[str, str, SafeString]]:
    for article in uses.articles.only("title", "status")[:_LISTED]:
        state = badge(STATUS_TONES[article.status], article.get_status_display())
        yield _address("helparticle_change", article.pk, site), article.title, state


def _drafts(uses: SnippetUses, site: str) -> Iterator[tuple[str, str, SafeString]]:
    found = uses.drafts.select_related("article", "editor")
    found = found.only("article__title", "editor")
    for draft in found[:_LISTED]:
        words = _("Draft of %(editor)s") % {"editor": draft.editor}
        yield (
            _address("helparticle_change", draft.article_id, site),
            # What is in it is between its editor and those who publish.
            draft.article.title,
            badge("neutral", words),
        )


def _templates(uses: SnippetUses, site: str) -> Iterator[tuple[str, str, SafeString]]:
    for template in uses.templates.only("name")[:_LISTED]:
        address = _address("helparticletemplate_change", template.pk, site)
        yield address, template.name, badge("neutral", _("Template"))


def _address(view: str, key: Any, site: str) -> str:
    return reverse(f"admin:help_center_{view}", args=[key], current_app=site)
