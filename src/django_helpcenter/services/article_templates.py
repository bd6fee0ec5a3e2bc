"""What new articles begin with: templates of the help center's own, and of each tenant."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import translation
from django.utils.translation import gettext as _

from django_helpcenter.choices import BuiltInTemplate
from django_helpcenter.conf import conf
from django_helpcenter.exceptions import ArticleConflict
from django_helpcenter.models import HelpArticle, HelpArticleTemplate, HelpTag
from django_helpcenter.models.articles import default_language
from django_helpcenter.models.storable_texts import refuse_unstorable
from django_helpcenter.services.base import ActorService, in_transaction, write_alias
from django_helpcenter.services.built_in_templates import built_in_template
from django_helpcenter.services.file_uses import note_last_use
from django_helpcenter.services.refusals import refusal, refuse_breaches

#: What callers set, but for the tags.
WRITABLE = frozenset(
    {
        "name", "description", "replaces", "display_order", "language", "title", "summary",
        "content", "category", "target_roles",
    }
)  # fmt: skip
#: Templates that are offered; more help nobody.
MAX_OFFERED = 50
_CONSTRAINT = "help_template_name_uniq"


@dataclass(frozen=True, slots=True)
class TemplateOffer:
    """A template to choose; ``key`` names it in addresses."""

    key: str
    name: str
    description: str


@dataclass(frozen=True, slots=True)
class Beginning:
    """What the fields of a new article say at first, without those that the template leaves."""

    values: dict[str, Any] = field(default_factory=dict)
    tags: tuple[int, ...] = ()


def offered_templates(tenant: models.Model) -> list[TemplateOffer]:
    """Return what a new article of a tenant may begin with; one query.

    The tenant's own come first, and one may stand in for one that comes with the help center.
    """
    rows = HelpArticleTemplate.objects.for_tenant(tenant)
    own = list(rows.only("name", "description", "replaces")[:MAX_OFFERED])
    offers = [TemplateOffer(str(row.pk), row.name, row.description) for row in own]
    replaced = {row.replaces for row in own}
    for kind in BuiltInTemplate.values:
        if kind not in replaced:
            text = built_in_template(kind)
            offers.append(TemplateOffer(kind, text.name, text.description))
    return offers


def beginning_of(tenant: models.Model, key: str) -> Beginning | None:
    """Return what an article begins with; ``None`` when the tenant has no such template.

    Nothing is made: the article is when somebody saves it.
    """
    if key in BuiltInTemplate.values:
        return _built_in(key)
    if not key.isascii() or not key.isdigit() or len(key) > 18:
        return None
    rows = HelpArticleTemplate.objects.for_tenant(tenant).prefetch_related("tags")
    template = rows.filter(pk=int(key)).first()
    if template is None:
        return None
    names = ("language", "title", "summary", "content", "category_id", "target_roles")
    values = {name: value for name in names if (value := getattr(template, name))}
    if "category_id" in values:
        values["category"] = values.pop("category_id")
    return Beginning(values, tuple(tag.pk for tag in template.tags.all()))


def _built_in(kind: str) -> Beginning:
    language = default_language()
    with translation.override(language):
        text = built_in_template(kind)
    return Beginning(
        {
            "language": language,
            "title": text.title,
            "summary": text.summary,
            "content": text.content,
        }
    )


def template_of(article: HelpArticle) -> Beginning:
    """Return what a template would say that is made of an article; nothing is made."""
    values = {
        name: getattr(article, name)
        for name in ("language", "title", "summary", "content", "target_roles")
    }
    tags = tuple(article.tags.values_list("pk", flat=True))
    return Beginning({"name": article.title[:200], "category": article.category_id, **values}, tags)


class TemplateService(ActorService):
    """Creates, changes and deletes the article templates of a tenant."""

    @in_transaction
    def create(self, *, tags: Iterable[HelpTag] = (), **fields: Any) -> HelpArticleTemplate:
        """Create a template; raises ValidationError, PermissionRefused."""
        self.require("add_helparticletemplate")
        template = HelpArticleTemplate(tenant_id=self.tenant.pk)
        return self._write(template, fields, tags)

    @in_transaction
    def update(
        self,
        template: HelpArticleTemplate,
        *,
        expected: str | None = None,
        tags: Iterable[HelpTag] | None = None,
        **fields: Any,
    ) -> HelpArticleTemplate:
        """Change a template; articles that began with it stay as they are.

        ``expected`` is the ``fingerprint`` that the caller edited. Raises ArticleConflict when it
        is gone or somebody else changed it meanwhile, ValidationError, PermissionRefused.
        """
        self.require("change_helparticletemplate")
        locked = self._lock(template)
        if expected is not None and locked.fingerprint != expected:
            message = _("“%(name)s” was changed meanwhile. Nothing was saved; reload the page.")
            raise ArticleConflict(message % {"name": locked.name})
        return self._write(locked, fields, tags)

    @in_transaction
    def delete(self, template: HelpArticleTemplate) -> None:
        """Delete a template; raises PermissionRefused, ArticleConflict."""
        self.require("delete_helparticletemplate")
        locked = self._lock(template)
        named = locked.file_keys
        locked.delete()
        note_last_use(self.tenant.pk, named, using=write_alias())

    def _lock(self, template: HelpArticleTemplate) -> HelpArticleTemplate:
        self.require_own(template)
        rows = HelpArticleTemplate.objects.for_tenant(self.tenant).select_for_update(of=("self",))
        locked = rows.filter(pk=template.pk).first()
        if locked is None:
            raise ArticleConflict(_("The template was deleted meanwhile. Nothing was saved."))
        return locked

    def _write(
        self,
        template: HelpArticleTemplate,
        fields: dict[str, Any],
        tags: Iterable[HelpTag] | None,
    ) -> HelpArticleTemplate:
        unknown = sorted(fields.keys() - WRITABLE)
        if unknown:
            raise TypeError(f"These are no fields of a template: {', '.join(unknown)}.")
        for name, value in fields.items():
            setattr(template, name, value)
        tag_list = None if tags is None else list(tags)
        for row in (template.category, *(tag_list or ())):
            if row is not None:
                self.require_own(row)
        _validate(template)
        named = template.file_keys if template.pk else ()
        message = _("There is a template of this name: “%(name)s”.") % {"name": template.name}
        is_taken = {_CONSTRAINT: refusal("name", message, "unique")}
        with refuse_breaches(is_taken, using=write_alias()):
            template.save()
            note_last_use(self.tenant.pk, named, text=template.content, using=write_alias())
        if tag_list is not None:
            template.tags.set(tag_list)
        return template


def _validate(template: HelpArticleTemplate) -> None:
    if len(template.content) > conf.ARTICLE_MAX_CHARACTERS:
        raise ValidationError({"content": HelpArticle.too_long_message(len(template.content))})
    refuse_unstorable(template, ("name", "description", "title", "summary", "content", "language"))
    template.clean_fields(exclude=["tenant", "category"])
    template.clean()
    refuse_unstorable(template, ["target_roles"])
    category = template.category
    if category is not None and category.depth == 1:
        raise refusal("category", _("Choose a category."), "required")
