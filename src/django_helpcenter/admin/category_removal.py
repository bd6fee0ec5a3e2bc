"""Deleting a category that holds something, and merging two: each asks for the one that stays."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from django_helpcenter.admin.saving import REFUSALS, ServiceSavedAdmin, refusal_text
from django_helpcenter.admin.tree import CategoryChoiceField, in_tree_order
from django_helpcenter.models import HelpCategory
from django_helpcenter.services.base import write_alias
from django_helpcenter.services.categories import CategoryService


class ReceiverForm(forms.Form):
    """The category that takes in another one: of its tenant, and not below it."""

    receiver = CategoryChoiceField(label=_("Category"), queryset=HelpCategory.objects.none())

    def __init__(self, category: HelpCategory, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        receiver: Any = self.fields["receiver"]
        others = HelpCategory.objects.for_tenant(category.tenant_id)
        receiver.queryset = in_tree_order(others.exclude(path__startswith=category.path))


class CategoryRemovalPages(ServiceSavedAdmin):
    """Pages that ask where the articles and subcategories of a category go."""

    def get_urls(self) -> list[URLPattern]:
        merge = path(
            "<path:object_id>/merge/",
            self.admin_site.admin_view(self.merge_view),
            name="help_center_helpcategory_merge",
        )
        return [merge, *super().get_urls()]

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        category = self.get_object(request, unquote(object_id))
        if category is None or not self.has_delete_permission(request, category):
            return super().delete_view(request, object_id, extra_context)
        if not (category.articles.exists() or category.get_descendants().exists()):
            return super().delete_view(request, object_id, extra_context)

        def delete(receiver: HelpCategory) -> HttpResponse:
            name, key = str(category), category.pk
            self.log_deletions(request, self.get_queryset(request).filter(pk=category.pk))
            self._service(request, category).delete(category, move_to=receiver)
            return self.response_delete(request, name, key)

        words = {
            "title": _t("Delete the category"),
            "question": _t("Where do they go?"),
            "explanation": _t("Its address will lead there too."),
            "button": _t("Move them and delete"),
        }
        return self._ask(request, category, delete, words)

    def can_merge(self, request: HttpRequest, category: HelpCategory | None) -> bool:
        """Tell whether the person may make this category part of another one."""
        may_change = self.has_change_permission(request, category)
        return may_change and self.has_delete_permission(request, category)

    def merge_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask which category takes this one in, and merge them."""
        category = self.get_object(request, unquote(object_id))
        if not self.can_merge(request, category):
            raise PermissionDenied
        if category is None:
            return self.answer_missing(request, object_id)

        def merge(receiver: HelpCategory) -> HttpResponse:
            name = str(category)
            self.log_deletions(request, self.get_queryset(request).filter(pk=category.pk))
            merged = self._service(request, category).merge(category, into=receiver)
            text = _t("“%(name)s” is now part of “%(into)s”.") % {"name": name, "into": merged}
            self.log_change(request, merged, text)
            self.message_user(request, text, messages.SUCCESS)
            return HttpResponseRedirect(self._change_url(merged))

        words = {
            "title": _t("Merge the category"),
            "question": _t("Into which one?"),
            "explanation": _t(
                "It gets all articles and subcategories, and what it lacks of description, icon "
                "and color. The address of this one will lead there."
            ),
            "button": _t("Merge"),
        }
        return self._ask(request, category, merge, words)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        category = context["original"]
        context["can_merge"] = category is not None and self.can_merge(request, category)
        return super().render_change_form(request, context, *args, **kwargs)

    def _ask(
        self,
        request: HttpRequest,
        category: HelpCategory,
        act: Callable[[HelpCategory], HttpResponse],
        words: dict[str, str],
    ) -> HttpResponse:
        """Show the form; when it is sent, act, or say why that was refused."""
        form = ReceiverForm(category, request.POST if request.method == "POST" else None)
        if form.is_bound and form.is_valid():
            try:
                with transaction.atomic(using=write_alias()):
                    return act(form.cleaned_data["receiver"])
            except REFUSALS as exc:
                form.add_error(None, refusal_text(exc))
        context = {
            **self.admin_site.each_context(request),
            **words,
            "subtitle": None,
            "opts": self.opts,
            "original": category,
            "change_url": self._change_url(category),
            "articles": category.articles.count(),
            "subcategories": list(in_tree_order(category.get_descendants())),
            "form": form,
            "media": self.media,
        }
        return TemplateResponse(request, "admin/help_center/helpcategory/removal.html", context)

    def _service(self, request: HttpRequest, category: HelpCategory) -> CategoryService:
        return CategoryService(tenant=category.tenant, actor=request.user)

    def _change_url(self, category: HelpCategory) -> str:
        return reverse(
            "admin:help_center_helpcategory_change",
            args=[category.pk],
            current_app=self.admin_site.name,
        )
