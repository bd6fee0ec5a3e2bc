"""Handing out files: to whom an article is shown that shows the file, and to nobody else."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Exists, QuerySet
from django.utils.http import content_disposition_header

from django_helpcenter.choices import FILE_EXTENSIONS, FileType
from django_helpcenter.exceptions import NotVisible
from django_helpcenter.models import HelpArticle, HelpArticleQuerySet, HelpFile
from django_helpcenter.services.base import TenantService
from django_helpcenter.services.file_storage import read_bytes
from django_helpcenter.services.file_uses import shows
from django_helpcenter.services.files import may_write_articles
from django_helpcenter.services.tenant_access import administered_tenants

_TYPES = {extension: kind for kind, extension in FILE_EXTENSIONS.items()}
_TEXTS = (FileType.TEXT, FileType.CSV)

#: Whatever a file holds, it runs nothing and fetches nothing when its address is opened. Drawings
#: need their own styles.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


@dataclass(frozen=True, slots=True)
class ReadableFile:
    """A file that this person may have; ``is_public``: everybody may."""

    file: HelpFile
    is_public: bool

    @property
    def etag(self) -> str:
        """What tells a browser that it has the file already."""
        return f'"{self.file.key}"'

    @property
    def headers(self) -> dict[str, str]:
        """How the file is sent: as what we found it to be, and as nothing that runs.

        Pictures of pixels may be looked at by themselves. Whatever else there is, is saved when
        somebody opens its address; pages show a drawing all the same.
        """
        kind = FileType(self.file.content_type)
        is_saved = not kind.is_image or kind == FileType.SVG
        charset = "; charset=utf-8" if kind.startswith("text/") else ""
        headers = {
            "Content-Type": f"{kind}{charset}",
            "Content-Disposition": content_disposition_header(is_saved, self.file.name) or "",
            "Content-Security-Policy": _POLICY,
            "X-Content-Type-Options": "nosniff",
            "ETag": self.etag,
        }
        if not self.is_public:
            # No page of another site learns whether its visitor may have this.
            headers["Cross-Origin-Resource-Policy"] = "same-site"
        return headers

    def read(self) -> bytes:
        """Return the bytes; raises NotVisible when the storage has lost them."""
        data = read_bytes(self.file.storage_name)
        if data is None:
            raise NotVisible(f"The storage has no {self.file.storage_name}.")
        return data


class FileReadingService(TenantService):
    """Finds files for one person.

    What does not exist and what is not for this person are told apart by nothing, not by the number
    of queries either.
    """

    def find(self, file_name: str) -> ReadableFile:
        """Return the file that a text names so; raises NotVisible.

        A reader may have it when an article that they may see shows it; who writes articles for
        this tenant has all its files.
        """
        articles: HelpArticleQuerySet = HelpArticle.objects.using(self.using)
        shown = articles.filter(shows(file_name.partition(".")[0], self.tenant.pk))
        row = (
            files_named(file_name)
            .using(self.using)
            .filter(tenant_id=self.tenant.pk)
            .annotate(
                is_shown=Exists(shown.visible_to(self.tenant, self.user)),
                is_public=Exists(shown.visible_to(self.tenant, None)),
            )
            .first()
        )
        is_shown = row is not None and row.is_shown
        if (is_shown or self._writes_articles()) and row is not None:
            return ReadableFile(row, row.is_public)
        raise NotVisible(f"No file {file_name!r}.")

    def _writes_articles(self) -> bool:
        if self.user is None or not may_write_articles(self.user):
            return False
        return administered_tenants(self.user).filter(pk=self.tenant.pk).exists()


def files_named(file_name: str) -> QuerySet[HelpFile]:
    """Return the files that texts of whatever tenant name so.

    Equal texts are one file, whether their names said that they are tables or not.
    """
    key, _dot, extension = file_name.partition(".")
    if "\0" in key:
        return HelpFile.objects.none()
    kind = _TYPES.get(extension)
    kinds = _TEXTS if kind in _TEXTS else (kind,)
    return HelpFile.objects.filter(key=key, content_type__in=[each for each in kinds if each])
