"""One file on its way to its article."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django_helpcenter.models import HelpArticle, HelpTag
from django_helpcenter.services.documentation.folders import CategoryPlace
from django_helpcenter.services.documentation.local_files import StoredFile
from django_helpcenter.services.documentation.matching import ArticleRow
from django_helpcenter.services.documentation.reading import Document
from django_helpcenter.services.documentation.revisions import article_revision
from django_helpcenter.services.documentation.rewriting import replace_targets
from django_helpcenter.services.documentation.targets import TargetResolver
from django_helpcenter.services.documentation.texts import ArticleText
from django_helpcenter.services.slugs import make_slug
from django_helpcenter.services.tags import tag_identity


@dataclass(slots=True)
class Work:
    """A file that is an article, and what the run has found out about it so far.

    ``row`` is the article that it has, ``article`` the primary key that it has or will get;
    ``joins_group`` says that ``group`` is one of other articles; ``original`` is the file that the
    others of a group are translated from, ``is_original_said`` whether front matter says so.
    ``text`` is read, and ``content`` and ``files`` made of it, only for files that are new or
    changed.
    """

    document: Document
    language: str
    category: tuple[CategoryPlace, ...]
    row: ArticleRow | None = None
    article: int = 0
    group: uuid.UUID = field(default_factory=uuid.uuid4)
    joins_group: bool = False
    original: Work | None = None
    is_original_said: bool = False
    source_hash: str = ""
    slug: str = ""
    text: ArticleText | None = None
    content: str = ""
    files: list[StoredFile] = field(default_factory=list)

    @property
    def path(self) -> str:
        """Where the file is, below the root."""
        return self.document.path

    @property
    def is_translation(self) -> bool:
        """Whether another file is the original of this one."""
        return self.original is not None and self.original is not self

    @property
    def is_by_itself(self) -> bool:
        """Whether writing this creates one article, and neither reads nor changes another."""
        return self.row is None and self.original is None and not self.joins_group

    def slug_text(self, text: ArticleText) -> str:
        """Return what the slug is made from when the author did not choose one."""
        return self.document.metadata.slug_hint or text.title

    def rewrite_links(self, text: ArticleText, targets: TargetResolver) -> list[tuple[int, str]]:
        """Make links between files links between articles, in ``content``.

        Returns the links and pictures that are left as they were, as (line in the file, why).
        """
        replacements: dict[str, str] = {}
        problems: dict[tuple[int, str], None] = {}
        for reference in text.references.items:
            target = targets.resolve(reference.target, self.document)
            if target.address:
                replacements[reference.target] = target.address
            elif target.problem:
                problems[text.first_line + reference.start, target.problem] = None
            if target.file is not None:
                self.files.append(target.file)
        self.text = text
        self.content = replace_targets(text.content, text.references, replacements)
        return list(problems)

    def draft(self) -> HelpArticle:
        """Return the unsaved article of the text as it was read, to be validated."""
        if self.text is None:
            raise ValueError(f"The text of {self.path} was not read.")
        article = HelpArticle(**self.fields(source=""))
        article.content = self.text.content
        article.slug = self.slug or make_slug(self.slug_text(self.text))
        return article

    def revision(self, *, slug: str, category: int | None, tags: Iterable[HelpTag]) -> str:
        """Return the fingerprint of the article that this file makes."""
        return article_revision(
            content_hash=HelpArticle(**self._content()).hash_content(),
            slug=slug,
            category=category,
            difficulty_level=self.document.metadata.difficulty_level,
            display_order=self.document.order or 0,
            tags=[tag.pk for tag in tags],
        )

    def fields(self, *, source: str) -> dict[str, object]:
        """Return the values of the article's columns, but for category, tags and revision.

        The text must have been read and its links rewritten.
        """
        metadata = self.document.metadata
        window = {"publish_at": metadata.publish_at, "expire_at": metadata.expire_at}
        return {
            **self._content(),
            **{name: moment for name, moment in window.items() if moment is not None},
            "slug": self.slug,
            "difficulty_level": metadata.difficulty_level,
            "display_order": self.document.order or 0,
            "translation_group": self.group,
            "source": source,
            "source_id": self.document.source_id,
            "source_path": self.path,
            "source_hash": self.source_hash,
        }

    def tags(self, known: Mapping[str, HelpTag]) -> list[HelpTag]:
        """Return the file's tags, each once; ``known`` has them by what their names share."""
        found = [known.get(tag_identity(name)) for name in self.document.metadata.tags]
        return list({tag.pk: tag for tag in found if tag is not None}.values())

    def _content(self) -> dict[str, object]:
        if self.text is None:
            raise ValueError(f"The text of {self.path} was not read.")
        metadata = self.document.metadata
        return {
            "title": self.text.title,
            "summary": self.text.summary,
            "content": self.content,
            "language": self.language,
            "status": metadata.status,
            "target_roles": list(metadata.target_roles),
        }
