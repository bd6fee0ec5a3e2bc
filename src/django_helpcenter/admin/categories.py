"""The category tree in the admin."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from django_helpcenter.admin.ageing_fields import IntervalField
from django_helpcenter.admin.badges import color_badge
from django_helpcenter.admin.category_moves import CategoryMoves
from django_helpcenter.admin.category_removal import CategoryRemovalPages
from django_helpcenter.admin.deletion import Summary, summarize
from django_helpcenter.admin.filters import TenantFilter
from django_helpcenter.admin.saving import ServiceForm, adopt
from django_helpcenter.admin.scoping import TENANT_PARAMETER, ListChangeList
from django_helpcenter.admin.tree import CategoryChoiceField, in_tree_order, with_breadcrumb
from django_helpcenter.models import HelpArticle, HelpCategory, HelpCategoryRedirect
from django_helpcenter.services.categories import PLAIN_FIELDS, CategoryService


class CategoryForm(ServiceForm):
    """A category and its place in the tree."""

    parent = CategoryChoiceField(
        label=_("Below"),
        queryset=HelpCategory.objects.none(),
        required=False,
        empty_label=_("— top level —"),
        help_text=_("All that is below this category moves along."),
    )
    review_interval_days = IntervalField()

    class Meta:
        model = HelpCategory
        fields = ("name", "slug", "description", "icon", "color", "review_interval_days")
        widgets = {"description": forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "slug" in self.fields:
            self.fields["slug"].required = False
        if "parent" in self.fields and self.instance.pk is not None:
            self._offer_places(self.fields["parent"])

    def _offer_places(self, field: Any) -> None:
        above = self.instance.parent
        field.initial = above.pk if above else None
        field.queryset = field.queryset.exclude(path__startswith=self.instance.path)


class CategoryChangeList(ListChangeList):
    """A list in the order of the tree."""

    def get_ordering(self, request: HttpRequest, queryset: QuerySet[Any]) -> Any:
        return ["tree_order", "pk"]


@admin.register(HelpCategory)
class HelpCategoryAdmin(CategoryMoves, CategoryRemovalPages):
    """The tree as a list whose rows can be dragged; the form says what a category is below."""

    form = CategoryForm
    list_display = (
        "move_menu",
        "tree_name",
        "path_display",
        "tenant",
        "article_count",
        "badge",
    )
    list_display_links = ("tree_name",)
    list_filter = (TenantFilter,)
    list_select_related = ("tenant",)
    list_per_page = 200
    # Any other order would break the tree that the indentation shows.
    sortable_by = ()
    search_fields = ("name", "slug")
    search_help_text = _("Name or slug")
    prepopulated_fields = {"slug": ("name",)}
    fieldsets = (
        (_("Category"), {"fields": ("name", "slug", "parent", "description")}),
        (_("Display"), {"fields": ("icon", "color")}),
        (_("Review"), {"fields": ("review_interval_days",)}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).filter(depth__gt=1)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return CategoryChangeList

    def for_list(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        articles = HelpArticle.objects.filter(category=OuterRef("pk")).order_by()
        count = articles.values("category").annotate(n=Count("*")).values("n")
        rows = super().for_list(rows).annotate(article_count=Coalesce(Subquery(count), 0))
        tree: QuerySet[Any] = with_breadcrumb(in_tree_order(rows))
        return tree

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        tenant = self.tenant_for(request, obj)
        places = HelpCategory.objects.for_tenant(tenant) if tenant else HelpCategory.objects.none()
        form = super().get_form(request, obj, change=change, **kwargs)
        if "parent" in form.base_fields:
            form.base_fields["parent"].queryset = in_tree_order(places)
        return form

    @admin.display(description=_("category"))
    def tree_name(self, category: HelpCategory) -> SafeString:
        return format_html(
            '<span class="hc-tree hc-tree--{}">{}</span>', min(category.depth - 1, 8), category.name
        )

    @admin.display(description=_("path"))
    def path_display(self, category: Any) -> str:
        return " › ".join(category.breadcrumb[:-1]) or "–"

    @admin.display(description=_("articles"))
    def article_count(self, category: Any) -> SafeString | int:
        if not category.article_count:
            return 0
        address = self._articles_url(category)
        return format_html('<a href="{}">{}</a>', address, category.article_count)

    def _articles_url(self, category: HelpCategory) -> str:
        query = {"category": category.pk, TENANT_PARAMETER: category.tenant_id}
        address = reverse(
            "admin:help_center_helparticle_changelist", current_app=self.admin_site.name
        )
        return f"{address}?{urlencode(query)}"

    @admin.display(description=_("badge"))
    def badge(self, category: HelpCategory) -> SafeString | str:
        if not category.color and not category.icon:
            return "–"
        return color_badge(category.color, category.icon or category.color)

    def save_model(self, request: HttpRequest, obj: HelpCategory, form: Any, change: bool) -> None:
        service = CategoryService(tenant=self.owner(request, obj), actor=request.user)
        data = form.cleaned_data
        if not change:
            adopt(obj, service.create(**data))
            return
        changed = set(form.changed_data)
        saved = obj
        if changed & {"name", "slug"}:
            saved = service.rename(obj, name=data["name"], slug=data["slug"])
        if "parent" in changed:
            saved = service.move(obj, data["parent"])
        if plain := {name: data[name] for name in changed & PLAIN_FIELDS}:
            saved = service.update(obj, **plain)
        adopt(obj, saved)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Summary:
        """Name what keeps categories from being deleted together: articles and subcategories."""
        chosen = list(objs)
        going = {category.pk for category in chosen}
        kept: list[str] = []
        for category in chosen:
            below = category.get_descendants().exclude(pk__in=going)
            kept += [_t("Subcategory: %s") % child for child in below]
            count = category.articles.count()
            if count:
                text = ngettext(
                    "%(count)d article of “%(name)s”", "%(count)d articles of “%(name)s”", count
                )
                label = text % {"count": count, "name": category.name}
                kept.append(format_html('<a href="{}">{}</a>', self._articles_url(category), label))
        found, counts, permissions, _none = summarize(chosen, "category", (HelpCategoryRedirect,))
        return found, counts, permissions, kept

    def delete_model(self, request: HttpRequest, obj: HelpCategory) -> None:
        CategoryService(tenant=obj.tenant, actor=request.user).delete(obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[HelpCategory]) -> None:
        for category in queryset.select_related("tenant").order_by("-depth", "pk"):
            self.delete_model(request, category)
