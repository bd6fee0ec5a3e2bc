"""The links and pictures of a text, for tests that look at nothing else of it."""

from __future__ import annotations

from django_helpcenter.content.document import parse_document
from django_helpcenter.content.links import Image, Link, images_of, links_of


def links_in(source: str) -> list[Link]:
    """Return the links of a text in order."""
    return list(links_of(parse_document(source).tokens))


def images_in(source: str) -> list[Image]:
    """Return the pictures of a text in order."""
    return list(images_of(parse_document(source).tokens))
