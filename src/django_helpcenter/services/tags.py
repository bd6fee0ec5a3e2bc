"""Changing the tags of a tenant; articles carry the names of their tags for the search."""

from __future__ import annotations

from django.contrib.postgres.expressions import ArraySubquery
from django.core.exceptions import ValidationError
from django.db.models import Func, OuterRef, Q, TextField, Value
from django.utils.text import slugify
from django.utils.translation import gettext as _

from django_helpcenter.models import HelpArticle, HelpTag
from django_helpcenter.services.base import ActorService, in_transaction, write_alias
from django_helpcenter.services.visibility import bump_corpus_version


class TagService(ActorService):
    """Creates, renames and deletes the tags of a tenant."""

    @in_transaction
    def create(self, *, name: str, slug: str = "") -> HelpTag:
        """Create a tag; raises ValidationError, PermissionRefused."""
        self.require("add_helptag")
        tag = HelpTag(tenant_id=self.tenant.pk)
        self._name(tag, name, slug)
        tag.save()
        return tag

    @in_transaction
    def rename(self, tag: HelpTag, *, name: str, slug: str = "") -> HelpTag:
        """Give a tag another name, and another slug when one is given.

        Its articles are found under the new name. Raises ValidationError, PermissionRefused.
        """
        self.require("change_helptag")
        locked = self._lock(tag)
        self._name(locked, name, slug or locked.slug)
        locked.save()
        self._refresh(list(locked.articles.values_list("pk", flat=True)))
        return locked

    @in_transaction
    def delete(self, tag: HelpTag) -> None:
        """Delete a tag; its articles lose it. Raises PermissionRefused."""
        self.require("delete_helptag")
        locked = self._lock(tag)
        articles = list(locked.articles.values_list("pk", flat=True))
        locked.delete()
        self._refresh(articles)

    def _lock(self, tag: HelpTag) -> HelpTag:
        self.require_own(tag)
        return HelpTag.objects.for_tenant(self.tenant).select_for_update().get(pk=tag.pk)

    def _name(self, tag: HelpTag, name: str, slug: str) -> None:
        tag.name = " ".join(name.split())
        tag.slug = slug or slugify(tag.name, allow_unicode=True)[:100]
        tag.clean_fields(exclude=["tenant"])
        others = HelpTag.objects.for_tenant(self.tenant).exclude(pk=tag.pk)
        taken = others.filter(Q(name=tag.name) | Q(slug=tag.slug)).first()
        if taken is not None:
            field = "name" if taken.name == tag.name else "slug"
            raise ValidationError(
                {field: _("The tag “%(name)s” has this already.") % {"name": taken.name}},
                code="unique",
            )

    def _refresh(self, articles: list[int]) -> None:
        names = HelpTag.objects.filter(articles=OuterRef("pk")).order_by("name").values("name")
        HelpArticle.objects.filter(pk__in=articles).update(
            search_tags=Func(
                ArraySubquery(names),
                Value(" "),
                function="array_to_string",
                output_field=TextField(),
            )
        )
        bump_corpus_version(self.tenant.pk, using=write_alias())
