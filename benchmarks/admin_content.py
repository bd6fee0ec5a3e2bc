"""Many articles in several tenants, written straight into the tables: reproducible, and quick."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import timedelta
from itertools import islice
from typing import Any

from django.db import connection
from django.utils import timezone

from django_helpcenter.choices import ArticleStatus, IndexState
from django_helpcenter.models import (
    HelpArticle,
    HelpArticleVersion,
    HelpCategory,
    HelpTag,
    HelpTenant,
)
from django_helpcenter.services.categories import CategoryService
from django_helpcenter.types import SYSTEM

#: Shares of the articles, and of the categories, that the tenants have.
SHARES = (0.6, 0.2, 0.1, 0.07, 0.03)
_TEXT = (
    "account address alarm archive badge battery board browser button cable calendar camera "
    "card charge code contract customer dashboard delivery device dispatch driver export "
    "filter fleet form gate invoice key label ledger license limit map meter mobile network "
    "note order parcel password payment phone plan printer profile quota receipt refund "
    "report role route scanner schedule screen sensor session setting shift signal site stock "
    "sync team ticket token tour update vehicle version warehouse window zone"
)
WORDS = _TEXT.split()
VERSIONS_EACH = 2
BATCH = 500


def slug_of(number: int) -> str:
    """Return the slug of a tenant of the benchmark; the first is the largest."""
    return f"admin-benchmark-{number}"


def build(articles: int, categories: int) -> HelpTenant:
    """Write the content unless it is there, and return the largest tenant."""
    tenants = [
        HelpTenant.objects.get_or_create(slug=slug_of(n), defaults={"name": f"Help center {n}"})[0]
        for n in range(len(SHARES))
    ]
    if HelpArticle.objects.filter(tenant__in=tenants).count() == articles:
        return tenants[0]
    HelpTenant.objects.filter(pk__in=[tenant.pk for tenant in tenants]).delete()
    chance = random.Random(20)
    tenants = [
        HelpTenant.objects.create(slug=slug_of(n), name=f"Help center {n}")
        for n in range(len(SHARES))
    ]
    for tenant, share in zip(tenants, SHARES, strict=True):
        # The largest has all the categories that are asked for.
        places = _categories(tenant, categories if share == SHARES[0] else 40, chance)
        _articles(tenant, round(articles * share), places, chance)
    with connection.cursor() as cursor:
        # Spread over three years: a list sorted by the time of the change is not one by number.
        cursor.execute(
            "UPDATE help_center_helparticle "
            "SET updated_at = now() - (id %% 1095) * interval '1 day' WHERE tenant_id = ANY(%s)",
            [[tenant.pk for tenant in tenants]],
        )
        cursor.execute("VACUUM (ANALYZE)")
    return tenants[0]


def _categories(tenant: HelpTenant, count: int, chance: random.Random) -> list[HelpCategory]:
    service = CategoryService(tenant=tenant, actor=SYSTEM)
    made: list[HelpCategory] = []
    for number in range(count):
        above = [each for each in made if each.depth < 4]
        parent = chance.choice(above) if above and number % 5 else None
        name = f"{chance.choice(WORDS).title()} {number}"
        made.append(service.create(name=name, slug=f"topic-{number}", parent=parent))
    return made


def _articles(
    tenant: HelpTenant, count: int, places: Sequence[HelpCategory], chance: random.Random
) -> None:
    tags = HelpTag.objects.bulk_create(
        HelpTag(tenant=tenant, name=f"{word} {n}", slug=f"{word}-{n}")
        for word in WORDS
        for n in range(3)
    )
    rows = (_article(tenant, number, chance.choice(places), chance) for number in range(count))
    while batch := list(islice(rows, BATCH)):
        made = HelpArticle.objects.bulk_create(batch)
        tagged = HelpArticle.tags.through
        tagged._default_manager.bulk_create(
            tagged(helparticle_id=article.pk, helptag_id=tag.pk)
            for article in made
            for tag in chance.sample(tags, 3)
        )
        HelpArticleVersion.objects.bulk_create(
            HelpArticleVersion(
                tenant=tenant, article=article, number=number, title=article.title,
                summary=article.summary, content=article.content,
                content_hash=article.content_hash,
            )
            for article in made
            for number in range(1, VERSIONS_EACH + 1)
        )  # fmt: skip


def _article(
    tenant: HelpTenant, number: int, category: HelpCategory, chance: random.Random
) -> HelpArticle:
    def text(length: int) -> str:
        return " ".join(chance.choices(WORDS, k=length))

    statuses: list[Any] = list(ArticleStatus.values)
    article = HelpArticle(
        tenant=tenant,
        category=category,
        title=text(5).capitalize(),
        slug=f"article-{number}",
        summary=text(20),
        content="\n\n".join(f"## {text(3)}\n\n{text(80)}" for _section in range(5)),
        language=chance.choice(["en", "en", "en", "de"]),
        status=chance.choices(statuses, weights=[10, 5, 75, 10])[0],
        view_count=int(chance.paretovariate(0.8)),
        helpful_count=chance.randrange(20),
        not_helpful_count=chance.randrange(10),
        display_order=number,
        published_date=timezone.now() - timedelta(days=number % 900),
    )
    article.refresh_index_fields()
    article.index_state = IndexState.FRESH
    return article
