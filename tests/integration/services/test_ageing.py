"""Finding articles still right, and giving them to somebody."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser, Permission
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import timezone

from django_helpcenter.conf import conf
from django_helpcenter.exceptions import ArticleConflict, ConfigurationError, PermissionRefused
from django_helpcenter.models import (
    HelpArticle,
    HelpArticleInteraction,
    HelpReview,
    get_tenant_model,
)
from django_helpcenter.models.review_intervals import NEVER
from django_helpcenter.services.ageing import AgeingService
from django_helpcenter.services.categories import CategoryService
from django_helpcenter.services.counters import fold_views
from django_helpcenter.services.indexing import IndexingService
from django_helpcenter.services.knowledge import KnowledgeService
from django_helpcenter.services.ownership import MAX_ASKED, find_owner, find_owners
from django_helpcenter.services.translating import TranslationService
from django_helpcenter.types import SYSTEM
from tests.factories import make_article, make_author, make_category, make_user
from tests.signals_log import heard_signals

pytestmark = pytest.mark.django_db

CHANGE = "change_helparticle"


def by_name(user: Any) -> QuerySet[Any]:
    """Say who works where: people are named after their help center."""
    name = user.get_username().split("-")[0]
    return get_tenant_model()._default_manager.filter(**{conf.TENANT_SLUG_FIELD: name})


@pytest.fixture(autouse=True)
def policy(settings: Any) -> None:
    settings.HELP_CENTER_ADMIN_TENANTS = f"{__name__}.by_name"


@pytest.fixture
def author(tenant: Any) -> Any:
    return make_author("acme-author", CHANGE)


@pytest.fixture
def article(tenant: Any) -> HelpArticle:
    return make_old(make_article(tenant))


def make_old(article: HelpArticle) -> HelpArticle:
    before = timezone.now() - timedelta(days=500)
    HelpArticle.objects.filter(pk=article.pk).update(
        text_changed_at=before, published_date=before, updated_at=before
    )
    article.refresh_from_db()
    return article


def service(tenant: Any, actor: Any = SYSTEM) -> AgeingService:
    return AgeingService(tenant=tenant, actor=actor)


def test_verified_article_is_not_due(tenant: Any, author: Any, article: HelpArticle) -> None:
    assert list(service(tenant, author).due()) == [article]
    verified = service(tenant, author).verify(article)
    assert not verified.is_stale
    assert verified.verified_by == author
    assert not service(tenant, author).due()


def test_verifying_leaves_edit_index_and_versions_alone(
    tenant: Any, author: Any, article: HelpArticle
) -> None:
    IndexingService(tenant=tenant).index_articles()
    article.refresh_from_db()
    service(tenant, author).verify(article)
    after = HelpArticle.objects.get()
    for name in ("updated_at", "last_updated_by", "version", "content_hash", "index_state"):
        assert getattr(after, name) == getattr(article, name)
    assert article.versions.count() == 1


def test_verification_is_recorded(tenant: Any, author: Any, article: HelpArticle) -> None:
    service(tenant, author).verify(article, "Tried it.")
    review = HelpReview.objects.get()
    assert (review.article, review.action, review.actor) == (article, "VERIFIED", author)
    assert (review.note, review.tenant_id) == ("Tried it.", tenant.pk)


def test_verification_is_told_after_the_commit(
    tenant: Any, author: Any, article: HelpArticle, django_capture_on_commit_callbacks: Any
) -> None:
    heard_on_commit = django_capture_on_commit_callbacks(execute=True)
    with heard_signals("article_verified") as heard, heard_on_commit:
        service(tenant, author).verify(article, "Tried it.")
        assert heard == []
    ids = {"article_id": article.pk, "tenant_id": tenant.pk, "actor_id": author.pk}
    assert heard == [("article_verified", {**ids, "note": "Tried it."})]


def test_text_that_changed_meanwhile_is_not_verified(tenant: Any, article: HelpArticle) -> None:
    with pytest.raises(ArticleConflict, match="was changed"):
        service(tenant).verify(article, expected_hash="another")
    assert not HelpReview.objects.exists()


def test_draft_is_not_verified(tenant: Any) -> None:
    with pytest.raises(ValidationError, match="published"):
        service(tenant).verify(make_article(tenant, status="DRAFT"))


def test_long_note_is_refused(tenant: Any, article: HelpArticle) -> None:
    with pytest.raises(ValidationError, match="500"):
        service(tenant).verify(article, "x" * 501)
    article.refresh_from_db()
    assert article.verified_at is None


def test_deleted_article_is_a_conflict(tenant: Any, article: HelpArticle) -> None:
    HelpArticle.objects.filter(pk=article.pk).delete()
    with pytest.raises(ArticleConflict, match="deleted"):
        service(tenant).verify(article)


@pytest.mark.parametrize("who", ["reader", "nobody"])
def test_who_may_not_change_articles_may_nothing(
    tenant: Any, author: Any, article: HelpArticle, who: str
) -> None:
    refused = service(tenant, make_user("acme-reader") if who == "reader" else AnonymousUser())
    acts = (
        refused.due,
        lambda: refused.verify(article),
        lambda: refused.assign_owner(article, author),
        lambda: refused.set_interval(article, 5),
    )
    for act in acts:
        with pytest.raises(PermissionRefused):
            act()
    assert not HelpReview.objects.exists()


def test_article_of_another_tenant_is_refused(
    other_tenant: Any, author: Any, article: HelpArticle
) -> None:
    refused = service(other_tenant, author)
    with pytest.raises(PermissionRefused):
        refused.verify(article)
    with pytest.raises(PermissionRefused):
        refused.assign_owner(article, author)
    with pytest.raises(PermissionRefused):
        refused.set_interval(article, 5)


def test_due_knows_one_tenant_alone(tenant: Any, other_tenant: Any, article: HelpArticle) -> None:
    make_old(make_article(other_tenant, "Theirs"))
    assert list(service(tenant).due()) == [article]


def test_what_is_read_most_is_due_first(tenant: Any, article: HelpArticle) -> None:
    popular = make_old(make_article(tenant, "Popular"))
    HelpArticle.objects.filter(pk=popular.pk).update(view_count=9)
    assert list(service(tenant).due()) == [popular, article]


def test_article_is_given_to_somebody_and_to_nobody(
    tenant: Any, author: Any, article: HelpArticle
) -> None:
    other = make_author("acme-other", CHANGE)
    given = service(tenant, author).assign_owner(article, other, "You know it best.")
    assert given.owner == other
    assert given.updated_at == article.updated_at
    assert service(tenant, author).assign_owner(article, None).owner is None
    reviews = HelpReview.objects.order_by("pk").values_list("action", "owner", "actor", "note")
    assert list(reviews) == [
        ("OWNER", other.pk, author.pk, "You know it best."),
        ("OWNER", None, author.pk, ""),
    ]


def test_change_of_the_owner_is_told(
    tenant: Any, author: Any, article: HelpArticle, django_capture_on_commit_callbacks: Any
) -> None:
    heard_on_commit = django_capture_on_commit_callbacks(execute=True)
    with heard_signals("article_owner_changed") as heard, heard_on_commit:
        service(tenant).assign_owner(article, author)
        service(tenant).assign_owner(article, author)
    ids = {"article_id": article.pk, "tenant_id": tenant.pk, "actor_id": None, "note": ""}
    told = {"owner_id": author.pk, "former_owner_id": None, **ids}
    assert heard == [("article_owner_changed", told)]


@pytest.mark.parametrize("why", ["elsewhere", "inactive", "no permission"])
def test_who_may_not_change_it_does_not_get_it(
    tenant: Any, other_tenant: Any, article: HelpArticle, why: str
) -> None:
    person = {
        "elsewhere": lambda: make_author("globex-author", CHANGE),
        "inactive": lambda: make_author("acme-gone", CHANGE),
        "no permission": lambda: make_author("acme-reader"),
    }[why]()
    person.is_active = why != "inactive"
    with pytest.raises(ValidationError, match="who may change articles"):
        service(tenant).assign_owner(article, person)
    assert not HelpReview.objects.exists()


def test_who_may_write_there_is_offered_and_nobody_else(tenant: Any, author: Any) -> None:
    make_author("globex-author", CHANGE)
    make_author("acme-reader")
    gone = make_author("acme-gone", CHANGE)
    gone.is_active = False
    gone.save()
    assert find_owners(tenant).people == [author]


def test_host_says_who_is_offered(tenant: Any, author: Any, settings: Any) -> None:
    settings.HELP_CENTER_OWNER_CHOICES = f"{__name__}.nobody_at_all"
    assert find_owners(tenant).people == []


def test_whoever_asks_is_offered_once_and_first_asked_about(
    tenant: Any, author: Any, settings: Any
) -> None:
    assert find_owners(tenant, first=author).people == [author]
    settings.HELP_CENTER_OWNER_CHOICES = f"{__name__}.nobody_at_all"
    assert find_owners(tenant, first=author).people == [author]
    assert find_owners(tenant, first=make_user("acme-reader")).people == []


def test_choices_that_cannot_be_imported_are_named(tenant: Any, settings: Any) -> None:
    settings.HELP_CENTER_OWNER_CHOICES = "nowhere.at_all"
    with pytest.raises(ConfigurationError, match="HELP_CENTER_OWNER_CHOICES"):
        find_owners(tenant)


@pytest.mark.parametrize("host", ["queryset", "list"])
@pytest.mark.parametrize(
    ("words", "is_found"),
    [("ana", True), ("SILVA an", True), ("ana@", True), ("ana other", False), ("%", False)],
)
def test_owner_is_found_by_the_words_of_their_name(
    tenant: Any, author: Any, settings: Any, host: str, words: str, is_found: bool
) -> None:
    people = get_user_model().objects.filter(pk=author.pk)
    people.update(first_name="Ana", last_name="Silva", email="ana@example.com")
    if host == "list":
        settings.HELP_CENTER_OWNER_CHOICES = f"{__name__}.listed"
    assert (find_owners(tenant, words).people == [author]) is is_found
    author.refresh_from_db()
    assert (find_owners(tenant, words, first=author).people == [author]) is is_found


def test_owners_are_found_behind_many_who_work_elsewhere(tenant: Any, author: Any) -> None:
    model, allowed = get_user_model(), Permission.objects.get(codename=CHANGE)
    strangers = model.objects.bulk_create(
        model(username=f"aaa-{number}") for number in range(MAX_ASKED)
    )
    allowed.user_set.add(*strangers)
    first, second = (find_owners(tenant, page=page) for page in (1, 2))
    assert (first.people, first.has_more) == ([], True)
    assert (second.people, second.has_more) == ([author], False)
    assert find_owners(tenant, "author").people == [author]


@pytest.mark.parametrize("key", ["", "x", "0", "-1", "9" * 30, "\0", "1.5"])
def test_owner_of_a_key_that_is_none_is_nobody(tenant: Any, key: str) -> None:
    assert find_owner(tenant, key) is None


def test_owner_of_a_key_is_one_who_may(tenant: Any, author: Any) -> None:
    assert find_owner(tenant, str(author.pk)) == author
    assert find_owner(tenant, str(make_author("globex-author", CHANGE).pk)) is None


def listed(tenant: Any) -> list[Any]:
    return list(get_user_model().objects.all())


def nobody_at_all(tenant: Any) -> list[Any]:
    return []


def test_interval_is_set_and_recorded(tenant: Any, author: Any, article: HelpArticle) -> None:
    assert service(tenant, author).set_interval(article, NEVER).due_at is None
    assert service(tenant, author).set_interval(article, None).is_stale
    assert HelpReview.objects.filter(action="INTERVAL", actor=author).count() == 2


@pytest.mark.parametrize("days", [0, -5, NEVER + 1])
def test_interval_that_is_none_is_refused(tenant: Any, article: HelpArticle, days: int) -> None:
    with pytest.raises(ValidationError) as caught:
        service(tenant).set_interval(article, days)
    assert "never" in caught.value.message_dict["review_interval_days"][0]


@pytest.mark.parametrize("change", [{"title": "Other"}, {"summary": "New"}, {"content": "New"}])
def test_change_of_the_text_confirms_it(
    tenant: Any, article: HelpArticle, change: dict[str, Any]
) -> None:
    KnowledgeService(tenant=tenant, actor=SYSTEM).update_article(article, **change)
    assert not HelpArticle.objects.get().is_stale


@pytest.mark.parametrize(
    "change",
    [
        {"display_order": 5},
        {"slug": "other"},
        {"difficulty_level": "ADVANCED"},
        {"target_roles": ["manager"]},
        {"status": "PUBLISHED"},
    ],
)
def test_other_changes_do_not(tenant: Any, article: HelpArticle, change: dict[str, Any]) -> None:
    KnowledgeService(tenant=tenant, actor=SYSTEM).update_article(article, **change)
    assert HelpArticle.objects.get().is_stale


def test_votes_views_index_and_category_do_not(tenant: Any, article: HelpArticle) -> None:
    article.record_view(visitor_key="v") if hasattr(article, "record_view") else None
    HelpArticleInteraction.record_view(article, visitor_key="v")
    HelpArticleInteraction.record_vote(article, is_helpful=True, visitor_key="v")
    fold_views()
    IndexingService(tenant=tenant).index_articles()
    categories = CategoryService(tenant=tenant, actor=SYSTEM)
    categories.rename(article.category, name="Renamed")
    assert HelpArticle.objects.get().is_stale


def test_moving_to_another_category_does_not(tenant: Any, article: HelpArticle) -> None:
    other = make_category(tenant, "Other")
    KnowledgeService(tenant=tenant, actor=SYSTEM).update_article(article, category=other)
    assert HelpArticle.objects.get().is_stale


@pytest.fixture
def outdated(tenant: Any, article: HelpArticle) -> HelpArticle:
    """A published translation whose original has changed since."""
    knowledge = KnowledgeService(tenant=tenant, actor=SYSTEM)
    translation = TranslationService(tenant=tenant, actor=SYSTEM).start(article, "de")
    knowledge.publish_article(translation)
    knowledge.update_article(article, content="Something else.", note="Turned round")
    return make_old(translation)


def test_outdated_translation_is_not_found_still_right(tenant: Any, outdated: HelpArticle) -> None:
    with pytest.raises(ValidationError, match="up to date with the original"):
        service(tenant).verify(outdated)
    assert HelpArticle.objects.get(pk=outdated.pk).verified_at is None


def test_translation_that_follows_again_is_found_still_right(
    tenant: Any, outdated: HelpArticle
) -> None:
    TranslationService(tenant=tenant, actor=SYSTEM).confirm(outdated)
    assert service(tenant).verify(outdated).verified_at is not None


def test_translation_was_right_before_it_became_outdated(
    tenant: Any, outdated: HelpArticle
) -> None:
    moment = timezone.now() - timedelta(days=1)
    assert service(tenant).verify(outdated, at=moment).verified_at == moment
