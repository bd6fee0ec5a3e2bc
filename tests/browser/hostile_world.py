"""A help center in which every text that a person can write is hostile."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.apps import apps
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField, Field, Model, TextField

from django_helpcenter.conf import conf
from django_helpcenter.models import (
    HelpArticle,
    HelpCategory,
    HelpDraft,
    HelpFile,
    get_tenant_model,
)
from django_helpcenter.models.drafts import DraftText
from django_helpcenter.services.documentation import DocumentationService
from django_helpcenter.services.drafts import DraftService
from django_helpcenter.services.files import FileService
from django_helpcenter.services.knowledge import KnowledgeService
from django_helpcenter.types import SYSTEM
from tests.documents import pdf
from tests.factories import index
from tests.hostile_texts import LINES, documents, packs
from tests.images import png
from tests.isolation.content import fill, make_tenants

#: Texts that programs write, or that a form takes in one shape alone. Whatever else is a text is
#: overwritten, in every model that there is.
MADE_BY_PROGRAMS = frozenset(
    {
        "slug", "language", "color", "icon", "key", "visitor_key", "space", "config", "code",
        "anchor", "content_hash", "degraded", "storage_name", "domain", "search_config", "lexeme",
        "word", "path", "embedding_space", "session_key", "source_hash", "source_id", "url",
    }
)  # fmt: skip

#: Written by services below, so that what is made of them is there too.
BY_SERVICES = frozenset({"helparticle", "helparticleversion", "helpdraft"})


def build(root: Path) -> Model:
    """Fill two help centers, and return the one that 127.0.0.1 shows."""
    own, other = make_tenants()
    fill(own, other)
    superuser = get_user_model().objects.create_superuser("root", password="x")
    _rewrite_articles(own, superuser)
    _bring_files(own)
    _import(own, root)
    for model in apps.get_app_config("help_center").get_models():
        if model._meta.model_name not in BY_SERVICES:
            _overwrite(model)
    for model in (get_user_model(), Group):
        _overwrite(model)
    _log(superuser)
    index(own)
    get_tenant_model()._default_manager.filter(pk=own.pk).update(
        **{conf.TENANT_DOMAIN_FIELD: "127.0.0.1"}
    )
    return own


def _rewrite_articles(tenant: Model, editor: Any) -> None:
    service = KnowledgeService(tenant=tenant, actor=editor)
    tags = service.ensure_tags(LINES)
    titles, texts = itertools.cycle(packs(480)), itertools.cycle(documents())
    notes = itertools.cycle(packs(250))
    articles = list(HelpArticle.objects.for_tenant(tenant).order_by("pk"))
    category = articles[-1].category
    # Each text is published once, so that readers get all of them.
    articles += [
        service.create_article(
            title=f"Spare {number}", content="x", category=category, status="PUBLISHED", index=False
        )
        for number in range(max(0, sum(1 for _ in documents()) - len(articles)))
    ]
    for number, article in enumerate(articles):
        service.update_article(
            article,
            title=next(titles),
            summary=next(titles),
            content=next(texts),
            tags=tags if number % 5 == 0 else tags[:3],
            note=next(notes),
            index=False,
        )
    drafts = DraftService(tenant=tenant, actor=editor)
    for article, text in zip(articles[-4:], documents(), strict=False):
        base = HelpArticle.objects.get(pk=article.pk)
        title = next(titles)
        drafts.save(base, DraftText(title, title, text), note=next(notes))
        service.update_article(base, content=f"{base.content}\n\n{LINES[0]}", note=next(notes))
    HelpDraft.objects.update(title=packs(480)[0], content=next(texts), note=packs(480)[1])


def _bring_files(tenant: Model) -> None:
    service = FileService(tenant=tenant, actor=SYSTEM)
    names = []
    for number, line in enumerate(LINES[::2]):
        data, ending = (png(number), "png") if number % 2 else (pdf(str(number)), "pdf")
        names.append(service.add(data, name=f"{line}.{ending}", alternative_text=line).reference)
    article = HelpArticle.objects.for_tenant(tenant).filter(status="PUBLISHED").earliest("pk")
    shown = "\n\n".join(
        f"![{line}]({name})" if name.startswith("image") else f"[{line}]({name})"
        for line, name in zip(LINES[::2], names, strict=True)
    )
    KnowledgeService(tenant=tenant, actor=SYSTEM).update_article(article, content=shown)


def _import(tenant: Model, root: Path) -> None:
    """Import a folder whose front matter and names are hostile."""
    for number, line in enumerate(LINES[::6]):
        quoted = line.replace("\\", "\\\\").replace('"', '\\"')
        keys = ("title", "summary", "category")
        said = "".join(f'{key}: "{quoted}"\n' for key in keys)
        text = f'---\n{said}tags: ["{quoted}"]\n---\n# {line}\n\n{line}\n'
        (root / f"{number}.md").write_text(text, encoding="utf-8")
    for name in ("<img src=x onerror=canary() data-hostile>", "'\" onfocus=canary() x='"):
        (root / name).mkdir()
        (root / name / f"{name}.md").write_text(f"# {name}\n\n{name}", encoding="utf-8")
    DocumentationService(tenant=tenant).sync(root, source="hostile")


def _overwrite(model: type[Model]) -> None:
    fields = [field for field in model._meta.concrete_fields if _is_written_by_people(field)]
    for row, pack in zip(model._default_manager.order_by("pk"), _endless(), strict=False):
        values = {}
        for field in fields:
            room = (field.max_length or 2_000) - 12
            # Unique in its table, and in the room that there is.
            values[field.name] = f"{next(pack)[:room]} {str(row.pk)[:10]}"
        if values:
            model._default_manager.filter(pk=row.pk).update(**values)


def _endless() -> Iterator[Iterator[str]]:
    lines = itertools.cycle(LINES)
    while True:
        yield lines


def _is_written_by_people(field: Field[Any, Any]) -> bool:
    return (
        isinstance(field, CharField | TextField)
        and not field.choices
        and not field.primary_key
        and not getattr(field, "generated", False)
        and field.name not in MADE_BY_PROGRAMS
        and field.name not in ("password", "email", "sha256", "content_type")
    )


def _log(user: Any) -> None:
    """Fill the history of some rows, as the admin writes it."""
    for model in (HelpArticle, HelpCategory, HelpFile):
        for row, line in zip(model._default_manager.order_by("pk"), LINES, strict=False):
            LogEntry.objects.create(
                user=user,
                content_type=ContentType.objects.get_for_model(model),
                object_id=str(row.pk),
                object_repr=line,
                action_flag=CHANGE,
                change_message=line,
            )
