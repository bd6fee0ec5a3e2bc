"""Which roles a reader has."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from django_helpcenter.choices import ROLE_ALL
from django_helpcenter.conf import conf
from django_helpcenter.exceptions import ConfigurationError
from django_helpcenter.types import RoleReader

if TYPE_CHECKING:
    from django_helpcenter.types import Reader


#: Bytes that the names of an article's roles may have together, eight more for each: an index holds
#: them beside a word, and PostgreSQL's index rows end at 2,704 bytes.
AUDIENCE_MAX_BYTES = 2_000


def group_names(user: Reader, tenant: models.Model | Any) -> Iterable[str]:
    """Return the names of the user's groups: the default of ``HELP_CENTER_ROLE_RESOLVER``."""
    # Without a primary key, Django refuses the question.
    groups = getattr(user, "groups", None) if getattr(user, "pk", None) else None
    return [] if groups is None else list(groups.values_list("name", flat=True))


def roles_of(user: Reader, tenant: models.Model | Any) -> list[str]:
    """Return the roles of a reader in a tenant, ``all`` included, sorted.

    Raises ConfigurationError when ``HELP_CENTER_ROLE_RESOLVER`` cannot be imported, or answers with
    one string: its letters would pass for roles.
    """
    if isinstance(user, RoleReader):
        return sorted({ROLE_ALL, *user.roles})
    if user is None or not user.is_authenticated:
        return [ROLE_ALL]
    try:
        resolver = import_string(conf.ROLE_RESOLVER)
    except ImportError as exc:
        raise ConfigurationError(
            f"HELP_CENTER_ROLE_RESOLVER is {conf.ROLE_RESOLVER!r}, which cannot be imported: {exc}"
        ) from exc
    roles = resolver(user, tenant)
    if isinstance(roles, str):
        raise ConfigurationError(
            f"{conf.ROLE_RESOLVER} returned {roles!r}; it must return a list of role names."
        )
    return sorted({ROLE_ALL, *(str(role) for role in roles or ())})


def all_group_names(tenant: models.Model | Any) -> Iterable[str]:
    """Return the names of all groups: the default of ``HELP_CENTER_ROLE_CHOICES``."""
    groups = apps.get_model("auth", "Group")._default_manager.order_by("name")
    return list(groups.values_list("name", flat=True))


def roles_offered(tenant: models.Model | Any) -> list[str]:
    """Return the roles that authors may restrict an article of a tenant to, each once.

    Raises ConfigurationError when ``HELP_CENTER_ROLE_CHOICES`` cannot be imported.
    """
    try:
        offer = import_string(conf.ROLE_CHOICES)
    except ImportError as exc:
        raise ConfigurationError(
            f"HELP_CENTER_ROLE_CHOICES is {conf.ROLE_CHOICES!r}, which cannot be imported: {exc}"
        ) from exc
    roles = dict.fromkeys(str(role) for role in offer(tenant))
    return [role for role in roles if role and role != ROLE_ALL]


def audience_of(target_roles: Iterable[str]) -> list[str]:
    """Return the audience of an article: its roles without doubles, ``["all"]`` for everybody."""
    roles = sorted({str(role) for role in target_roles})
    return [ROLE_ALL] if not roles or ROLE_ALL in roles else roles


def is_audience_too_long(audience: Iterable[str]) -> bool:
    """Tell whether these role names are more than the index can hold."""
    size = sum(len(role.encode("utf-8", "replace")) + 8 for role in audience)
    return size > AUDIENCE_MAX_BYTES


def refuse_unfit_roles(target_roles: Any) -> None:
    """Raise ValidationError for what cannot be the target roles of an article."""
    if not isinstance(target_roles, list) or not all(
        isinstance(role, str) and role.strip() for role in target_roles
    ):
        unfit = _("Give a list of role names, none of them empty.")
        raise ValidationError({"target_roles": ValidationError(unfit, code="invalid")})
    if is_audience_too_long(audience_of(target_roles)):
        too_many = _("Name fewer roles, or shorter names.")
        raise ValidationError({"target_roles": ValidationError(too_many, code="max_length")})
