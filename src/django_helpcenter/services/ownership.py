"""Who may see to articles, and who is offered for it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.backends import ModelBackend
from django.core.exceptions import FieldError, ValidationError
from django.db.models import Model, Q, QuerySet
from django.utils.module_loading import import_string

from django_helpcenter.conf import conf
from django_helpcenter.exceptions import ConfigurationError
from django_helpcenter.models import HelpArticle
from django_helpcenter.services.tenant_access import administered_tenants
from django_helpcenter.services.workflow import CHANGE, may

#: People who are asked about for one page of what is found: each takes a query or a few.
MAX_ASKED = 100


@dataclass(frozen=True, slots=True)
class OwnersFound:
    """A page of people who may see to articles; ``has_more``: the next one may have more."""

    people: list[Any]
    has_more: bool


def may_own(person: Any, tenant: Model, article: HelpArticle | None = None) -> bool:
    """Tell whether a person may see to articles of a tenant: is active, works there, may change."""
    return bool(
        getattr(person, "is_active", False)
        and administered_tenants(person).filter(pk=tenant.pk).exists()
        and may(person, CHANGE, article)
    )


def find_owners(tenant: Model, words: str = "", *, page: int = 1, first: Any = None) -> OwnersFound:
    """Return people who may be given articles of a tenant, and whose names have these words.

    Only a policy in Python knows who works where, so that a page is of those who were asked about:
    ``first``, and then others. Raises ConfigurationError when ``HELP_CENTER_OWNER_CHOICES`` cannot
    be imported.
    """
    start = (page - 1) * MAX_ASKED
    asked = list(islice(_called(_choices(tenant), words), start, start + MAX_ASKED + 1))
    people = {person.pk: person for person in asked[:MAX_ASKED]}
    if first is not None:
        people.pop(first.pk, None)
        if page == 1 and _has_words(first, words):
            people = {first.pk: first, **people}
    found = [person for person in people.values() if may_own(person, tenant)]
    return OwnersFound(found, has_more=len(asked) > MAX_ASKED)


def find_owner(tenant: Model, key: str) -> Any:
    """Return the person of a primary key, ``None`` for one who may not have articles there."""
    if not key or "\0" in key:
        return None
    try:
        person = get_user_model()._default_manager.filter(pk=key).first()
    except (ValueError, ValidationError, OverflowError):
        return None
    return person if person is not None and may_own(person, tenant) else None


def people_with_permission(tenant: Model) -> Iterable[Any]:
    """Return whom Django's permissions allow to change articles, of whichever tenant.

    The default of ``HELP_CENTER_OWNER_CHOICES``. Nobody, where users have no permissions.
    """
    people = get_user_model()._default_manager.all()
    try:
        allowed = ModelBackend().with_perm(f"help_center.{CHANGE}").values("pk")
        return people.filter(pk__in=allowed).order_by(get_user_model().USERNAME_FIELD, "pk")
    except FieldError:
        return people.none()


def _choices(tenant: Model) -> Iterable[Any]:
    try:
        choices = import_string(conf.OWNER_CHOICES)
    except ImportError as exc:
        raise ConfigurationError(
            f"HELP_CENTER_OWNER_CHOICES is {conf.OWNER_CHOICES!r}, which cannot be imported: {exc}"
        ) from exc
    people: Iterable[Any] = choices(tenant)
    return people


def _called(people: Iterable[Any], words: str) -> Iterable[Any]:
    """Return those whose names have all the words; the database looks where it can."""
    if not words:
        return people
    is_filtered = isinstance(people, QuerySet) and people.model is get_user_model()
    if not is_filtered or people.query.is_sliced or people.query.combinator:  # type: ignore[attr-defined]
        return (person for person in people if _has_words(person, words))
    condition = Q()
    for word in words.split():
        in_names = [Q((f"{name}__icontains", word)) for name in _name_fields()]
        condition &= Q(*in_names, _connector=Q.OR)
    return people.filter(condition)  # type: ignore[attr-defined,no-any-return]


def _has_words(person: Any, words: str) -> bool:
    names = " ".join(str(getattr(person, name, "")) for name in _name_fields()).casefold()
    return all(word in names for word in words.casefold().split())


def _name_fields() -> list[str]:
    """Return the fields of people's names, of whichever model they are."""
    model = get_user_model()
    names = (model.USERNAME_FIELD, model.get_email_field_name(), "first_name", "last_name")
    known = {field.name for field in model._meta.concrete_fields}
    return [name for name in dict.fromkeys(names) if name in known]
