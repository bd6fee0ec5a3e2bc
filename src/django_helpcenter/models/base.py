"""What all models of a tenant share."""

from __future__ import annotations

from typing import Any, TypeVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from django_helpcenter.models.tenants import tenant_model_name

_Model = TypeVar("_Model", bound=models.Model, covariant=True)


class TenantQuerySet(models.QuerySet[_Model]):
    """Rows of a tenant."""

    def for_tenant(self, tenant: models.Model | Any) -> TenantQuerySet[_Model]:
        """Keep the rows of one tenant, given as an instance or a primary key."""
        return self.filter(tenant=tenant)


class TenantAwareModel(models.Model):
    """A row that belongs to one tenant and is deleted with it."""

    tenant = models.ForeignKey(
        tenant_model_name(),
        on_delete=models.CASCADE,
        # Every model has an index of several columns that begins with the tenant.
        db_index=False,
        related_name="+",
        verbose_name=_("tenant"),
    )

    class Meta:
        abstract = True
