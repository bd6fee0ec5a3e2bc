"""The article that a form shows, as it stands there: for whatever answers while somebody writes."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import check_for_language

from django_helpcenter.admin.scoping import allowed_tenants, chosen_tenant
from django_helpcenter.models import HelpArticle, HelpCategory
from django_helpcenter.models.articles import default_language


def posted_article(request: HttpRequest) -> HelpArticle:
    """Return an article with the texts, language and roles of a POST; it is not saved.

    A form without a language has it in its address.

    Its tenant is that of the chosen category, else the one that the address names, else the only
    one; none where that leaves it open.
    """
    texts = {name: request.POST.get(name, "") for name in ("title", "summary", "content")}
    language = request.POST.get("language", "") or request.GET.get("language", "")
    if not check_for_language(language):
        language = default_language()
    roles = ",".join(request.POST.getlist("target_roles")).split(",")
    return HelpArticle(
        **texts,
        language=language,
        target_roles=[name for role in roles if (name := role.strip())],
        tenant_id=_tenant_id(request),
    )


def _tenant_id(request: HttpRequest) -> Any:
    category = request.POST.get("category", "")
    if not category.isdecimal():
        tenant = chosen_tenant(request)
        return None if tenant is None else tenant.pk
    categories = HelpCategory.objects.filter(tenant_id__in=allowed_tenants(request).values("pk"))
    return categories.filter(pk=int(category[:18])).values_list("tenant_id", flat=True).first()
