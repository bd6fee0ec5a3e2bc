"""Snippets and the texts that name them, written at the same time by two people."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, connections, transaction
from django.db.models import Model
from django.test.utils import CaptureQueriesContext

from django_helpcenter.choices import ArticleStatus
from django_helpcenter.exceptions import PermissionRefused
from django_helpcenter.models import HelpArticle, HelpSnippet
from django_helpcenter.models.drafts import text_of
from django_helpcenter.services.drafts import DraftService
from django_helpcenter.services.knowledge import KnowledgeService
from django_helpcenter.services.snippets import SnippetService
from django_helpcenter.types import SYSTEM
from tests.factories import make_article, make_author
from tests.threads import run_at_once

pytestmark = pytest.mark.django_db(transaction=True)

HOURS = '{{ snippet "hours" }}'
WAITING = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"


@pytest.fixture
def snippet(tenant: Model) -> HelpSnippet:
    return SnippetService(tenant=tenant, actor=SYSTEM).create(key="hours", content="At nine.")


@contextmanager
def while_open(act: Callable[[], Any]) -> Iterator[threading.Event]:
    """Run a call in another thread, whose transaction ends when the event is set."""
    is_done, may_end = threading.Event(), threading.Event()
    errors: list[BaseException] = []

    def run() -> None:
        try:
            with transaction.atomic():
                act()
                is_done.set()
                may_end.wait(timeout=30)
        except BaseException as exc:  # noqa: BLE001 - raised again in the thread of the test
            errors.append(exc)
        finally:
            is_done.set()
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        is_done.wait(timeout=30)
        yield may_end
    finally:
        may_end.set()
        thread.join(timeout=30)
    if errors:
        raise errors[0]


def end_when_somebody_waits(may_end: threading.Event) -> threading.Thread:
    """End the other transaction once this one waits for it."""

    def watch() -> None:
        try:
            with connections["default"].cursor() as cursor:
                for _look in range(200):
                    cursor.execute(WAITING)
                    if cursor.fetchone()[0] or may_end.wait(timeout=0.05):
                        break
            may_end.set()
        finally:
            connections.close_all()

    thread = threading.Thread(target=watch)
    thread.start()
    return thread


def after(first: Callable[[], Any], second: Callable[[], Any]) -> Any:
    """Run a call while the transaction of another is open, until it waits for that."""
    with while_open(first) as may_end:
        watcher = end_when_somebody_waits(may_end)
        try:
            return second()
        finally:
            may_end.set()
            watcher.join(timeout=30)


def test_snippet_is_not_deleted_while_an_article_with_it_is_created(
    tenant: Model, snippet: HelpSnippet
) -> None:
    service = SnippetService(tenant=tenant, actor=SYSTEM)
    with pytest.raises(ValidationError, match="uses the snippet"):
        after(
            lambda: make_article(tenant, content=HOURS),
            lambda: service.delete(snippet),
        )
    assert HelpSnippet.objects.exists()


def test_snippet_is_not_deleted_while_an_article_gets_it(
    tenant: Model, snippet: HelpSnippet
) -> None:
    article = make_article(tenant, content="Nothing")
    with pytest.raises(ValidationError, match="uses the snippet"):
        after(
            lambda: KnowledgeService(tenant=tenant, actor=SYSTEM).update_article(
                article, content=HOURS
            ),
            lambda: SnippetService(tenant=tenant, actor=SYSTEM).delete(snippet),
        )


def test_snippet_is_not_changed_by_an_author_while_an_article_with_it_is_published(
    tenant: Model, snippet: HelpSnippet
) -> None:
    article = make_article(tenant, content=HOURS, status="DRAFT")
    author = make_author("author", "change_helpsnippet")
    with pytest.raises(PermissionRefused):
        after(
            lambda: KnowledgeService(tenant=tenant, actor=SYSTEM).publish_article(article),
            lambda: SnippetService(tenant=tenant, actor=author).update(snippet, content="New"),
        )
    snippet.refresh_from_db()
    assert snippet.content == "At nine."


def test_snippet_in_another_language_waits_for_an_article_that_is_published(
    tenant: Model, snippet: HelpSnippet
) -> None:
    article = make_article(tenant, content=HOURS, language="de", status="DRAFT")
    author = make_author("author", "add_helpsnippet")
    with pytest.raises(PermissionRefused):
        after(
            lambda: KnowledgeService(tenant=tenant, actor=SYSTEM).publish_article(article),
            lambda: SnippetService(tenant=tenant, actor=author).create(
                key="hours", language="de", content="Neu"
            ),
        )


def test_article_is_not_published_with_a_snippet_that_is_being_deleted(
    tenant: Model, snippet: HelpSnippet
) -> None:
    knowledge = KnowledgeService(tenant=tenant, actor=SYSTEM)
    article = make_article(tenant, content="Nothing", status="DRAFT")
    with pytest.raises(ValidationError, match="There is no snippet"):
        after(
            lambda: SnippetService(tenant=tenant, actor=SYSTEM).delete(snippet),
            lambda: knowledge.update_article(
                article, content=HOURS, status=ArticleStatus.PUBLISHED, check=True
            ),
        )


def test_articles_with_one_snippet_do_not_wait_for_each_other(
    tenant: Model, snippet: HelpSnippet
) -> None:
    knowledge = KnowledgeService(tenant=tenant, actor=SYSTEM)
    first, second = (make_article(tenant, name, status="DRAFT") for name in ("First", "Second"))
    with while_open(lambda: knowledge.update_article(first, content=HOURS)) as may_end:
        knowledge.update_article(second, content=HOURS)
        assert not may_end.is_set()
        assert HelpArticle.objects.filter(content=HOURS).count() == 1


def test_writing_snippets_and_publishing_their_articles_at_once_stops_nobody(
    tenant: Model, snippet: HelpSnippet
) -> None:
    article = make_article(tenant, content="Nothing")
    editor = make_author("editor", "change_helparticle", "publish_helparticle")
    drafts = DraftService(tenant=tenant, actor=editor)

    def publish() -> None:
        for number in range(10):
            seen = HelpArticle.objects.get(pk=article.pk)
            text = text_of(seen)._replace(content=f"{number} {HOURS if number % 2 else ''}")
            drafts.publish(drafts.save(seen, text))

    def change() -> None:
        service = SnippetService(tenant=tenant, actor=SYSTEM)
        for number in range(10):
            service.update(snippet, content=f"At {number}.")

    run_at_once(publish, change)
    snippet.refresh_from_db()
    assert snippet.content == "At 9."


def test_text_that_names_thousands_of_snippets_takes_few_locks(tenant: Model) -> None:
    text = "".join(f'{{{{ snippet "s{number}" }}}}' for number in range(3000))
    with transaction.atomic():
        make_article(tenant, content=text, status="DRAFT")
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"
                " AND pid = pg_backend_pid()"
            )
            assert cursor.fetchone()[0] < 40


def test_article_without_snippets_takes_no_query_more(tenant: Model) -> None:
    article = make_article(tenant, content="Nothing")
    with CaptureQueriesContext(connection) as captured:
        KnowledgeService(tenant=tenant, actor=SYSTEM).update_article(article, content="More")
    assert not [query for query in captured if "lock_shared" in query["sql"]]
