"""An article as Markdown that can be read away from its help center."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django_helpcenter.content.document import Document, is_same_title, parse_document
from django_helpcenter.content.links import INTERNAL_SCHEMES, is_safe_url, url_scheme
from django_helpcenter.content.snippet_source import expand_source
from django_helpcenter.content.toc import heading_anchor
from django_helpcenter.exceptions import ContentError
from django_helpcenter.models import HelpArticle, HelpArticleQuerySet
from django_helpcenter.services.article_text import ARTICLE_LINK
from django_helpcenter.services.documentation.rewriting import find_references, replace_targets
from django_helpcenter.services.snippet_texts import snippets_for
from django_helpcenter.services.stored_files import resolve_file, stored_file_name

#: What a link leads to that leads nowhere for this reader.
NOWHERE = "#"


def article_markdown(
    article: HelpArticle,
    *,
    visible: HelpArticleQuerySet,
    address_of: Callable[[str, str], str],
    absolute: Callable[[str], str],
) -> str:
    """Return title, summary and text of an article.

    Links to other articles get the address that ``address_of`` gives for a slug and a language, and
    lead nowhere when the article is not among the ``visible`` ones. ``absolute`` completes the
    addresses of pictures. A text too long for the parser keeps its links.
    """
    source = expand_source(article.content, snippets_for(article, using=visible.db))
    try:
        document = parse_document(source)
    except ContentError:
        return _with_head(article, source, has_title=False)
    references = find_references(document.tokens)
    targets = {item.target for item in references.items}
    addresses = _addresses(targets, visible, address_of)
    replacements: dict[str, str] = {}
    for target in targets:
        new = _new_target(target, addresses, absolute)
        if new != target:
            replacements[target] = new
    text = replace_targets(source, references, replacements)
    return _with_head(article, text, has_title=_begins_with_title(document, article.title))


def _addresses(
    targets: Iterable[str], visible: HelpArticleQuerySet, address_of: Callable[[str, str], str]
) -> dict[int, str]:
    wanted = {int(match[1]) for target in targets if (match := ARTICLE_LINK.fullmatch(target))}
    if not wanted:
        return {}
    found = visible.filter(pk__in=wanted).values_list("pk", "slug", "language")
    return {pk: address_of(slug, language) for pk, slug, language in found}


def _new_target(target: str, addresses: dict[int, str], absolute: Callable[[str], str]) -> str:
    link = ARTICLE_LINK.fullmatch(target)
    if link:
        address = addresses.get(int(link[1]))
        anchor = f"#{heading_anchor(link[2])}" if link[2] else ""
        return f"{address}{anchor}" if address else NOWHERE
    if stored_file_name(target):
        image = resolve_file(target)
        return absolute(image) if image else NOWHERE
    is_kept = is_safe_url(target) and url_scheme(target) not in INTERNAL_SCHEMES
    return target if is_kept else NOWHERE


def _begins_with_title(document: Document, title: str) -> bool:
    first = document.headings[0] if document.headings else None
    return first is not None and first.line == 1 and is_same_title(first.text, title)


def _with_head(article: HelpArticle, text: str, *, has_title: bool) -> str:
    title = " ".join(article.title.split())
    summary = " ".join(article.summary.split())
    is_repeated = summary and " ".join(text.split()).find(summary.rstrip(" ….")[:80]) >= 0
    parts = [] if has_title else [f"# {title}"]
    if summary and not is_repeated:
        parts.append(f"> {summary}")
    return "\n\n".join([*parts, text.strip("\n")]) + "\n"
