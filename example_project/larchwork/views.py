"""The pages of Larchwork: just enough of a product to need help with."""

from __future__ import annotations

import mimetypes
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils._os import safe_join
from django.views.generic import CreateView, ListView, TemplateView

from larchwork.help import organization_of
from larchwork.models import Inspection, Site, SupportTicket, User, WorkOrder


def media(request: HttpRequest, path: str) -> HttpResponse:
    """Serve an image of an article; whole, because a file that is streamed would block ASGI."""
    name = safe_join(settings.MEDIA_ROOT, path)
    try:
        content = Path(name).read_bytes()
    except (OSError, ValueError) as exc:  # ValueError: a null character
        raise Http404 from exc
    kind, _encoding = mimetypes.guess_type(name)
    return HttpResponse(
        content,
        content_type=kind or "application/octet-stream",
        # An image that is opened by itself, an SVG for example, must not run anything.
        headers={
            "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox"
        },
    )


class BoardView(TemplateView):
    """What needs attention today."""

    template_name = "larchwork/board.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        organization = organization_of(self.request)
        orders = WorkOrder.objects.filter(site__organization=organization).select_related("site")
        return super().get_context_data(
            work_orders=orders.exclude(status=WorkOrder.Status.COMPLETED)[:5],
            organization=organization,
            **kwargs,
        )


class WorkOrderListView(ListView):
    """All work orders."""

    template_name = "larchwork/work_orders.html"

    def get_queryset(self) -> QuerySet[WorkOrder]:
        orders = WorkOrder.objects.filter(site__organization=organization_of(self.request))
        return orders.select_related("site", "assignee")


class SiteListView(ListView):
    """All sites."""

    template_name = "larchwork/sites.html"

    def get_queryset(self) -> QuerySet[Site]:
        return Site.objects.filter(organization=organization_of(self.request))


class InspectionListView(ListView):
    """All inspections."""

    template_name = "larchwork/inspections.html"

    def get_queryset(self) -> QuerySet[Inspection]:
        inspections = Inspection.objects.filter(site__organization=organization_of(self.request))
        return inspections.select_related("site")


class NewTicketView(LoginRequiredMixin, CreateView):
    """A question to support."""

    model = SupportTicket
    fields = ["subject", "description"]
    template_name = "larchwork/new_ticket.html"

    def form_valid(self, form: ModelForm) -> HttpResponse:
        user = self.request.user
        organization = organization_of(self.request)
        if not isinstance(user, User) or organization is None:
            return redirect("board")
        form.instance.author = user
        form.instance.organization = organization
        form.save()
        messages.success(self.request, "Thank you. Support answers by e-mail.")
        return redirect("board")
