"""Who may see to articles, and who is offered for it."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain, islice
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.backends import ModelBackend
from django.core.exceptions import FieldError
from django.db.models import Model
from django.utils.module_loading import import_string

from django_helpcenter.conf import conf
from django_helpcenter.exceptions import ConfigurationError
from django_helpcenter.models import HelpArticle
from django_helpcenter.services.tenant_access import administered_tenants
from django_helpcenter.services.workflow import CHANGE, may

#: People who are asked about for a form: each takes a query or two.
MAX_ASKED = 300
#: People that a form offers; a longer list is no help.
MAX_OFFERED = 100


def may_own(person: Any, tenant: Model, article: HelpArticle | None = None) -> bool:
    """Tell whether a person may see to articles of a tenant: is active, works there, may change."""
    return bool(
        getattr(person, "is_active", False)
        and may(person, CHANGE, article)
        and administered_tenants(person).filter(pk=tenant.pk).exists()
    )


def owners_offered(tenant: Model, *, first: Any = None) -> list[Any]:
    """Return the people who may be given articles of a tenant, by name.

    ``first`` is asked about before the others, of whom a site may have more than can be asked.
    Raises ConfigurationError when ``HELP_CENTER_OWNER_CHOICES`` cannot be imported.
    """
    try:
        choices = import_string(conf.OWNER_CHOICES)
    except ImportError as exc:
        raise ConfigurationError(
            f"HELP_CENTER_OWNER_CHOICES is {conf.OWNER_CHOICES!r}, which cannot be imported: {exc}"
        ) from exc
    asked = chain([] if first is None else [first], islice(choices(tenant), MAX_ASKED))
    people = {person.pk: person for person in asked}.values()
    found = islice((person for person in people if may_own(person, tenant)), MAX_OFFERED)
    return sorted(found, key=lambda person: str(person).casefold())


def people_with_permission(tenant: Model) -> Iterable[Any]:
    """Return whom Django's permissions allow to change articles, of whichever tenant.

    The default of ``HELP_CENTER_OWNER_CHOICES``. Nobody, where users have no permissions.
    """
    people = get_user_model()._default_manager.all()
    try:
        allowed = ModelBackend().with_perm(f"help_center.{CHANGE}").values("pk")
        return people.filter(pk__in=allowed).order_by("pk")
    except FieldError:
        return people.none()
