"""What an import would make of a file that is about to be written."""

from __future__ import annotations

from dataclasses import fields, replace

from django_helpcenter.exceptions import ContentError
from django_helpcenter.models import HelpArticle
from django_helpcenter.services.documentation.export.bodies import tidy
from django_helpcenter.services.documentation.metadata import Metadata
from django_helpcenter.services.documentation.reading import Document
from django_helpcenter.services.documentation.targets import TargetResolver
from django_helpcenter.services.documentation.texts import article_text
from django_helpcenter.services.documentation.work import Work


def metadata_differences(document: Document, said: Metadata) -> list[str]:
    """Return what the importer reads in a file's front matter and we did not mean.

    Raises ContentError when it would be read by the wrong people: that file must not be.
    """
    read = replace(document.metadata, tags=tuple(sorted(document.metadata.tags)))
    names = [each.name for each in fields(Metadata)]
    found = [name for name in names if getattr(read, name) != getattr(said, name)]
    if "target_roles" in found:
        raise ContentError("Its roles cannot be written so that an import reads the same ones.")
    return found


def is_text_kept(document: Document, article: HelpArticle, targets: TargetResolver) -> bool:
    """Tell whether an import makes the text of the article of this file.

    Raises ContentError when it would refuse the file.
    """
    text = article_text(document, folder_title="")
    if text is None:
        return False
    work = Work(document, article.language, ())
    work.rewrite_links(text, targets)
    own = f"(article:{article.pk}#"
    return work.content == tidy(article.content).replace(own, "(#")
