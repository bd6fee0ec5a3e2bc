"""Files of a tenant: added by those who write articles, kept once for each content."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from django_helpcenter.conf import conf
from django_helpcenter.content.attachments import clean_file
from django_helpcenter.content.clean_file import CleanFile
from django_helpcenter.content.file_names import clean_file_name
from django_helpcenter.exceptions import ContentError, PermissionRefused
from django_helpcenter.models import HelpArticleTemplate, HelpFile, HelpSnippet
from django_helpcenter.models.files import KEY_LENGTH
from django_helpcenter.services.base import ActorService, in_transaction, write_alias
from django_helpcenter.services.file_storage import (
    discard_bytes,
    is_stored,
    store_bytes,
    uncommitted,
)
from django_helpcenter.services.file_uses import articles_with, is_used, unused_files
from django_helpcenter.services.workflow import may
from django_helpcenter.types import SystemActor

#: Whoever has one of these writes articles, and so brings the files that they show.
WRITING = ("add_helparticle", "change_helparticle")


class FileService(ActorService):
    """Adds and deletes the files of a tenant."""

    def add(self, data: bytes, *, name: str = "", alternative_text: str = "") -> HelpFile:
        """Keep a file that somebody brings, an image without what it need not say.

        A file of the same content is returned as it is. Raises ContentError, which says what to do,
        and PermissionRefused.
        """
        self._require_writer()
        limit = conf.UPLOAD_MAX_BYTES
        if len(data) > limit:
            raise ContentError(
                _("it has more than %(limit)s MB; make it smaller") % {"limit": f"{limit / 1e6:g}"}
            )
        cleaned = clean_file(
            data, name=name, max_pixels=conf.IMAGE_MAX_PIXELS, taken=conf.UPLOAD_TYPES
        )
        return self.keep(cleaned, name=name, alternative_text=alternative_text)

    def keep(self, cleaned: CleanFile, *, name: str = "", alternative_text: str = "") -> HelpFile:
        """Keep a file that was cleaned; raises ContentError, PermissionRefused.

        Its bytes leave the storage again when a transaction around this is rolled back.
        """
        self._require_writer()
        found = self._bring_again(cleaned, alternative_text)
        if found is not None:
            return found
        stored = store_bytes(cleaned.data, self.tenant.pk)
        with uncommitted(stored, using=write_alias()):
            row = self._insert(cleaned, name, alternative_text, stored)
        if row.storage_name != stored:  # somebody has added the same at this moment
            discard_bytes(stored)
        return row

    def delete(self, file: HelpFile) -> None:
        """Delete a file that no text names; its bytes leave the storage after the commit.

        Raises ValidationError when one does, PermissionRefused.
        """
        self._delete(file)

    @in_transaction
    def _delete(self, file: HelpFile, *, before: datetime | None = None) -> None:
        self.require("delete_helpfile")
        self.require_own(file)
        files = HelpFile.objects.for_tenant(self.tenant).select_for_update()
        locked = files.filter(pk=file.pk).first()
        if locked is None:
            return
        if before is not None and locked.last_used_at >= before:
            raise ValidationError(_("Somebody has just brought this file."), code="in_use")
        if HelpFile.objects.filter(is_used(), pk=locked.pk).exists():
            raise ValidationError(_why_kept(locked), code="in_use")
        locked.delete()

    def delete_unused(self, *, before: datetime) -> int:
        """Delete the files that no text names or has used since a time; return how many.

        Raises PermissionRefused.
        """
        self.require("delete_helpfile")
        deleted = 0
        for file in unused_files(self.tenant, before=before).order_by("pk"):
            try:
                self._delete(file, before=before)
            except ValidationError:  # somebody has brought it or put it into a text meanwhile
                continue
            deleted += 1
        return deleted

    def _require_writer(self) -> None:
        if not may_write_articles(self.actor):
            raise PermissionRefused(f"{self.actor} may not write articles, and so add no files.")

    @in_transaction
    def _bring_again(self, cleaned: CleanFile, alternative_text: str) -> HelpFile | None:
        """Return the row of the same bytes, ``None`` where there is none or they are lost.

        It is nobody's to delete for a while; a description is remembered where it has none, to be
        offered the next time.
        """
        files = HelpFile.objects.for_tenant(self.tenant).select_for_update(no_key=True)
        found = files.filter(key=file_key(cleaned.data)).first()
        if found is None or not is_stored(found.storage_name):
            return None
        found.alternative_text = found.alternative_text or clean_description(alternative_text)
        found.last_used_at = timezone.now()
        found.save(update_fields=["alternative_text", "last_used_at"])
        return found

    def _insert(
        self, cleaned: CleanFile, name: str, alternative_text: str, stored: str
    ) -> HelpFile:
        """Return the row for a file; one that is there keeps its bytes if it has any."""
        values = {
            "sha256": hashlib.sha256(cleaned.data).hexdigest(),
            "storage_name": stored,
            "name": clean_file_name(name, extension=cleaned.type.extension),
            "content_type": cleaned.type,
            "size": len(cleaned.data),
            "width": cleaned.width,
            "height": cleaned.height,
            "alternative_text": clean_description(alternative_text),
            "uploaded_by_id": self.author_id,
        }
        row, is_new = HelpFile.objects.get_or_create(
            tenant_id=self.tenant.pk, key=file_key(cleaned.data), defaults=values
        )
        if not is_new and not is_stored(row.storage_name):
            row.storage_name = stored
            row.last_used_at = timezone.now()
            row.save(update_fields=["storage_name", "last_used_at"])
        return row


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
