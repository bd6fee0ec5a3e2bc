"""The editor in forms, and the views that it asks while somebody writes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Field, Model
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.urls import URLPattern, path, reverse

from django_helpcenter.admin.editor import CHECKS, PREVIEW, SEARCH, SNIPPETS, UPLOAD, make_editor
from django_helpcenter.admin.files import upload_address
from django_helpcenter.admin.preview import preview_response
from django_helpcenter.admin.saving import ServiceSavedAdmin
from django_helpcenter.admin.scoping import TENANT_PARAMETER
from django_helpcenter.admin.snippet_search import snippets_response
from django_helpcenter.admin.writing_help import TEXT_ONLY, checks_response, search_response


class EditorFormAdmin(ServiceSavedAdmin):
    """Puts the editor into the form; the views of articles answer it."""

    #: Whether the text is a part of articles: it has no title, and needs no summary.
    edits_part = False
    #: Whether snippets may stand in the text; a snippet holds no other.
    offers_snippets = True

    def formfield_for_dbfield(self, db_field: Field[Any, Any], request: Any, **kwargs: Any) -> Any:
        if db_field.name == "content":
            kwargs["widget"] = make_editor()
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        field = form.base_fields.get("content")
        if field is not None:
            tenant = self.tenant_for(request, obj)
            field.widget.attrs.update(self.editor_addresses(tenant))
        return form

    def editor_addresses(self, tenant: Model | None, language: str = "") -> dict[str, str]:
        """Return what the editor asks while somebody writes for a tenant, by attribute.

        ``language`` is that of the text, where the form does not say it.
        """
        query = {} if tenant is None else {TENANT_PARAMETER: str(tenant.pk)}
        if language:
            query["language"] = language
        text = {**query, TEXT_ONLY: "1"} if self.edits_part else query
        return {
            PREVIEW: self._address("preview", text),
            CHECKS: self._address("check", text),
            SEARCH: self._address("find", query),
            SNIPPETS: self._address("snippets", query) if self.offers_snippets else "",
            UPLOAD: upload_address(tenant),
        }

    def _address(self, view: str, query: dict[str, str] | None = None) -> str:
        name = f"admin:help_center_helparticle_{view}"
        return reverse(name, query=query or None, current_app=self.admin_site.name)


class EditorAdmin(EditorFormAdmin):
    """Answers the editor, whatever form it is in."""

    def get_urls(self) -> list[URLPattern]:
        views = {
            "preview": self.preview_view,
            "check": self.check_view,
            "find": self.find_view,
            "snippets": self.snippets_view,
        }
        own = [
            path(
                f"{name}/",
                self.admin_site.admin_view(view),
                name=f"help_center_helparticle_{name}",
            )
            for name, view in views.items()
        ]
        return [*own, *super().get_urls()]

    def preview_view(self, request: HttpRequest) -> HttpResponse:
        """Show the posted text as readers would see it; needs the permission to write articles."""
        return self._answer(request, preview_response, takes_post=True)

    def check_view(self, request: HttpRequest) -> HttpResponse:
        """Say what is to be mended in the posted text; needs the permission to write articles."""
        return self._answer(request, checks_response, takes_post=True)

    def find_view(self, request: HttpRequest) -> HttpResponse:
        """Find articles to link to; needs the permissions to see articles and to write them."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return self._answer(request, search_response, takes_post=False)

    def snippets_view(self, request: HttpRequest) -> HttpResponse:
        """Find snippets to put into a text; needs the same permissions."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return self._answer(request, snippets_response, takes_post=False)

    def _answer(
        self,
        request: HttpRequest,
        respond: Callable[[HttpRequest], HttpResponse],
        *,
        takes_post: bool,
    ) -> HttpResponse:
        if not (self.has_add_permission(request) or self.has_change_permission(request)):
            raise PermissionDenied
        # As everywhere in the admin, all other methods count as GET.
        if (request.method == "POST") != takes_post:
            return HttpResponseNotAllowed(["POST" if takes_post else "GET"])
        return respond(request)
