"""Snippets as files of an export."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from django.db import models

from django_helpcenter.models import HelpArticle, HelpSnippet
from django_helpcenter.services.documentation.export.bodies import Body, make_body
from django_helpcenter.services.documentation.export.yaml_text import front_matter_text
from django_helpcenter.services.documentation.snippets import snippet_path, tidy_snippet


def exported_snippets(
    tenant: models.Model, articles: Iterable[HelpArticle], *, everything: bool
) -> list[HelpSnippet]:
    """Return the snippets of a tenant, or those that some articles name."""
    rows = HelpSnippet.objects.for_tenant(tenant)
    if not everything:
        rows = rows.filter(key__in={key for article in articles for key in article.snippet_keys})
    return list(rows)


def snippet_files(
    snippets: Iterable[HelpSnippet], paths: Mapping[int, str], names: Mapping[str, str]
) -> Iterator[tuple[str, bytes, Body]]:
    """Yield path, bytes and body of each snippet.

    ``paths`` are those of the articles, ``names`` what people call the files.
    """
    for snippet in snippets:
        path = snippet_path(snippet.key, snippet.language)
        body = make_body(tidy_snippet(snippet.content), 0, path, paths, names)
        head = front_matter_text({"description": snippet.description}) + "\n"
        text = f"{head if snippet.description else ''}{body.text}\n"
        if not snippet.description and text.startswith("---"):
            # What looks like front matter is none.
            text = f"{front_matter_text({'description': ''})}\n{text}"
        yield path, text.encode(), body
