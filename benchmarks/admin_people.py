"""Who works for which tenant in the benchmarks of the admin."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.test import Client

from django_helpcenter.models import HelpTenant


def tenants_of(user: Any) -> QuerySet[HelpTenant]:
    """Superusers work for all tenants, others for the one that their first name is the slug of."""
    tenants = HelpTenant.objects.all()
    return tenants if user.is_superuser else tenants.filter(slug=user.first_name)


def people(slug: str) -> dict[str, Client]:
    """Return the browsers of a superuser and of an editor of one tenant; made where missing."""
    users: Any = get_user_model()._default_manager
    rooted = {"is_staff": True, "is_superuser": True}
    root, _created = users.update_or_create(username="benchmark-root", defaults=rooted)
    bound = {"is_staff": True, "first_name": slug}
    editor, _created = users.update_or_create(username="benchmark-editor", defaults=bound)
    editor.user_permissions.set(Permission.objects.filter(content_type__app_label="help_center"))
    clients = {"superuser": Client(), "editor": Client()}
    clients["superuser"].force_login(root)
    clients["editor"].force_login(editor)
    return clients
