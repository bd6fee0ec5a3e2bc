"""Looking at the help center as readers with other roles do.

Only for those who may see all articles of the tenant in the admin anyway: it shows them less, never
more.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import get_language

from django_helpcenter.choices import ROLE_ALL
from django_helpcenter.models import HelpArticle
from django_helpcenter.models.roles import roles_offered
from django_helpcenter.services.tenant_access import administered_tenants
from django_helpcenter.services.translations import language_rank
from django_helpcenter.types import RoleReader

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser, AnonymousUser

#: Either of them shows articles in the admin.
_PERMISSIONS = ("help_center.view_helparticle", "help_center.change_helparticle")


@dataclass(frozen=True, slots=True)
class HiddenArticle:
    """An article that the roles looked with do not see, and why; ``roles`` are those that do."""

    title: str
    status: str
    is_visible: bool
    roles: Sequence[str]


def may_view_as(user: AbstractUser | AnonymousUser | None, tenant: models.Model) -> bool:
    """Tell whether somebody may look as others do: who sees the tenant's articles in the admin."""
    if user is None or not (user.is_active and user.is_staff):
        return False
    if not any(user.has_perm(permission) for permission in _PERMISSIONS):
        return False
    return administered_tenants(user).filter(pk=tenant.pk).exists()


def reader_with(tenant: models.Model, roles: Iterable[str]) -> RoleReader | None:
    """Return a reader with these roles; ``None`` where the tenant does not offer one of them."""
    wanted = tuple(dict.fromkeys(roles))
    offered = roles_offered(tenant) if wanted else []
    return RoleReader(wanted) if all(role in offered for role in wanted) else None


def may_read(article: HelpArticle, role: str = ROLE_ALL) -> bool:
    """Tell whether an article is for a role, once it is published; without one: for everybody."""
    return not {ROLE_ALL, role}.isdisjoint(article.audience)


def find_hidden(tenant: models.Model, slug: str, *, language: str = "") -> HiddenArticle | None:
    """Return what of a tenant has this slug, whoever may see it.

    The caller has checked that the person may know (``may_view_as``).
    """
    found = HelpArticle.objects.for_tenant(tenant).filter(slug=slug)
    article = min(
        found.defer("content", "search_vector", "search_tags"),
        key=lambda each: (language_rank(each.language, language, get_language() or ""), each.pk),
        default=None,
    )
    if article is None:
        return None
    return HiddenArticle(
        title=article.title,
        status=article.get_status_display(),
        is_visible=article.is_visible,
        roles=article.audience,
    )
