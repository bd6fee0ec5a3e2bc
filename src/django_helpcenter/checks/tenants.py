"""Does the tenant model have what the help center needs of it?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.apps.registry import Apps
from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.core.checks import Warning as CheckWarning
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model

from django_helpcenter.conf import PREFIX, conf
from django_helpcenter.exceptions import ConfigurationError
from django_helpcenter.models import HelpTenant, get_tenant_model

SETTING = f"{PREFIX}TENANT_MODEL"


def check_tenant_model(**kwargs: Any) -> list[CheckMessage]:
    """E010: the tenant model is not installed."""
    if _tenant_model() is not None:
        return []
    return [
        Error(
            f"{SETTING} is {conf.TENANT_MODEL!r}, which is not an installed model.",
            hint="Write it as 'app_label.Model' and put its app into INSTALLED_APPS.",
            id="help_center.E010",
        )
    ]


def check_tenant_fields(**kwargs: Any) -> list[CheckMessage]:
    """E011, W013: the tenant model lacks a field that a setting names."""
    model = _tenant_model()
    if model is None:
        return []
    messages: list[CheckMessage] = []
    if not _has_field(model, conf.TENANT_SLUG_FIELD):
        messages.append(
            Error(
                f"{conf.TENANT_MODEL} has no field {conf.TENANT_SLUG_FIELD!r}, by which commands "
                "find a tenant.",
                hint=f"Set {PREFIX}TENANT_SLUG_FIELD to a field of the model that names a tenant. "
                f"It has: {', '.join(_text_fields(model)) or 'none that could'}.",
                id="help_center.E011",
            )
        )
    return [*messages, *_missing_optional_fields(model)]


def _missing_optional_fields(model: type[Model]) -> list[CheckMessage]:
    # A model need not have these, so only one that was asked for is missed.
    return [
        CheckWarning(
            f"{PREFIX}{name} is {getattr(conf, name)!r}, a field that {conf.TENANT_MODEL} does not "
            "have.",
            hint=f"It has: {', '.join(_text_fields(model)) or 'no field of text'}.",
            id="help_center.W013",
        )
        for name in ("TENANT_NAME_FIELD", "TENANT_DOMAIN_FIELD")
        if hasattr(settings, PREFIX + name) and not _has_field(model, getattr(conf, name))
    ]


def check_models_that_point_at_the_tenant(**kwargs: Any) -> list[CheckMessage]:
    """E012: a host's model points at the default tenant model, and the setting is not spelled out.

    Django writes the *setting* into that model's migration, which fails where there is none.
    """
    if hasattr(settings, SETTING):
        return []
    return [
        Error(
            f"{field} points at {conf.TENANT_MODEL}, so its migration reads {SETTING}, which your "
            "settings do not have.",
            hint=f"Add to your settings: {SETTING} = {conf.TENANT_MODEL!r}",
            id="help_center.E012",
        )
        for field in fields_that_point_at_the_tenant(apps)
    ]


def fields_that_point_at_the_tenant(registry: Apps) -> Iterator[str]:
    """Yield the relations of other apps' models to the default tenant model."""
    for model in registry.get_models():
        if model._meta.app_label == HelpTenant._meta.app_label:
            continue
        options = model._meta
        for field in (*options.local_fields, *options.local_many_to_many):
            if field.related_model is HelpTenant:
                yield f"{options.label}.{field.name}"


def _tenant_model() -> type[Model] | None:
    try:
        return get_tenant_model()
    except ConfigurationError:
        return None


def _has_field(model: type[Model], name: Any) -> bool:
    if not isinstance(name, str):
        return True  # E002 says that already
    try:
        return bool(model._meta.get_field(name).concrete)
    except FieldDoesNotExist:
        return False


def _text_fields(model: type[Model]) -> list[str]:
    kinds = ("CharField", "SlugField", "TextField")
    return [field.name for field in model._meta.fields if field.get_internal_type() in kinds]
