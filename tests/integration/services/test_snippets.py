"""Snippets: who may write them, where their text arrives, and what a change brings about."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from django_helpcenter.choices import IndexState
from django_helpcenter.exceptions import ArticleConflict, NotVisible, PermissionRefused
from django_helpcenter.models import (
    HelpArticle,
    HelpArticleTemplate,
    HelpDraft,
    HelpPassage,
    HelpSnippet,
)
from django_helpcenter.services.article_markdown import article_markdown
from django_helpcenter.services.article_text import render_article
from django_helpcenter.services.file_reading import FileReadingService
from django_helpcenter.services.file_uses import articles_with
from django_helpcenter.services.files import FileService
from django_helpcenter.services.indexing import IndexingService
from django_helpcenter.services.knowledge import KnowledgeService
from django_helpcenter.services.publishing import publishing_problems
from django_helpcenter.services.snippets import SnippetService
from django_helpcenter.tasks import sweep_index
from django_helpcenter.types import SYSTEM
from tests.factories import index, make_article, make_author, make_indexed, make_user
from tests.images import png

HOURS = '{{ snippet "support-hours" }}'
WRITER = ("add_helpsnippet", "change_helpsnippet", "delete_helpsnippet")

pytestmark = pytest.mark.django_db


def snippets(tenant: Any, actor: Any = SYSTEM) -> SnippetService:
    return SnippetService(tenant=tenant, actor=actor)


def make(tenant: Any, content: str = "Mondays at nine.", **fields: Any) -> HelpSnippet:
    return snippets(tenant).create(**{"key": "support-hours", "content": content, **fields})


def shown(article: HelpArticle) -> str:
    visible = HelpArticle.objects.visible_to(article.tenant_id, None)
    return str(render_article(article, visible=visible).html)


def passages(tenant: Any) -> str:
    return "\n".join(HelpPassage.objects.for_tenant(tenant).values_list("text", flat=True))


# Whose text is taken


def test_article_shows_the_text_of_a_snippet(tenant: Any) -> None:
    make(tenant, "**Mondays** at nine.")
    assert "<strong>Mondays</strong>" in shown(make_article(tenant, content=f"Call us: {HOURS}"))


def test_article_gets_the_text_in_its_own_language(tenant: Any) -> None:
    make(tenant, "English")
    make(tenant, "Deutsch", language="de")
    assert "Deutsch" in shown(make_article(tenant, "Eins", content=HOURS, language="de-at"))
    assert "English" in shown(make_article(tenant, "Un", content=HOURS, language="fr"))


def test_no_snippet_of_another_tenant_is_shown(tenant: Any, other_tenant: Any) -> None:
    make(other_tenant, "Secret of Globex")
    assert "Secret" not in shown(make_article(tenant, content=HOURS))


def test_any_number_of_snippets_takes_one_query(tenant: Any) -> None:
    texts = []
    for number in range(6):
        make(tenant, f"Text {number}", key=f"part-{number}")
        texts.append(f'{{{{ snippet "part-{number}" }}}}')
    article = make_article(tenant, content="\n\n".join(texts * 3))
    with CaptureQueriesContext(connection) as captured:
        assert shown(article).count("Text") == 18
    assert len(captured) == 1


def test_article_without_a_snippet_takes_no_query(tenant: Any) -> None:
    article = make_article(tenant, content="Plain {{ text }}.")
    with CaptureQueriesContext(connection) as captured:
        shown(article)
    assert not captured.captured_queries


def test_link_in_a_snippet_leads_to_the_article_as_it_is_now(tenant: Any) -> None:
    target = make_article(tenant, "Target")
    make(tenant, f"See [this](article:{target.pk}).")
    assert f"/{target.slug}/" in shown(make_article(tenant, content=HOURS))


def test_link_in_a_snippet_to_what_readers_do_not_see_is_plain_words(tenant: Any) -> None:
    target = make_article(tenant, "Target", target_roles=["staff"])
    make(tenant, f"See [this](article:{target.pk}).")
    assert "<a" not in shown(make_article(tenant, content=HOURS))


def test_missing_snippet_is_nothing_to_readers(tenant: Any) -> None:
    assert shown(make_article(tenant, content=f"Before\n\n{HOURS}\n\nAfter")) == (
        "<p>Before</p>\n<p>After</p>\n"
    )


def test_markdown_of_an_article_holds_the_text(tenant: Any) -> None:
    make(tenant, "- Mondays\n- Tuesdays")
    article = make_article(tenant, content=f"> {HOURS}")
    text = article_markdown(
        article,
        visible=HelpArticle.objects.visible_to(tenant, None),
        address_of=lambda slug, language: slug,
        absolute=str,
    )
    assert "> - Mondays\n> - Tuesdays" in text
    assert "{{" not in text


# The index


def test_search_index_holds_the_text(tenant: Any) -> None:
    make(tenant, "Zebra crossing")
    make_indexed(tenant, content=f"## When\n\n{HOURS}")
    assert "Zebra crossing" in passages(tenant)
    assert "snippet" not in passages(tenant)


def test_articles_are_indexed_again_when_a_snippet_changes(
    tenant: Any, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    snippet = make(tenant, "Zebra")
    make_indexed(tenant, content=HOURS)
    with django_capture_on_commit_callbacks(execute=True):
        snippets(tenant).update(snippet, content="Giraffe")
    assert passages(tenant) == "Giraffe"


def test_sweeper_indexes_what_the_signal_has_missed(tenant: Any) -> None:
    snippet = make(tenant, "Zebra")
    article = make_indexed(tenant, content=HOURS)
    snippets(tenant).update(snippet, content="Giraffe")
    article.refresh_from_db()
    assert article.index_state == IndexState.STALE
    sweep_index.run()
    assert passages(tenant) == "Giraffe"
    article.refresh_from_db()
    assert article.index_state == IndexState.FRESH
    assert article.indexed_hash == article.content_hash


def test_snippet_written_through_the_orm_makes_its_articles_wait(tenant: Any) -> None:
    make_indexed(tenant, content=HOURS)
    snippet = HelpSnippet.objects.create(tenant=tenant, key="support-hours", content="Zebra")
    index(tenant)
    assert passages(tenant) == "Zebra"
    snippet.delete()
    assert HelpArticle.objects.get().index_state == IndexState.STALE


def test_other_articles_do_not_wait(tenant: Any, other_tenant: Any) -> None:
    for each in (tenant, other_tenant):
        make_indexed(each, "Without", content="Plain")
    make_indexed(other_tenant, "Foreign", content=HOURS)
    make(tenant)
    assert not HelpArticle.objects.filter(index_state=IndexState.STALE).exists()


def test_article_that_is_withdrawn_while_it_waits_leaves_the_index(tenant: Any) -> None:
    snippet = make(tenant, "Zebra")
    article = make_indexed(tenant, content=HOURS)
    snippets(tenant).update(snippet, content="Giraffe")
    KnowledgeService(tenant=tenant, actor=SYSTEM).archive_article(article)
    assert passages(tenant) == ""


def test_new_readers_do_not_find_what_a_snippet_said_before(tenant: Any) -> None:
    snippet = make(tenant, "Zebra")
    article = make_indexed(tenant, content=HOURS, target_roles=["staff"])
    snippets(tenant).update(snippet, content="Giraffe")
    KnowledgeService(tenant=tenant, actor=SYSTEM).update_article(
        article, target_roles=[], index=False
    )
    assert HelpPassage.objects.get().audience == ["staff"]


def test_indexing_takes_as_many_queries_for_more_articles_with_snippets(tenant: Any) -> None:
    make(tenant)

    def queries(count: int) -> int:
        made = [make_article(tenant, f"A{count} {n}", content=HOURS) for n in range(count)]
        with CaptureQueriesContext(connection) as captured:
            IndexingService(tenant=tenant).index_articles([article.pk for article in made])
        return len(captured)

    queries(1)  # the first run of a tenant counts more
    assert queries(2) == queries(9)


# Which texts use which


@pytest.mark.parametrize(
    ("content", "keys"),
    [
        (HOURS, ["support-hours"]),
        ("a {{snippet “One”}} b {{ snippet 'two_2' }}", ["one", "two_2"]),
        ('{{ snippet "a b" }} {{ other "x" }} {{ snippet "x"', []),
        ('{{ snippet "x" }}{{ snippet "x" }}', ["x", "x"]),
        ("{{{{ snippet «x» }}}}", ["x"]),
        ("", []),
    ],
)
def test_database_knows_the_keys_of_a_text_that_was_written_past_the_services(
    tenant: Any, content: str, keys: list[str]
) -> None:
    article = make_article(tenant)
    HelpArticle.objects.filter(pk=article.pk).update(content=content)
    assert HelpArticle.objects.get().snippet_keys == keys


def test_uses_are_articles_drafts_and_templates(tenant: Any, other_tenant: Any) -> None:
    article = make_article(tenant, content=HOURS)
    draft = HelpDraft.objects.create(
        tenant=tenant, article=article, editor=make_user(), title="D", content=HOURS, base_version=1
    )
    template = HelpArticleTemplate.objects.create(tenant=tenant, name="T", content=HOURS)
    make_article(other_tenant, content=HOURS)
    uses = snippets(tenant).uses("support-hours")
    assert (list(uses.articles), list(uses.drafts), list(uses.templates)) == (
        [article],
        [draft],
        [template],
    )


# Writing


def test_snippet_is_kept_with_who_wrote_it(tenant: Any) -> None:
    author = make_author("writer", *WRITER)
    snippet = snippets(tenant, author).create(key="a-1", content="Text", description="For all")
    snippet.refresh_from_db()
    assert (snippet.key, snippet.language, snippet.last_updated_by) == ("a-1", "en", author)


@pytest.mark.parametrize("missing", WRITER)
def test_each_act_takes_its_permission(tenant: Any, missing: str) -> None:
    snippet = make(tenant)
    actor = make_author("writer", *(name for name in WRITER if name != missing))
    acts: dict[str, Callable[[], Any]] = {
        "add_helpsnippet": lambda: snippets(tenant, actor).create(key="b", content="B"),
        "change_helpsnippet": lambda: snippets(tenant, actor).update(snippet, content="C"),
        "delete_helpsnippet": lambda: snippets(tenant, actor).delete(snippet),
    }
    with pytest.raises(PermissionRefused):
        acts[missing]()


def test_text_that_readers_see_is_changed_by_who_may_publish(tenant: Any) -> None:
    snippet = make(tenant)
    make_article(tenant, content=HOURS)
    with pytest.raises(PermissionRefused):
        snippets(tenant, make_author("writer", *WRITER)).update(snippet, content="New")
    publisher = make_author("publisher", *WRITER, "publish_helparticle")
    assert snippets(tenant, publisher).update(snippet, content="New").content == "New"


def test_description_is_changed_by_every_writer(tenant: Any) -> None:
    snippet = make(tenant)
    make_article(tenant, content=HOURS)
    writer = make_author("writer", *WRITER)
    assert snippets(tenant, writer).update(snippet, description="Hours").description == "Hours"


def test_snippet_of_an_unpublished_article_is_changed_by_every_writer(tenant: Any) -> None:
    snippet = make(tenant)
    make_article(tenant, content=HOURS, status="DRAFT")
    writer = make_author("writer", *WRITER)
    assert snippets(tenant, writer).update(snippet, content="New").content == "New"


def test_another_language_for_published_articles_takes_the_permission_to_publish(
    tenant: Any,
) -> None:
    make_article(tenant, content=HOURS, language="de")
    with pytest.raises(PermissionRefused):
        snippets(tenant, make_author("writer", *WRITER)).create(
            key="support-hours", content="Neu", language="de"
        )


def test_snippet_of_another_tenant_is_refused(tenant: Any, other_tenant: Any) -> None:
    with pytest.raises(PermissionRefused):
        snippets(tenant).update(make(other_tenant), content="New")


def test_second_save_of_one_text_is_refused(tenant: Any) -> None:
    snippet = make(tenant)
    seen = snippet.fingerprint
    snippets(tenant).update(snippet, expected=seen, content="First")
    with pytest.raises(ArticleConflict):
        snippets(tenant).update(snippet, expected=seen, content="Second")


@pytest.mark.parametrize("change", [{"key": "other"}, {"language": "de"}])
def test_used_snippet_keeps_its_key_and_language(tenant: Any, change: dict[str, Any]) -> None:
    snippet = make(tenant)
    make_article(tenant, "Opening times", content=HOURS)
    with pytest.raises(ValidationError, match="Opening times"):
        snippets(tenant).update(snippet, **change)


def test_unused_snippet_may_get_another_key(tenant: Any) -> None:
    assert snippets(tenant).update(make(tenant), key="other").key == "other"


def test_used_snippet_is_not_deleted(tenant: Any) -> None:
    snippet = make(tenant)
    make_article(tenant, "Opening times", content=HOURS, status="DRAFT")
    with pytest.raises(ValidationError, match="Opening times"):
        snippets(tenant).delete(snippet)
    assert HelpSnippet.objects.exists()


def test_translation_of_a_used_snippet_is_deleted(tenant: Any) -> None:
    make(tenant)
    german = make(tenant, "Deutsch", language="de")
    make_article(tenant, content=HOURS, language="de")
    snippets(tenant).delete(german)
    assert HelpSnippet.objects.get().language == "en"


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"key": "Support Hours"}, "small letters"),
        ({"key": ""}, "blank"),
        ({"content": ""}, "blank"),
        ({"content": "x" * 20_001}, "20001 characters"),
        ({"content": 'First\n\n{{ snippet "other" }}'}, "Line 3: a snippet cannot hold another"),
        ({"content": "```\nnever closed"}, "Close what the text opens"),
        ({"content": "<!-- never closed"}, "Close what the text opens"),
        ({"content": ":::note\nnever closed"}, "Close what the text opens"),
        ({"content": "NUL \0"}, "NUL"),
        ({"content": "half \ud800"}, "half a character"),
        ({"description": "half \ud800"}, "half a character"),
        ({"key": "half\ud800"}, "half a character"),
        ({"language": "a\0"}, "NUL"),
        ({"language": "../../x"}, "code of a language"),
        ({"language": "x" * 17}, "16 characters"),
    ],
)
def test_what_no_snippet_may_be_is_refused(
    tenant: Any, fields: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValidationError) as caught:
        snippets(tenant).create(**{"key": "fine", "content": "Fine", **fields})
    assert message.lower() in " ".join(caught.value.messages).lower()


@pytest.mark.parametrize("content", ["- a\n- b", "> quoted", "    code", "# Heading", "| a |\n|-|"])
def test_what_ends_by_itself_is_taken(tenant: Any, content: str) -> None:
    assert make(tenant, content).pk


def test_key_is_taken_once_in_a_language(tenant: Any) -> None:
    make(tenant)
    with pytest.raises(ValidationError, match="There is a snippet"):
        make(tenant)


# Checks, and pictures


UNFIT = "Fine\n\n[a](article:999999999) ![](https://x.example/i.png)\n[](https://a.example) [b]()"


def test_snippet_of_a_published_article_is_told_all_that_is_unfit_at_once(tenant: Any) -> None:
    snippet = make(tenant)
    make_article(tenant, content=HOURS)
    with pytest.raises(ValidationError) as caught:
        snippets(tenant).update(snippet, content=UNFIT)
    told = sorted(caught.value.messages)
    assert [message.partition(":")[0] for message in told] == ["Line 3", "Line 3", "Line 4"]
    assert "does not exist" in " ".join(told)
    snippet.refresh_from_db()
    assert snippet.content == "Mondays at nine."


def test_unfit_snippet_is_not_added_where_a_published_article_waits_for_it(tenant: Any) -> None:
    make_article(tenant, content=HOURS)
    with pytest.raises(ValidationError, match="does not exist"):
        make(tenant, UNFIT)


def test_unfit_snippet_of_no_published_article_is_taken(tenant: Any) -> None:
    make_article(tenant, content=HOURS, status="DRAFT")
    assert make(tenant, UNFIT).pk


def test_description_of_an_unfit_snippet_can_be_changed(tenant: Any) -> None:
    snippet = make(tenant, UNFIT)
    make_article(tenant, content=HOURS)
    assert snippets(tenant).update(snippet, description="For all").description == "For all"


def test_missing_snippet_keeps_an_article_from_being_published(tenant: Any) -> None:
    article = make_article(tenant, content=f"One\n\nTwo\n{HOURS}", status="DRAFT")
    assert publishing_problems(article) == ["Line 4: There is no snippet “support-hours”."]


def test_snippet_in_code_is_not_missed(tenant: Any) -> None:
    article = make_article(tenant, content=f"`{HOURS}`\n\n```\n{HOURS}\n```\n\n\\{HOURS}")
    assert publishing_problems(article) == []
    assert shown(article).count("support-hours") == 3


def test_problem_of_a_snippet_is_told_at_the_line_that_names_it(tenant: Any) -> None:
    make(tenant, "Fine\n\nNot [fine](article:999999)")
    article = make_article(tenant, content=f"One\n\n- {HOURS}", status="DRAFT")
    (problem,) = publishing_problems(article)
    assert problem.startswith("Line 3: ")


def test_picture_of_a_snippet_is_for_the_readers_of_its_articles(
    tenant: Any, other_tenant: Any
) -> None:
    file = FileService(tenant=tenant, actor=SYSTEM).add(png())
    make(tenant, f"![Plan](image:{file.file_name})")
    reading = FileReadingService(tenant=tenant)
    with pytest.raises(NotVisible):
        reading.find(file.file_name)
    make_article(tenant, content=HOURS, target_roles=["staff"])
    with pytest.raises(NotVisible):
        reading.find(file.file_name)
    staff = FileReadingService(tenant=tenant, user=make_user(roles=("staff",)))
    assert not staff.find(file.file_name).is_public
    make_article(tenant, "Public", content=HOURS)
    assert reading.find(file.file_name).is_public


@pytest.mark.parametrize(
    ("snippet", "others", "article", "is_public"),
    [
        ("de", ("en",), "de", True),
        ("de", ("en",), "de-at", True),
        ("de", ("de-at",), "de-at", False),
        ("de", ("en",), "en", False),
        ("de", (), "en", False),
        ("en", ("de",), "en", True),
        ("en", ("de",), "de", False),
        ("en", ("de",), "de-at", False),
        ("en", ("de",), "fr", True),
        ("en", (), "fr", True),
    ],
)
def test_picture_of_a_snippet_is_for_readers_of_its_language(
    tenant: Any, snippet: str, others: tuple[str, ...], article: str, is_public: bool
) -> None:
    file = FileService(tenant=tenant, actor=SYSTEM).add(png())
    make(tenant, f"![Plan](image:{file.file_name})", language=snippet)
    for language in others:
        make(tenant, "No picture", language=language)
    make_article(tenant, content=HOURS, language=article)
    reading = FileReadingService(tenant=tenant)
    if is_public:
        assert reading.find(file.file_name).is_public
    else:
        with pytest.raises(NotVisible):
            reading.find(file.file_name)
    assert list(articles_with(file)) == list(HelpArticle.objects.all()) * is_public


def test_picture_for_few_in_one_language_is_not_public_by_another(tenant: Any) -> None:
    file = FileService(tenant=tenant, actor=SYSTEM).add(png())
    make(tenant, "No picture")
    make(tenant, f"![Plan](image:{file.file_name})", language="de")
    make_article(tenant, "Public", content=HOURS)
    make_article(tenant, "Few", content=HOURS, language="de", target_roles=["staff"])
    staff = FileReadingService(tenant=tenant, user=make_user(roles=("staff",)))
    assert not staff.find(file.file_name).is_public
    with pytest.raises(NotVisible):
        FileReadingService(tenant=tenant).find(file.file_name)


def test_snippets_of_another_tenant_hide_no_picture(tenant: Any, other_tenant: Any) -> None:
    file = FileService(tenant=tenant, actor=SYSTEM).add(png())
    make(tenant, f"![Plan](image:{file.file_name})")
    make(other_tenant, "No picture", language="de")
    make_article(tenant, content=HOURS, language="de")
    assert FileReadingService(tenant=tenant).find(file.file_name).is_public


def test_picture_of_a_snippet_is_not_deleted(tenant: Any) -> None:
    service = FileService(tenant=tenant, actor=SYSTEM)
    file = service.add(png())
    make(tenant, f"![Plan](image:{file.file_name})")
    with pytest.raises(ValidationError, match="support-hours"):
        service.delete(file)
