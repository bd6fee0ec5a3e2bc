"""Files that articles show."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from django_helpcenter.choices import FileType
from django_helpcenter.models.base import TenantAwareModel, TenantQuerySet
from django_helpcenter.models.tenants import user_model_name

#: Characters of a key: enough of the hash that nobody finds another file with the same.
KEY_LENGTH = 32


class HelpFile(TenantAwareModel):
    """A file of a tenant, once for each content.

    A text shows it by its key (``image:`` and ``file_name``) or links to it (``file:``). Where it
    lies in the storage is a secret: who may read it is asked each time.
    """

    key = models.CharField(_("key"), max_length=KEY_LENGTH, editable=False)
    sha256 = models.CharField(_("SHA-256"), max_length=64, editable=False)
    storage_name = models.CharField(max_length=200, editable=False)
    name = models.CharField(_("name"), max_length=200)
    content_type = models.CharField(_("type"), max_length=100, choices=FileType.choices)
    size = models.PositiveBigIntegerField(_("size"))
    width = models.PositiveIntegerField(_("width"), default=0)
    height = models.PositiveIntegerField(_("height"), default=0)
    alternative_text = models.CharField(_("alternative text"), max_length=500, blank=True)
    uploaded_by = models.ForeignKey(
        user_model_name(),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("uploaded by"),
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    #: When somebody brought it the last time, or took it out of a text: an unused one stays for a
    #: while after this.
    last_used_at = models.DateTimeField(_("last used"), default=timezone.now, editable=False)

    objects = TenantQuerySet.as_manager()

    class Meta:
        verbose_name = _("file")
        verbose_name_plural = _("files")
        constraints = [
            models.UniqueConstraint(fields=["tenant", "key"], name="help_file_key_uniq"),
        ]
        indexes = [models.Index(fields=["tenant", "-created_at"], name="help_file_newest_idx")]

    def __str__(self) -> str:
        return self.name

    @property
    def file_name(self) -> str:
        """The name by which texts and addresses call this."""
        return f"{self.key}.{FileType(self.content_type).extension}"

    @property
    def is_image(self) -> bool:
        """Whether texts show it, instead of linking to it."""
        return FileType(self.content_type).is_image

    @property
    def reference(self) -> str:
        """What stands in a text for its address."""
        return f"{'image' if self.is_image else 'file'}:{self.file_name}"
