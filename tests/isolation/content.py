"""Two help centers, where every article carries a word that stands nowhere else.

A page that shows the word of an article, in whatever place, has shown something of that article.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Model
from django.utils import timezone

from django_helpcenter.choices import ArticleStatus, DraftState, LinkState
from django_helpcenter.conf import conf
from django_helpcenter.models import (
    HelpArticle,
    HelpArticleInteraction,
    HelpArticleLinks,
    HelpArticleTemplate,
    HelpCategory,
    HelpDraft,
    HelpLink,
    HelpPinnedResult,
    HelpReview,
    HelpSavedFilter,
    HelpSearchHistory,
    HelpSnippet,
    HelpSynonym,
    HelpTransition,
    get_tenant_model,
)
from django_helpcenter.services.categories import CategoryService
from django_helpcenter.services.files import FileService
from django_helpcenter.services.knowledge import KnowledgeService
from django_helpcenter.types import SYSTEM
from tests.factories import index, make_article, make_category
from tests.images import svg

#: The role that the restricted article is for.
ROLE = "dispatcher"

#: What an article can be to a reader of the first help center → its word. The words share no parts,
#: so that neither stemming nor letter groups take one for another.
WORDS = {
    "published": "zumbrella",
    "restricted": "vexillok",
    "draft": "quinzoff",
    "review": "jabberlo",
    "archived": "oxymuth",
    "scheduled": "fjordwik",
    "expired": "hyphagon",
    "foreign": "wyvernax",
    "nonexistent": "plumquat",
}
STATES = tuple(WORDS)
#: The words of the names of the help centers themselves.
OWN_NAME, OTHER_NAME = "Acmelotte", "Globaxine"
OWN_SLUG, OTHER_SLUG = "acme", "globex"

#: What all articles have in common: a category, a tag, a slug in both help centers, and a word.
SHARED_CATEGORY, SHARED_TAG, SHARED_SLUG, SHARED_WORD = "devices", "gear", "pairing", "pairing"

#: What ``nonexistent`` is called by its number.
NO_KEY = 999_999_999


@dataclass(frozen=True, slots=True)
class Target:
    """What an address can name of one article: each is found only through this article."""

    word: str
    pk: int = NO_KEY
    file: str = f"{'0a' * 16}.svg"

    @property
    def article(self) -> str:
        return f"{self.word}-guide"

    @property
    def former(self) -> str:
        return f"{self.word}-former"

    @property
    def category(self) -> str:
        return f"{self.word}-topic"

    @property
    def former_category(self) -> str:
        return f"{self.word}-subject"

    @property
    def tag(self) -> str:
        return f"{self.word}-tag"


def article_fields(state: str) -> dict[str, Any]:
    """Return what makes an article this to readers."""
    hour, now = timedelta(hours=1), timezone.now()
    fields: dict[str, dict[str, Any]] = {
        "restricted": {"target_roles": [ROLE]},
        "draft": {"status": ArticleStatus.DRAFT},
        "review": {"status": ArticleStatus.REVIEW},
        "archived": {"status": ArticleStatus.ARCHIVED},
        "scheduled": {"publish_at": now + hour},
        "expired": {"expire_at": now - hour},
    }
    return fields.get(state, {})


def make_tenants() -> tuple[Model, Model]:
    """Create the two tenants, each with a host of its own."""
    own, other = (
        get_tenant_model()._default_manager.create(
            **{
                conf.TENANT_NAME_FIELD: name,
                conf.TENANT_SLUG_FIELD: slug,
                conf.TENANT_DOMAIN_FIELD: host_of(slug),
            }
        )
        for name, slug in ((OWN_NAME, OWN_SLUG), (OTHER_NAME, OTHER_SLUG))
    )
    return own, other


def host_of(slug: str) -> str:
    """Return the host name that a help center answers on."""
    return f"{slug}.example"


def fill(own: Model, other: Model) -> dict[str, Target]:
    """Write the articles of both help centers, and return what names them by what they are."""
    targets = {"nonexistent": Target(WORDS["nonexistent"])}
    keys: list[int] = []
    # The published ones last: their text links to all others.
    for state in reversed([name for name in STATES if name != "nonexistent"]):
        tenant = other if state == "foreign" else own
        file = _bring(tenant, WORDS[state])
        articles = _write(tenant, state, keys, file)
        keys += [article.pk for article in articles]
        targets[state] = Target(WORDS[state], articles[0].pk, file)
    # Lists of what is popular leave out what nobody has read.
    HelpArticle.objects.filter(pk__in=keys).update(view_count=3)
    for tenant, state in ((own, "published"), (other, "foreign")):
        _leave_traces(tenant, HelpArticle.objects.get(pk=targets[state].pk), WORDS[state])
        index(tenant)
    return targets


def _bring(tenant: Model, word: str) -> str:
    """Add a drawing that says a word; return what texts call it."""
    service = FileService(tenant=tenant, actor=SYSTEM)
    return service.add(svg(f"<title>{word}</title>"), name=f"{word}.svg").file_name


def _write(tenant: Model, state: str, keys: list[int], file: str) -> list[HelpArticle]:
    """Write an article alone in its category and under its tag, and one among others."""
    target, word = Target(WORDS[state]), WORDS[state]
    links = " ".join(f"[there](article:{key})" for key in keys)
    text = f"## The {word}\n\nText on {SHARED_WORD} and the {word}. {links} ![](image:{file})"
    common = {
        "summary": f"The {word} in short.",
        "content": text,
        **article_fields(state),
    }
    alone = make_article(
        tenant,
        f"Guide to {word}",
        slug=target.former,
        category=_renamed_category(tenant, target),
        tags=[f"{word} tag"],
        **common,
    )
    service = KnowledgeService(tenant=tenant, actor=SYSTEM)
    alone = service.update_article(alone, slug=target.article, index=False)
    among_others = make_article(
        tenant,
        f"Notes on {word}",
        slug=SHARED_SLUG if state in {"published", "foreign"} else f"{word}-notes",
        category=make_category(tenant, SHARED_CATEGORY.title(), slug=SHARED_CATEGORY),
        tags=[SHARED_TAG],
        **common,
    )
    return [alone, among_others]


def _renamed_category(tenant: Model, target: Target) -> HelpCategory:
    """Make a category that had another slug before."""
    category = make_category(tenant, f"{target.word} topic", slug=target.former_category)
    service = CategoryService(tenant=tenant, actor=SYSTEM)
    return service.rename(category, name=category.name, slug=target.category)


def _leave_traces(tenant: Model, article: HelpArticle, word: str) -> None:
    """Record a vote and a search, and make a category that may be deleted."""
    HelpArticleInteraction.record_vote(
        article, is_helpful=True, visitor_key=f"visitor-{word}", comment=word
    )
    HelpSearchHistory.objects.create(tenant_id=tenant.pk, query=word, clicked_article=article)
    HelpSynonym.objects.create(tenant_id=tenant.pk, terms=f"{word} word\n{word} term")
    HelpTransition.objects.create(
        tenant_id=tenant.pk, article=article, before="DRAFT", after="REVIEW", note=word
    )
    HelpReview.objects.create(tenant_id=tenant.pk, article=article, action="VERIFIED", note=word)
    HelpDraft.objects.create(
        tenant_id=tenant.pk,
        article=article,
        editor=get_user_model().objects.create(username=f"editor {word} {article.language}"),
        state=DraftState.REVIEW,
        title=f"{word} draft",
        content=f"{word} changed",
        base_version=article.version,
        base_content=word,
    )
    HelpSavedFilter.objects.create(
        tenant_id=tenant.pk,
        owner=get_user_model().objects.create(username=f"owner {word} {article.language}"),
        list_name="helparticle",
        name=f"{word} filter",
        query=f"q={word}",
        is_shared=True,
    )
    HelpPinnedResult.objects.create(
        tenant_id=tenant.pk, query=f"{word} pick {article.language}", article=article
    )
    address = f"https://{word}.example/"
    HelpLink.objects.get_or_create(
        tenant_id=tenant.pk, address=address, host=f"{word}.example", state=LinkState.BROKEN
    )
    HelpArticleLinks.objects.create(
        tenant_id=tenant.pk, article=article, addresses=[address], links={address: [word, 1]}
    )
    HelpSnippet.objects.create(
        tenant_id=tenant.pk,
        key=f"{word}-{article.language}",
        description=f"{word} snippet",
        content=f"{word} text",
    )
    HelpArticleTemplate.objects.create(
        tenant_id=tenant.pk, name=f"{word} template {article.language}", content=f"{word} text"
    )
    HelpCategory.objects.create(tenant_id=tenant.pk, name=f"empty {word}", slug=f"{word}-empty")
