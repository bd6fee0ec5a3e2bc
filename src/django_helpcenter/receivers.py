"""Our signals to background work; the only module that connects the two.

A host that brings its own queue disconnects these receivers and connects its own.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from django.apps import AppConfig, apps
from django.conf import settings
from django.core.cache import cache
from django.db import DEFAULT_DB_ALIAS, router, transaction
from django.db.models.signals import post_delete, post_migrate, post_save

from django_helpcenter import signals
from django_helpcenter.conf import conf

#: In the cache while the views were counted a short time ago.
VIEWS_COUNTED_KEY = "help_center:views-counted"
SECONDS_BETWEEN_COUNTS = 60


def connect_receivers() -> None:
    """Connect all receivers; called once when Django starts."""
    post_migrate.connect(
        create_default_tenant,
        sender=apps.get_app_config("help_center"),
        dispatch_uid="help_center.create_default_tenant",
    )
    signals.article_index_stale.connect(index_article, dispatch_uid="help_center.index_article")
    signals.article_unpublished.connect(count_index, dispatch_uid="help_center.count_index")
    post_delete.connect(
        discard_file,
        sender=apps.get_model("help_center", "HelpFile"),
        dispatch_uid="help_center.discard_file",
    )
    for signal in (post_save, post_delete):
        signal.connect(
            note_snippet,
            sender=apps.get_model("help_center", "HelpSnippet"),
            dispatch_uid="help_center.note_snippet",
        )
    signals.snippet_changed.connect(index_stale, dispatch_uid="help_center.index_stale")
    signals.article_viewed.connect(count_views, dispatch_uid="help_center.count_views")


def create_default_tenant(
    sender: AppConfig, using: str = DEFAULT_DB_ALIAS, apps: Any = apps, **kwargs: Any
) -> None:
    """Make the one tenant that a site with one help center needs, when there is none."""
    if (
        getattr(settings, "HELP_CENTER_TENANT_MODEL", "help_center.HelpTenant")
        != "help_center.HelpTenant"
    ):
        return
    try:
        tenant_model = apps.get_model("help_center", "HelpTenant")
    except LookupError:  # migrated back to zero
        return
    if kwargs.get("plan") and any(backwards for _migration, backwards in kwargs["plan"]):
        return
    if not router.allow_migrate_model(using, tenant_model):
        return
    tenants = tenant_model._default_manager.using(using)
    if not tenants.exists():
        tenants.create(name="Help center", slug="default")


def discard_file(instance: Any, using: str, **kwargs: Any) -> None:
    """Take the bytes of a file out of the storage, whoever deleted its row: a tenant takes all."""
    from django_helpcenter.services.file_storage import discard_bytes

    discard = partial(discard_bytes, instance.storage_name)
    transaction.on_commit(discard, using=using, robust=True)


def note_snippet(instance: Any, using: str, **kwargs: Any) -> None:
    """Make the articles that name a snippet wait for the index, whoever wrote or deleted it."""
    from django_helpcenter.services.snippet_uses import note_changed_snippet

    note_changed_snippet(instance, using=using)


def index_stale(tenant_id: Any, **kwargs: Any) -> None:
    """Bring in step what waits for the index in a tenant: all articles of a snippet at once."""
    from django_helpcenter import tasks

    tasks.enqueue(tasks.index_stale_articles, tenant_id)


def index_article(article_id: int, **kwargs: Any) -> None:
    """Bring the index of an article in step, by the way that ``HELP_CENTER_BACKGROUND`` names."""
    from django_helpcenter import tasks

    tasks.enqueue(tasks.generate_article_embedding, article_id)


def count_index(tenant_id: Any, **kwargs: Any) -> None:
    """Count the index of a tenant anew: the passages of an article have left it."""
    from django_helpcenter import tasks

    tasks.enqueue(tasks.refresh_index_statistics, tenant_id)


def count_views(**kwargs: Any) -> None:
    """Add new views to the counters, at most once a minute; with Celery the schedule does it."""
    from django_helpcenter import tasks

    if conf.BACKGROUND != tasks.BACKGROUND_INLINE:
        return
    if cache.add(VIEWS_COUNTED_KEY, True, SECONDS_BETWEEN_COUNTS):
        tasks.enqueue(tasks.fold_article_counters)
