"""Links that show an unpublished text to whoever has them, for some time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.core import signing
from django.db import models

from django_helpcenter.conf import conf
from django_helpcenter.exceptions import NotVisible
from django_helpcenter.models import HelpArticle, HelpArticleQuerySet, HelpDraft
from django_helpcenter.services.article_text import ArticleText, render_article

_SALT = "django_helpcenter.preview"


@dataclass(frozen=True, slots=True)
class Preview:
    """An article as it would be, with its text; ``article`` is not saved."""

    article: HelpArticle
    text: ArticleText


def preview_token(article: HelpArticle, draft: HelpDraft | None = None) -> str:
    """Return what a link to the preview of an article, or of a draft of it, carries.

    The caller has checked that the person may see the text. Signed; valid for
    ``HELP_CENTER_PREVIEW_LINK_HOURS``.
    """
    return signing.dumps([article.pk, draft.pk if draft else None], salt=_SALT)


def open_preview(tenant: models.Model, token: str, *, visible: HelpArticleQuerySet) -> Preview:
    """Return what a token shows, as it is now; links lead to ``visible`` articles alone.

    Raises NotVisible for a token that is forged, too old, of another tenant, or of what is gone.
    """
    age = timedelta(hours=conf.PREVIEW_LINK_HOURS)
    try:
        article_key, draft_key = signing.loads(token, salt=_SALT, max_age=age)
    except signing.BadSignature as exc:
        raise NotVisible("preview") from exc
    article = HelpArticle.objects.for_tenant(tenant).filter(pk=article_key).first()
    if article is None:
        raise NotVisible("preview")
    if draft_key is not None:
        draft = HelpDraft.objects.for_tenant(tenant).filter(pk=draft_key, article=article).first()
        if draft is None:
            raise NotVisible("preview")
        article.title, article.summary, article.content = draft.text
    return Preview(article, render_article(article, visible=visible, mark_missing=True))
