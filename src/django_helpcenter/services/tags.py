"""Changing the tags of a tenant; articles carry the names of their tags for the search."""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import Func, OuterRef, Q, TextField, Value
from django.utils.text import slugify
from django.utils.translation import gettext as _

from django_helpcenter.models import HelpArticle, HelpTag
from django_helpcenter.services.base import ActorService, in_transaction, write_alias
from django_helpcenter.services.refusals import refusal
from django_helpcenter.services.slugs import make_slug
from django_helpcenter.services.visibility import bump_corpus_version

_JOINTS = re.compile(r"[\s_-]+")


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
            text = _("The tag “%(name)s” has this already.") % {"name": taken.name}
            raise refusal(field, text, "unique")

    def _refresh(self, articles: list[int]) -> None:
        names = HelpTag.objects.filter(articles=OuterRef("pk")).order_by("name").values("name")
        held = HelpArticle.objects.filter(pk__in=articles).order_by("pk")
        # In the order in which every writer locks them, so that no two wait for each other.
        keys = list(held.select_for_update(no_key=True).values_list("pk", flat=True))
        HelpArticle.objects.filter(pk__in=keys).update(
            search_tags=Func(
                ArraySubquery(names),
                Value(" "),
                function="array_to_string",
                output_field=TextField(),
            )
        )
        bump_corpus_version(self.tenant.pk, using=write_alias())


def tag_identity(name: str) -> str:
    """Return what two names of one tag have in common: all but case and what joins words.

    A name without a letter or digit names nothing: "".
    """
    identity = _JOINTS.sub("", name).casefold()[:100]
    return identity if any(map(str.isalnum, identity)) else ""


def find_tags(tenant: models.Model, identities: Iterable[str]) -> dict[str, HelpTag]:
    """Return the tags of a tenant by what their names have in common.

    A tag is also found by its slug when its name has become another one.
    """
    by_name: dict[str, HelpTag] = {}
    by_slug: dict[str, HelpTag] = {}
    for tag in HelpTag.objects.for_tenant(tenant).order_by("pk"):
        by_name.setdefault(tag_identity(tag.name), tag)
        if tag.slug != make_slug(tag.name):
            by_slug.setdefault(tag_identity(tag.slug), tag)
    found = {key: by_name.get(key) or by_slug.get(key) for key in identities}
    return {key: tag for key, tag in found.items() if tag is not None}
