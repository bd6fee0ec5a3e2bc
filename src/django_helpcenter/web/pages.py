"""What all reader pages share: tenant, reader, headers, and one page for "not found"."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.views import View

from django_helpcenter.conf import conf
from django_helpcenter.exceptions import Gone, NotVisible, TenantNotFound
from django_helpcenter.services.reading import ReadingService
from django_helpcenter.services.tenancy import current_tenant
from django_helpcenter.services.view_as import HiddenArticle, find_hidden
from django_helpcenter.web.links import wanted_language
from django_helpcenter.web.view_as import ViewAs
from django_helpcenter.web.visitors import Visitor, may_record


def help_center_name(tenant: models.Model) -> str:
    """Return what readers know a help center by."""
    return str(getattr(tenant, conf.TENANT_NAME_FIELD, None) or tenant)


class ReaderView(View):
    """A page for one reader of one tenant.

    What does not exist and what this reader may not see are answered with the same bytes.
    """

    http_method_names = ["get", "head"]
    #: How the answer may be kept: by the reader's browser, which asks each time whether it is good.
    caching: Mapping[str, Any] = {"private": True, "no_cache": True}
    #: Whether the page needs to tell one anonymous reader from another.
    names_visitor = False
    #: Whether the slug in the address is that of an article.
    names_article = False

    tenant: models.Model
    view_as: ViewAs
    visitor: Visitor

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            self.tenant = current_tenant(request)
        except TenantNotFound as exc:
            raise Http404(str(exc)) from exc
        self.view_as = ViewAs(request, self.tenant)
        self.visitor = Visitor(request, is_named=self.names_visitor and self.is_recorded)
        try:
            response = super().dispatch(request, *args, **kwargs)
        except Gone:
            response = self.page("gone.html", status=410)
        except NotVisible:
            response = self.page("not_found.html", status=404, hidden=self.hidden_article())
        if self.view_as.is_on:
            self.caching = {"private": True, "no_store": True}
        patch_cache_control(response, **self.caching)
        patch_vary_headers(response, ["Cookie"])
        return response

    @property
    def is_recorded(self) -> bool:
        """Whether what this request does is noted down."""
        return not self.view_as.is_on and may_record(self.request)

    @property
    def scope(self) -> dict[str, Any]:
        """What every service is bound to."""
        return {
            "tenant": self.tenant,
            "user": self.view_as.reader or self.visitor.user,
            "visitor_key": self.visitor.key,
        }

    @cached_property
    def reading(self) -> ReadingService:
        """The service that the pages show."""
        return ReadingService(**self.scope)

    def hidden_article(self) -> HiddenArticle | None:
        """Return what somebody who looks as another reader cannot see here, and may know of."""
        if not (self.names_article and self.view_as.is_on):
            return None
        slug = self.kwargs["slug"]
        return find_hidden(self.tenant, slug, language=wanted_language(self.request))

    @property
    def page_number(self) -> int:
        """The page of a list that is asked for; the first when that makes no sense."""
        number = self.request.GET.get("page", "")
        return int(number) if number.isascii() and number.isdigit() and len(number) < 7 else 1

    def page(self, template: str, *, status: int = 200, **context: Any) -> HttpResponse:
        """Render a template of the help center with what every page knows."""
        context["help_center"] = {
            "name": help_center_name(self.tenant),
            "support_url": conf.SUPPORT_URL,
            "query_max_length": conf.SEARCH_QUERY_MAX_LENGTH,
            "view_as": self.view_as,
        }
        return render(self.request, f"help_center/{template}", context, status=status)
