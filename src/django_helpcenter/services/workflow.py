"""From which status an article may go where, who may take it there, and the record of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from django_helpcenter import signals
from django_helpcenter.choices import ArticleStatus
from django_helpcenter.conf import conf
from django_helpcenter.exceptions import ConfigurationError
from django_helpcenter.models import HelpArticle, HelpTransition
from django_helpcenter.services.refusals import refusal
from django_helpcenter.types import SystemActor

if TYPE_CHECKING:
    from django_helpcenter.types import Actor

#: What authors, editors and publishers are told apart by.
CHANGE, REVIEW, PUBLISH = "change_helparticle", "review_helparticle", "publish_helparticle"


@dataclass(frozen=True, slots=True)
class Transition:
    """A step between two statuses and the permission that it takes, without its app label."""

    before: str
    after: str
    permission: str


#: All steps that there are.
TRANSITION_TABLE = (
    Transition(ArticleStatus.DRAFT, ArticleStatus.REVIEW, CHANGE),
    Transition(ArticleStatus.DRAFT, ArticleStatus.PUBLISHED, PUBLISH),
    Transition(ArticleStatus.DRAFT, ArticleStatus.ARCHIVED, PUBLISH),
    Transition(ArticleStatus.REVIEW, ArticleStatus.DRAFT, REVIEW),
    Transition(ArticleStatus.REVIEW, ArticleStatus.PUBLISHED, PUBLISH),
    Transition(ArticleStatus.REVIEW, ArticleStatus.ARCHIVED, PUBLISH),
    Transition(ArticleStatus.PUBLISHED, ArticleStatus.DRAFT, PUBLISH),
    Transition(ArticleStatus.PUBLISHED, ArticleStatus.ARCHIVED, PUBLISH),
    Transition(ArticleStatus.ARCHIVED, ArticleStatus.DRAFT, PUBLISH),
    Transition(ArticleStatus.ARCHIVED, ArticleStatus.PUBLISHED, PUBLISH),
)

#: Where an article may go from a status.
TRANSITIONS: dict[str, frozenset[str]] = {
    status: frozenset(step.after for step in TRANSITION_TABLE if step.before == status)
    for status in ArticleStatus.values
}

#: What the permission to change articles does not cover.
PUBLISHING = frozenset({ArticleStatus.PUBLISHED, ArticleStatus.ARCHIVED})


def may(actor: Actor, permission: str, article: HelpArticle | None = None) -> bool:
    """Tell whether somebody may write, as ``HELP_CENTER_WRITE_POLICY`` decides.

    ``permission`` is a codename such as ``publish_helparticle``. The system may do everything, who
    is not signed in nothing. Raises ConfigurationError when the policy cannot be imported.
    """
    if isinstance(actor, SystemActor):
        return True
    if not actor.is_authenticated:
        return False
    try:
        policy = import_string(conf.WRITE_POLICY)
    except ImportError as exc:
        raise ConfigurationError(
            f"HELP_CENTER_WRITE_POLICY is {conf.WRITE_POLICY!r}, which cannot be imported: {exc}"
        ) from exc
    return bool(policy(actor, permission, article))


def django_permissions(actor: Any, permission: str, article: HelpArticle | None) -> bool:
    """Ask Django's permissions: the default of ``HELP_CENTER_WRITE_POLICY``.

    An article in review is sent back by who may do so, by who may publish, and by who wrote it.
    """
    if actor.has_perm(f"help_center.{permission}"):
        return True
    if permission != REVIEW:
        return False
    is_own = article is not None and article.created_by_id == actor.pk
    return bool(
        actor.has_perm(f"help_center.{PUBLISH}")
        or (is_own and actor.has_perm(f"help_center.{CHANGE}"))
    )


def find_transition(before: str, after: str) -> Transition:
    """Return the step between two statuses; raise ValidationError when there is none."""
    for step in TRANSITION_TABLE:
        if (step.before, step.after) == (before, after):
            return step
    text = _("An article cannot go from %(before)s to %(after)s.")
    raise refusal("status", text % {"before": before, "after": after}, "transition")


def reachable_statuses(article: HelpArticle, actor: Actor) -> list[str]:
    """Return the statuses that somebody may take an article to from where it is, in order."""
    steps = [step for step in TRANSITION_TABLE if step.before == article.status]
    allowed = {step.after for step in steps if may(actor, step.permission, article)}
    return [status for status in ArticleStatus.values if status in allowed]


def record_transition(
    article: HelpArticle, before: str, *, actor_id: Any, note: str, using: str
) -> None:
    """Note a step that an article has taken, and tell it after the commit."""
    HelpTransition.objects.using(using).create(
        tenant_id=article.tenant_id,
        article=article,
        before=before,
        after=article.status,
        actor_id=actor_id,
        note=note,
    )
    send = partial(
        signals.article_transitioned.send,
        HelpArticle,
        article_id=article.pk,
        tenant_id=article.tenant_id,
        before=before,
        after=article.status,
        actor_id=actor_id,
        note=note,
    )
    transaction.on_commit(send, using=using)
