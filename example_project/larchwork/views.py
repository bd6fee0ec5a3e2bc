"""The pages of Larchwork: just enough of a product to need help with."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.generic import CreateView, ListView, TemplateView

from larchwork.help import organization_of
from larchwork.models import Inspection, Site, SupportTicket, User, WorkOrder


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
