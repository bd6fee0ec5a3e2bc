"""Who owns help content: the default tenant model, and the one that the host chose."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from django_helpcenter.conf import conf
from django_helpcenter.exceptions import ConfigurationError


def tenant_model_name() -> str:
    """Return the tenant model as ``app_label.Model``, usable as the target of a foreign key."""
    return conf.TENANT_MODEL


def get_tenant_model() -> type[models.Model]:
    """Return the tenant model that is in force.

    Raises ConfigurationError when the setting does not name an installed model.
    """
    name = tenant_model_name()
    try:
        return apps.get_model(name, require_ready=False)
    except (LookupError, ValueError) as exc:
        raise ConfigurationError(
            f"HELP_CENTER_TENANT_MODEL is {name!r}, which is not an installed model. "
            "Write it as 'app_label.Model' and put its app into INSTALLED_APPS."
        ) from exc


class HelpTenant(models.Model):
    """A help center of its own: its categories, articles, readers' roles and figures.

    Used unless ``HELP_CENTER_TENANT_MODEL`` names another model. One row exists after
    ``migrate``, so a site with one help center needs no tenant setting.
    """

    name = models.CharField(_("name"), max_length=200)
    slug = models.SlugField(_("slug"), max_length=100, unique=True)
    domain = models.CharField(
        _("domain"),
        max_length=253,
        unique=True,
        null=True,
        blank=True,
        help_text=_("Host name that this help center answers on; empty for a site with one."),
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("tenant")
        verbose_name_plural = _("tenants")
        ordering = ["name"]
        swappable = "HELP_CENTER_TENANT_MODEL"

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        super().clean()
        self.domain = self._normal_domain()

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save; an empty domain is none, and host names have no case."""
        self.domain = self._normal_domain()
        super().save(*args, **kwargs)

    def _normal_domain(self) -> str | None:
        return (self.domain or "").strip().lower() or None


def tenant_key(tenant: models.Model | Any) -> Any:
    """Return the primary key of a tenant given as an instance or as a key."""
    return tenant.pk if isinstance(tenant, models.Model) else tenant


def user_model_name() -> str:
    """Return the host's user model, usable as the target of a foreign key."""
    return settings.AUTH_USER_MODEL
