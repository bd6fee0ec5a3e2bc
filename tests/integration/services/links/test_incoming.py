"""What links to an article."""

from __future__ import annotations

from typing import Any

import pytest
from django.db.models import Model

from django_helpcenter.choices import ArticleStatus
from django_helpcenter.exceptions import PermissionRefused
from django_helpcenter.models import HelpArticle, HelpSnippet
from django_helpcenter.services.knowledge import KnowledgeService
from django_helpcenter.services.links.incoming import left_dead, linking_articles
from django_helpcenter.services.links.service import LinkService
from django_helpcenter.types import SYSTEM
from tests.factories import make_article, make_author, make_category, make_tenant

pytestmark = pytest.mark.django_db


@pytest.fixture
def target(tenant: Model) -> HelpArticle:
    return make_article(tenant, "Target")


def linking(*articles: HelpArticle) -> list[str]:
    return [each.title for each in linking_articles(articles[0].tenant_id, articles)]


@pytest.mark.parametrize("status", ArticleStatus.values)
def test_articles_of_every_status_are_known(
    tenant: Model, target: HelpArticle, status: str
) -> None:
    make_article(tenant, "Linking", status=status, content=f"[x](article:{target.pk}#part)")
    assert linking(target) == ["Linking"]


@pytest.mark.parametrize(
    "text",
    [
        "[x](article:{pk})",
        "[x][r]\n\n[r]: article:{pk}#part",
        "<article:{pk}>",
        "[x](/help/a/target/)",
        "[x](/help/a/target)",
        "[x](/help/a/target.md)",
        "[x](/help/a/target/?lang=de#part)",
        "[x](../../a/target/)",
        "[x](../target/)",
        "[x](./../target.md?x#part)",
        "[x](../../a/../a/target)",
        "[x](article:0{pk})",
        "[x](article:000{pk}#part)",
        "[x][r]\n\n[r]: </help/a/target/>",
    ],
)
def test_every_way_to_link_counts(tenant: Model, target: HelpArticle, text: str) -> None:
    make_article(tenant, "Linking", content=text.format(pk=target.pk))
    assert linking(target) == ["Linking"]


@pytest.mark.parametrize(
    "text",
    [
        "[x](article:{pk}0)",
        "[x](article:00)",
        "[x](../../target/)",
        "[x](../target-2/)",
        "../target/ and ..",
        "[x](https://other.example/a/target/)",
        "[x](/other/a/target/)",
        "[x](/help/a/target-2/)",
        "`/help/a/target/`",
        "particle: {pk}",
    ],
)
def test_what_leads_elsewhere_does_not_count(tenant: Model, target: HelpArticle, text: str) -> None:
    make_article(tenant, "Linking", content=text.format(pk=target.pk))
    assert linking(target) == []


def test_address_that_redirects_counts(tenant: Model, target: HelpArticle) -> None:
    make_article(tenant, "Linking", content="[x](/help/a/target/)")
    service = KnowledgeService(tenant=tenant, actor=SYSTEM)
    renamed = service.update_article(target, slug="goal", index=False)
    assert linking(renamed) == ["Linking"]


def test_slug_in_another_script_counts_encoded_and_plain(tenant: Model) -> None:
    target = make_article(tenant, "Ünïcode", slug="prüfen-検査")
    make_article(tenant, "Plain", content="[x](/help/a/prüfen-検査/)")
    encoded = "pr%C3%BCfen-%E6%A4%9C%E6%9F%BB"
    make_article(tenant, "Encoded", content=f"[x](/help/a/{encoded}/)")
    make_article(tenant, "Lower", content=f"[x](/help/a/{encoded.lower()}/)")
    assert linking(target) == ["Encoded", "Lower", "Plain"]


def test_what_was_written_straight_to_the_database_is_known_at_once(
    tenant: Model, target: HelpArticle
) -> None:
    other = make_article(tenant, "Linking")
    HelpArticle.objects.filter(pk=other.pk).update(content=f"[x](article:{target.pk})")
    assert linking(target) == ["Linking"]
    HelpArticle.objects.filter(pk=other.pk).update(content="")
    assert linking(target) == []


