"""Snippets that the editor offers for a text."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, JsonResponse

from django_helpcenter.admin.scoping import chosen_tenant
from django_helpcenter.models import HelpSnippet
from django_helpcenter.services.snippet_search import SnippetSearch

#: Characters of a text that tell which one it is.
_OPENING = 140


def snippets_response(request: HttpRequest) -> JsonResponse:
    """Answer with the snippets of one tenant that ``q`` names, one for each key."""
    tenant = chosen_tenant(request)
    if tenant is None:
        return JsonResponse({"snippets": []})
    service = SnippetSearch(tenant=tenant, actor=request.user)
    found = service.find(request.GET.get("q", ""), language=request.GET.get("language", ""))
    return JsonResponse({"snippets": [_offer(snippet) for snippet in found]})


def _offer(snippet: HelpSnippet) -> dict[str, Any]:
    return {
        "reference": snippet.reference,
        "key": snippet.key,
        "language": snippet.language,
        "description": snippet.description,
        "opening": " ".join(snippet.content[: 2 * _OPENING].split())[:_OPENING],
    }
