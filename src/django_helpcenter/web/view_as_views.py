"""Switching "view as" on and off."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_protect

from django_helpcenter.exceptions import NotVisible
from django_helpcenter.services.view_as import reader_with
from django_helpcenter.web.pages import ReaderView


@method_decorator(csrf_protect, name="dispatch")
class ViewAsView(ReaderView):
    """Takes the roles to look with, or ``stop``; for those who may, and for others not there.

    Only a form of this site can do it: a link is a GET, and a form of another site has no token.
    """

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        if not self.view_as.is_offered:
            raise NotVisible("Nothing to look as.")
        if "stop" in request.POST:
            self.view_as.choose(None)
        else:
            roles = [role for role in request.POST.getlist("role") if role]
            reader = reader_with(self.tenant, roles)
            if reader is None:
                return HttpResponseBadRequest("There is no such role.", content_type="text/plain")
            self.view_as.choose(reader)
        return HttpResponseRedirect(_local(request, request.POST.get("next", "")))


def _local(request: HttpRequest, address: str) -> str:
    """Return an address if it is one of this host, else that of the home page."""
    is_local = url_has_allowed_host_and_scheme(
        address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return address if is_local else reverse("help_center:home")
