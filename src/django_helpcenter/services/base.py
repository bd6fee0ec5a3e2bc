"""What all services share: the tenant and the person that they are bound to."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar, cast

from django.db import models, router, transaction

from django_helpcenter.exceptions import PermissionRefused
from django_helpcenter.models import HelpArticle
from django_helpcenter.services.workflow import CHANGE, may
from django_helpcenter.types import SystemActor

if TYPE_CHECKING:
    from django_helpcenter.types import Actor, Reader

_Method = TypeVar("_Method", bound=Callable[..., Any])


def write_alias() -> str:
    """Return the database that the help center writes to."""
    return router.db_for_write(HelpArticle)


def in_transaction(method: _Method) -> _Method:
    """Run a method in a transaction of the database that the help center writes to."""

    @wraps(method)
    def run(*args: Any, **kwargs: Any) -> Any:
        with transaction.atomic(using=write_alias()):
            return method(*args, **kwargs)

    return cast("_Method", run)


class TenantService:
    """A service for readers, bound to one tenant and one person.

    ``visitor_key`` identifies a person who is not signed in; ``using`` names a database alias for
    reads, a replica for example.
    """

    def __init__(
        self,
        *,
        tenant: models.Model,
        user: Reader = None,
        visitor_key: str = "",
        using: str | None = None,
    ) -> None:
        self.tenant = tenant
        self.user = user
        self.visitor_key = visitor_key
        self.using = using


class ActorService:
    """A service that writes, bound to one tenant and to who acts."""

    def __init__(self, *, tenant: models.Model, actor: Actor) -> None:
        self.tenant = tenant
        self.actor = actor

    @property
    def author_id(self) -> Any:
        """The primary key of the acting user, ``None`` for the system."""
        return None if isinstance(self.actor, SystemActor) else self.actor.pk

    def require(self, permission: str, article: HelpArticle | None = None) -> None:
        """Raise PermissionRefused unless the actor has a permission such as ``add_helparticle``.

        ``article`` is the one that it is asked for, where there is one.
        """
        if not may(self.actor, permission, article):
            raise PermissionRefused(f"{self.actor} lacks the permission help_center.{permission}.")

    def require_to_look(self) -> None:
        """Raise PermissionRefused unless the actor may view articles, as who changes them may."""
        if not may(self.actor, "view_helparticle"):
            self.require(CHANGE)

    def require_own(self, row: models.Model) -> None:
        """Raise PermissionRefused when a row belongs to another tenant."""
        if getattr(row, "tenant_id", None) != self.tenant.pk:
            raise PermissionRefused(f"{row._meta.verbose_name} {row.pk} is not of this tenant.")
