"""The preview of an article that is being written.

It is a form target: the button posts the text of the page's own form into a sandboxed frame, so it
works without JavaScript; a small module then keeps the frame in step with the text.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from django_helpcenter.admin.files import content_address
from django_helpcenter.admin.posted_article import posted_article
from django_helpcenter.admin.writing_help import TEXT_ONLY
from django_helpcenter.exceptions import ContentError
from django_helpcenter.models import HelpArticle
from django_helpcenter.services.article_text import render_draft

#: The page holds what somebody typed: no script, no form, no frame, nothing but itself.
CONTENT_SECURITY_POLICY = (
    "script-src 'none'; object-src 'none'; frame-src 'none'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'; "
    "sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox"
)


def preview_response(request: HttpRequest) -> HttpResponse:
    """Render the article of a POST as readers would see it."""
    article = posted_article(request)
    # A link to what readers do not see becomes plain words, as it does for them.
    visible = HelpArticle.objects.published().filter(tenant_id=article.tenant_id)
    context: dict[str, Any] = {"article": article, "text_only": TEXT_ONLY in request.GET}
    try:
        context["html"] = render_draft(
            article, visible=visible, file_address=content_address, mark_missing=True
        ).html
    except ContentError as exc:
        context["error"] = str(exc)
    response = TemplateResponse(request, "admin/help_center/preview.html", context)
    response["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
    response["X-Frame-Options"] = "SAMEORIGIN"
    response["Cache-Control"] = "no-store"
    return response
