"""The admin of Larchwork."""

from __future__ import annotations

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin

from larchwork.models import Inspection, Organization, Site, SupportTicket, User, WorkOrder


@admin.register(Organization)
class OrganizationAdmin(admin.ModelAdmin):
    """Organizations."""

    list_display = ["name", "slug", "domain"]
    search_fields = ["name", "slug"]


@admin.register(User)
class LarchworkUserAdmin(UserAdmin):
    """People, with their organization and role."""

    list_display = ["username", "organization", "role", "is_staff"]
    list_filter = ["role", "is_staff"]
    fieldsets = [*(UserAdmin.fieldsets or ()), ("Larchwork", {"fields": ["organization", "role"]})]


@admin.register(SupportTicket)
class SupportTicketAdmin(admin.ModelAdmin):
    """Questions to support."""

    list_display = ["subject", "author", "status", "created_at"]
    list_filter = ["status"]
    list_select_related = ["author"]


admin.site.register([Site, WorkOrder, Inspection])
