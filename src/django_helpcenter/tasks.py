"""Background work.

Tasks take ids, may run twice, and return quietly when their row is gone. With
``HELP_CENTER_BACKGROUND = "inline"`` they run in the process that caused them, after its commit,
and need neither a broker nor a worker. What a dead broker or a killed worker lost is picked up by
``sweep_index``.
"""

from __future__ import annotations

import logging
from typing import Any

from celery import Task, shared_task
from kombu.exceptions import OperationalError

from django_helpcenter.conf import conf
from django_helpcenter.exceptions import (
    DATABASE_EXCEPTIONS,
    NETWORK_EXCEPTIONS,
    EmbeddingError,
    HelpCenterError,
)
from django_helpcenter.models import HelpArticle, get_tenant_model
from django_helpcenter.services.counters import fold_views
from django_helpcenter.services.exclusive import exclusively
from django_helpcenter.services.indexing import IndexingService
from django_helpcenter.services.links.checking import LinkRun
from django_helpcenter.services.review_mail import send_review_reminders

logger = logging.getLogger("help_center.tasks")

#: Errors that a later try may not meet again.
PASSING_ERRORS: tuple[type[Exception], ...] = (
    *DATABASE_EXCEPTIONS,
    *NETWORK_EXCEPTIONS,
    EmbeddingError,
)
#: What must not reach whoever causes background work: the work waits, and the sweeper finds it.
PUT_OFF: tuple[type[Exception], ...] = (
    *DATABASE_EXCEPTIONS,
    *NETWORK_EXCEPTIONS,
    HelpCenterError,
    OperationalError,
)

BACKGROUND_INLINE = "inline"
BACKGROUND_CELERY = "celery"


def enqueue(task: Task[..., Any], *args: Any) -> None:
    """Run a task the way that ``HELP_CENTER_BACKGROUND`` names; never fails its caller."""
    try:
        if conf.BACKGROUND == BACKGROUND_CELERY:
            task.apply_async(args=args, retry=False)
        else:
            task.run(*args)
    except PUT_OFF as exc:
        logger.warning("%s%r was put off: %s", task.name, args, exc)


@shared_task(
    bind=True,
    name="help_center.generate_article_embedding",
    autoretry_for=PASSING_ERRORS,
    max_retries=3,
    retry_backoff=True,
    time_limit=300,
    soft_time_limit=270,
    acks_late=True,
    ignore_result=True,
)
def generate_article_embedding(self: Task[..., Any], article_id: int) -> None:
    """Index an article: passages, vectors, and the vector of the whole."""
    article = HelpArticle.objects.filter(pk=article_id).select_related("tenant").first()
    if article is not None:
        IndexingService(tenant=article.tenant).index_articles([article.pk])


@shared_task(
    bind=True,
    name="help_center.index_stale_articles",
    autoretry_for=PASSING_ERRORS,
    max_retries=3,
    retry_backoff=True,
    time_limit=1_800,
    soft_time_limit=1_700,
    acks_late=True,
    ignore_result=True,
)
def index_stale_articles(self: Task[..., Any], tenant_id: Any) -> None:
    """Index what is stale in a tenant."""
    tenant = get_tenant_model()._default_manager.filter(pk=tenant_id).first()
    if tenant is not None:
        IndexingService(tenant=tenant).index_articles()


@shared_task(
    bind=True,
    name="help_center.refresh_index_statistics",
    autoretry_for=DATABASE_EXCEPTIONS,
    max_retries=3,
    retry_backoff=True,
    time_limit=60,
    soft_time_limit=50,
    ignore_result=True,
)
def refresh_index_statistics(self: Task[..., Any], tenant_id: Any) -> None:
    """Count the passages and vectors of a tenant anew."""
    tenant = get_tenant_model()._default_manager.filter(pk=tenant_id).first()
    if tenant is not None:
        IndexingService(tenant=tenant).refresh_statistics()


@shared_task(
    bind=True,
    name="help_center.sweep_index",
    autoretry_for=PASSING_ERRORS,
    max_retries=1,
    retry_backoff=True,
    time_limit=1_800,
    soft_time_limit=1_700,
    ignore_result=True,
)
def sweep_index(self: Task[..., Any]) -> None:
    """Index what is stale in every tenant, and embed what has no vector.

    A tenant that another sweep is at work on is left to it.
    """
    with_articles = HelpArticle.objects.order_by().values("tenant").distinct()
    trouble: Exception | None = None
    for tenant in get_tenant_model()._default_manager.filter(pk__in=with_articles):
        try:
            with exclusively("sweep", tenant.pk) as is_mine:
                if is_mine:
                    IndexingService(tenant=tenant).index_articles()
        except PASSING_ERRORS as exc:
            # One tenant's trouble must not keep the others waiting.
            logger.warning("The index of tenant %s could not be swept: %s", tenant.pk, exc)
            trouble = exc
    if trouble is not None:
        raise trouble


@shared_task(
    bind=True,
    name="help_center.fold_article_counters",
    autoretry_for=DATABASE_EXCEPTIONS,
    max_retries=2,
    retry_backoff=True,
    time_limit=300,
    soft_time_limit=270,
    ignore_result=True,
)
def fold_article_counters(self: Task[..., Any]) -> None:
    """Add the views that came in since the last run to the articles' counters."""
    fold_views()


@shared_task(
    bind=True,
    name="help_center.check_help_links",
    autoretry_for=DATABASE_EXCEPTIONS,
    max_retries=1,
    retry_backoff=True,
    time_limit=2_100,
    soft_time_limit=1_980,
    ignore_result=True,
)
def check_help_links(self: Task[..., Any]) -> None:
    """Find out which links of every tenant lead nowhere; other hosts are asked when they are due.

    One run at a time: a second one would ask the same hosts. One tenant's trouble is raised when
    all the others were checked.
    """
    with exclusively("links", "") as is_mine:
        if is_mine:
            tenants = get_tenant_model()._default_manager.order_by("pk")
            for trouble in [check.trouble for check in LinkRun().check_tenants(tenants)]:
                if trouble is not None:
                    raise trouble


@shared_task(
    bind=True,
    name="help_center.send_review_reminders",
    autoretry_for=DATABASE_EXCEPTIONS,
    max_retries=2,
    retry_backoff=True,
    # No soft limit: it would pass for a mail that was refused.
    time_limit=1_800,
    ignore_result=True,
)
def send_help_review_reminders(self: Task[..., Any]) -> None:
    """Mail owners what is due; without ``HELP_CENTER_BASE_URL`` nobody gets mails."""
    if conf.BASE_URL:
        send_review_reminders()
