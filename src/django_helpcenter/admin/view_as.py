"""On the page of an article: which roles may read it, and seeing it as they do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from django_helpcenter.exceptions import TenantNotFound
from django_helpcenter.models import HelpArticle
from django_helpcenter.models.roles import roles_offered
from django_helpcenter.services.addresses import article_url
from django_helpcenter.services.tenancy import current_tenant
from django_helpcenter.services.view_as import may_read, may_view_as


@dataclass(frozen=True, slots=True)
class RoleOfReaders:
    """A role, and whether an article is for it; ``name`` is "" for everybody."""

    name: str
    may_read: bool


@dataclass(frozen=True, slots=True)
class ReadersPanel:
    """Who may read an article; ``switch`` takes the role to look with, ``page`` comes then.

    Both addresses are "" where there is nothing to look at: the article is not published, or its
    readers' pages are on another host.
    """

    roles: Sequence[RoleOfReaders]
    is_visible: bool
    switch: str = ""
    page: str = ""


def readers_panel(
    request: HttpRequest, article: HelpArticle | None, page: str | None
) -> ReadersPanel | None:
    """Return what the page of an article shows about its readers; none before it is saved.

    ``page`` is its ``reader_address``.
    """
    if article is None:
        return None
    roles = [RoleOfReaders("", may_read(article))]
    roles += [
        RoleOfReaders(role, may_read(article, role)) for role in roles_offered(article.tenant)
    ]
    user: Any = request.user
    if page is None or not may_view_as(user, article.tenant):
        return ReadersPanel(roles, article.is_visible)
    return ReadersPanel(roles, article.is_visible, reverse("help_center:view-as"), page)


def reader_address(request: HttpRequest, article: HelpArticle | None) -> str | None:
    """Return where readers find an article, if they do, and on this host."""
    if article is None or not article.is_visible:
        return None
    try:
        if current_tenant(request).pk != article.tenant_id:
            return None
        return article_url(article.slug, article.language)
    except (TenantNotFound, NoReverseMatch):
        return None
