"""A host project with two admin sites."""

from __future__ import annotations

from django.contrib import admin
from django.urls import path

from django_helpcenter.admin.articles import HelpArticleAdmin
from django_helpcenter.models import HelpArticle

second = admin.AdminSite(name="second")
second.register(HelpArticle, HelpArticleAdmin)

urlpatterns = [path("admin/", admin.site.urls), path("second/", second.urls)]