def test_articles_do_not_link_to_themselves_or_each_other(
    tenant: Model, target: HelpArticle
) -> None:
    other = make_article(tenant, "Other", content=f"[x](article:{target.pk})")
    HelpArticle.objects.filter(pk=target.pk).update(
        content=f"[x](article:{target.pk}) [y](article:{other.pk})"
    )
    assert linking(target) == ["Other"]
    assert linking(target, other) == []


def test_nothing_of_another_tenant_links_here(tenant: Model, target: HelpArticle) -> None:
    make_article(make_tenant("Other"), content=f"[x](article:{target.pk}) [y](/help/a/target/)")
    assert linking(target) == []


@pytest.mark.parametrize(
    ("text", "length"),
    [(f"/a/{'検' * 400_000}", 256), (f"article:{'0' * 400_000}", 1), (f"../{'x' * 400_000}", 256)],
)
def test_longest_text_without_an_end_is_stored(tenant: Model, text: str, length: int) -> None:
    article = make_article(tenant, content=text)
    (key,) = HelpArticle.objects.values_list("link_keys", flat=True).get(pk=article.pk)
    assert len(key) == length


def test_many_links_take_three_queries(
    tenant: Model, target: HelpArticle, django_assert_num_queries: Any
) -> None:
    for number in range(5):
        content = f"[x](article:{target.pk})" if number % 2 else "[x](/help/a/target/)"
        make_article(tenant, f"Linking {number}", content=content)
    with django_assert_num_queries(3):
        assert len(linking(target)) == 5


@pytest.mark.parametrize(
    "text",
    ["[x](article:{pk})", "[x](article:0{pk})", "[x](/help/a/target/)", "[x](../target/)"],
)
def test_link_in_a_snippet_counts_for_the_articles_that_name_it(
    tenant: Model, target: HelpArticle, text: str
) -> None:
    make_article(tenant, "Naming", content='{{ snippet "contact" }}')
    make_article(tenant, "Other", content='{{ snippet "hours" }}')
    for key, content in {"contact": text.format(pk=target.pk), "hours": "9 to 5"}.items():
        HelpSnippet.objects.create(tenant_id=tenant.pk, key=key, content=content)
    assert linking(target) == ["Naming"]


def test_snippet_of_another_tenant_links_nothing(
    tenant: Model, other_tenant: Model, target: HelpArticle
) -> None:
    make_article(tenant, "Naming", content='{{ snippet "contact" }}')
    HelpSnippet.objects.create(
        tenant_id=other_tenant.pk, key="contact", content=f"[x](article:{target.pk})"
    )
    assert linking(target) == []


def test_archived_articles_are_left_with_no_dead_link(tenant: Model, target: HelpArticle) -> None:
    for status in ArticleStatus.values:
        make_article(tenant, status, status=status, content=f"[x](article:{target.pk})")
    dead = [each.title for each in left_dead(tenant.pk, [target])]
    assert dead == ["PUBLISHED", "DRAFT", "REVIEW"]


def test_service_tells_those_who_may_look(tenant: Model, target: HelpArticle) -> None:
    make_article(tenant, "Linking", content=f"[x](article:{target.pk})")
    for permission in ("view_helparticle", "change_helparticle"):
        actor = make_author(permission, permission)
        service = LinkService(tenant=tenant, actor=actor)
        assert [each.title for each in service.links_to(target)] == ["Linking"]
        assert [each.title for each in service.left_dead([target])] == ["Linking"]


def test_service_tells_nobody_else(tenant: Model, target: HelpArticle) -> None:
    service = LinkService(tenant=tenant, actor=make_author())
    with pytest.raises(PermissionRefused):
        service.links_to(target)
    with pytest.raises(PermissionRefused):
        service.left_dead([target])


def test_service_tells_nothing_of_another_tenant(tenant: Model) -> None:
    other = make_tenant("Other")
    foreign = make_article(other, category=make_category(other))
    service = LinkService(tenant=tenant, actor=SYSTEM)
    with pytest.raises(PermissionRefused):
        service.links_to(foreign)
    with pytest.raises(PermissionRefused):
        service.left_dead([foreign])
