"""What is due for a person, over all help centers that they work for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.urls import NoReverseMatch, reverse

from django_helpcenter.conf import conf
from django_helpcenter.models import HelpArticle
from django_helpcenter.services.tenant_access import administered_tenants
from django_helpcenter.services.workflow import CHANGE, may

#: Articles that a mail names for each help center; the rest is a number and a link.
MAX_NAMED = 25


@dataclass(frozen=True, slots=True)
class DueArticle:
    """A line of a digest; ``address`` is "" where there is no admin."""

    title: str
    category: str
    overdue_days: int
    view_count: int
    address: str


@dataclass(frozen=True, slots=True)
class DueGroup:
    """What is due in one help center; ``more`` are not named."""

    name: str
    address: str
    articles: list[DueArticle]
    more: int


@dataclass(frozen=True, slots=True)
class Digest:
    """All that a person is to be reminded of, and where to."""

    person: Any
    address: str
    groups: list[DueGroup]
    count: int


def make_digest(person: Any) -> Digest | None:
    """Return what is due for an owner; ``None`` for who is not to be written to.

    That is who is inactive, has no address, or may not change any of it any more.
    """
    address = str(getattr(person, person.get_email_field_name(), None) or "").strip()
    if not address or not person.is_active:
        return None
    rows = HelpArticle.objects.filter(owner_id=person.pk).due().with_review_days().light()
    rows = rows.select_related("category", "tenant").order_by("tenant", "-view_count", "pk")
    found = list(rows)
    tenants = administered_tenants(person).filter(pk__in={row.tenant_id for row in found})
    allowed = set(tenants.values_list("pk", flat=True))
    by_tenant: dict[Model, list[HelpArticle]] = {}
    for row in found:
        if row.tenant_id in allowed and may(person, CHANGE, row):
            by_tenant.setdefault(row.tenant, []).append(row)
    if not by_tenant:
        return None
    groups = [_group(tenant, articles) for tenant, articles in by_tenant.items()]
    return Digest(person, address, groups, sum(map(len, by_tenant.values())))


def _group(tenant: Model, articles: list[HelpArticle]) -> DueGroup:
    named = [
        DueArticle(
            # One line each, whatever somebody has written.
            title=" ".join(article.title.split()),
            category=" ".join(article.category.name.split()),
            overdue_days=article.overdue_days,
            view_count=article.view_count,
            address=_address("change", article.pk),
        )
        for article in articles[:MAX_NAMED]
    ]
    address = _address("due")
    return DueGroup(
        name=" ".join(str(tenant).split()),
        address=f"{address}?tenant={tenant.pk}&group=mine" if address else "",
        articles=named,
        more=len(articles) - len(named),
    )


def _address(view: str, *args: Any) -> str:
    try:
        path = reverse(f"admin:help_center_helparticle_{view}", args=args)
    except NoReverseMatch:
        return ""
    return f"{str(conf.BASE_URL or '').rstrip('/')}{path}"
