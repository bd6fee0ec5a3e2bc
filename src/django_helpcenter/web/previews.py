"""The page of a preview link."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control

from django_helpcenter.services.preview_links import open_preview
from django_helpcenter.web.pages import ReaderView


class PreviewView(ReaderView):
    """A text that is not published, for whoever has the link."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        preview = open_preview(self.tenant, token, visible=self.reading.visible)
        response = self.page("preview.html", preview=preview)
        response["X-Robots-Tag"] = "noindex"
        response["Referrer-Policy"] = "no-referrer"
        patch_cache_control(response, no_store=True)
        return response
