"""What readers find while somebody writes: after the commit the new state, and never a mix."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.db.models import Model
from django.utils import timezone

from django_helpcenter.backends.loading import get_embeddings
from django_helpcenter.choices import ArticleStatus, SearchMode
from django_helpcenter.models import HelpArticle, HelpCategory, HelpIndexState
from django_helpcenter.services.indexing import IndexingService
from django_helpcenter.services.knowledge import KnowledgeService
from django_helpcenter.services.search import SearchService
from django_helpcenter.testing import FakeEmbeddings
from django_helpcenter.types import SYSTEM, SearchHit
from tests.factories import fake_embeddings, make_article, make_category, make_indexed, make_user
from tests.search_load import Seen, search_during

# Readers and writers have connections of their own, as they do on a real site.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.thorough]

#: A word of the article that changes, the one that comes in its place, and one of its neighbor.
OLD, NEW, OTHER = "zanzibar", "kilimanjaro", "marrakesh"
QUERY = f"{OLD} {NEW} {OTHER}"

#: Title → all that a reader is shown of the hit.
Found = dict[str, str]


@dataclass(repr=False)
class Site:
    """A tenant with an article that is going to change, and one that stays."""

    tenant: Model
    article: HelpArticle
    manager: Any

    @property
    def writer(self) -> KnowledgeService:
        return KnowledgeService(tenant=self.tenant, actor=SYSTEM)

    def search(self, user: Any = None, **options: Any) -> Found:
        """Return what a reader finds of all three words, and is told to have meant."""
        service = SearchService(tenant=self.tenant, user=user)
        results = service.hybrid_search(QUERY, record=False, **options)
        assert results.degraded == ""
        assert results.total == len(results.hits)
        return {hit.title: text_of(hit) for hit in results.hits}

    def corrected(self, user: Any = None) -> str:
        """Return what a reader who mistypes the old word is told to have meant."""
        service = SearchService(tenant=self.tenant, user=user)
        return service.did_you_mean(service.hybrid_search("zanzibbar", record=False))

    def update(self, **fields: Any) -> Callable[[], object]:
        return lambda: self.writer.update_article(self.article, **fields)


def text_of(hit: SearchHit) -> str:
    parts = (hit.title, hit.summary, *hit.heading_path, hit.passage, hit.category_name)
    return " ".join(parts).lower()


@pytest.fixture
def site(tenant: Model) -> Iterator[Site]:
    with fake_embeddings():
        make_article(tenant, "Neighbor", content=f"A text about {OTHER}.")
        article = make_indexed(tenant, "Changing", content=f"Words about {OLD}.", summary=OLD)
        yield Site(tenant, article, make_user("manager", roles=("manager",)))


def watch(site: Site, change: Callable[[], object], **options: Any) -> tuple[Seen[Found], ...]:
    """Change something while the public and a manager search; return what both saw."""
    public, manager = search_during(
        change,
        lambda: site.search(**options),
        lambda: site.search(site.manager, **options),
    )
    return public, manager


def assert_neighbor_is_always_there(*seen: Seen[Found]) -> None:
    assert all("Neighbor" in found for each in seen for found in each.all)


def assert_gone(seen: Seen[Found]) -> None:
    """Fail unless the article was there before, is not after, and was whole in between."""
    assert all(OLD in found["Changing"] for found in seen.before)
    assert all(OLD in found.get("Changing", OLD) for found in seen.meanwhile)
    assert all("Changing" not in found for found in seen.after)


def assert_came(seen: Seen[Found]) -> None:
    assert all("Changing" not in found for found in seen.before)
    assert all("Changing" in found for found in seen.after)


def hidden_until(hours: int) -> dict[str, Any]:
    return {"publish_at": timezone.now() + timedelta(hours=hours)}


WITHDRAWALS: dict[str, Callable[[], dict[str, Any]]] = {
    "archived": lambda: {"status": ArticleStatus.ARCHIVED},
    "a draft again": lambda: {"status": ArticleStatus.DRAFT},
    "expired": lambda: {"expire_at": timezone.now()},
    "scheduled": lambda: hidden_until(1),
}


@pytest.mark.parametrize("name", WITHDRAWALS)
def test_withdrawn_article_is_gone_at_once(site: Site, name: str) -> None:
    # The index may take its time: nobody waits for it.
    seen = watch(site, site.update(**WITHDRAWALS[name](), index=False))
    for each in seen:
        assert_gone(each)
    assert_neighbor_is_always_there(*seen)


def test_deleted_article_is_gone_at_once(site: Site) -> None:
    seen = watch(site, lambda: site.writer.delete_article(site.article))
    for each in seen:
        assert_gone(each)
    assert_neighbor_is_always_there(*seen)


@pytest.mark.parametrize("index", [True, False])
def test_restricted_article_is_gone_at_once_for_who_lost_it(site: Site, index: bool) -> None:
    public, manager = watch(site, site.update(target_roles=["manager"], index=index))
    assert_gone(public)
    assert all(OLD in found["Changing"] for found in manager.all)
    assert_neighbor_is_always_there(public, manager)


def test_text_that_comes_with_a_restriction_reaches_nobody_who_lost_it(site: Site) -> None:
    secret = {"title": "Secret", "content": f"On {NEW}.", "summary": ""}
    public, manager = watch(site, site.update(**secret, target_roles=["manager"]))
    assert not any(NEW in text for found in public.all for text in found.values())
    assert not any("Secret" in found for found in public.all)
    assert all(OLD not in found.get("Changing", "") for found in public.after)
    assert all(NEW in found["Secret"] for found in manager.after)


def test_text_that_went_with_a_restriction_reaches_nobody_who_is_new(site: Site) -> None:
    site.update(target_roles=["manager"])()
    change = site.update(content=f"On {NEW}.", summary="", target_roles=[])
    public, manager = watch(site, change)
    assert not any(OLD in text for found in public.all for text in found.values())
    assert all(NEW in found["Changing"] for found in [*public.after, *manager.after])


def test_new_text_is_found_and_the_old_one_is_not(site: Site) -> None:
    seen = watch(site, site.update(content=f"Words about {NEW}.", summary=""))
    for each in seen:
        assert all(OLD in found["Changing"] for found in each.before)
        assert all(NEW in found["Changing"] for found in each.after)
        assert not any(OLD in found["Changing"] for found in each.after)
        # Its passages are replaced in one go.
        assert all("Changing" in found for found in each.all)
    assert_neighbor_is_always_there(*seen)


@pytest.mark.parametrize("status", [ArticleStatus.ARCHIVED, ArticleStatus.DRAFT])
def test_published_article_is_found_at_once(site: Site, status: str) -> None:
    site.update(status=status)()
    seen = watch(site, lambda: site.writer.publish_article(site.article))
    for each in seen:
        assert_came(each)
    assert_neighbor_is_always_there(*seen)


def test_new_article_is_found_at_once(site: Site) -> None:
    def publish() -> None:
        make_article(site.tenant, "Fresh", content=f"Words about {NEW}.", index=True)

    for each in watch(site, publish):
        assert not any("Fresh" in found for found in each.before)
        assert all(NEW in found["Fresh"] for found in each.after)


def test_article_whose_restriction_was_lifted_is_found_at_once(site: Site) -> None:
    site.update(target_roles=["manager"])()
    public, manager = watch(site, site.update(target_roles=[], index=False))
    assert_came(public)
    assert all("Changing" in found for found in manager.all)


def test_article_that_moved_is_found_in_its_new_category_alone(site: Site) -> None:
    places: list[HelpCategory] = [make_category(site.tenant, name) for name in ("Here", "There")]
    site.update(category=places[0])()
    here, there, anywhere = search_during(
        site.update(category=places[1]),
        lambda: site.search(category=places[0]),
        lambda: site.search(category=places[1]),
        site.search,
    )
    assert_gone(here)
    assert_came(there)
    assert all("Changing" in found for found in anywhere.all)
    assert all(found["Changing"].endswith("there") for found in anywhere.after)


def test_word_of_a_restricted_article_is_not_meant_any_more(site: Site) -> None:
    public, manager = search_during(
        site.update(target_roles=["manager"], index=False),
        site.corrected,
        lambda: site.corrected(site.manager),
    )
    assert set(public.before) == {OLD}
    assert set(public.after) == {""}
    assert set(manager.all) == {OLD}


def test_article_that_changes_again_and_again_is_never_missing(site: Site) -> None:
    def change() -> None:
        for number in range(8):
            site.update(content=f"Words about {OLD}.\n\n## Part {number}\n\n{NEW}.")()

    seen = watch(site, change)
    assert all(OLD in found["Changing"] for each in seen for found in each.all)
    assert_neighbor_is_always_there(*seen)


# Another model


def similarity(site: Site, mode: SearchMode) -> float:
    """Return how near the neighbor is to its own words, 0 where nothing was compared."""
    results = SearchService(tenant=site.tenant).hybrid_search(
        f"neighbor text about {OTHER}", mode=mode, record=False
    )
    assert results.degraded == ""
    assert results.hits[0].title == "Neighbor"
    return results.hits[0].similarity or 0.0


def test_searches_go_on_by_meaning_while_the_model_changes(site: Site) -> None:
    with ExitStack() as settings:

        def switch() -> None:
            for _ in range(3):
                former = get_embeddings()
                assert isinstance(former, FakeEmbeddings)
                previous = FakeEmbeddings.declaration(former.options.label)
                settings.enter_context(fake_embeddings(HELP_CENTER_EMBEDDINGS_PREVIOUS=previous))
                IndexingService(tenant=site.tenant).index_articles()

        seen = search_during(
            switch,
            lambda: similarity(site, SearchMode.HYBRID),
            lambda: similarity(site, SearchMode.SEMANTIC),
        )
        model = get_embeddings()
        assert model is not None
        assert HelpIndexState.objects.get(tenant_id=site.tenant.pk).embedding_space == model.space
    # Vectors of two models have nothing in common.
    assert min(near for each in seen for near in each.all) > 0.7


def test_searches_find_all_words_while_a_model_comes_without_the_former_one(site: Site) -> None:
    with ExitStack() as settings:

        def replace() -> None:
            settings.enter_context(fake_embeddings())
            IndexingService(tenant=site.tenant).index_articles()

        def search() -> tuple[str, list[str]]:
            results = SearchService(tenant=site.tenant).hybrid_search(QUERY, record=False)
            return results.degraded, sorted(hit.title for hit in results.hits)

        (seen,) = search_during(replace, search)
    everything = ["Changing", "Neighbor"]
    assert {degraded for degraded, _ in seen.all} <= {"", "other-space"}
    assert all(titles == everything for _, titles in seen.all)
    assert set(map(str, seen.after)) == {str(("", everything))}
