"""The text field of an article with its preview.

The preview is a form target: the button posts the text of the page's own form into a sandboxed
frame, so it works without JavaScript; a small module then keeps the frame in step with the text.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import check_for_language

from django_helpcenter.admin.files import content_address
from django_helpcenter.admin.scoping import allowed_tenants
from django_helpcenter.exceptions import ContentError
from django_helpcenter.models import HelpArticle, HelpCategory
from django_helpcenter.models.articles import default_language
from django_helpcenter.services.article_text import render_draft

#: The page holds what somebody typed: no script, no form, no frame, nothing but itself.
CONTENT_SECURITY_POLICY = (
    "script-src 'none'; object-src 'none'; frame-src 'none'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'; "
    "sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox"
)


class MarkdownWidget(forms.Textarea):
    """A textarea for Markdown; ``preview_url`` takes a POST of the form that it stands in.

    ``upload_url`` takes images; without one, none can be brought.
    """

    template_name = "admin/help_center/widgets/markdown.html"

    class Media:
        css = {"all": ("help_center/admin/admin.css", "help_center/admin/upload.css")}
        js = (
            forms.Script("help_center/admin/preview.js", type="module"),
            forms.Script("help_center/admin/upload.js", type="module"),
        )

    def __init__(self, preview_url: str, attrs: dict[str, Any] | None = None) -> None:
        own = {"rows": 24, "class": "vLargeTextField hc-markdown", "dir": "auto"}
        super().__init__({**own, **(attrs or {})})
        self.preview_url = preview_url
        self.upload_url = ""

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["preview_url"] = self.preview_url
        context["upload_url"] = self.upload_url
        return context


def preview_response(request: HttpRequest) -> HttpResponse:
    """Render the article of a POST as readers would see it."""
    texts = {name: request.POST.get(name, "") for name in ("title", "summary", "content")}
    language = request.POST.get("language", "")
    if not check_for_language(language):
        language = default_language()
    article = HelpArticle(**texts, language=language, tenant_id=_tenant_id(request))
    # A link to what readers do not see becomes plain words, as it does for them.
    visible = HelpArticle.objects.published().filter(tenant_id=article.tenant_id)
    context: dict[str, Any] = {"article": article}
    try:
        context["html"] = render_draft(article, visible=visible, file_address=content_address).html
    except ContentError as exc:
        context["error"] = str(exc)
    response = TemplateResponse(request, "admin/help_center/preview.html", context)
    response["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
    response["X-Frame-Options"] = "SAMEORIGIN"
    response["Cache-Control"] = "no-store"
    return response


def _tenant_id(request: HttpRequest) -> Any:
    """Return the tenant of the category that was chosen, else the only one; ``None``: not known."""
    allowed = allowed_tenants(request)
    category = request.POST.get("category", "")
    if category.isdecimal():
        categories = HelpCategory.objects.filter(tenant_id__in=allowed.values("pk"))
        found = categories.filter(pk=int(category[:18])).values_list("tenant_id", flat=True)
    else:
        found = allowed.values_list("pk", flat=True)
    tenants = list(found[:2])
    return tenants[0] if len(tenants) == 1 else None
