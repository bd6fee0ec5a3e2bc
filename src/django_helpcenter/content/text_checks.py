"""What a writer should mend in a text, as far as the text alone shows it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from django.utils.translation import gettext as _
from markdown_it.token import Token

from django_helpcenter.content.document import TOP_LEVEL, Document
from django_helpcenter.content.links import (
    IMAGE_SCHEMES,
    INTERNAL_IMAGE_SCHEMES,
    INTERNAL_SCHEMES,
    LINK_SCHEMES,
    Link,
    images_of,
    is_safe_image_url,
    is_safe_url,
    links_of,
    url_scheme,
)
from django_helpcenter.content.plain_text import inline_text
from django_helpcenter.content.readability import Readability, count_words, measure_readability
from django_helpcenter.content.sentences import split_sentences
from django_helpcenter.content.toc import heading_anchor
from django_helpcenter.types import Problem

#: Words. Plain-language guides ask for 15 to 25 in a sentence; twice that is hard for everybody.
LONG_SENTENCE = 40
#: Words. More fills the screen of a phone with one gray block.
LONG_PARAGRAPH = 150

#: Any other address that begins so is one of somebody's own computer.
_STORED_FILE = re.compile(r"file:[0-9a-f]{32}\.[a-z]+")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph, also one of a list or a quotation, with its 1-based line."""

    sentences: tuple[str, ...]
    words: int
    line: int


def paragraphs_of(document: Document) -> list[Paragraph]:
    """Return the running text: no headings, no tables, no code."""
    found: list[Paragraph] = []
    for opening, inline in pairwise(document.tokens):
        if opening.type == "paragraph_open" and "class" not in opening.attrs:
            text = inline_text(inline.children)
            sentences = tuple(split_sentences(text))
            if sentences:
                found.append(Paragraph(sentences, count_words(text), _line(opening)))
    return found


def readability_of(paragraphs: Sequence[Paragraph], language: str) -> Readability | None:
    """Judge the sentences of the running text; ``None`` where that says nothing."""
    sentences = [sentence for paragraph in paragraphs for sentence in paragraph.sentences]
    return measure_readability(sentences, language) if sentences else None


def check_text(document: Document) -> list[Problem]:
    """Return the problems of headings, images and links, and of what is too long."""
    return [
        *_heading_problems(document),
        *_image_problems(document.tokens),
        *_link_problems(document.tokens),
        *_length_problems(paragraphs_of(document)),
    ]


def readability_problem(readability: Readability | None) -> Problem | None:
    """Return what to say of a text that is hard to read."""
    if readability is None or not readability.is_hard:
        return None
    message = _("The text is very hard to read: write shorter sentences and use shorter words.")
    return Problem("hard_to_read", "warning", message)


def _line(token: Token) -> int:
    return token.map[0] + 1 if token.map else 1


def _heading_problems(document: Document) -> Iterator[Problem]:
    starts = [token for token in document.tokens if token.type == "heading_open"]
    firsts = [token for token in starts if _written_level(token) == 1]
    if firsts:
        message = _("The title is the only first-level heading: begin headings with “##”.")
        yield Problem("second_first_level_heading", "warning", message, _line(firsts[0]))
    level, above = TOP_LEVEL - 1, _("the title")
    for token, heading in zip(starts, document.headings, strict=True):
        if not heading.text:
            message = _("A heading has no words.")
            yield Problem("empty_heading", "warning", message, heading.line)
        # The levels of the page: those that were written, moved together.
        sign = f"“{'#' * _written_level(token)}”"
        if heading.level > level + 1:
            message = _("“%(text)s” skips a level: %(sign)s follows %(above)s.")
            message %= {"text": heading.text, "sign": sign, "above": above}
            yield Problem("skipped_heading_level", "warning", message, heading.line)
        level, above = heading.level, sign


def _written_level(token: Token) -> int:
    # The tag is already fitted below the title; the markup is as it was written.
    return {"=": 1, "-": 2}.get(token.markup, len(token.markup))


def _image_problems(tokens: Sequence[Token]) -> Iterator[Problem]:
    for image in images_of(tokens):
        if not image.alt.strip() and not image.is_decorative:
            message = _(
                "An image has no description for those who do not see it: ![description], or ![ ] "
                "when it only decorates."
            )
            yield Problem("image_without_alternative", "error", message, image.line)
        schemes = IMAGE_SCHEMES | INTERNAL_IMAGE_SCHEMES
        if not image.target or not is_safe_image_url(image.target, schemes=schemes):
            message = _("An image is not shown: its address must begin with “https:” or “/”.")
            yield Problem("refused_image", "warning", message, image.line)


def _link_problems(tokens: Sequence[Token]) -> Iterator[Problem]:
    anchors = {str(token.attrs["id"]) for token in tokens if token.type == "heading_open"}
    for link in links_of(tokens):
        if is_dead_link(link):
            message = _("The link “%(text)s” leads nowhere.") % {"text": link.text}
            yield Problem("dead_link", "error", message, link.line)
        elif link.target.startswith("#") and heading_anchor(link.target) not in anchors:
            message = _("The link “%(text)s” leads to a heading that the article does not have.")
            message %= {"text": link.text}
            yield Problem("missing_heading", "warning", message, link.line)


def is_dead_link(link: Link) -> bool:
    """Tell whether no page may carry this address, or it names nothing."""
    scheme = url_scheme(link.target)
    if not link.target or link.target == "#" or scheme == "image":
        return True
    if scheme == "file" and not _STORED_FILE.fullmatch(link.target):
        return True
    return not is_safe_url(link.target, schemes=LINK_SCHEMES | INTERNAL_SCHEMES)


def _length_problems(paragraphs: Sequence[Paragraph]) -> Iterator[Problem]:
    for paragraph in paragraphs:
        if paragraph.words > LONG_PARAGRAPH:
            message = _("A paragraph has %(count)d words: divide it.") % {"count": paragraph.words}
            yield Problem("long_paragraph", "warning", message, paragraph.line)
        longest = max(map(count_words, paragraph.sentences))
        if longest > LONG_SENTENCE:
            message = _("A sentence has %(count)d words: divide it.") % {"count": longest}
            yield Problem("long_sentence", "warning", message, paragraph.line)
