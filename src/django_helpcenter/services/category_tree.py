"""The part of the category tree that holds something for a reader."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from django_helpcenter.models import HelpCategory
from django_helpcenter.models.categories import sorted_tree


@dataclass(frozen=True, slots=True)
class CategoryNode:
    """A category as one reader sees it.

    ``article_count`` counts the articles in it and below it.
    """

    category: HelpCategory
    article_count: int
    children: tuple[CategoryNode, ...] = ()

    def walk(self) -> Iterator[CategoryNode]:
        """Yield this node and all below it, depth first."""
        yield self
        for child in self.children:
            yield from child.walk()


def build_tree(
    categories: Iterable[HelpCategory], counts: Mapping[int, int]
) -> tuple[CategoryNode, ...]:
    """Nest the categories that hold an article, themselves or below them.

    ``counts`` gives the articles directly in a category, by its primary key. Categories without
    any are left out: even their names may be for other readers.
    """
    found: dict[str, list[CategoryNode]] = defaultdict(list)
    # Backwards, children come before their parent and siblings in reverse.
    for category in reversed(sorted_tree(categories)):
        children = tuple(reversed(found.pop(category.path, [])))
        count = counts.get(category.pk, 0) + sum(child.article_count for child in children)
        if count:
            node = CategoryNode(category, count, children)
            found[category.path[: -HelpCategory.steplen]].append(node)
    return tuple(reversed(next(iter(found.values()), [])))


def find_path(roots: Iterable[CategoryNode], slug: str) -> list[CategoryNode]:
    """Return the way from the top to the category with this slug, ``[]`` when it is not there."""
    for root in roots:
        if root.category.slug == slug:
            return [root]
        below = find_path(root.children, slug)
        if below:
            return [root, *below]
    return []
