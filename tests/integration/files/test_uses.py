"""Which texts show a file, and what becomes of files that none shows."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.core.files.storage import default_storage
from django.db import models
from django.db.models.signals import post_delete
from django.utils import timezone

from django_helpcenter.choices import ArticleStatus
from django_helpcenter.exceptions import PermissionRefused
from django_helpcenter.models import HelpArticle, HelpFile
from django_helpcenter.models.drafts import DraftText
from django_helpcenter.services.article_templates import TemplateService
from django_helpcenter.services.drafts import DraftService
from django_helpcenter.services.file_uses import HOLDERS, articles_with, unused_files
from django_helpcenter.services.files import FileService
from django_helpcenter.services.knowledge import KnowledgeService
from django_helpcenter.services.snippets import SnippetService
from django_helpcenter.types import SYSTEM
from tests.factories import make_article, make_author
from tests.images import png
from tests.integration.files.conftest import AddFile, reference, stored_names

KEYS = ["0a" * 16, "1b" * 16]
NOW = ArticleStatus.PUBLISHED


def has_content(model: type[models.Model]) -> bool:
    try:
        return isinstance(model._meta.get_field("content"), models.TextField)
    except FieldDoesNotExist:
        return False


def test_every_model_with_a_text_keeps_the_files_that_it_names() -> None:
    found = apps.get_app_config("help_center").get_models()
    assert {model for model in found if has_content(model)} == set(HOLDERS)


@pytest.mark.parametrize(
    ("content", "keys"),
    [
        ("", []),
        ("No image: here, image:0a.png", []),
        (f"![a](image:{KEYS[0]}.png)", [KEYS[0]]),
        (f"![a](image:{KEYS[0]}.png 'Title') [b](image:{KEYS[1]}.svg)", KEYS),
        (f"iiimage:{KEYS[0]}.jpgimage:{KEYS[1]}.webp", KEYS),
        (f"[![a](<image:{KEYS[0]}.gif>)][b]\n\n[b]: image:{KEYS[1]}.png", KEYS),
        (f"image:{KEYS[0].upper()}.png image:{KEYS[0]} image:{KEYS[0]}.exe", []),
        (f"öä\n{'text ' * 90_000}image:{KEYS[1]}.png", [KEYS[1]]),
        (f"[a](file:{KEYS[0]}.pdf), [b](file:{KEYS[1]}.docx)", KEYS),
    ],
)
def test_keys_are_read_out_of_the_text(tenant: Any, content: str, keys: list[str]) -> None:
    article = make_article(tenant, content=content, status=ArticleStatus.DRAFT)
    assert HelpArticle.objects.values_list("file_keys", flat=True).get(pk=article.pk) == keys


def test_keys_follow_whoever_writes(tenant: Any) -> None:
    article = make_article(tenant)
    HelpArticle.objects.filter(pk=article.pk).update(content=f"image:{KEYS[0]}.png")
    assert HelpArticle.objects.filter(file_keys__contains=KEYS[:1]).exists()
    KnowledgeService(tenant=tenant, actor=SYSTEM).update_article(article, content="Nothing.")
    assert not HelpArticle.objects.filter(file_keys__contains=KEYS[:1]).exists()


def test_file_in_no_text_is_unused(add_file: AddFile, tenant: Any) -> None:
    file = add_file()
    assert list(unused_files(tenant)) == [file]
    draft = make_article(tenant, content=reference(file), status=ArticleStatus.DRAFT)
    assert not unused_files(tenant).exists()
    assert list(articles_with(file)) == [draft]


def test_file_in_a_former_version_is_kept(add_file: AddFile, tenant: Any) -> None:
    file = add_file()
    article = make_article(tenant, content=reference(file), status=NOW)
    service = KnowledgeService(tenant=tenant, actor=SYSTEM)
    service.update_article(article, content="Without it.")
    assert not unused_files(tenant).exists()
    with pytest.raises(ValidationError, match="A former version of an article shows this file"):
        FileService(tenant=tenant, actor=SYSTEM).delete(file)


def test_text_of_another_tenant_keeps_no_file(
    add_file: AddFile, tenant: Any, other_tenant: Any
) -> None:
    file = add_file()
    make_article(other_tenant, content=reference(file))
    assert list(unused_files(tenant)) == [file]


def test_deleted_file_leaves_the_storage(
    add_file: AddFile, tenant: Any, django_capture_on_commit_callbacks: Any
) -> None:
    file = add_file()
    with django_capture_on_commit_callbacks(execute=True):
        FileService(tenant=tenant, actor=SYSTEM).delete(file)
    assert not HelpFile.objects.exists()
    assert stored_names(tenant) == []


def test_files_of_a_deleted_tenant_leave_the_storage(
    add_file: AddFile, tenant: Any, other_tenant: Any, django_capture_on_commit_callbacks: Any
) -> None:
    gone, kept = add_file(), add_file(to=other_tenant)
    with django_capture_on_commit_callbacks(execute=True):
        tenant.delete()
    assert not default_storage.exists(gone.storage_name)
    assert default_storage.exists(kept.storage_name)


def test_file_in_an_article_is_not_deleted(add_file: AddFile, tenant: Any) -> None:
    file = add_file()
    make_article(tenant, "Plan <b>", content=reference(file))
    with pytest.raises(ValidationError, match="“Plan <b>” shows this file. Take it out"):
        FileService(tenant=tenant, actor=SYSTEM).delete(file)
    assert default_storage.exists(file.storage_name)


def test_deleting_needs_permission(add_file: AddFile, tenant: Any) -> None:
    file = add_file()
    service = FileService(tenant=tenant, actor=make_author("writer", "change_helparticle"))
    with pytest.raises(PermissionRefused):
        service.delete(file)
    with pytest.raises(PermissionRefused):
        service.delete_unused(before=timezone.now())


def test_file_of_another_tenant_is_not_deleted(
    add_file: AddFile, tenant: Any, other_tenant: Any
) -> None:
    foreign = add_file(to=other_tenant)
    with pytest.raises(PermissionRefused):
        FileService(tenant=tenant, actor=SYSTEM).delete(foreign)


def test_only_old_unused_files_are_deleted_together(add_file: AddFile, tenant: Any) -> None:
    used, old, fresh = (add_file(png(shade)) for shade in (1, 2, 3))
    make_article(tenant, content=reference(used))
    long_ago = timezone.now() - timedelta(days=40)
    HelpFile.objects.filter(pk__in=[used.pk, old.pk]).update(last_used_at=long_ago)
    before = timezone.now() - timedelta(days=30)
    assert FileService(tenant=tenant, actor=SYSTEM).delete_unused(before=before) == 1
    assert set(HelpFile.objects.all()) == {used, fresh}


LONG_AGO = timedelta(days=40)


def forgotten(file: HelpFile) -> HelpFile:
    """Return a file that nobody has used for long."""
    HelpFile.objects.filter(pk=file.pk).update(last_used_at=timezone.now() - LONG_AGO)
    return file


def long_unused(tenant: Any) -> list[HelpFile]:
    return list(unused_files(tenant, before=timezone.now() - timedelta(days=30)))


def test_file_that_was_brought_again_is_not_unused_for_long(add_file: AddFile, tenant: Any) -> None:
    file = forgotten(add_file())
    assert long_unused(tenant) == [file]
    assert add_file() == file
    assert long_unused(tenant) == []


def test_file_that_was_taken_out_of_a_text_is_not_unused_for_long(
    add_file: AddFile, tenant: Any
) -> None:
    file = forgotten(add_file())
    article = make_article(tenant, content=reference(file), status=ArticleStatus.DRAFT)
    KnowledgeService(tenant=tenant, actor=SYSTEM).update_article(article, content="Without it.")
    assert list(unused_files(tenant)) == [file]
    assert long_unused(tenant) == []


def test_file_of_a_deleted_article_is_not_unused_for_long(add_file: AddFile, tenant: Any) -> None:
    now, former = forgotten(add_file(png(1))), forgotten(add_file(png(2)))
    article = make_article(tenant, content=reference(former), status=NOW)
    service = KnowledgeService(tenant=tenant, actor=SYSTEM)
    service.update_article(article, content=reference(now))
    for file in (now, former):
        forgotten(file)
    service.delete_article(article)
    assert set(unused_files(tenant)) == {now, former}
    assert long_unused(tenant) == []


@pytest.mark.parametrize("end", ["discard", "save"])
def test_file_of_a_former_draft_is_not_unused_for_long(
    add_file: AddFile, tenant: Any, end: str
) -> None:
    file = forgotten(add_file())
    article = make_article(tenant)
    service = DraftService(tenant=tenant, actor=make_author("writer", "change_helparticle"))
    draft = service.save(article, DraftText("A", "", reference(file)))
    if end == "discard":
        service.discard(draft)
    else:
        service.save(article, DraftText("A", "", "Without it."))
    assert list(unused_files(tenant)) == [file]
    assert long_unused(tenant) == []


def test_other_text_says_nothing_of_a_file(add_file: AddFile, tenant: Any) -> None:
    file = forgotten(add_file())
    article = make_article(tenant, content=reference(file), status=ArticleStatus.DRAFT)
    KnowledgeService(tenant=tenant, actor=SYSTEM).update_article(
        article, content=f"More. {reference(file)}"
    )
    file.refresh_from_db()
    assert file.last_used_at < timezone.now() - timedelta(days=30)


def test_file_that_is_brought_while_others_are_deleted_stays(
    add_file: AddFile, tenant: Any, settings: Any
) -> None:
    first, second = forgotten(add_file(png(1))), forgotten(add_file(png(2)))
    service = FileService(tenant=tenant, actor=SYSTEM)

    def bring_second(instance: HelpFile, **kwargs: Any) -> None:
        if instance.pk == first.pk:
            add_file(png(2))

    post_delete.connect(bring_second, sender=HelpFile)
    try:
        assert service.delete_unused(before=timezone.now() - timedelta(days=30)) == 1
    finally:
        post_delete.disconnect(bring_second, sender=HelpFile)
    assert list(HelpFile.objects.all()) == [second]


@pytest.mark.parametrize("is_deleted", [False, True])
@pytest.mark.parametrize("kind", ["snippet", "template"])
def test_file_just_taken_out_of_a_snippet_or_template_is_not_deleted_as_unused(
    add_file: AddFile, tenant: Any, kind: str, is_deleted: bool
) -> None:
    file = add_file()
    HelpFile.objects.filter(pk=file.pk).update(last_used_at=timezone.now() - LONG_AGO)
    service: Any = SnippetService(tenant=tenant, actor=SYSTEM)
    fields = {"key": "s"}
    if kind == "template":
        service, fields = TemplateService(tenant=tenant, actor=SYSTEM), {"name": "T"}
    row = service.create(content=reference(file), **fields)
    if is_deleted:
        service.delete(row)
    else:
        service.update(row, content="Nothing")
    cleaner = FileService(tenant=tenant, actor=SYSTEM)
    assert cleaner.delete_unused(before=timezone.now() - timedelta(days=30)) == 0
    assert cleaner.delete_unused(before=timezone.now()) == 1
