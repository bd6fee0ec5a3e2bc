"""Routes of Larchwork."""

from __future__ import annotations

from django.contrib import admin
from django.contrib.auth import views as auth_views
from django.urls import include, path

from larchwork import views

urlpatterns = [
    path("", views.BoardView.as_view(), name="board"),
    path("work-orders/", views.WorkOrderListView.as_view(), name="work-orders"),
    path("sites/", views.SiteListView.as_view(), name="sites"),
    path("inspections/", views.InspectionListView.as_view(), name="inspections"),
    path("tickets/new/", views.NewTicketView.as_view(), name="new-ticket"),
    path(
        "login/", auth_views.LoginView.as_view(template_name="larchwork/login.html"), name="login"
    ),
    path("logout/", auth_views.LogoutView.as_view(), name="logout"),
    path("help/", include("django_helpcenter.web.urls")),
    path("admin/", admin.site.urls),
]
