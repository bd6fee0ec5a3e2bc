"""Article templates in the admin, and the choice of one on the page of a new article."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from django_helpcenter.admin.article_form import (
    LinesField,
    RolesField,
    summary_widget,
    title_widget,
)
from django_helpcenter.admin.article_parts import PartAdmin, PartForm
from django_helpcenter.admin.editor_views import EditorFormAdmin
from django_helpcenter.admin.filters import TenantFilter
from django_helpcenter.admin.scoping import TENANT_PARAMETER, allowed_tenants, chosen_tenant
from django_helpcenter.admin.tree import CategoryChoiceField, in_tree_order
from django_helpcenter.models import HelpArticle, HelpArticleTemplate, HelpCategory
from django_helpcenter.models.roles import roles_offered
from django_helpcenter.services.article_templates import (
    Beginning,
    TemplateService,
    beginning_of,
    offered_templates,
    template_of,
)

#: Names the template on the page of a new article, and the article on that of a new template.
TEMPLATE_PARAMETER, ARTICLE_PARAMETER = "template", "article"

ABOUT = ("name", "description", "replaces", "display_order")
CONTENT = ("title", "summary", "content")
TARGETING = ("category", "tags", "language", "target_roles")
EDITED = (*ABOUT, *CONTENT, *TARGETING)


class TemplateForm(PartForm):
    """A template of articles."""

    target_roles = RolesField(
        label=_("Target roles"),
        required=False,
        help_text=_("Roles that may read this; none chosen: everybody."),
    )
    #: What may be chosen as target roles; set on the class that the admin builds for a request.
    roles: tuple[str, ...] = ()

    class Meta:
        model = HelpArticleTemplate
        fields = EDITED
        field_classes = {"summary": LinesField, "content": LinesField}
        widgets = {
            "name": forms.TextInput(attrs={"class": "vTextField", "dir": "auto"}),
            "description": forms.TextInput(attrs={"class": "vTextField hc-wide", "dir": "auto"}),
            "title": title_widget(),
            "summary": summary_widget(),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        roles = self.fields.get("target_roles")
        if isinstance(roles, RolesField):
            present = self.initial.get("target_roles") or []
            roles.offer(self.roles, [*self.instance.target_roles, *present])
        if "language" in self.fields:
            languages = [(code, str(name)) for code, name in settings.LANGUAGES]
            own = self.instance.language
            if own and own not in dict(languages):
                languages.insert(0, (own, own))
            self.fields["language"].widget = forms.Select(choices=[("", "–"), *languages])


@admin.register(HelpArticleTemplate)
class HelpArticleTemplateAdmin(PartAdmin):
    """Write what new articles begin with."""

    service_class = TemplateService
    edited = EDITED
    form = TemplateForm
    list_display = (
        "name", "description", "replaces", "language", "tenant", "display_order", "updated_at",
    )  # fmt: skip
    list_filter = (TenantFilter, "replaces", "language")
    list_select_related = ("tenant",)
    deferred_in_lists = ("content", "summary")
    search_fields = ("name", "description", "title")
    search_help_text = _("Name, description or title")
    ordering = ("display_order", "name", "pk")
    filter_horizontal = ("tags",)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        writes = obj is None or self.has_change_permission(request, obj)
        return [
            (None, {"fields": ABOUT}),
            (_("Content"), {"fields": (*CONTENT, "seen") if writes else CONTENT}),
            (_("Targeting"), {"fields": TARGETING}),
        ]

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        tenant = self.tenant_for(request, obj)
        form.roles = () if tenant is None else tuple(roles_offered(tenant))
        return form

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        if db_field.name == "category":
            kwargs["queryset"] = in_tree_order(HelpCategory.objects.get_queryset().without_roots())
            kwargs["form_class"] = CategoryChoiceField
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Begin with an article that the address names; the template is made when it is saved."""
        initial: dict[str, Any] = super().get_changeform_initial_data(request)
        key = request.GET.get(ARTICLE_PARAMETER, "")
        tenant = chosen_tenant(request)
        may_see = request.user.has_perm("help_center.view_helparticle") or request.user.has_perm(
            "help_center.change_helparticle"
        )
        if tenant is None or not may_see or not (key.isascii() and key.isdigit() and len(key) < 19):
            return initial
        articles = HelpArticle.objects.for_tenant(tenant).filter(
            tenant__in=allowed_tenants(request), pk=int(key)
        )
        article = articles.first()
        return initial if article is None else {**initial, **as_initial(template_of(article))}


class TemplateChoice(EditorFormAdmin):
    """Offers the templates on the page of a new article, and fills its form with the chosen one."""

    class Media:
        css = {"all": ("help_center/admin/reuse.css",)}

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        initial: dict[str, Any] = super().get_changeform_initial_data(request)
        tenant, key = chosen_tenant(request), request.GET.get(TEMPLATE_PARAMETER, "")
        initial.pop(TEMPLATE_PARAMETER, None)
        beginning = beginning_of(tenant, key) if tenant is not None and key else None
        return initial if beginning is None else {**initial, **as_initial(beginning)}

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        tenant = chosen_tenant(request)
        article = context["original"]
        if article is None and tenant is not None:
            chosen = request.GET.get(TEMPLATE_PARAMETER, "")
            context["template_offers"] = [
                {"offer": offer, "address": _with_template(request, offer.key),
                 "is_chosen": offer.key == chosen}
                for offer in offered_templates(tenant)
            ]  # fmt: skip
            context["without_template"] = _with_template(request, "") if chosen else ""
        elif article is not None and request.user.has_perm("help_center.add_helparticletemplate"):
            query = {TENANT_PARAMETER: str(article.tenant_id), ARTICLE_PARAMETER: str(article.pk)}
            context["template_address"] = reverse(
                "admin:help_center_helparticletemplate_add",
                query=query,
                current_app=self.admin_site.name,
            )
        return super().render_change_form(request, context, *args, **kwargs)


def as_initial(beginning: Beginning) -> dict[str, Any]:
    """Return what a template says as the fields of a form take it."""
    return {**beginning.values, "tags": list(beginning.tags)}


def _with_template(request: HttpRequest, key: str) -> str:
    query = request.GET.copy()
    query.pop(TEMPLATE_PARAMETER, None)
    if key:
        query[TEMPLATE_PARAMETER] = key
    return f"?{query.urlencode()}"
