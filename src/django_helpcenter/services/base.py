"""What all services share: the tenant and the person that they are bound to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models

from django_helpcenter.exceptions import PermissionRefused
from django_helpcenter.types import SystemActor

if TYPE_CHECKING:
    from django_helpcenter.types import Actor, Reader


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

    def require(self, permission: str) -> None:
        """Raise PermissionRefused unless the actor has a permission such as ``add_helparticle``."""
        if isinstance(self.actor, SystemActor):
            return
        if self.actor.is_authenticated and self.actor.has_perm(f"help_center.{permission}"):
            return
        raise PermissionRefused(f"{self.actor} lacks the permission help_center.{permission}.")

    def require_own(self, row: models.Model) -> None:
        """Raise PermissionRefused when a row belongs to another tenant."""
        if getattr(row, "tenant_id", None) != self.tenant.pk:
            raise PermissionRefused(f"{row._meta.verbose_name} {row.pk} is not of this tenant.")
