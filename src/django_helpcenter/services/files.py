"""Files of a tenant: added by those who write articles, kept once for each content."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from django_helpcenter.conf import conf
from django_helpcenter.content.file_names import clean_file_name
from django_helpcenter.content.images import clean_image
from django_helpcenter.content.images.pieces import CleanImage
from django_helpcenter.exceptions import ContentError, PermissionRefused
from django_helpcenter.models import HelpArticleTemplate, HelpFile, HelpSnippet
from django_helpcenter.models.files import KEY_LENGTH
from django_helpcenter.services.base import ActorService, in_transaction
from django_helpcenter.services.file_storage import discard_bytes, is_stored, store_bytes
from django_helpcenter.services.file_uses import articles_with, is_used, unused_files
from django_helpcenter.services.workflow import may
from django_helpcenter.types import SystemActor

#: Whoever has one of these writes articles, and so brings the files that they show.
WRITING = ("add_helparticle", "change_helparticle")


class FileService(ActorService):
    """Adds and deletes the files of a tenant."""

    def add(self, data: bytes, *, name: str = "", alternative_text: str = "") -> HelpFile:
        """Keep an image that somebody brings, without what it need not say.

        A file of the same content is returned as it is. Raises ContentError, which says what to do,
        and PermissionRefused.
        """
        self._require_writer()
        limit = conf.UPLOAD_MAX_BYTES
        if len(data) > limit:
            raise ContentError(
                _("it has more than %(limit)s MB; make it smaller") % {"limit": f"{limit / 1e6:g}"}
            )
        image = clean_image(data, max_pixels=conf.IMAGE_MAX_PIXELS)
        return self.keep(image, name=name, alternative_text=alternative_text)

    def keep(self, image: CleanImage, *, name: str = "", alternative_text: str = "") -> HelpFile:
        """Keep an image that was cleaned; raises ContentError, PermissionRefused."""
        self._require_writer()
        found = HelpFile.objects.for_tenant(self.tenant).filter(key=file_key(image.data)).first()
        if found is not None and is_stored(found.storage_name):
            return self._describe(found, alternative_text)
        stored = store_bytes(image.data, self.tenant.pk)
        kept = False
        try:
            row = self._insert(image, name, alternative_text, stored)
            kept = row.storage_name == stored
        finally:
            if not kept:
                discard_bytes(stored)
        return row

    @in_transaction
    def delete(self, file: HelpFile) -> None:
        """Delete a file that no text names; its bytes leave the storage after the commit.

        Raises ValidationError when one does, PermissionRefused.
        """
        self.require("delete_helpfile")
        self.require_own(file)
        files = HelpFile.objects.for_tenant(self.tenant).select_for_update()
        locked = files.filter(pk=file.pk).first()
        if locked is None:
            return
        if HelpFile.objects.filter(is_used(), pk=locked.pk).exists():
            raise ValidationError(_why_kept(locked), code="in_use")
        locked.delete()

    def delete_unused(self, *, before: datetime) -> int:
        """Delete the files that no text names, of those added before a time; return how many.

        Raises PermissionRefused.
        """
        self.require("delete_helpfile")
        deleted = 0
        for file in unused_files(self.tenant, before=before).order_by("pk"):
            try:
                self.delete(file)
            except ValidationError:  # somebody has put it into a text meanwhile
                continue
            deleted += 1
        return deleted

    def _require_writer(self) -> None:
        if not may_write_articles(self.actor):
            raise PermissionRefused(f"{self.actor} may not write articles, and so add no files.")

    @in_transaction
    def _insert(self, image: CleanImage, name: str, alternative_text: str, stored: str) -> HelpFile:
        """Return the row for an image; one that is there keeps its bytes if it has any."""
        values = {
            "sha256": hashlib.sha256(image.data).hexdigest(),
            "storage_name": stored,
            "name": clean_file_name(name, extension=image.type.extension),
            "content_type": image.type,
            "size": len(image.data),
            "width": image.width,
            "height": image.height,
            "alternative_text": clean_description(alternative_text),
            "uploaded_by_id": self.author_id,
        }
        row, is_new = HelpFile.objects.get_or_create(
            tenant_id=self.tenant.pk, key=file_key(image.data), defaults=values
        )
        if not is_new and not is_stored(row.storage_name):
            row.storage_name = stored
            row.save(update_fields=["storage_name"])
        return row

    def _describe(self, file: HelpFile, alternative_text: str) -> HelpFile:
        """Remember a description for a file that has none, to be offered the next time."""
        description = clean_description(alternative_text)
        if description and not file.alternative_text:
            file.alternative_text = description
            file.save(update_fields=["alternative_text"])
        return file


def may_write_articles(person: Any) -> bool:
    """Tell whether somebody writes articles, and so brings the files that these show."""
    if isinstance(person, SystemActor):
        return True
    # A host's readers may be of a user model that knows no permissions.
    if not hasattr(person, "has_perm"):
        return False
    return any(may(person, permission) for permission in WRITING)


def file_key(data: bytes) -> str:
    """Return what names these bytes in texts."""
    return hashlib.sha256(data).hexdigest()[:KEY_LENGTH]


def clean_description(text: str) -> str:
    """Return an alternative text in one line, as long as the column."""
    plain = text.replace("\0", " ").encode("utf-8", "replace").decode()
    return " ".join(plain.split())[:500].rstrip()


def _why_kept(file: HelpFile) -> str:
    named = {"tenant_id": file.tenant_id, "file_keys__contains": [file.key]}
    titles = list(articles_with(file).values_list("title", flat=True)[:1])
    if not titles:
        titles = [f"{each}" for each in HelpSnippet.objects.filter(**named)[:1]]
    if not titles:
        titles = list(
            HelpArticleTemplate.objects.filter(**named).values_list("name", flat=True)[:1]
        )
    if not titles:
        return _(
            "A former version of an article shows this file; it stays as long as the version does."
        )
    return _("“%(title)s” shows this file. Take it out of the text first.") % {"title": titles[0]}
